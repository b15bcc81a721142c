use std::path::{Path, PathBuf};

use thiserror::Error;

/// What is wrong with some bytes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("byte {at}: {what}")]
pub struct Fault {
    /// Where, from the beginning of the file.
    pub at: u64,
    /// What was expected, and what stands there.
    pub what: String,
}

impl Fault {
    pub(crate) fn new(at: usize, what: impl Into<String>) -> Self {
        Self { at: at as u64, what: what.into() }
    }

    /// The same, of a file.
    #[must_use]
    pub fn of(self, file: &Path) -> Damage {
        Damage { file: file.to_owned(), at: self.at, what: self.what }
    }
}

/// A place in a file that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}, byte {at}: {what}", .file.display())]
pub struct Damage {
    /// The file.
    pub file: PathBuf,
    /// Where, from the beginning of the file.
    pub at: u64,
    /// What was expected, and what stands there.
    pub what: String,
}

impl Damage {
    /// A file that the system does not give.
    pub(crate) fn io(file: &Path, error: &std::io::Error) -> Self {
        Self { file: file.to_owned(), at: 0, what: format!("cannot be read: {error}") }
    }
}
