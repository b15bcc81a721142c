//! Classic histograms: cumulative counts in series with the label `le`.

/// Differences below this, relative to the counts, are noise.
const NOISE: f64 = 1e-12;

/// A cumulative count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bound {
    pub(crate) upper: f64,
    pub(crate) count: f64,
}

/// What had to be mended so that the counts rise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Mended {
    pub(crate) lowest: f64,
    pub(crate) highest: f64,
    pub(crate) difference: f64,
}

/// The quantile of a classic histogram.
///
/// Source: Prometheus, `BucketQuantile`.
pub(crate) fn quantile(wanted: f64, bounds: &[Bound]) -> (f64, Option<Mended>) {
    if wanted.is_nan() {
        return (f64::NAN, None);
    }
    if wanted < 0.0 {
        return (f64::NEG_INFINITY, None);
    }
    if wanted > 1.0 {
        return (f64::INFINITY, None);
    }
    let Some(mut bounds) = prepared(bounds) else { return (f64::NAN, None) };
    let mended = rising(&mut bounds);
    let last = bounds.len() - 1;
    let observations = bounds[last].count;
    if last == 0 || observations == 0.0 {
        return (f64::NAN, mended);
    }
    let mut rank = wanted * observations;
    let reaches = |bound: &Bound| bound.count >= rank;
    let at = bounds[..last].partition_point(|bound| !reaches(bound));
    if at == last {
        return (bounds[last - 1].upper, mended);
    }
    if at == 0 && bounds[0].upper <= 0.0 {
        return (bounds[0].upper, mended);
    }
    let (mut lower, upper, mut count) = (0.0, bounds[at].upper, bounds[at].count);
    if at > 0 {
        lower = bounds[at - 1].upper;
        count -= bounds[at - 1].count;
        rank -= bounds[at - 1].count;
    }
    (lower + (upper - lower) * (rank / count), mended)
}

/// The share of a classic histogram between two values.
///
/// Source: Prometheus, `BucketFraction`.
pub(crate) fn fraction(lower: f64, upper: f64, bounds: &[Bound]) -> f64 {
    let Some(bounds) = prepared(bounds) else { return f64::NAN };
    let count = bounds[bounds.len() - 1].count;
    if count == 0.0 || lower.is_nan() || upper.is_nan() {
        return f64::NAN;
    }
    if lower >= upper {
        return 0.0;
    }
    let (mut rank, mut below_lower, mut below_upper) = (0.0, None, None);
    let mut from = if bounds[0].upper <= 0.0 { f64::NEG_INFINITY } else { 0.0 };
    for bound in &bounds {
        for (value, below) in [(lower, &mut below_lower), (upper, &mut below_upper)] {
            if below.is_some() {
                continue;
            }
            if from >= value {
                *below = Some(rank);
            } else if bound.upper > value {
                // Nothing can be said of a bucket without end.
                *below = Some(if from == f64::NEG_INFINITY {
                    bound.count
                } else {
                    rank + (bound.count - rank) * (value - from) / (bound.upper - from)
                });
            }
        }
        if below_lower.is_some() && below_upper.is_some() {
            break;
        }
        (rank, from) = (bound.count, bound.upper);
    }
    let at_most = |rank: Option<f64>| rank.filter(|rank| *rank <= count).unwrap_or(count);
    (at_most(below_upper) - at_most(below_lower)) / count
}

/// Sorted bounds, each once; `None` if +Inf is missing.
fn prepared(bounds: &[Bound]) -> Option<Vec<Bound>> {
    let mut sorted = bounds.to_vec();
    sorted.sort_by(|a, b| a.upper.total_cmp(&b.upper));
    if sorted.last()?.upper != f64::INFINITY {
        return None;
    }
    let mut once: Vec<Bound> = Vec::with_capacity(sorted.len());
    for bound in sorted {
        match once.last_mut() {
            Some(last) if last.upper == bound.upper => last.count += bound.count,
            _ => once.push(bound),
        }
    }
    Some(once)
}

/// Makes the counts rise: noise is smoothed silently, everything else is told.
fn rising(bounds: &mut [Bound]) -> Option<Mended> {
    let mut mended: Option<Mended> = None;
    let mut before = bounds[0].count;
    for bound in &mut bounds[1..] {
        let count = bound.count;
        if count == before {
            continue;
        }
        if is_noise(before, count) {
            bound.count = before;
            continue;
        }
        if count < before {
            bound.count = before;
            let (upper, difference) = (bound.upper, before - count);
            let known = mended.get_or_insert(Mended { lowest: upper, highest: upper, difference });
            known.lowest = known.lowest.min(upper);
            known.highest = known.highest.max(upper);
            known.difference = known.difference.max(difference);
            continue;
        }
        before = count;
    }
    mended
}

/// Tells whether two counts are the same but for rounding.
fn is_noise(a: f64, b: f64) -> bool {
    let (sum, difference) = (a.abs() + b.abs(), (a - b).abs());
    if a == 0.0 || b == 0.0 || sum < f64::MIN_POSITIVE {
        return difference < NOISE * f64::MIN_POSITIVE;
    }
    difference / sum.min(f64::MAX) < NOISE
}
