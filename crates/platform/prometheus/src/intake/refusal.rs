use thiserror::Error;
use tsdb::Appended;
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

/// What is to be said when the store took `appended` and `refused` did not get so far.
pub(super) fn store_refusal(appended: &Appended, mut refused: Refused) -> Option<WriteRefusal> {
    if appended.over_limit > 0 {
        return Some(WriteRefusal::Full { over: appended.over_limit });
    }
    for (count, why) in [
        (appended.conflicts, "duplicate sample for timestamp"),
        (appended.too_old, "out of order sample"),
    ] {
        if count > 0 {
            refused.add(format!("{why} ({count} samples)"));
        }
    }
    refused.into_words().map(WriteRefusal::Bad)
}
