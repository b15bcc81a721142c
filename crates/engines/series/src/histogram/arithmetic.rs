//! Sum, difference and multiples.

use super::buckets::exponential_bound;
use super::custom::mapped_sum;
use super::{Added, Buckets, Histogram, IncompatibleSchemas, ResetHint};

/// Merges two ascending lists; where both have a bucket, `both` decides.
pub(super) fn merge<A: Copy, B: Copy>(
    left: impl Iterator<Item = (i32, A)>,
    right: impl Iterator<Item = (i32, B)>,
    both: impl Fn(Option<A>, Option<B>) -> A,
) -> Vec<(i32, A)> {
    let (mut left, mut right) = (left.peekable(), right.peekable());
    let mut merged = Vec::new();
    loop {
        let number = match (left.peek(), right.peek()) {
            (Some(a), Some(b)) => a.0.min(b.0),
            (Some(a), None) => a.0,
            (None, Some(b)) => b.0,
            (None, None) => return merged,
        };
        let a = left.next_if(|item| item.0 == number).map(|item| item.1);
        let b = right.next_if(|item| item.0 == number).map(|item| item.1);
        merged.push((number, both(a, b)));
    }
}

/// The buckets of a side at another schema, without those that lie in the zero bucket.
pub(super) fn outside_zero(
    buckets: &Buckets,
    by: i32,
    schema: i32,
    threshold: f64,
) -> Vec<(i32, f64)> {
    let reduced = buckets.reduced(by);
    let inside = |(number, _): &(i32, f64)| exponential_bound(*number, schema) <= threshold;
    reduced.numbered().skip_while(inside).collect()
}

impl Histogram {
    /// Adds another histogram; the coarser schema and the wider zero bucket win.
    ///
    /// Errors: [`IncompatibleSchemas`], and nothing is changed.
    pub fn add(&mut self, other: &Self) -> Result<Added, IncompatibleSchemas> {
        self.combine(other, 1.0)
    }

    /// Takes another histogram away; the counter-reset hint is that of a sum.
    ///
    /// Errors: as [`Histogram::add`].
    pub fn subtract(&mut self, other: &Self) -> Result<Added, IncompatibleSchemas> {
        self.combine(other, -1.0)
    }

    fn combine(&mut self, other: &Self, sign: f64) -> Result<Added, IncompatibleSchemas> {
        if self.is_custom() != other.is_custom() {
            return Err(IncompatibleSchemas);
        }
        let mut added = Added { hints_collide: self.join_hint(other), ..Added::default() };
        if self.is_custom() {
            self.count += sign * other.count;
            self.sum += sign * other.sum;
            if self.bounds == other.bounds {
                self.positive = self.summed(&self.positive, &other.positive, 0, 0, sign);
            } else {
                added.bounds_reconciled = true;
                let (bounds, positive) = mapped_sum(self, other, sign);
                (self.bounds, self.positive) = (bounds, positive);
            }
            return Ok(added);
        }
        let zero = self.reconcile_zero(other);
        self.zero_count += sign * zero;
        self.count += sign * other.count;
        self.sum += sign * other.sum;
        let schema = self.schema.min(other.schema);
        let (own, theirs) = (self.schema - schema, other.schema - schema);
        self.schema = schema;
        self.positive = self.summed(&self.positive, &other.positive, own, theirs, sign);
        self.negative = self.summed(&self.negative, &other.negative, own, theirs, sign);
        Ok(added)
    }

    fn summed(&self, own: &Buckets, other: &Buckets, by: i32, other_by: i32, sign: f64) -> Buckets {
        let more = if self.is_custom() {
            other.numbered().collect()
        } else {
            outside_zero(other, other_by, self.schema, self.zero_threshold)
        };
        let both = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => a + sign * b,
            (Some(a), None) => a,
            (None, b) => sign * b.unwrap_or(0.0),
        };
        let own = own.reduced(by);
        Buckets::from_numbered(merge(own.numbered(), more.into_iter(), both))
    }

    /// Decides the hint of a sum; tells whether the two contradict each other.
    pub(super) fn join_hint(&mut self, other: &Self) -> bool {
        use ResetHint::{Gauge, Unknown};
        let (own, theirs) = (self.hint, other.hint);
        self.hint = match (own, theirs) {
            (own, theirs) if own == theirs => own,
            (Gauge, _) | (_, Gauge) => Gauge,
            _ => Unknown,
        };
        own != theirs && !matches!(own, Gauge | Unknown) && !matches!(theirs, Gauge | Unknown)
    }

    /// Multiplies everything; below 0 the result is a gauge.
    pub fn scale(&mut self, factor: f64) {
        self.each(|part| part * factor);
        if factor < 0.0 {
            self.hint = ResetHint::Gauge;
        }
    }

    /// Divides everything; a division by 0 leaves no bucket.
    pub fn divide(&mut self, divisor: f64) {
        self.each(|part| part / divisor);
        if divisor == 0.0 {
            (self.positive, self.negative) = (Buckets::default(), Buckets::default());
        } else if divisor < 0.0 {
            self.hint = ResetHint::Gauge;
        }
    }

    fn each(&mut self, change: impl Fn(f64) -> f64) {
        self.zero_count = change(self.zero_count);
        self.count = change(self.count);
        self.sum = change(self.sum);
        self.positive = self.positive.mapped(&change);
        self.negative = self.negative.mapped(&change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(schema: i32, first: i32, counts: &[f64]) -> Histogram {
        let total: f64 = counts.iter().sum();
        let numbered = (first..).zip(counts.iter().copied());
        let positive = Buckets::from_numbered(numbered);
        Histogram { schema, count: total, sum: total, positive, ..Histogram::default() }
    }

    #[test]
    fn coarser_schema_wins() {
        let mut fine = with(1, 1, &[1.0, 2.0, 3.0, 4.0]);
        let coarse = with(0, 1, &[10.0, 20.0]);
        assert_eq!(fine.add(&coarse), Ok(Added::default()));
        assert_eq!((fine.schema, fine.positive.counts()), (0, &[13.0, 27.0][..]));
        fine.subtract(&coarse).unwrap();
        assert_eq!(fine.positive.counts(), &[3.0, 7.0]);
    }

    #[test]
    fn wider_zero_bucket_swallows_small_buckets() {
        let mut wide = Histogram { zero_threshold: 1.5, zero_count: 1.0, ..with(0, 3, &[5.0]) };
        let narrow = with(0, 0, &[1.0, 2.0, 4.0]);
        wide.add(&narrow).unwrap();
        // 1.5 lies in the bucket (1, 2], which holds something: the zero bucket reaches to 2.
        assert_eq!((wide.zero_threshold, wide.zero_count), (2.0, 4.0));
        assert_eq!(wide.positive.numbered().collect::<Vec<_>>(), [(2, 4.0), (3, 5.0)]);
    }

    #[test]
    fn hints_join_and_contradict() {
        let hinted = |hint| Histogram { hint, ..with(0, 0, &[1.0]) };
        let mut one = hinted(ResetHint::Reset);
        assert!(one.add(&hinted(ResetHint::NotReset)).unwrap().hints_collide);
        assert_eq!(one.hint, ResetHint::Unknown);
        one.add(&hinted(ResetHint::Gauge)).unwrap();
        assert_eq!(one.hint, ResetHint::Gauge);
    }

    #[test]
    fn kinds_do_not_mix() {
        let custom = Histogram { schema: super::super::CUSTOM_SCHEMA, ..Histogram::default() };
        assert_eq!(with(0, 0, &[1.0]).add(&custom), Err(IncompatibleSchemas));
    }
}
