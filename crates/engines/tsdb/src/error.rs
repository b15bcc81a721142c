//! What can go wrong, one enum for the crate.

use series::SeriesError;
use std::path::{Path, PathBuf};

/// Every error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum TsdbError {
    /// Labels or a selector that are none.
    #[error(transparent)]
    Series(#[from] SeriesError),
    /// The answer would have more series than the caller allows.
    #[error("select series: more than {limit} series match")]
    TooManySeries {
        /// The caller's limit.
        limit: usize,
    },
    /// The answer would have more points than the caller allows.
    #[error("select series: more than {limit} points match")]
    TooManyPoints {
        /// The caller's limit.
        limit: usize,
    },
    /// The operating system refused.
    #[error("{action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// Somebody else's sync failed, of which an append was a part.
    #[error("sync the log: it failed for all who waited for it")]
    NotSynced,
    /// A file written by a newer release.
    #[error("open {}: format version {found} is newer than {supported}, the newest known here",
        path.display())]
    NewerVersion {
        /// The file.
        path: PathBuf,
        /// Version in the file.
        found: u8,
        /// Newest version this release reads.
        supported: u8,
    },
    /// Another process has the folder open.
    #[error("open {}: another process has this store open", path.display())]
    Locked {
        /// The store's folder.
        path: PathBuf,
    },
    /// A folder that was to be new has files.
    #[error("copy the store to {}: the folder is not empty", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// Bytes that fail their checksum or make no sense.
    #[error("read {} at byte {offset}: {what}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where in it.
        offset: u64,
        /// What is wrong.
        what: &'static str,
    },
    /// Values the compressor refuses.
    #[error("compress a column: {source}")]
    Compress {
        /// What the compressor says.
        source: Box<pco::errors::PcoError>,
    },
}

impl TsdbError {
    /// Returns a closure that puts `action` and `path` around a system error.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io { action, path, source }
    }
}
