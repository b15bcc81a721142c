//! Files in a bucket of an S3-compatible store.

use std::{
    fs,
    io::{self, Read as _},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use futures_util::{StreamExt as _, TryStreamExt as _};
use http_kit::certificate;
use kernel::{Text, Time};
use object_store::{
    BackoffConfig, Certificate, ClientOptions, Error, MultipartUpload, ObjectStore,
    ObjectStoreExt as _, PutPayload, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
    path::Path,
};
use tokio::{fs::File, io::AsyncReadExt as _};

use super::{
    ContentStream,
    credential::AccessKey,
    disk::{Incoming, disk},
    settings::{AddressStyle, S3Settings},
};
use crate::VaultError;

/// Files up to so many bytes go in one request, larger ones in parts of this size; the store takes
/// at most 10,000 parts.
const PART_BYTES: u64 = 8 * 1024 * 1024;
/// A refused connection, a dropped one or an answer of 5xx is tried again so often.
const RETRIES_MAX: usize = 2;
/// For a request with all its retries, without its body.
const RETRY_TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Without a byte for so long a transfer has failed.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// What is kept of the store's words.
const SAID_CHARS_MAX: usize = 300;

/// A bucket, and what the names of our objects in it begin with.
#[derive(Debug)]
pub(super) struct Bucket {
    store: AmazonS3,
    prefix: Path,
    /// As people are told of it: `BUCKET at ENDPOINT`.
    name: String,
    /// The endpoint without its scheme.
    host: String,
    pub(super) key: Arc<AccessKey>,
}

impl Bucket {
    /// A bucket that nothing has been asked of yet.
    ///
    /// Errors: [`VaultError::Storage`]: the settings make no sense, or the authority's file cannot
    /// be read.
    pub(super) fn new(settings: &S3Settings) -> Result<Self, VaultError> {
        let endpoint = settings.endpoint.clone().unwrap_or_else(|| amazon(&settings.region));
        let name = format!("{} at {endpoint}", settings.bucket);
        let host = host_of(&endpoint);
        let unfit = |said: String| storage("use the bucket", &name, said);
        let prefix = Path::parse(&settings.prefix).map_err(|error| unfit(error.to_string()))?;
        let key = AccessKey::new(settings.access_key.clone(), settings.secret.clone());
        let key = Arc::new(key);
        let mut client = ClientOptions::new()
            .with_allow_http(true)
            .with_connect_timeout(CONNECT_TIMEOUT)
            .with_read_timeout(READ_TIMEOUT)
            .with_timeout_disabled();
        if let Some(path) = &settings.authority {
            for certificate in certificates(path).map_err(&unfit)? {
                client = client.with_root_certificate(certificate);
            }
        }
        let (endpoint, hosted) = match settings.style {
            AddressStyle::Path => (endpoint, false),
            AddressStyle::VirtualHost => {
                let bucket = format!("://{}.", settings.bucket);
                (endpoint.replacen("://", &bucket, 1), true)
            }
        };
        let store = AmazonS3Builder::new()
            .with_endpoint(endpoint)
            .with_bucket_name(settings.bucket.as_str())
            .with_region(settings.region.as_str())
            .with_virtual_hosted_style_request(hosted)
            .with_credentials(Arc::clone(&key) as _)
            .with_client_options(client)
            // Not every store knows the request that deletes many.
            .with_disable_bulk_delete(true)
            .with_retry(RetryConfig {
                backoff: BackoffConfig::default(),
                max_retries: RETRIES_MAX,
                retry_timeout: RETRY_TIMEOUT,
            })
            .build()
            .map_err(|error| unfit(plain(&error)))?;
        Ok(Self { store, prefix, name, host, key })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether the object of that digest is there, and as long as it should be.
    pub(super) async fn has(&self, digest: &str, size_bytes: u64) -> Result<bool, VaultError> {
        match self.store.head(&self.location(digest)).await {
            Ok(about) => Ok(about.size == size_bytes),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(self.failed("look for a file", &error)),
        }
    }

    /// Puts a received file under its digest. It is there when this returns; when it fails,
    /// nothing is.
    pub(super) async fn put(
        &self,
        incoming: &Incoming,
        digest: &str,
        size_bytes: u64,
    ) -> Result<(), VaultError> {
        let location = self.location(digest);
        let opened = File::open(&incoming.path).await;
        let mut file = opened.map_err(|error| disk("read a file", &error))?;
        if size_bytes <= PART_BYTES {
            let payload = part(&mut file, PART_BYTES).await?;
            let put = self.store.put(&location, payload).await;
            put.map_err(|error| self.failed("keep a file", &error))?;
        } else {
            self.put_parts(&location, &mut file, size_bytes).await?;
        }
        if self.has(digest, size_bytes).await? {
            return Ok(());
        }
        let said = "it took the file and does not have it".to_owned();
        Err(storage("keep a file", &self.name, said))
    }

    async fn put_parts(
        &self,
        location: &Path,
        file: &mut File,
        size_bytes: u64,
    ) -> Result<(), VaultError> {
        let begun = self.store.put_multipart(location).await;
        let mut upload = begun.map_err(|error| self.failed("keep a file", &error))?;
        let sent = self.send_parts(upload.as_mut(), file, size_bytes).await;
        let Err(error) = sent else { return Ok(()) };
        // Parts that stay behind cost room; the store's own rule for them is the last resort.
        if let Err(error) = upload.abort().await {
            tracing::warn!("failed to take back an unfinished upload: {}", plain(&error));
        }
        Err(error)
    }

    async fn send_parts(
        &self,
        upload: &mut dyn MultipartUpload,
        file: &mut File,
        size_bytes: u64,
    ) -> Result<(), VaultError> {
        for _ in 0..size_bytes.div_ceil(PART_BYTES) {
            let payload = part(file, PART_BYTES).await?;
            let sent = upload.put_part(payload).await;
            sent.map_err(|error| self.failed("keep a file", &error))?;
        }
        let completed = upload.complete().await;
        completed.map(drop).map_err(|error| self.failed("keep a file", &error))
    }

    /// The bytes of that digest, when the object is there and as long as it should be.
    pub(super) async fn open(
        &self,
        digest: &str,
        size_bytes: u64,
    ) -> Result<Option<ContentStream>, VaultError> {
        let found = match self.store.get(&self.location(digest)).await {
            Ok(found) => found,
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(self.failed("read a file", &error)),
        };
        if found.meta.size != size_bytes {
            let said = format!("it has {} bytes instead of {size_bytes}", found.meta.size);
            return Err(VaultError::ContentLost { digest: digest.to_owned(), said });
        }
        Ok(Some(found.into_stream().map_err(io::Error::other).boxed()))
    }

    /// Removes the object of that digest, if it is there.
    pub(super) async fn remove(&self, digest: &str) -> Result<(), VaultError> {
        match self.store.delete(&self.location(digest)).await {
            Err(error) if !is_missing(&error) => Err(self.failed("remove a file", &error)),
            _ => Ok(()),
        }
    }

    /// The digests in folder number `folder` whose objects were written before `before`, at most
    /// `limit`.
    pub(super) async fn digests(
        &self,
        folder: u8,
        before: Time,
        limit: usize,
    ) -> Result<Vec<String>, VaultError> {
        let name = format!("{folder:02x}");
        let prefix = self.prefix.clone().join(name.as_str());
        let (mut found, mut digests) = (self.store.list(Some(&prefix)), Vec::new());
        while let Some(object) = found.next().await {
            let object = object.map_err(|error| self.failed("look through the files", &error))?;
            let rest = object.location.filename().unwrap_or_default();
            let written = Time::from_micros(object.last_modified.timestamp_micros());
            // What else may lie there is not ours.
            if rest.len() == 62 && written < before {
                digests.push(format!("{name}{rest}"));
            }
            if digests.len() >= limit {
                break;
            }
        }
        Ok(digests)
    }

    /// Writes, reads, lists and removes an object of no meaning.
    ///
    /// Errors: [`VaultError::Storage`] naming what could not be done.
    pub(super) async fn trial(&self, name: &str) -> Result<(), VaultError> {
        let location = self.prefix.clone().join(format!("trial-{name}"));
        let text = "written by a trial; it may be removed";
        let put = self.store.put(&location, PutPayload::from(text.to_owned())).await;
        put.map_err(|error| self.failed("write an object", &error))?;
        let read = async { self.store.get(&location).await?.bytes().await };
        let read = read.await.map_err(|error| self.failed("read an object", &error))?;
        if read != text.as_bytes() {
            let said = "it gave back other bytes than it was given".to_owned();
            return Err(storage("read an object", &self.name, said));
        }
        let listed = self.store.list(Some(&self.prefix)).next().await.transpose();
        listed.map_err(|error| self.failed("list objects", &error))?;
        let removed = self.store.delete(&location).await;
        removed.map_err(|error| self.failed("remove an object", &error))
    }

    fn location(&self, digest: &str) -> Path {
        let (folder, name) = digest.split_at_checked(2).unwrap_or(("00", digest));
        self.prefix.clone().join(folder).join(name)
    }

    fn failed(&self, doing: &'static str, error: &Error) -> VaultError {
        match refusal(error, &self.host) {
            Some(why) => VaultError::StorageRefused { doing, name: self.name.clone(), why },
            None => storage(doing, &self.name, plain(error)),
        }
    }
}

fn storage(doing: &'static str, name: &str, said: String) -> VaultError {
    VaultError::Storage { doing, name: name.to_owned(), said }
}

fn host_of(endpoint: &str) -> String {
    let (_, rest) = endpoint.split_once("://").unwrap_or(("", endpoint));
    rest.split('/').next().unwrap_or_default().to_owned()
}

/// Why it does not let us in, or is not trusted, if that is it.
fn refusal(error: &Error, host: &str) -> Option<Text> {
    if let Some(fault) = certificate::fault_of(error, host) {
        return Some(fault.text());
    }
    match error {
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
            // To a request whose answer has no body the store gives no reason.
            let said = element(&whole(error), "Code").map(|_| plain(error));
            let said = said.unwrap_or_else(|| "403".to_owned());
            Some(Text::new(
                format!(
                    "it refuses the access key ({said}); look at its id, its secret, the clock of \
                     this server, and what the key may do in the bucket"
                ),
                format!(
                    "访问密钥被拒绝（{said}）；请检查密钥 ID、密钥内容、本服务器的时钟以及该密钥对存储桶的权限"
                ),
            ))
        }
        _ => None,
    }
}

fn amazon(region: &str) -> String {
    let suffix = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    format!("https://s3.{region}.{suffix}")
}

fn certificates(path: &PathBuf) -> Result<Vec<Certificate>, String> {
    let mut pem = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(1 << 20).read_to_end(&mut pem));
    read.map_err(|error| format!("{}: {error}", path.display()))?;
    Certificate::from_pem_bundle(&pem).map_err(|error| format!("{}: {error}", path.display()))
}

