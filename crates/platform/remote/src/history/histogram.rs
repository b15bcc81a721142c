//! Native histograms as the HTTP API answers them: buckets with their bounds, without the schema
//! that these follow from.
//!
//! Source: Prometheus, "HTTP API", "Native histograms".

use serde::Deserialize;
use tsdb::{Buckets, CUSTOM_SCHEMA, Histogram, NativeHistogram};

/// The coarsest and the finest exponential schema.
const SCHEMAS: std::ops::RangeInclusive<i32> = -4..=8;
/// The rule of the bucket around zero: both of its bounds belong to it.
const CLOSED: u8 = 3;
/// How far a bound may lie from where the schema has it, in widths of a bucket.
const NEAR: f64 = 1e-3;

/// A histogram.
#[derive(Debug, Deserialize)]
pub(super) struct HistogramBody {
    count: String,
    sum: String,
    /// Which bounds belong to it, its bounds, its count; empty ones are left out.
    #[serde(default)]
    buckets: Vec<(u8, String, String, String)>,
}

struct Bucket {
    rule: u8,
    lower: f64,
    upper: f64,
    count: f64,
}

impl HistogramBody {
    /// The histogram, with float counts; nothing where its numbers are none, or its buckets
    /// contradict each other.
    pub(super) fn read(&self) -> Option<NativeHistogram> {
        let (count, sum) = (self.count.parse().ok()?, self.sum.parse().ok()?);
        let buckets = self.buckets.iter().map(|(rule, lower, upper, count)| {
            let (lower, upper) = (lower.parse().ok()?, upper.parse().ok()?);
            Some(Bucket { rule: *rule, lower, upper, count: count.parse().ok()? })
        });
        let buckets: Vec<Bucket> = buckets.collect::<Option<_>>()?;
        let shape = exponential(&buckets).unwrap_or_else(|| custom(&buckets));
        let histogram = NativeHistogram::Float(Histogram { count, sum, ..shape });
        histogram.check().is_ok().then_some(histogram)
    }
}

/// The buckets where their bounds are powers of one base.
fn exponential(buckets: &[Bucket]) -> Option<Histogram> {
    let mut found = Histogram::default();
    let (mut positive, mut negative) = (Vec::new(), Vec::new());
    let mut schema = None;
    for bucket in buckets {
        if bucket.rule == CLOSED {
            // So is the first of listed buckets, which has no lower bound.
            if bucket.lower != -bucket.upper || bucket.upper.is_infinite() {
                return None;
            }
            (found.zero_threshold, found.zero_count) = (bucket.upper, bucket.count);
            continue;
        }
        let below = bucket.upper < 0.0;
        let (near, far) = match below {
            true => (-bucket.upper, -bucket.lower),
            false => (bucket.lower, bucket.upper),
        };
        let own = schema_of(near, far)?;
        if *schema.get_or_insert(own) != own {
            return None;
        }
        let side = if below { &mut negative } else { &mut positive };
        side.push((number_of(far, own)?, bucket.count));
    }
    for side in [&mut positive, &mut negative] {
        side.sort_by_key(|(number, _)| *number);
    }
    found.schema = schema.unwrap_or(0);
    found.positive = Buckets::from_numbered(positive);
    found.negative = Buckets::from_numbered(negative);
    Some(found)
}

/// The schema of a bucket from its bounds, if there is one.
fn schema_of(near: f64, far: f64) -> Option<i32> {
    let wide = near > 0.0 && far > near && far.is_finite();
    let exact = wide.then(|| -(far / near).log2().log2())?;
    #[expect(clippy::cast_possible_truncation, reason = "a double has exponents up to 1,023")]
    let schema = exact.round() as i32;
    (SCHEMAS.contains(&schema) && (exact - exact.round()).abs() < NEAR).then_some(schema)
}

/// The number of the bucket that ends there, if one of the schema does.
fn number_of(far: f64, schema: i32) -> Option<i32> {
    let exact = far.log2() * f64::from(schema).exp2();
    #[expect(clippy::cast_possible_truncation, reason = "at most 1,024 times 256")]
    let number = exact.round() as i32;
    ((exact - exact.round()).abs() < NEAR).then_some(number)
}

/// The buckets with the bounds that they have.
fn custom(buckets: &[Bucket]) -> Histogram {
    let ends = buckets.iter().flat_map(|bucket| [bucket.lower, bucket.upper]);
    let mut bounds: Vec<f64> = ends.filter(|bound| bound.is_finite()).collect();
    bounds.sort_by(f64::total_cmp);
    bounds.dedup();
    let numbered = buckets.iter().map(|bucket| {
        let place = bounds.partition_point(|bound| *bound < bucket.upper);
        // As many bounds as an answer of some megabytes has.
        (i32::try_from(place).unwrap_or(i32::MAX), bucket.count)
    });
    let mut numbered: Vec<(i32, f64)> = numbered.collect();
    numbered.sort_by_key(|(number, _)| *number);
    numbered.dedup_by_key(|(number, _)| *number);
    let positive = Buckets::from_numbered(numbered);
    Histogram { schema: CUSTOM_SCHEMA, positive, bounds: bounds.into(), ..Histogram::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Histogram> {
        let body: HistogramBody = serde_json::from_str(text).unwrap();
        body.read().map(|histogram| histogram.to_float())
    }

    #[test]
    fn schema_follows_from_the_bounds_as_prometheus_writes_them() {
        let found = read(
            r#"{"count":"12","sum":"18.4","buckets":[
                [1,"-1.414213562373095","-1","1"],
                [3,"-0.001","0.001","2"],
                [0,"0.7071067811865475","1","3"],
                [0,"1","1.414213562373095","4"],
                [0,"2","2.82842712474619","2"]]}"#,
        )
        .unwrap();
        assert_eq!((found.schema, found.count, found.sum), (1, 12.0, 18.4));
        assert_eq!((found.zero_threshold, found.zero_count), (0.001, 2.0));
        let positive: Vec<_> = found.positive.numbered().collect();
        assert_eq!(positive, [(0, 3.0), (1, 4.0), (3, 2.0)]);
        assert_eq!(found.negative.numbered().collect::<Vec<_>>(), [(1, 1.0)]);
    }

    #[test]
    fn bounds_of_no_schema_are_listed() {
        let found = read(
            r#"{"count":"6","sum":"7","buckets":[
                [3,"-Inf","0.3","1"],[0,"0.5","1","2"],[0,"5","+Inf","3"]]}"#,
        )
        .unwrap();
        assert_eq!(found.schema, CUSTOM_SCHEMA);
        assert_eq!(&found.bounds[..], [0.3, 0.5, 1.0, 5.0]);
        let counts: Vec<_> = found.positive.numbered().collect();
        assert_eq!(counts, [(0, 1.0), (2, 2.0), (4, 3.0)]);
    }

    #[test]
    fn what_is_no_histogram_is_none() {
        assert_eq!(read(r#"{"count":"a","sum":"0"}"#), None);
        assert_eq!(read(r#"{"count":"1","sum":"0","buckets":[[0,"1","x","1"]]}"#), None);
        let empty = read(r#"{"count":"0","sum":"NaN"}"#).unwrap();
        assert!(empty.positive.is_empty() && empty.sum.is_nan());
    }
}
