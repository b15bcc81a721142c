//! Changes of a histogram's shape: coarser buckets, a wider zero bucket, no empty buckets.

use super::buckets::exponential_bound;
use super::{Buckets, Histogram};

/// The bucket of a coarser schema that a bucket becomes part of.
pub(super) fn coarser(number: i32, by: i32) -> i32 {
    ((number - 1) >> by.clamp(0, 31)) + 1
}

impl Buckets {
    /// Sums up buckets that become one when the schema falls by `by`.
    pub(super) fn reduced(&self, by: i32) -> Self {
        if by <= 0 {
            return self.clone();
        }
        let mut merged: Vec<(i32, f64)> = Vec::with_capacity(self.counts().len());
        for (number, count) in self.numbered() {
            let number = coarser(number, by);
            match merged.last_mut() {
                Some(last) if last.0 == number => last.1 += count,
                _ => merged.push((number, count)),
            }
        }
        Self::from_numbered(merged)
    }
}

impl Histogram {
    /// The same observations at a schema that is not finer than the present one.
    #[must_use]
    pub fn at_schema(&self, schema: i32) -> Self {
        if self.is_custom() || schema >= self.schema {
            return self.clone();
        }
        let by = self.schema - schema;
        let (positive, negative) = (self.positive.reduced(by), self.negative.reduced(by));
        Self { schema, positive, negative, ..self.clone() }
    }

    /// Drops empty buckets.
    #[must_use]
    pub fn compacted(mut self) -> Self {
        self.compact();
        self
    }

    /// Drops empty buckets.
    pub fn compact(&mut self) {
        let holds_zero = |buckets: &Buckets| {
            buckets.counts().contains(&0.0) || buckets.spans().iter().any(|span| span.length == 0)
        };
        if holds_zero(&self.positive) {
            self.positive = self.positive.compacted();
        }
        if holds_zero(&self.negative) {
            self.negative = self.negative.compacted();
        }
    }

    /// What the zero bucket would hold if it reached to `threshold`, and how far it really has to
    /// reach so that no populated bucket is cut.
    pub(super) fn zero_at(&self, threshold: f64) -> (f64, f64) {
        let mut threshold = threshold;
        if threshold <= self.zero_threshold {
            return (self.zero_count, self.zero_threshold.max(threshold));
        }
        loop {
            let mut count = self.zero_count;
            let mut grown = false;
            for side in [&self.positive, &self.negative] {
                for (number, held) in side.numbered() {
                    if exponential_bound(number - 1, self.schema) >= threshold {
                        break;
                    }
                    count += held;
                    let upper = exponential_bound(number, self.schema);
                    if upper > threshold {
                        if held != 0.0 {
                            threshold = upper;
                            grown = true;
                        }
                        break;
                    }
                }
            }
            // A grown threshold may swallow more of the other side: count again.
            if !grown {
                return (count, threshold);
            }
        }
    }

    /// Widens the zero bucket; the buckets it swallows go.
    pub(super) fn widen_zero(&mut self, count: f64, threshold: f64) {
        (self.zero_count, self.zero_threshold) = (count, threshold);
        let schema = self.schema;
        let beyond = |buckets: &Buckets| {
            let kept = buckets.numbered().filter(|(number, held)| {
                *held != 0.0 && exponential_bound(number - 1, schema) >= threshold
            });
            Buckets::from_numbered(kept.collect::<Vec<_>>())
        };
        self.positive = beyond(&self.positive);
        self.negative = beyond(&self.negative);
    }

    /// Brings both zero buckets to one width; returns what that of `other` holds then.
    pub(super) fn reconcile_zero(&mut self, other: &Self) -> f64 {
        let (mut count, mut threshold) = (other.zero_count, other.zero_threshold);
        // Ends: each round widens one of the two to a bound of the other's buckets, and of these
        // there are finitely many. NaN thresholds compare false and end it at once.
        loop {
            if self.zero_threshold > threshold {
                (count, threshold) = other.zero_at(self.zero_threshold);
            }
            if threshold > self.zero_threshold {
                let (own, widened) = self.zero_at(threshold);
                self.widen_zero(own, widened);
            }
            let apart = self.zero_threshold > threshold || threshold > self.zero_threshold;
            if !apart {
                return count;
            }
        }
    }
}
