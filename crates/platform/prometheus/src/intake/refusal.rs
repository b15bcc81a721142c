use thiserror::Error;
use tsdb::{Appended, FirstRefused, Labels};
use wire::{otlp::json::JsonFault, protobuf::ProtobufFault, remote::snappy::SnappyFault};

/// So many wrong series of a request are named; the others are counted.
const NAMED_MAX: usize = 10;

/// Why a write, or a part of it, was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum WriteRefusal {
    /// Another message or packing than those that are read (415).
    #[error("{0}")]
    Unsupported(String),
    /// Something in it is wrong; to send it again would not help (400).
    #[error("{0}")]
    Bad(String),
    /// More than is taken at once (413).
    #[error("{0}")]
    TooLarge(String),
    /// The store holds as much as it may (503): to be sent again, after a while.
    #[error("{over} samples: the store holds as many series or points in memory as it may")]
    Full {
        /// Samples that did not fit.
        over: u64,
    },
    /// The store cannot write (500).
    #[error("the samples could not be stored; the server's log says why")]
    Broken,
}

/// The series of a request that were not taken, in words.
#[derive(Debug, Default)]
pub(crate) struct Refused {
    named: Vec<String>,
    more: u64,
}

impl Refused {
    pub(crate) fn add(&mut self, why: String) {
        if self.named.len() < NAMED_MAX {
            self.named.push(why);
        } else {
            self.more += 1;
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> u64 {
        self.named.len() as u64 + self.more
    }

    fn into_words(mut self) -> Option<String> {
        if self.more > 0 {
            self.named.push(format!("and {} more", self.more));
        }
        (!self.named.is_empty()).then(|| self.named.join("\n"))
    }
}

impl From<SnappyFault> for WriteRefusal {
    fn from(fault: SnappyFault) -> Self {
        match fault {
            SnappyFault::TooLong { .. } => Self::TooLarge(fault.to_string()),
            SnappyFault::Bomb { .. } | SnappyFault::Corrupt { .. } => Self::Bad(fault.to_string()),
        }
    }
}

impl From<ProtobufFault> for WriteRefusal {
    fn from(fault: ProtobufFault) -> Self {
        Self::Bad(fault.to_string())
    }
}

impl From<JsonFault> for WriteRefusal {
    fn from(fault: JsonFault) -> Self {
        Self::Bad(fault.to_string())
    }
}

/// Most bytes of a series' labels that are said.
const SERIES_BYTES_MAX: usize = 1_000;

/// What is to be said when the store took `appended`, of which `first` were the first that it did
/// not take, and `refused` did not get so far.
pub(super) fn store_refusal(
    appended: &Appended,
    first: &FirstRefused,
    mut refused: Refused,
) -> Option<WriteRefusal> {
    if appended.over_limit > 0 {
        return Some(WriteRefusal::Full { over: appended.over_limit });
    }
    let Appended { conflicts, too_old, .. } = *appended;
    if conflicts > 0 {
        let (series, at_ms) = told(first.conflict.as_ref());
        let many = many(conflicts);
        refused.add(format!("duplicate sample for timestamp {at_ms} for series {series} {many}"));
    }
    if too_old > 0 {
        let (series, at_ms) = told(first.too_old.as_ref());
        let many = many(too_old);
        refused.add(format!("out of order sample for series {series}, timestamp {at_ms} {many}"));
    }
    refused.into_words().map(WriteRefusal::Bad)
}

/// A series and a time, in words of a bounded length.
fn told(first: Option<&(Labels, i64)>) -> (String, String) {
    // Another store than that of this server need not say it.
    let Some((labels, at_ms)) = first else { return ("unknown".to_owned(), "unknown".to_owned()) };
    let mut series = labels.to_string();
    if series.len() > SERIES_BYTES_MAX {
        series.truncate(series.floor_char_boundary(SERIES_BYTES_MAX));
        series.push('…');
    }
    (series, at_ms.to_string())
}

fn many(count: u64) -> String {
    match count {
        1 => "(1 sample)".to_owned(),
        _ => format!("({count} samples, of which this is the first)"),
    }
}
