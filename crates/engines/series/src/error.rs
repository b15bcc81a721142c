//! What can be wrong with labels and selectors.

/// Every error of this crate but that of histograms.
#[derive(Debug, thiserror::Error)]
pub enum SeriesError {
    /// A metric without a name.
    #[error("read metric name: it is empty")]
    NoMetricName,
    /// A label without a name.
    #[error("read label name: it is empty")]
    NoLabelName,
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
    /// A matcher's regular expression is none of RE2, or too large.
    #[error("read the matcher of label {name}: {source}")]
    MatcherRegex {
        /// The label.
        name: String,
        /// What is wrong with it.
        source: Box<crate::PatternError>,
    },
}
