//! Quantiles of native histograms.

use series::{Bucket, BucketSide, Histogram};

/// What there is to say about a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Said {
    #[default]
    Nothing,
    /// So many observations are NaN that the quantile is NaN.
    NanResult,
    /// Observations that are NaN count as the largest.
    NanSkew,
    /// Observations that are NaN are in no fraction.
    NanExcluded,
}

/// The value below which the share `wanted` of all observations lies.
///
/// Source: Prometheus, `HistogramQuantile`.
pub(crate) fn histogram_quantile(wanted: f64, histogram: &Histogram) -> (f64, Said) {
    if wanted < 0.0 {
        return (f64::NEG_INFINITY, Said::Nothing);
    }
    if wanted > 1.0 {
        return (f64::INFINITY, Said::Nothing);
    }
    if histogram.count == 0.0 || wanted.is_nan() {
        return (f64::NAN, Said::Nothing);
    }
    // A NaN sum may mean NaN observations, which are in no bucket: then only the way up is right.
    let upwards = histogram.sum.is_nan() || wanted < 0.5;
    let mut buckets = histogram.buckets();
    let mut rank = wanted * histogram.count;
    if !upwards {
        buckets.reverse();
        rank = (1.0 - wanted) * histogram.count;
    }
    let Some((at, mut count)) = find(&buckets, rank) else {
        // All observations are NaN, or the histogram is malformed.
        let nan = histogram.sum.is_nan();
        return if nan { (f64::NAN, Said::NanResult) } else { (0.0, Said::Nothing) };
    };
    let mut bucket = buckets[at];
    let custom = histogram.is_custom();
    if custom {
        if bucket.lower == f64::NEG_INFINITY {
            if bucket.upper <= 0.0 {
                return (bucket.upper, Said::Nothing);
            }
            bucket.lower = 0.0;
        } else if bucket.upper == f64::INFINITY {
            return (bucket.lower, Said::Nothing);
        }
    } else if bucket.lower < 0.0 && bucket.upper > 0.0 {
        narrow_zero(histogram, &mut bucket);
    }
    count = count.min(histogram.count);
    if count < rank {
        if histogram.sum.is_nan() {
            return (f64::NAN, Said::NanResult);
        }
        return (bucket.upper, Said::Nothing);
    }
    let within = if upwards { rank - (count - bucket.count) } else { count - rank };
    let mut said = Said::Nothing;
    if histogram.sum.is_nan() {
        let all: f64 = buckets.iter().skip(at + 1).map(|bucket| bucket.count).sum();
        if count + all < histogram.count {
            said = Said::NanSkew;
        }
    }
    (placed(&bucket, within / bucket.count, custom), said)
}

/// The first bucket that reaches the rank, else the last one, with the count up to it.
fn find(buckets: &[Bucket], rank: f64) -> Option<(usize, f64)> {
    let mut count = 0.0;
    for (at, bucket) in buckets.iter().enumerate() {
        if bucket.count == 0.0 {
            continue;
        }
        count += bucket.count;
        if count >= rank {
            return Some((at, count));
        }
    }
    Some((buckets.len().checked_sub(1)?, count))
}

/// Where all other observations lie on one side, those near zero do, too.
pub(super) fn narrow_zero(histogram: &Histogram, bucket: &mut Bucket) {
    match (histogram.negative.is_empty(), histogram.positive.is_empty()) {
        (true, false) => bucket.lower = 0.0,
        (false, true) => bucket.upper = 0.0,
        _ => {}
    }
}

/// The value at a share of a bucket.
fn placed(bucket: &Bucket, share: f64, custom: bool) -> f64 {
    let Bucket { lower, upper, side, .. } = *bucket;
    if custom || side == BucketSide::Zero || (lower <= 0.0 && upper >= 0.0) {
        return lower + (upper - lower) * share;
    }
    let [low, high] = [lower, upper].map(|bound| bound.abs().log2());
    if lower > 0.0 {
        return (low + (high - low) * share).exp2();
    }
    -(high + (low - high) * (1.0 - share)).exp2()
}
