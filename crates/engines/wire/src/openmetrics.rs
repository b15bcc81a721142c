//! The OpenMetrics text format 1.0, read and written.
//!
//! [`Reader`] goes through a file line by line and hands out samples; nothing is copied but texts
//! with escapes in them. [`Checks::Strict`] holds a file to everything that the specification
//! says, also across lines; [`Checks::Tolerant`] takes whatever Prometheus' scraper would.
//!
//! [`TextReader`] reads the Prometheus text format 0.0.4, its predecessor, in the same way.
//!
//! Source: OpenMetrics 1.0 (`draft-richih-opsawg-openmetrics`), "Text format".

mod family;
mod histogram;
mod line;
mod reader;
mod text;
mod write;

pub use family::{Family, suffixes};
pub use line::{Exemplar, Pairs, Sample};
pub use reader::Reader;
pub use text::TextReader;
pub use write::{END, WrittenExemplar, write_family, write_sample, write_sample_with_exemplar};

use thiserror::Error;

/// The `Content-Type` of the format.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Most characters of an exemplar's labels, names and values together.
const EXEMPLAR_CHARS_MAX: usize = 128;

/// How much is asked of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Checks {
    /// All rules of the specification.
    #[default]
    Strict,
    /// Each line must be well formed, and the last one `# EOF`; families may be as they like.
    /// Names may be any text in double quotes, as in Prometheus 3: `{"my.name","a label"="b"} 1`.
    Tolerant,
}

/// What is wrong with a file, and in which line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {what}")]
pub struct OpenMetricsFault {
    /// The first is 1.
    pub line: usize,
    /// What is wrong, and what was expected.
    pub what: String,
}

#[cfg(test)]
mod tests;
