use std::path::PathBuf;

/// Where attached files are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StorageKind {
    /// Below the data directory.
    #[default]
    Disk,
    /// In a bucket of an S3-compatible store.
    S3,
}

/// Where attached files are kept, and what is known of the other place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StorageSettings {
    /// Where new files go; those elsewhere are moved there.
    pub kind: StorageKind,
    /// The bucket. With [`StorageKind::Disk`] files are moved back from it.
    pub s3: Option<S3Settings>,
}

/// A bucket of an S3-compatible store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Settings {
    /// `https://HOST[:PORT]`, or `http://…`; Amazon's own for the region when `None`.
    pub endpoint: Option<String>,
    /// The bucket's name.
    pub bucket: String,
    /// Its region.
    pub region: String,
    /// What the names of all objects begin with; may be empty.
    pub prefix: String,
    /// How the bucket is named in URLs.
    pub style: AddressStyle,
    /// The id of the access key.
    pub access_key: String,
    /// Where the secret of the access key is.
    pub secret: S3Secret,
    /// PEM file of a certificate authority besides the machine's own.
    pub authority: Option<PathBuf>,
}

/// How a bucket is named in URLs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressStyle {
    /// `https://HOST/BUCKET/…`: most stores but Amazon's.
    Path,
    /// `https://BUCKET.HOST/…`.
    VirtualHost,
}

/// Where the secret of the access key is. It is read anew for every request, so that a new one
/// holds at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum S3Secret {
    /// The first line of a file.
    File(PathBuf),
    /// The vault's secret of that name.
    Vault(String),
}
