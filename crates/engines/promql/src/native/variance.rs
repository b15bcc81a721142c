//! How widely the observations of a native histogram are spread.

use series::{Histogram, kahan_add};

/// The variance, each observation taken as the middle of its bucket.
///
/// Source: Prometheus, `histogramVariance`.
pub(crate) fn histogram_variance(histogram: &Histogram) -> f64 {
    let mean = histogram.sum / histogram.count;
    let (mut sum, mut lost) = (0.0, 0.0);
    for bucket in histogram.buckets() {
        if bucket.count == 0.0 {
            continue;
        }
        let middle = if histogram.is_custom() {
            (bucket.upper + bucket.lower) / 2.0
        } else if bucket.lower <= 0.0 && bucket.upper >= 0.0 {
            0.0
        } else {
            let middle = (bucket.upper * bucket.lower).sqrt();
            if bucket.upper < 0.0 { -middle } else { middle }
        };
        let delta = middle - mean;
        (sum, lost) = kahan_add(bucket.count * delta * delta, sum, lost);
    }
    (sum + lost) / histogram.count
}
