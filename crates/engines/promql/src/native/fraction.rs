//! Which share of a native histogram lies between two values.

use super::quantile::{Said, narrow_zero};
use series::{Bucket, BucketSide, Histogram};

/// Source: Prometheus, `HistogramFraction`.
pub(crate) fn histogram_fraction(lower: f64, upper: f64, histogram: &Histogram) -> (f64, Said) {
    if histogram.count == 0.0 || lower.is_nan() || upper.is_nan() {
        return (f64::NAN, Said::Nothing);
    }
    if lower >= upper {
        return (0.0, Said::Nothing);
    }
    let custom = histogram.is_custom();
    let (mut rank, mut below_lower, mut below_upper) = (0.0, None, None);
    let buckets = histogram.buckets();
    for bucket in &buckets {
        let mut bucket = *bucket;
        let zero = bucket.lower <= 0.0 && bucket.upper >= 0.0;
        if zero {
            narrow_zero(histogram, &mut bucket);
        }
        let linear = custom || zero;
        for (bound, below) in [(lower, &mut below_lower), (upper, &mut below_upper)] {
            if below.is_some() {
                continue;
            }
            if bucket.lower >= bound {
                *below = Some(rank);
            } else if bucket.upper > bound {
                *below = Some(rank_at(&bucket, bound, rank, linear));
            }
        }
        if below_lower.is_some() && below_upper.is_some() {
            break;
        }
        rank += bucket.count;
    }
    let (mut count, mut said) = (histogram.count, Said::Nothing);
    if histogram.sum.is_nan() {
        count = buckets.iter().map(|bucket| bucket.count).sum();
        if count < histogram.count {
            said = Said::NanExcluded;
        }
    }
    let at_most = |rank: Option<f64>| rank.filter(|rank| *rank <= count).unwrap_or(count);
    let share = (at_most(below_upper) - at_most(below_lower)) / histogram.count;
    (share, said)
}

/// How many observations lie below `value`, which lies in the bucket.
fn rank_at(bucket: &Bucket, value: f64, rank: f64, linear: bool) -> f64 {
    let Bucket { lower, upper, count, side } = *bucket;
    if linear {
        // Nothing can be said of a bucket without end.
        if lower == f64::NEG_INFINITY {
            return count;
        }
        return rank + count * (value - lower) / (upper - lower);
    }
    let [low, high, at] = [lower, upper, value].map(|bound| bound.abs().log2());
    let share = match side {
        BucketSide::Negative => 1.0 - (at - high) / (low - high),
        _ => (at - low) / (high - low),
    };
    rank + count * share
}
