//! Time series on disk: append, select, retain, merge.
//!
//! A series is a set of [`Labels`]; a point is a time in milliseconds and a float. The trait
//! [`SeriesStore`] is what callers know; [`DiskStore`] is the engine in this crate: a write-ahead
//! log, the newest hours in memory, and immutable compressed blocks on disk. Time is always an
//! argument: the library has no clock and no threads of its own.
//!
//! The bytes on disk are described in `docs/formats/series.md`.

mod error;

mod options;
mod store;

mod aside;
mod bits;
mod codec;
mod damage;
mod decimal;
mod files;
mod gather;
mod intern;
mod locks;
mod pack;
mod postings;

#[cfg(test)]
mod faults;

mod block;
mod cardinality;
mod disk;
mod erasure;
mod head;
mod rollup;
mod save;
mod selection;
mod verify;
mod wal;

pub use aside::{Exemplar, Metadata};
pub use cardinality::Cardinality;
pub use disk::{DiskStore, Maintained, RefSample, RefsAppended, SeriesRef, Ticket};
pub use error::TsdbError;
pub use options::{Options, SyncPolicy};
pub use rollup::Aggregate;
pub use selection::{Selection, SelectionReader};
pub use series::{
    LABELS_MAX, Labels, METRIC_LABEL, MatchOp, Matcher, NAME_BYTES_MAX, Point, Sample, Selector,
    Series, SeriesError, TimeRange, VALUE_BYTES_MAX,
};
pub use store::{Appended, Column, Damage, SelectLimits, SeriesStore, StoreStats};
pub use verify::{Verified, verify};
