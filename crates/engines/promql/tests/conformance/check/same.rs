//! When two values count as the same.

use super::super::store::Value;
use series::{Buckets, Histogram, ResetHint, is_stale};

const EPSILON: f64 = 0.000_001;

pub(crate) fn floats(a: f64, b: f64) -> bool {
    if is_stale(a) || is_stale(b) {
        return is_stale(a) && is_stale(b);
    }
    if a.is_nan() && b.is_nan() || a == b {
        return true;
    }
    let (sum, difference) = (a.abs() + b.abs(), (a - b).abs());
    if a == 0.0 || b == 0.0 || sum < f64::MIN_POSITIVE {
        return difference < EPSILON * f64::MIN_POSITIVE;
    }
    difference / sum.min(f64::MAX) < EPSILON
}

/// `wanted` first: its hint matters only if it has one.
pub(crate) fn values(wanted: &Value, found: &Value) -> bool {
    match (wanted, found) {
        (Value::Float(wanted), Value::Float(found)) => floats(*wanted, *found),
        (Value::Histogram(wanted), Value::Histogram(found)) => histograms(wanted, found),
        _ => false,
    }
}

fn histograms(wanted: &Histogram, found: &Histogram) -> bool {
    let hint = wanted.hint == ResetHint::Unknown || wanted.hint == found.hint;
    hint && wanted.schema == found.schema
        && wanted.zero_threshold == found.zero_threshold
        && wanted.bounds == found.bounds
        && floats(wanted.count, found.count)
        && floats(wanted.sum, found.sum)
        && floats(wanted.zero_count, found.zero_count)
        && buckets(&wanted.positive, &found.positive)
        && buckets(&wanted.negative, &found.negative)
}

fn buckets(wanted: &Buckets, found: &Buckets) -> bool {
    let (wanted, found) = (wanted.compacted(), found.compacted());
    wanted.counts().len() == found.counts().len()
        && wanted.numbered().zip(found.numbered()).all(|(a, b)| a.0 == b.0 && floats(a.1, b.1))
}
