//! Points, samples, series and ranges of time.

use crate::Labels;

/// One measured value.
#[derive(Debug, Clone, Copy)]
pub struct Point {
    /// Milliseconds since 1970, UTC.
    pub at_ms: i64,
    /// The value; every bit is kept, also those of NaN and -0.
    pub value: f64,
}

/// Equal bits, so that a NaN equals itself and -0 differs from 0.
impl PartialEq for Point {
    fn eq(&self, other: &Self) -> bool {
        self.at_ms == other.at_ms && self.value.to_bits() == other.value.to_bits()
    }
}

impl Eq for Point {}

/// One point on its way into the store.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Which series.
    pub labels: Labels,
    /// Milliseconds since 1970, UTC.
    pub at_ms: i64,
    /// The value.
    pub value: f64,
}

/// One observation that stands for others, with labels such as a trace's id.
#[derive(Debug, Clone, PartialEq)]
pub struct Exemplar {
    /// The exemplar's own labels.
    pub labels: Labels,
    /// Milliseconds since 1970, UTC.
    pub at_ms: i64,
    /// What was observed.
    pub value: f64,
}

/// A series with the points that were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Which series.
    pub labels: Labels,
    /// Strictly ascending by time.
    pub points: Vec<Point>,
}

/// A span of time, both ends included; empty where `from_ms > to_ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeRange {
    /// First millisecond.
    pub from_ms: i64,
    /// Last millisecond.
    pub to_ms: i64,
}

impl TimeRange {
    /// Everything.
    pub const ALL: Self = Self { from_ms: i64::MIN, to_ms: i64::MAX };

    /// Tells whether `at_ms` lies inside.
    #[must_use]
    pub fn contains(&self, at_ms: i64) -> bool {
        self.from_ms <= at_ms && at_ms <= self.to_ms
    }

    /// Tells whether the two have a millisecond in common.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.from_ms.max(other.from_ms) <= self.to_ms.min(other.to_ms)
    }

    /// From the first of both to the last of both.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        let (from_ms, to_ms) = (self.from_ms.min(other.from_ms), self.to_ms.max(other.to_ms));
        Self { from_ms, to_ms }
    }

    /// The part of `points` (ascending by time) that lies inside.
    #[must_use]
    pub fn cut<'p>(&self, points: &'p [Point]) -> &'p [Point] {
        let first = points.partition_point(|point| point.at_ms < self.from_ms);
        let end = points.partition_point(|point| point.at_ms <= self.to_ms);
        points.get(first..end).unwrap_or(&[])
    }
}
