//! Why a part of this machine could not be read.

use std::path::PathBuf;
use std::time::Duration;

/// What kept a collector from reading its part. Messages complete "failed to …".
#[derive(Debug, thiserror::Error)]
pub(crate) enum CollectError {
    /// This machine has no such thing; nothing is wrong.
    #[error("find {what}: this machine has none")]
    Absent {
        /// The file, folder or service that is not there.
        what: String,
    },
    /// The operating system refused to let us read.
    #[error("read {}: {source}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is longer than anything the kernel writes there.
    #[error("read {}: longer than {bytes_max} bytes", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// The limit it exceeds.
        bytes_max: usize,
    },
    /// A file does not say what it should.
    #[error("understand {file}: found {found:?} where {expected} is expected")]
    Malformed {
        /// The file, by its name under `/proc` or `/sys`.
        file: &'static str,
        /// The beginning of what it says.
        found: String,
        /// What should be there.
        expected: &'static str,
    },
    /// A program or file system did not answer in time.
    #[error("wait for {what}: no answer within {limit:?}")]
    TimedOut {
        /// Whom we asked.
        what: String,
        /// How long we waited.
        limit: Duration,
    },
    /// File systems whose server or disk does not answer; all others were read.
    #[error("ask {} for space: no answer within {limit:?}", mounts.join(", "))]
    MountsSilent {
        /// Where they are mounted.
        mounts: Vec<String>,
        /// How long each was waited for.
        limit: Duration,
    },
    /// A program we asked could not be run or said no.
    #[error("run {program}: {reason}")]
    ProgramFailed {
        /// Its path.
        program: String,
        /// Its exit code, or why it could not start.
        reason: String,
    },
    /// More of something than one reading may cost; what is there was counted up to the limit.
    #[error("count {what}: more than {limit}, the rest is left out")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many were counted.
        limit: usize,
    },
}

impl CollectError {
    /// Makes a [`CollectError::Malformed`] that keeps at most 60 characters of what was found.
    pub(crate) fn malformed(file: &'static str, found: &str, expected: &'static str) -> Self {
        Self::Malformed { file, found: found.chars().take(60).collect(), expected }
    }
}
