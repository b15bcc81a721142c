//! Equality and resets.

use super::arithmetic::outside_zero;
use super::custom::{in_bounds, shared_bounds};
use super::{Buckets, Histogram, ResetHint};

impl Histogram {
    /// Tells whether two histograms say the same; how the buckets are written does not matter,
    /// nor does the hint.
    #[must_use]
    pub fn same_as(&self, other: &Self) -> bool {
        let bits = |value: f64| value.to_bits();
        let alike = |a: &Buckets, b: &Buckets| {
            let pairs = |buckets: &Buckets| -> Vec<(i32, u64)> {
                buckets.numbered().map(|(number, count)| (number, bits(count))).collect()
            };
            pairs(a) == pairs(b)
        };
        self.schema == other.schema
            && bits(self.zero_threshold) == bits(other.zero_threshold)
            && bits(self.zero_count) == bits(other.zero_count)
            && bits(self.count) == bits(other.count)
            && bits(self.sum) == bits(other.sum)
            && self.bounds == other.bounds
            && alike(&self.positive, &other.positive)
            && alike(&self.negative, &other.negative)
    }

    /// Tells whether the counter was reset between `before` and this histogram.
    ///
    /// Source: Prometheus, `FloatHistogram.DetectReset`: the hint where it knows, else anything
    /// that a counter cannot do.
    #[must_use]
    pub fn resets_after(&self, before: &Self) -> bool {
        match self.hint {
            ResetHint::Reset => return true,
            ResetHint::NotReset => return false,
            ResetHint::Unknown | ResetHint::Gauge => {}
        }
        if self.count < before.count || self.is_custom() != before.is_custom() {
            return true;
        }
        if self.is_custom() {
            return self.custom_resets_after(before);
        }
        if self.schema > before.schema || self.zero_threshold < before.zero_threshold {
            return true;
        }
        let (zero, threshold) = before.zero_at(self.zero_threshold);
        if threshold > self.zero_threshold || self.zero_count < zero {
            return true;
        }
        let by = before.schema - self.schema;
        let fell = |own: &Buckets, old: &Buckets| {
            let own = outside_zero(own, 0, self.schema, threshold);
            let old = outside_zero(old, by, self.schema, threshold);
            any_fell(&own, &old)
        };
        fell(&self.positive, &before.positive) || fell(&self.negative, &before.negative)
    }

    fn custom_resets_after(&self, before: &Self) -> bool {
        if self.bounds == before.bounds {
            let numbered = |buckets: &Buckets| buckets.numbered().collect::<Vec<_>>();
            return any_fell(&numbered(&self.positive), &numbered(&before.positive));
        }
        let bounds = shared_bounds(&self.bounds, &before.bounds);
        let (own, old) = (in_bounds(self, &bounds), in_bounds(before, &bounds));
        own.iter().zip(&old).any(|(own, old)| own < old)
    }
}

/// Tells whether a count is lower than before, or missing where there was one.
fn any_fell(own: &[(i32, f64)], old: &[(i32, f64)]) -> bool {
    let mut own = own.iter().peekable();
    old.iter().any(|(number, count)| {
        while own.next_if(|item| item.0 < *number).is_some() {}
        let now = own.next_if(|item| item.0 == *number).map_or(0.0, |item| item.1);
        now < *count
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(first: i32, counts: &[f64]) -> Histogram {
        let positive = Buckets::from_numbered((first..).zip(counts.iter().copied()));
        Histogram { count: counts.iter().sum(), positive, ..Histogram::default() }
    }

    #[test]
    fn counters_that_fall_were_reset() {
        let before = with(0, &[1.0, 2.0]);
        assert!(!with(0, &[1.0, 2.0, 5.0]).resets_after(&before));
        assert!(with(0, &[0.0, 9.0]).resets_after(&before));
        assert!(with(1, &[9.0]).resets_after(&before));
        assert!(with(0, &[1.0, 1.0]).resets_after(&before));
        let hinted = Histogram { hint: ResetHint::NotReset, ..with(0, &[0.0]) };
        assert!(!hinted.resets_after(&before));
        let hinted = Histogram { hint: ResetHint::Reset, ..with(0, &[9.0, 9.0]) };
        assert!(hinted.resets_after(&before));
    }

    #[test]
    fn coarser_buckets_alone_are_no_reset() {
        let before = Histogram { schema: 1, ..with(1, &[1.0, 2.0]) };
        assert!(!with(1, &[3.0]).resets_after(&before));
        assert!(Histogram { schema: 1, ..with(1, &[3.0, 3.0]) }.resets_after(&with(1, &[3.0])));
    }
}
