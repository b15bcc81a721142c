//! Counts by bucket number, and the bounds that a number stands for.

use super::{CUSTOM_SCHEMA, Histogram};

/// Buckets side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Gap to the span before; for the first span the number of its first bucket.
    pub offset: i32,
    /// How many buckets.
    pub length: u32,
}

/// The counts of one side.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Buckets {
    spans: Vec<Span>,
    counts: Vec<f64>,
}

impl Buckets {
    /// Puts spans and counts together; surplus counts are dropped, missing ones are 0.
    #[must_use]
    pub fn new(spans: Vec<Span>, mut counts: Vec<f64>) -> Self {
        let places: usize = spans.iter().map(|span| span.length as usize).sum();
        counts.resize(places, 0.0);
        Self { spans, counts }
    }

    /// Takes counts with ascending bucket numbers.
    #[must_use]
    pub fn from_numbered(numbered: impl IntoIterator<Item = (i32, f64)>) -> Self {
        let mut buckets = Self::default();
        let mut next = 0;
        for (number, count) in numbered {
            match buckets.spans.last_mut() {
                Some(span) if number == next => span.length += 1,
                Some(_) => buckets.spans.push(Span { offset: number - next, length: 1 }),
                None => buckets.spans.push(Span { offset: number, length: 1 }),
            }
            buckets.counts.push(count);
            next = number + 1;
        }
        buckets
    }

    /// The spans.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// The counts, one for each bucket of the spans.
    #[must_use]
    pub fn counts(&self) -> &[f64] {
        &self.counts
    }

    /// How many bytes spans and counts take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.spans) + size_of_val(&*self.counts)
    }

    /// Tells whether there is no bucket, not even an empty one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Bucket numbers with their counts, ascending.
    pub fn numbered(&self) -> impl Iterator<Item = (i32, f64)> {
        let mut next = 0;
        let numbers = self.spans.iter().flat_map(move |span| {
            let first = next + span.offset;
            next = first.saturating_add_unsigned(span.length);
            first..next
        });
        numbers.zip(self.counts.iter().copied())
    }

    /// The same buckets with other counts.
    #[must_use]
    pub fn mapped(&self, change: impl Fn(f64) -> f64) -> Self {
        let counts = self.counts.iter().map(|count| change(*count)).collect();
        Self { spans: self.spans.clone(), counts }
    }

    /// The buckets that hold something.
    #[must_use]
    pub fn compacted(&self) -> Self {
        Self::from_numbered(self.numbered().filter(|(_, count)| *count != 0.0))
    }
}

/// Where a bucket lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BucketSide {
    /// Below the zero bucket.
    Negative,
    /// Around zero.
    Zero,
    /// Above the zero bucket; every bucket with listed bounds.
    Positive,
}

/// A bucket with its bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bucket {
    /// Where it lies.
    pub side: BucketSide,
    /// Lower bound.
    pub lower: f64,
    /// Upper bound.
    pub upper: f64,
    /// Observations.
    pub count: f64,
}

/// The upper bound of an exponential bucket.
pub(super) fn exponential_bound(number: i32, schema: i32) -> f64 {
    if schema <= 0 {
        let exponent = i64::from(number) << schema.unsigned_abs().min(16);
        return power_of_two(exponent);
    }
    let parts = 1_i32 << schema.min(16);
    let whole = number.div_euclid(parts);
    let rest = number.rem_euclid(parts);
    if rest == 0 {
        return power_of_two(i64::from(whole));
    }
    let fraction = (f64::from(rest) / f64::from(parts)).exp2();
    // Two steps, so that the smallest and largest bounds neither vanish nor overflow early.
    let half = whole / 2;
    fraction * f64::from(half).exp2() * f64::from(whole - half).exp2()
}

/// 2^1024 is written as the largest float, as Prometheus does, so that +Inf has its own bucket.
fn power_of_two(exponent: i64) -> f64 {
    match exponent {
        1024 => f64::MAX,
        exponent if exponent > 1024 => f64::INFINITY,
        exponent if exponent < -1074 => 0.0,
        #[expect(clippy::cast_precision_loss, reason = "between -1074 and 1023")]
        exponent => (exponent as f64).exp2(),
    }
}

impl Histogram {
    /// The bounds of positive bucket `number`, lower first.
    pub(super) fn limits(&self, number: i32) -> (f64, f64) {
        if self.schema != CUSTOM_SCHEMA {
            let lower = exponential_bound(number - 1, self.schema);
            return (lower, exponential_bound(number, self.schema));
        }
        let at = |number: i32| usize::try_from(number).ok();
        let lower = at(number - 1).and_then(|at| self.bounds.get(at));
        let upper = at(number).and_then(|at| self.bounds.get(at));
        let first = if number <= 0 { f64::NEG_INFINITY } else { f64::INFINITY };
        (lower.copied().unwrap_or(first), upper.copied().unwrap_or(f64::INFINITY))
    }

    pub(super) fn positive_buckets(&self) -> impl Iterator<Item = Bucket> {
        self.positive.numbered().map(|(number, count)| {
            let (lower, upper) = self.limits(number);
            Bucket { side: BucketSide::Positive, lower, upper, count }
        })
    }

    /// From the zero bucket outwards.
    pub(super) fn negative_buckets(&self) -> impl Iterator<Item = Bucket> {
        self.negative.numbered().map(|(number, count)| {
            let (lower, upper) = self.limits(number);
            Bucket { side: BucketSide::Negative, lower: -upper, upper: -lower, count }
        })
    }

    /// All buckets, ascending by bounds; the zero bucket only if it holds something.
    #[must_use]
    pub fn buckets(&self) -> Vec<Bucket> {
        let mut all: Vec<Bucket> = self.negative_buckets().collect();
        all.reverse();
        if self.zero_count > 0.0 {
            all.push(self.zero_bucket());
        }
        all.extend(self.positive_buckets());
        all
    }

    pub(super) fn zero_bucket(&self) -> Bucket {
        Bucket {
            side: BucketSide::Zero,
            lower: -self.zero_threshold,
            upper: self.zero_threshold,
            count: self.zero_count,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_follow_from_schema_and_number() {
        for (number, schema, bound) in [
            (0, 0, 1.0),
            (3, 0, 8.0),
            (-2, 0, 0.25),
            (1, -1, 4.0),
            (1, 1, std::f64::consts::SQRT_2),
            (2, 1, 2.0),
            (-1, 1, std::f64::consts::FRAC_1_SQRT_2),
            (1024, 0, f64::MAX),
            (-1074, 0, 5e-324),
        ] {
            let found = exponential_bound(number, schema);
            assert!((found - bound).abs() <= bound * 1e-15, "{number} {schema}: {found}");
        }
    }

    #[test]
    fn numbers_survive_the_way_through_spans() {
        let numbered = vec![(-7, 1.0), (-6, 2.0), (0, 0.0), (5, 3.0)];
        let buckets = Buckets::from_numbered(numbered.clone());
        assert_eq!(buckets.numbered().collect::<Vec<_>>(), numbered);
        assert_eq!(buckets.spans().len(), 3);
        assert_eq!(buckets.compacted().counts(), &[1.0, 2.0, 3.0]);
    }
}
