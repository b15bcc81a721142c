//! Time series on disk: append, select, retain, merge.
//!
//! A series is a set of [`Labels`]; a point is a time in milliseconds and a float. The trait
//! [`SeriesStore`] is what callers know; [`DiskStore`] is the engine in this crate: a write-ahead
//! log, the newest hours in memory, and immutable compressed blocks on disk. Time is always an
//! argument: the library has no clock and no threads of its own.
//!
//! The bytes on disk are described in `docs/formats/series.md`.

mod error;
mod labels;
mod point;
mod selector;

mod options;
mod store;

mod codec;
mod damage;
mod files;
mod intern;
mod locks;
mod postings;

mod block;
mod disk;
mod head;
mod wal;

pub use disk::{DiskStore, Maintained};
pub use error::TsdbError;
pub use labels::{LABELS_MAX, Labels, METRIC_LABEL, NAME_BYTES_MAX, VALUE_BYTES_MAX};
pub use options::{Options, SyncPolicy};
pub use point::{Point, Sample, Series, TimeRange};
pub use selector::{MatchOp, Matcher, Selector};
pub use store::{Appended, Damage, SelectLimits, SeriesStore, StoreStats};
