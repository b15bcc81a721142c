//! What can go wrong, one enum for the crate.

use std::path::{Path, PathBuf};

/// Every error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum TsdbError {
    /// A metric name outside `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    #[error("read metric name {name:?}: wants letters, digits, '_' and ':', no digit in front")]
    MetricName {
        /// The refused name.
        name: String,
    },
    /// A label name outside `[a-zA-Z_][a-zA-Z0-9_]*`.
    #[error("read label name {name:?}: wants letters, digits and '_', no digit in front")]
    LabelName {
        /// The refused name.
        name: String,
    },
    /// A metric or label name longer than [`crate::NAME_BYTES_MAX`].
    #[error("read a label name of {bytes} bytes: at most {max} are allowed")]
    NameTooLong {
        /// Length of the refused name.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// A label value longer than [`crate::VALUE_BYTES_MAX`].
    #[error("read the value of label {name}: {bytes} bytes where at most {max} are allowed")]
    ValueTooLong {
        /// The label.
        name: String,
        /// Length of the refused value.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// More labels than [`crate::LABELS_MAX`].
    #[error("read a series of {count} labels: at most {max} are allowed")]
    TooManyLabels {
        /// Labels found.
        count: usize,
        /// The limit.
        max: usize,
    },
    /// The same label name given twice.
    #[error("read labels: {name} is given twice")]
    LabelTwice {
        /// The repeated name.
        name: String,
    },
    /// Text that is not a vector selector.
    #[error("read selector at byte {position}: expected {expected}, found {found}")]
    SelectorSyntax {
        /// Byte offset in the text.
        position: usize,
        /// What could stand there.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// A selector of which every matcher also accepts a missing label.
    #[error("read selector: at least one matcher must not match the empty string")]
    SelectorTooWide,
    /// A matcher's regular expression does not compile.
    #[error("read the matcher of label {name}: {source}")]
    MatcherRegex {
        /// The label.
        name: String,
        /// What the regex compiler says.
        source: Box<regex::Error>,
    },
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
