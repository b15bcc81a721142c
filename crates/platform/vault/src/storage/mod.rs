//! Files by their digest: a name says what is in it, and nothing that anybody sent.
//!
//! They are in one place, and may be moved from another one meanwhile: what is not where it should
//! be is looked for there.

mod bucket;
mod credential;
mod disk;
mod settings;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Weak,
};

use axum::body::Bytes;
use futures_util::{StreamExt as _, stream::BoxStream};
use kernel::Time;
use tokio::{fs::File, io::AsyncWriteExt as _};
use tokio_util::io::ReaderStream;

use self::{bucket::Bucket, disk::Disk};
use crate::{VaultError, vault::Inner};

pub(crate) use self::disk::{Incoming, disk};
pub use self::settings::{AddressStyle, S3Secret, S3Settings, StorageKind, StorageSettings};

/// A file on its way to who asked for it.
pub type ContentStream = BoxStream<'static, io::Result<Bytes>>;

/// Read from the disk at once.
const READ_BYTES: usize = 64 * 1024;

/// Where the files are.
#[derive(Debug)]
pub(crate) struct Storage {
    /// Where they are received, and looked at by the scanner.
    spool: Disk,
    here: Place,
    /// Where they were.
    before: Option<Place>,
}

#[derive(Debug)]
enum Place {
    Disk(Disk),
    Bucket(Box<Bucket>),
}

/// A file that can be named to a program; one that was fetched for that goes when this does.
pub(crate) struct Named {
    path: PathBuf,
    _fetched: Option<Incoming>,
}

impl Named {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Storage {
    /// Files below `root`, which need not exist yet.
    pub(crate) fn on_disk(root: PathBuf) -> Self {
        let here = Place::Disk(Disk::new(root.clone()));
        Self { spool: Disk::new(root), here, before: None }
    }

    /// Files where `settings` say; `root` is the directory for those on disk, which need not exist
    /// yet.
    ///
    /// Errors: [`VaultError::Storage`]: the settings of the bucket make no sense.
    pub(crate) fn new(root: PathBuf, settings: &StorageSettings) -> Result<Self, VaultError> {
        let spool = Disk::new(root.clone());
        let on_disk = Place::Disk(Disk::new(root));
        let bucket = settings.s3.as_ref().map(Bucket::new).transpose()?;
        let bucket = bucket.map(|bucket| Place::Bucket(Box::new(bucket)));
        let (here, before) = match (settings.kind, bucket) {
            (StorageKind::Disk, bucket) => (on_disk, bucket),
            (StorageKind::S3, Some(bucket)) => (bucket, Some(on_disk)),
            (StorageKind::S3, None) => {
                let said = "no bucket is set".to_owned();
                return Err(VaultError::Storage {
                    doing: "use the bucket",
                    name: "s3".into(),
                    said,
                });
            }
        };
        Ok(Self { spool, here, before })
    }

    /// Where a bucket's key is found that the vault keeps.
    pub(crate) fn learn_vault(&self, vault: &Weak<Inner>) {
        for place in self.nearest_first() {
            if let Place::Bucket(bucket) = place {
                bucket.key.learn_vault(vault.clone());
            }
        }
    }

    /// The disk first: what is there still needs no bucket that answers.
    fn nearest_first(&self) -> impl Iterator<Item = &Place> {
        let places = [Some(&self.here), self.before.as_ref()];
        let ordered = match self.here {
            Place::Disk(_) => places,
            Place::Bucket(_) => [places[1], places[0]],
        };
        ordered.into_iter().flatten()
    }

    /// Whether others beside this server put files there.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self.here, Place::Bucket(_))
    }

    /// Where the files are, as people are told of it.
    pub(crate) fn name(&self) -> String {
        self.here.name()
    }

    /// Opens a new file to receive into.
    pub(crate) async fn receive(&self, name: &str) -> Result<(Incoming, File), VaultError> {
        self.spool.receive(name).await
    }

    /// Keeps a received file, which is on stable storage, under its digest.
    ///
    /// A file of that digest and size that is there already is kept instead.
    pub(crate) async fn keep(
        &self,
        incoming: &mut Incoming,
        digest: &str,
        size_bytes: u64,
    ) -> Result<(), VaultError> {
        if self.here.has(digest, size_bytes).await? {
            return Ok(());
        }
        match &self.here {
            Place::Disk(disk) => disk.put(incoming, digest).await,
            Place::Bucket(bucket) => bucket.put(incoming, digest, size_bytes).await,
        }
    }

    /// The bytes of that digest.
    ///
    /// Errors: [`VaultError::ContentLost`], [`VaultError::Storage`], [`VaultError::Disk`].
    pub(crate) async fn open(
        &self,
        digest: &str,
        size_bytes: u64,
    ) -> Result<ContentStream, VaultError> {
        for place in self.nearest_first() {
            if let Some(found) = place.open(digest, size_bytes).await? {
                return Ok(found);
            }
        }
        let said = format!("it is not in {}", self.name());
        Err(VaultError::ContentLost { digest: digest.to_owned(), said })
    }

