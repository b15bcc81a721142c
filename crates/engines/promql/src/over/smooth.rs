//! Instant selectors with `smoothed`: values between samples.

use super::Place;
use super::extended::{interpolated, interpolated_histogram};
use crate::annotation::Notes;
use crate::column::{Column, stored};
use crate::source::Samples;
use series::ResetHint;
use std::sync::Arc;

/// The value at each time: a sample, a value between two, or the last one carried forward.
pub(crate) fn smooth(
    samples: &Samples,
    times: &[i64],
    lookback: i64,
    column: &mut Column,
    place: Place<'_>,
    notes: &mut Notes,
) {
    for (step, t) in times.iter().copied().enumerate() {
        let floats = near(&samples.times, t, lookback);
        let held = near(&samples.histogram_times, t, lookback);
        if !floats.is_empty() && !held.is_empty() {
            notes.mixed_floats(place.metric, place.span);
            continue;
        }
        if let Some((at, next)) = around(&samples.times[floats.clone()], t) {
            let of = |at: usize| {
                let at = floats.start + at;
                (samples.times[at], samples.values[at])
            };
            let value = match next {
                Some(next) => interpolated(of(at), of(next), t, false),
                None => of(at).1,
            };
            column.floats[step] = stored(value);
        } else if let Some((at, next)) = around(&samples.histogram_times[held.clone()], t) {
            let of = |at: usize| &samples.histograms[held.start + at];
            let time = |at: usize| samples.histogram_times[held.start + at];
            let Some(next) = next else {
                column.put_histogram(step, Arc::clone(of(at)));
                continue;
            };
            if of(next).is_custom() != of(at).is_custom() {
                notes.mixed_schemas(place.metric, place.span);
                continue;
            }
            let counter = of(next).hint != ResetHint::Gauge;
            let (a, b) = ((time(at), &**of(at)), (time(next), &**of(next)));
            if let Some(made) = interpolated_histogram(a, b, t, counter, place, notes) {
                column.put_histogram(step, Arc::new(made));
            }
        }
    }
}

/// The samples in (t - lookback, t + lookback].
fn near(times: &[i64], t: i64, lookback: i64) -> std::ops::Range<usize> {
    let first = times.partition_point(|at| *at <= t.saturating_sub(lookback));
    let last = t.saturating_add(lookback);
    first..times.partition_point(|at| *at <= last).max(first)
}

/// The sample at `t`, or the one before it with the one behind it.
fn around(times: &[i64], t: i64) -> Option<(usize, Option<usize>)> {
    let next = times.partition_point(|at| *at < t);
    if times.get(next) == Some(&t) {
        return Some((next, None));
    }
    let before = next.checked_sub(1)?;
    Some((before, (next < times.len()).then_some(next)))
}
