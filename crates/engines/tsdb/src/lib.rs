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
mod histograms;
mod intern;
mod locks;
mod mixed;
mod pack;
mod postings;

#[cfg(test)]
mod faults;
#[cfg(test)]
mod fuzz;

mod block;
mod cardinality;
mod catalog;
mod disk;
mod erasure;
mod head;
mod rollup;
mod save;
mod selection;
mod statistics;
mod tuning;
mod verify;
mod wal;

pub use aside::{Exemplar, Metadata};
pub use cardinality::Cardinality;
pub use disk::{
    DiskStore, FarReader, FarSelection, Maintained, RefSample, RefsAppended, Retention, Rolled,
    SeriesRef, SeriesWindows, WindowReader, WindowSelection,
};
pub use error::TsdbError;
pub use options::{Acknowledge, Options, Rollup, SyncPolicy};
pub use rollup::Aggregate;
pub use selection::{Points, Selection, SelectionReader};
pub use series::{
    BUCKETS_MAX, Buckets, CUSTOM_SCHEMA, Histogram, HistogramPoint, HistogramSample,
    IntegerBuckets, IntegerHistogram, LABELS_MAX, Labels, METRIC_LABEL, MalformedHistogram,
    MatchOp, Matcher, NAME_BYTES_MAX, NativeHistogram, Pattern, PatternError, Point, ResetHint,
    Sample, Selector, Series, SeriesError, Span, TimeRange, VALUE_BYTES_MAX,
};
pub use statistics::Statistics;
pub use store::{
    Age, Appended, Batch, BatchAppended, Column, Damage, FirstRefused, HistogramsAppended,
    RetentionStats, RollupStats, SelectLimits, SeriesStore, StoreStats, Terms, Unfit,
};
pub use tuning::Tuning;
pub use verify::{Verified, verify};