/// The next part of a file, which is as long as `bytes_max` unless it is the last.
async fn part(file: &mut File, bytes_max: u64) -> Result<PutPayload, VaultError> {
    let mut bytes = Vec::new();
    let read = file.take(bytes_max).read_to_end(&mut bytes).await;
    read.map_err(|error| disk("read a file", &error))?;
    Ok(bytes.into())
}

/// Whether the object is missing, and not the bucket.
fn is_missing(error: &Error) -> bool {
    match error {
        Error::NotFound { source, .. } => !whole(source.as_ref()).contains("NoSuchBucket"),
        _ => false,
    }
}

/// The error and its causes.
fn whole(error: &(dyn std::error::Error + 'static)) -> String {
    let (mut text, mut cause) = (error.to_string(), error.source());
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// What the store said, or why it could not be asked, on one line.
fn plain(error: &Error) -> String {
    let text = whole(error);
    let said = match (element(&text, "Code"), element(&text, "Message")) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code,
        _ => {
            let mut last: &(dyn std::error::Error + 'static) = error;
            while let Some(cause) = last.source() {
                last = cause;
            }
            last.to_string()
        }
    };
    let clean = said.chars().map(|c| if c.is_control() { ' ' } else { c });
    clean.take(SAID_CHARS_MAX).collect::<String>().trim().to_owned()
}

/// What stands in an element of the store's XML.
fn element(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    rest.split_once('<').map(|(inner, _)| inner.to_owned())
}
