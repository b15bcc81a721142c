//! Native histograms in answers.

use series::{Bucket, BucketSide, Histogram};

use super::json::put_number;

/// Writes count, sum and the buckets that are not empty, each with what of its bounds it holds.
pub(super) fn put(json: &mut String, histogram: &Histogram) {
    json.push_str(r#"{"count":"#);
    put_number(json, histogram.count);
    json.push_str(r#","sum":"#);
    put_number(json, histogram.sum);
    let mut open = false;
    for bucket in histogram.buckets().iter().filter(|bucket| bucket.count != 0.0) {
        json.push_str(if open { "," } else { r#","buckets":["# });
        open = true;
        put_bucket(json, bucket);
    }
    if open {
        json.push(']');
    }
    json.push('}');
}

fn put_bucket(json: &mut String, bucket: &Bucket) {
    json.push_str(match (bucket.side, bucket.lower < 0.0, bucket.upper > 0.0) {
        // Both bounds belong to it, or the lower one, the upper one, none.
        (BucketSide::Zero, _, _) | (_, true, true) => "[3,",
        (_, true, false) => "[1,",
        (_, false, true) => "[0,",
        (_, false, false) => "[2,",
    });
    put_number(json, bucket.lower);
    json.push(',');
    put_number(json, bucket.upper);
    json.push(',');
    put_number(json, bucket.count);
    json.push(']');
}
