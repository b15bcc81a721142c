//! Native histograms: counts in buckets whose bounds follow from a schema.
//!
//! Source: Prometheus, "native histograms"; the arithmetic is the one PromQL shows.

mod arithmetic;
mod buckets;
mod compare;
mod custom;
mod kahan;
mod shape;
mod show;
mod trim;

pub use buckets::{Bucket, BucketSide, Buckets, Span};
pub use kahan::KahanSum;
pub use trim::Trim;

use std::sync::Arc;

/// The schema of histograms whose bounds are listed.
pub const CUSTOM_SCHEMA: i32 = -53;
/// The coarsest exponential schema: bounds 2^16 apart.
pub const SCHEMA_MIN: i32 = -4;
/// The finest exponential schema: bounds 2^(1/256) apart.
pub const SCHEMA_MAX: i32 = 8;

/// Most buckets of a histogram that is kept, and most listed bounds.
pub const BUCKETS_MAX: usize = 8_192;

/// What is known about resets between a histogram and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResetHint {
    /// Nothing is known.
    #[default]
    Unknown,
    /// The counter began anew with this histogram.
    Reset,
    /// The counter went on.
    NotReset,
    /// Not a counter.
    Gauge,
}

/// Two histograms that cannot be put together: one exponential, one with listed bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("put histograms together: one has exponential buckets, the other listed ones")]
pub struct IncompatibleSchemas;

/// What happened while two histograms were put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Added {
    /// One said that the counter was reset, the other that it was not.
    pub hints_collide: bool,
    /// The listed bounds differed, so only those in both remain.
    pub bounds_reconciled: bool,
}

/// A native histogram with counts as floats.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    /// Whether the counter was reset before.
    pub hint: ResetHint,
    /// -4 to 8, or [`CUSTOM_SCHEMA`].
    pub schema: i32,
    /// The zero bucket reaches from minus this to this.
    pub zero_threshold: f64,
    /// Observations in the zero bucket.
    pub zero_count: f64,
    /// All observations.
    pub count: f64,
    /// Sum of all observations.
    pub sum: f64,
    /// Counts of positive observations; all counts where the bounds are listed.
    pub positive: Buckets,
    /// Counts of negative observations by their absolute value.
    pub negative: Buckets,
    /// Listed upper bounds, ascending, without +Inf; empty for exponential schemas.
    pub bounds: Arc<[f64]>,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            hint: ResetHint::Unknown,
            schema: 0,
            zero_threshold: 0.0,
            zero_count: 0.0,
            count: 0.0,
            sum: 0.0,
            positive: Buckets::default(),
            negative: Buckets::default(),
            bounds: Arc::from([]),
        }
    }
}

impl Histogram {
    /// Tells whether the bounds are listed.
    #[must_use]
    pub fn is_custom(&self) -> bool {
        self.schema == CUSTOM_SCHEMA
    }

    /// Tells whether the sum is the staleness marker, so that the histogram means no value.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        crate::is_stale(self.sum)
    }

    /// How many bytes it takes; listed bounds, which histograms share, are left out.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.positive.bytes() + self.negative.bytes()
    }

    /// Tells whether any part has become infinite.
    #[must_use]
    pub fn has_overflow(&self) -> bool {
        self.zero_count.is_infinite()
            || self.count.is_infinite()
            || self.sum.is_infinite()
            || self.positive.counts().iter().any(|count| count.is_infinite())
            || self.negative.counts().iter().any(|count| count.is_infinite())
    }
}
