use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// The directory that holds everything one installation knows, locked for this process.
///
/// The lock is the kernel's (flock(2)) on the file `lock`: it goes with the process, however that
/// ends.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: File,
}

/// Why a data directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// It could not be made or opened.
    #[error("data directory {path}: cannot {doing}: {source}")]
    Unusable {
        /// The directory.
        path: PathBuf,
        /// What was tried.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// Another process has it.
    #[error(
        "data directory {path} is in use by another Mainstay (process {holder}); stop it first, \
         or choose another directory with --data"
    )]
    InUse {
        /// The directory.
        path: PathBuf,
        /// The process id that the other one wrote, or `?`.
        holder: String,
    },
}

impl DataDir {
    /// Makes the directory where it is missing (mode 0700), proves that it can be written, and
    /// locks it.
    ///
    /// Errors: [`DataDirError::Unusable`] when it is a file, read-only, full or not ours;
    /// [`DataDirError::InUse`] when another process holds the lock.
    pub fn open(path: &Path) -> Result<Self, DataDirError> {
        let unusable =
            |doing| move |source| DataDirError::Unusable { path: path.to_owned(), doing, source };
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(unusable("create it"))?;
        let mode = fs::metadata(path).map_err(unusable("read it"))?.permissions().mode();
        if mode & 0o077 != 0 {
            tracing::warn!(
                path = %path.display(),
                "the data directory can be read by other users of this machine (mode {:o}); \
                 chmod 700 it",
                mode & 0o777
            );
        }
        let mut lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .mode(0o600)
            .open(path.join("lock"))
            .map_err(unusable("write in it"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = fs::read_to_string(path.join("lock")).unwrap_or_default();
                let holder = match holder.trim() {
                    "" => "?".to_owned(),
                    pid => pid.chars().filter(char::is_ascii_digit).collect(),
                };
                return Err(DataDirError::InUse { path: path.to_owned(), holder });
            }
            Err(TryLockError::Error(source)) => return Err(unusable("lock it")(source)),
        }
        lock.set_len(0)
            .and_then(|()| writeln!(lock, "{}", std::process::id()))
            .and_then(|()| lock.sync_all())
            .map_err(unusable("write in it"))?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// The directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the records are.
    #[must_use]
    pub fn records(&self) -> PathBuf {
        self.path.join("records.sqlite")
    }

    /// Where the samples are.
    #[must_use]
    pub fn series(&self) -> PathBuf {
        self.path.join("series")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_process_is_told_who_holds_it() {
        let dir = tempfile::tempdir().unwrap();
        let first = DataDir::open(dir.path()).unwrap();
        let refusal = DataDir::open(dir.path()).unwrap_err().to_string();
        assert!(refusal.contains(&std::process::id().to_string()), "{refusal}");
        drop(first);
        DataDir::open(dir.path()).unwrap();
    }

    #[test]
    fn file_in_its_place_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("data");
        fs::write(&file, "x").unwrap();
        let refusal = DataDir::open(&file).unwrap_err().to_string();
        assert!(refusal.contains("data") && refusal.contains("cannot"), "{refusal}");
    }

    #[test]
    fn missing_directory_is_made_for_its_owner_only() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/b");
        let _data = DataDir::open(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
    }
}
