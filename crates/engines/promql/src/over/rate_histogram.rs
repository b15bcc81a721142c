//! How far a native histogram rose over a window.

use super::Place;
use crate::annotation::{Doing, Notes};
use series::{Histogram, ResetHint};
use std::sync::Arc;

/// Adds or takes away with the annotations that belong to it; false if it cannot be done.
pub(super) fn combine(
    into: &mut Histogram,
    other: &Histogram,
    doing: Doing,
    place: Place<'_>,
    notes: &mut Notes,
) -> bool {
    let done = match doing {
        Doing::Subtraction => into.subtract(other),
        Doing::Addition | Doing::Aggregation => into.add(other),
    };
    match done {
        Ok(added) if added.bounds_reconciled => {
            notes.bounds_reconciled(doing, place.span);
            true
        }
        Ok(_) => true,
        Err(_) => {
            notes.mixed_schemas(place.metric, place.span);
            false
        }
    }
}

/// Last minus first histogram, resets added back where it is a counter.
///
/// Source: Prometheus, `histogramRate`.
pub(super) fn histogram_rise(
    held: &[Arc<Histogram>],
    counter: bool,
    place: Place<'_>,
    notes: &mut Notes,
) -> Option<Histogram> {
    let (first, last) = (&*held[0], &*held[held.len() - 1]);
    let gauge = |histogram: &Histogram| histogram.hint == ResetHint::Gauge;
    if counter && (gauge(first) || gauge(last)) {
        notes.not_counter(place.metric, place.span);
    }
    // After a reset the first histogram does not matter, not even its layout.
    let second = &*held[1];
    let blank = (counter && second.resets_after(first)).then(|| Histogram {
        schema: second.schema,
        bounds: Arc::clone(&second.bounds),
        ..Histogram::default()
    });
    let base = blank.as_ref().unwrap_or(first);
    if last.is_custom() != base.is_custom() {
        notes.mixed_schemas(place.metric, place.span);
        return None;
    }
    let mut schema = last.schema.min(base.schema);
    if counter {
        for between in &held[1..held.len() - 1] {
            if gauge(between) {
                notes.not_counter(place.metric, place.span);
            }
            schema = schema.min(between.schema);
            if between.is_custom() != base.is_custom() {
                notes.mixed_schemas(place.metric, place.span);
                return None;
            }
        }
    }
    let mut rise = last.at_schema(schema);
    if !combine(&mut rise, base, Doing::Subtraction, place, notes) {
        return None;
    }
    if counter {
        let mut before = base;
        for next in &held[1..] {
            if next.resets_after(before)
                && !combine(&mut rise, before, Doing::Addition, place, notes)
            {
                return None;
            }
            before = next;
        }
    } else if !gauge(first) || !gauge(last) {
        notes.not_gauge(place.metric, place.span);
    }
    rise.hint = ResetHint::Gauge;
    Some(rise.compacted())
}