    /// The file of that digest under a path of this machine; `name` is what a copy is called.
    pub(crate) async fn named(
        &self,
        name: &str,
        digest: &str,
        size_bytes: u64,
    ) -> Result<Named, VaultError> {
        for place in self.nearest_first() {
            if let Place::Disk(disk) = place
                && disk.has(digest, size_bytes).await?
            {
                return Ok(Named { path: disk.path(digest), _fetched: None });
            }
        }
        let fetched = self.fetch(name, self.open(digest, size_bytes).await?).await?;
        Ok(Named { path: fetched.path.clone(), _fetched: Some(fetched) })
    }

    /// Writes what passes by to a file of its own, on stable storage when it returns.
    async fn fetch(&self, name: &str, mut from: ContentStream) -> Result<Incoming, VaultError> {
        let (incoming, mut file) = self.receive(name).await?;
        while let Some(piece) = from.next().await {
            let piece = piece.map_err(|error| VaultError::Storage {
                doing: "read a file",
                name: self.name(),
                said: error.to_string(),
            })?;
            file.write_all(&piece).await.map_err(|error| disk("write a file", &error))?;
        }
        file.sync_all().await.map_err(|error| disk("write a file", &error))?;
        Ok(incoming)
    }

    /// Removes the file of that digest, wherever it is.
    pub(crate) async fn remove(&self, digest: &str) -> Result<(), VaultError> {
        self.here.remove(digest).await?;
        match &self.before {
            Some(before) => before.remove(digest).await,
            None => Ok(()),
        }
    }

    /// The digests in folder number `folder` whose files were written before `before`, at most
    /// `limit` of each place.
    pub(crate) async fn digests(
        &self,
        folder: u8,
        before: Time,
        limit: usize,
    ) -> Result<Vec<String>, VaultError> {
        let mut digests = self.here.digests(folder, before, limit).await?;
        digests.extend(self.left_behind(folder, before, limit).await?);
        Ok(digests)
    }

    /// Removes uploads that were begun before `before` and never finished. Returns how many.
    pub(crate) async fn sweep(&self, before: Time, limit: usize) -> Result<u64, VaultError> {
        self.spool.sweep(before, limit).await
    }

    /// The digests in folder number `folder` that are where they were, at most `limit`.
    pub(crate) async fn left_behind(
        &self,
        folder: u8,
        before: Time,
        limit: usize,
    ) -> Result<Vec<String>, VaultError> {
        match &self.before {
            Some(place) => place.digests(folder, before, limit).await,
            None => Ok(Vec::new()),
        }
    }

    /// A copy of a file that is where it was; `name` is what the copy is called. `None` when it is
    /// there no more.
    pub(crate) async fn fetch_left_behind(
        &self,
        name: &str,
        digest: &str,
        size_bytes: u64,
    ) -> Result<Option<Incoming>, VaultError> {
        let Some(before) = &self.before else { return Ok(None) };
        match before.open(digest, size_bytes).await? {
            Some(found) => self.fetch(name, found).await.map(Some),
            None => Ok(None),
        }
    }

    /// Removes the file of that digest where it was.
    pub(crate) async fn remove_left_behind(&self, digest: &str) -> Result<(), VaultError> {
        match &self.before {
            Some(before) => before.remove(digest).await,
            None => Ok(()),
        }
    }
}

impl Place {
    fn name(&self) -> String {
        match self {
            Self::Disk(_) => "the data directory".to_owned(),
            Self::Bucket(bucket) => bucket.name().to_owned(),
        }
    }

    async fn has(&self, digest: &str, size_bytes: u64) -> Result<bool, VaultError> {
        match self {
            Self::Disk(disk) => disk.has(digest, size_bytes).await,
            Self::Bucket(bucket) => bucket.has(digest, size_bytes).await,
        }
    }

    async fn open(
        &self,
        digest: &str,
        size_bytes: u64,
    ) -> Result<Option<ContentStream>, VaultError> {
        match self {
            Self::Disk(disk) => {
                let file = disk.open(digest, size_bytes).await?;
                Ok(file.map(|file| ReaderStream::with_capacity(file, READ_BYTES).boxed()))
            }
            Self::Bucket(bucket) => bucket.open(digest, size_bytes).await,
        }
    }

    async fn remove(&self, digest: &str) -> Result<(), VaultError> {
        match self {
            Self::Disk(disk) => disk.remove(digest).await,
            Self::Bucket(bucket) => bucket.remove(digest).await,
        }
    }

    async fn digests(
        &self,
        folder: u8,
        before: Time,
        limit: usize,
    ) -> Result<Vec<String>, VaultError> {
        match self {
            Self::Disk(disk) => disk.digests(folder, before, limit).await,
            Self::Bucket(bucket) => bucket.digests(folder, before, limit).await,
        }
    }
}

/// Whether a bucket can be written, read, listed and cleared with these settings; where it is.
///
/// `name`: part of the name of the object it is tried with. Errors: [`VaultError::Storage`] naming
/// what could not be done, and why.
pub async fn try_bucket(settings: &S3Settings, name: &str) -> Result<String, VaultError> {
    let bucket = Bucket::new(settings)?;
    bucket.trial(name).await?;
    Ok(bucket.name().to_owned())
}
