//! Exponential histograms as native ones.

use forward::whole_histogram;
use tsdb::{BUCKETS_MAX, IntegerBuckets, IntegerHistogram, NativeHistogram, Span};
use wire::otlp::{ExponentialBuckets, ExponentialPoint};

/// The finest and the coarsest schema.
const SCHEMAS: std::ops::RangeInclusive<i64> = -4..=8;
/// How near to zero the zero bucket reaches where nobody says so, as with Prometheus.
const ZERO_THRESHOLD: f64 = 1e-128;
/// So many empty buckets in a row are written down; more begin a new span.
const GAP_MAX: u32 = 2;

/// The histogram of a point. Errors: what is wrong with it, in a sentence.
pub(super) fn native(point: &ExponentialPoint<'_>) -> Result<NativeHistogram, String> {
    if point.frame.is_gap {
        return Ok(NativeHistogram::stale());
    }
    let scale = point.scale;
    // Finer ones are kept as coarsely as can be kept: buckets are put together.
    let coarser = u32::try_from(scale - scale.min(*SCHEMAS.end())).unwrap_or(u32::MAX);
    let schema = i32::try_from(scale.min(*SCHEMAS.end())).ok();
    let schema = schema.filter(|schema| SCHEMAS.contains(&i64::from(*schema)));
    let schema = schema.ok_or_else(|| format!("its scale is {scale}, and the least is -4"))?;
    let said = point.zero_threshold > 0.0;
    whole_histogram(IntegerHistogram {
        schema,
        zero_threshold: if said { point.zero_threshold } else { ZERO_THRESHOLD },
        zero_count: point.zero_count,
        count: point.count,
        sum: point.sum.unwrap_or(0.0),
        positive: side(&point.positive, coarser)?,
        negative: side(&point.negative, coarser)?,
        ..IntegerHistogram::default()
    })
}

/// The buckets of one side, without those that are empty; 2 to the power of `coarser` become one.
fn side(buckets: &ExponentialBuckets, coarser: u32) -> Result<IntegerBuckets, String> {
    let mut side = IntegerBuckets::default();
    // One more than the number of the last bucket.
    let mut end = 0_i64;
    let counted = (0..).zip(&buckets.counts).filter(|(_, count)| **count > 0);
    for (at, count) in counted {
        let number = i64::checked_add(buckets.offset, at).and_then(|number| {
            // Bucket 0 begins at 1 here; there it ends at 1.
            (number >> coarser.min(63)).checked_add(1)
        });
        let number = number.filter(|number| i32::try_from(*number).is_ok());
        let number = number.ok_or("a bucket's number does not fit into 32 bits")?;
        if let Some(last) = side.counts.last_mut().filter(|_| number < end) {
            *last = last.checked_add(*count).ok_or("one of its counts is too large")?;
            continue;
        }
        let offset = i32::try_from(number - end).map_err(|_| "its buckets lie too far apart")?;
        match (side.spans.last_mut(), u32::try_from(offset)) {
            (Some(span), Ok(gap @ 0..=GAP_MAX)) => {
                side.counts.extend((0..gap).map(|_| 0));
                span.length += gap + 1;
            }
            _ => side.spans.push(Span { offset, length: 1 }),
        }
        side.counts.push(*count);
        end = number + 1;
        if side.counts.len() > BUCKETS_MAX {
            return Err("it has more than 8,192 buckets".to_owned());
        }
    }
    Ok(side)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets(offset: i64, counts: &[u64]) -> ExponentialBuckets {
        ExponentialBuckets { offset, counts: counts.to_vec() }
    }

    fn point(scale: i64, positive: ExponentialBuckets) -> ExponentialPoint<'static> {
        let count = positive.counts.iter().sum();
        ExponentialPoint { scale, count, positive, ..ExponentialPoint::default() }
    }

    fn spans(side: &IntegerBuckets) -> Vec<(i32, u32)> {
        side.spans.iter().map(|span| (span.offset, span.length)).collect()
    }

    #[test]
    fn buckets_get_prometheus_numbers_and_long_gaps_become_spans() {
        let found = side(&buckets(-3, &[0, 1, 0, 0, 2, 0, 0, 0, 3]), 0).unwrap();
        assert_eq!(spans(&found), [(-1, 4), (3, 1)]);
        assert_eq!(found.counts, [1, 0, 0, 2, 3]);
        assert_eq!(side(&buckets(7, &[0, 0]), 0).unwrap(), IntegerBuckets::default());
    }

    #[test]
    fn finer_buckets_than_can_be_kept_are_put_together() {
        let found = native(&point(9, buckets(-3, &[1, 2, 4, 8, 16]))).unwrap();
        let NativeHistogram::Integer(found) = found else { panic!("floats") };
        assert_eq!((found.schema, found.zero_threshold), (8, ZERO_THRESHOLD));
        assert_eq!(spans(&found.positive), [(-1, 3)]);
        assert_eq!(found.positive.counts, [1, 6, 24]);
    }

    #[test]
    fn what_cannot_be_a_native_histogram_is_refused_with_the_reason() {
        let miscounted = ExponentialPoint { count: 9, ..point(0, buckets(0, &[1])) };
        for (wrong, said) in [
            (point(-5, buckets(0, &[1])), "its scale is -5"),
            (point(i64::MIN, buckets(0, &[1])), "the least is -4"),
            (point(0, buckets(i64::MAX, &[0, 1])), "does not fit into 32 bits"),
            (point(0, buckets(i64::from(i32::MAX), &[1])), "does not fit into 32 bits"),
            (point(0, buckets(0, &[1; 9_000])), "more than 8,192 buckets"),
            (miscounted, "count is 9"),
        ] {
            let refused = native(&wrong).unwrap_err();
            assert!(refused.contains(said), "{said}: {refused}");
        }
    }
}
