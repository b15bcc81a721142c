//! Files on the server's own disk, below one directory.

use std::{
    io,
    path::{Path, PathBuf},
    time::{Duration, UNIX_EPOCH},
};

use kernel::Time;
use tokio::fs;

use crate::VaultError;

/// The directory of the attached files.
#[derive(Debug)]
pub(super) struct Disk {
    root: PathBuf,
}

/// A file of its own that is being received or looked at; goes when it is not kept.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(super) path: PathBuf,
    pub(super) kept: bool,
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = std::fs::remove_file(&self.path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!("failed to remove an unfinished upload: {error}");
        }
    }
}

impl Incoming {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Disk {
    /// Files below `root`, which need not exist yet.
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// Opens a new file to receive into.
    pub(super) async fn receive(&self, name: &str) -> Result<(Incoming, fs::File), VaultError> {
        let folder = self.root.join("incoming");
        make_folder(&folder).await.map_err(|e| disk("make a folder for uploads", &e))?;
        let path = folder.join(name);
        let file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .await
            .map_err(|error| disk("begin a file", &error))?;
        Ok((Incoming { path, kept: false }, file))
    }

    /// Whether the file of that digest is there, and as long as it should be.
    pub(super) async fn has(&self, digest: &str, size_bytes: u64) -> Result<bool, VaultError> {
        match fs::metadata(self.path(digest)).await {
            Ok(about) => Ok(about.len() == size_bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(disk("look for a file", &error)),
        }
    }

    /// Keeps a received file, which is on stable storage, under its digest.
    pub(super) async fn put(
        &self,
        incoming: &mut Incoming,
        digest: &str,
    ) -> Result<(), VaultError> {
        let path = self.path(digest);
        let folder = path.parent().unwrap_or(&self.root).to_owned();
        let kept = async {
            make_folder(&folder).await?;
            fs::rename(&incoming.path, &path).await?;
            fs::File::open(&folder).await?.sync_all().await?;
            fs::File::open(&self.root).await?.sync_all().await
        };
        kept.await.map_err(|error| disk("keep a file", &error))?;
        incoming.kept = true;
        Ok(())
    }

    /// The file of that digest, when it is there and as long as it should be.
    pub(super) async fn open(
        &self,
        digest: &str,
        size_bytes: u64,
    ) -> Result<Option<fs::File>, VaultError> {
        let file = match fs::File::open(self.path(digest)).await {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(disk("open a file", &error)),
        };
        let about = file.metadata().await.map_err(|error| disk("open a file", &error))?;
        if about.len() == size_bytes {
            return Ok(Some(file));
        }
        let said = format!("it has {} bytes instead of {size_bytes}", about.len());
        Err(VaultError::ContentLost { digest: digest.to_owned(), said })
    }

    /// Where the file of that digest is.
    pub(super) fn path(&self, digest: &str) -> PathBuf {
        let (folder, name) = digest.split_at_checked(2).unwrap_or(("00", digest));
        self.root.join(folder).join(name)
    }

    /// Removes the file of that digest, if it is there.
    pub(super) async fn remove(&self, digest: &str) -> Result<(), VaultError> {
        match fs::remove_file(self.path(digest)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(disk("remove a file", &error))
            }
            _ => Ok(()),
        }
    }

    /// The digests in folder number `folder` whose files were written before `before`, at most
    /// `limit`.
    pub(super) async fn digests(
        &self,
        folder: u8,
        before: Time,
        limit: usize,
    ) -> Result<Vec<String>, VaultError> {
        let name = format!("{folder:02x}");
        let names = list(&self.root.join(&name), before, limit).await;
        let names = names.map_err(|error| disk("look through the files", &error))?;
        Ok(names.into_iter().map(|rest| format!("{name}{rest}")).collect())
    }

    /// Removes uploads that were begun before `before` and never finished. Returns how many.
    pub(super) async fn sweep(&self, before: Time, limit: usize) -> Result<u64, VaultError> {
        let folder = self.root.join("incoming");
        let names = list(&folder, before, limit).await;
        let mut done = 0;
        for name in names.map_err(|error| disk("look through the uploads", &error))? {
            let removed = fs::remove_file(folder.join(name)).await;
            removed.map_err(|error| disk("remove an unfinished upload", &error))?;
            done += 1;
        }
        Ok(done)
    }
}

/// An error of the disk.
pub(crate) fn disk(doing: &'static str, error: &io::Error) -> VaultError {
    let full = matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    );
    VaultError::Disk { doing, said: error.to_string(), full }
}

async fn make_folder(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).await
}

/// Names in `folder` of files last written before `before`; none when there is no folder.
async fn list(folder: &Path, before: Time, limit: usize) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    let mut entries = match fs::read_dir(folder).await {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(names),
        Err(error) => return Err(error),
    };
    let before = UNIX_EPOCH + Duration::from_micros(u64::try_from(before.micros()).unwrap_or(0));
    while let Some(entry) = entries.next_entry().await? {
        let about = entry.metadata().await?;
        if names.len() < limit && about.is_file() && about.modified()? < before {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}
