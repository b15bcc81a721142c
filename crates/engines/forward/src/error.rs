//! What can go wrong with the queue.

use std::path::{Path, PathBuf};

/// Every error of the queue.
#[derive(Debug, thiserror::Error)]
pub enum ForwardError {
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
}

impl ForwardError {
    /// Returns a closure that puts `action` and `path` around a system error.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io { action, path, source }
    }
}
