//! Observations beyond a threshold, cut away (PromQL's `</` and `>/`).

use super::{Bucket, BucketSide, Buckets, Histogram};

/// Which observations stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trim {
    /// Those below the threshold: `</`.
    KeepBelow,
    /// Those above the threshold: `>/`.
    KeepAbove,
}

/// How observations lie within a bucket.
#[derive(Clone, Copy, PartialEq)]
enum Spread {
    /// Evenly.
    Linear,
    /// Evenly on a logarithmic scale.
    Exponential,
}

/// What remains of a bucket: how many observations, and the value that stands for them.
type Kept = (f64, f64);

impl Histogram {
    /// The observations on one side of `threshold`; a bucket that it cuts is interpolated, and
    /// the sum is estimated anew if anything was cut.
    #[must_use]
    pub fn trimmed(&self, trim: Trim, threshold: f64) -> Self {
        let spread = if self.is_custom() { Spread::Linear } else { Spread::Exponential };
        let (mut count, mut sum) = (0.0, 0.0);
        let mut take = |(kept, middle): Kept| {
            count += kept;
            if kept != 0.0 {
                sum += middle * kept;
            }
            kept
        };
        let rest = |bucket: Bucket| match bucket.count {
            0.0 => (0.0, 0.0),
            _ => remaining(&bucket, trim, threshold, spread),
        };
        let positive: Vec<f64> = self.positive_buckets().map(|b| take(rest(b))).collect();
        let negative: Vec<f64> = self.negative_buckets().map(|b| take(rest(b))).collect();
        let zero = if self.zero_count > 0.0 { take(self.zero_rest(trim, threshold)) } else { 0.0 };
        let cut = positive != self.positive.counts()
            || negative != self.negative.counts()
            || zero != self.zero_count;
        if !cut {
            return self.clone();
        }
        let positive = Buckets::new(self.positive.spans().to_vec(), positive);
        let negative = Buckets::new(self.negative.spans().to_vec(), negative);
        Self { count, sum, zero_count: zero, positive, negative, ..self.clone() }.compacted()
    }

    /// The zero bucket reaches only to the side where there are other observations.
    fn zero_rest(&self, trim: Trim, threshold: f64) -> Kept {
        let holds = |buckets: &Buckets| buckets.counts().iter().any(|count| *count != 0.0);
        let (above, below) = (holds(&self.positive), holds(&self.negative));
        let lower = if above && !below { 0.0 } else { -self.zero_threshold };
        let upper = if below && !above { 0.0 } else { self.zero_threshold };
        let bucket = Bucket { lower, upper, ..self.zero_bucket() };
        remaining(&bucket, trim, threshold, Spread::Linear)
    }
}

fn remaining(bucket: &Bucket, trim: Trim, threshold: f64, spread: Spread) -> Kept {
    let Bucket { lower, upper, count, side } = *bucket;
    let middle = |from: f64, to: f64| middle(from, to, side, spread);
    let (all, none) = match trim {
        Trim::KeepBelow => (upper <= threshold, lower >= threshold),
        Trim::KeepAbove => (lower >= threshold, upper <= threshold),
    };
    if all {
        return (count, middle(lower, upper));
    }
    if none || threshold.is_nan() {
        return (0.0, 0.0);
    }
    if lower == f64::NEG_INFINITY || upper == f64::INFINITY {
        return unbounded(bucket, trim, threshold);
    }
    let below = count * fraction_below(bucket, threshold, spread);
    match trim {
        Trim::KeepBelow => (below, middle(lower, threshold)),
        Trim::KeepAbove => (count - below, middle(threshold, upper)),
    }
}

/// A bucket without end: its observations count as lying at the end, and the first of listed
/// bounds begins at 0 where its upper bound is positive.
fn unbounded(bucket: &Bucket, trim: Trim, threshold: f64) -> Kept {
    let Bucket { lower, upper, count, .. } = *bucket;
    let keep_below = trim == Trim::KeepBelow;
    if lower == f64::NEG_INFINITY {
        let from_zero = upper > 0.0 && upper != f64::INFINITY;
        return match trim {
            Trim::KeepBelow if from_zero && threshold > 0.0 => {
                (count * threshold / upper, threshold / 2.0)
            }
            Trim::KeepBelow if upper <= 0.0 => (count, threshold),
            Trim::KeepAbove if from_zero && threshold >= 0.0 => {
                (count * (1.0 - threshold / upper), f64::midpoint(threshold, upper))
            }
            _ => (0.0, 0.0),
        };
    }
    if keep_below || threshold < lower { (0.0, 0.0) } else { (count, threshold) }
}

fn fraction_below(bucket: &Bucket, threshold: f64, spread: Spread) -> f64 {
    let Bucket { lower, upper, side, .. } = *bucket;
    if spread == Spread::Linear {
        return (threshold - lower) / (upper - lower);
    }
    let [low, high, at] = [lower, upper, threshold].map(|bound| bound.abs().log2());
    match side {
        BucketSide::Negative => 1.0 - (at - high) / (low - high),
        _ => (at - low) / (high - low),
    }
}

/// The value that stands for all observations between two bounds.
fn middle(from: f64, to: f64, side: BucketSide, spread: Spread) -> f64 {
    match (from.is_infinite(), to.is_infinite()) {
        (true, true) => 0.0,
        (true, false) if to > 0.0 => to / 2.0,
        (true, false) => to,
        (false, true) => from,
        (false, false) if spread == Spread::Linear => f64::midpoint(from, to),
        (false, false) if side == BucketSide::Negative => -(from * to).abs().sqrt(),
        (false, false) => (from * to).abs().sqrt(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_above_and_below_is_all_there_was() {
        let whole = Histogram {
            count: 16.0,
            sum: 20.0,
            zero_threshold: 0.1,
            zero_count: 2.0,
            positive: Buckets::from_numbered([(0, 3.0), (1, 4.0), (2, 5.0)]),
            negative: Buckets::from_numbered([(1, 2.0)]),
            ..Histogram::default()
        };
        for threshold in [-3.0, -1.5, 0.0, 0.05, 1.0, 1.5, 2.0, 3.3, 9.0] {
            let below = whole.trimmed(Trim::KeepBelow, threshold);
            let above = whole.trimmed(Trim::KeepAbove, threshold);
            assert!((below.count + above.count - 16.0).abs() < 1e-9, "at {threshold}");
        }
        let all = whole.trimmed(Trim::KeepBelow, f64::INFINITY);
        assert!(all.same_as(&whole), "nothing was cut, so the sum stays");
        assert_eq!(whole.trimmed(Trim::KeepAbove, f64::INFINITY).count, 0.0);
    }
}
