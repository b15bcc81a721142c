//! `rate`, `increase` and `delta` with `anchored` or `smoothed`: no extrapolation, but samples
//! beyond the window.

use super::rate_histogram::combine;
use super::{Kernel, Out, Place, Site, Window};
use crate::annotation::{Doing, Notes};
use crate::syntax::ast::Extension;
use series::{Histogram, ResetHint};
use std::sync::Arc;

/// First and last sample that count; `None` if none lies in the window.
fn bounds(times: &[i64], window: &Window<'_>, smoothed: bool) -> Option<(usize, usize)> {
    let newest = times.len() - 1;
    let behind = times[..newest].partition_point(|at| *at <= window.start);
    let first = behind.saturating_sub(1);
    let last =
        if smoothed { times[..newest].partition_point(|at| *at < window.end) } else { newest };
    let outside = times[last] <= window.start || (smoothed && times[first] > window.end);
    (!outside).then_some((first, last))
}

/// Source: Prometheus, `extendedRate` and `extendedHistogramRate`.
pub(super) fn extended(
    site: &Site<'_>,
    window: &Window<'_>,
    place: Place<'_>,
    notes: &mut Notes,
) -> Out {
    if window.has_floats() && window.has_histograms() {
        notes.mixed_floats(place.metric, place.span);
        return Out::Nothing;
    }
    if window.has_histograms() {
        return of_histograms(site, window, place, notes);
    }
    let smoothed = site.extension == Extension::Smoothed;
    let Some((mut first, mut last)) = bounds(window.times, window, smoothed) else {
        return Out::Nothing;
    };
    let counter = site.kernel != Kernel::Delta;
    let (times, values) = (window.times, window.values);
    let between = |a: usize, b: usize, at: i64| {
        interpolated((times[a], values[a]), (times[b], values[b]), at, counter)
    };
    let left = if smoothed && times[first] < window.start {
        between(first, first + 1, window.start)
    } else {
        values[first]
    };
    let right = if smoothed && last > 0 && times[last] > window.end {
        between(last - 1, last, window.end)
    } else {
        values[last]
    };
    let mut rise = right - left;
    if counter {
        // The ends are accounted for; what lies strictly inside is looked at.
        if times[first] <= window.start {
            first += 1;
        }
        let mut end = last + 1;
        if times[last] >= window.end {
            end = last;
        }
        last = end;
        let mut before = left;
        for value in values.get(first..last).unwrap_or(&[]).iter().chain([&right]) {
            if *value < before {
                rise += before;
            }
            before = *value;
        }
    }
    if site.kernel == Kernel::Rate {
        rise /= site.range_s();
    }
    Out::Float(rise)
}

/// The value between two samples; after a reset a counter begins at 0.
pub(super) fn interpolated(a: (i64, f64), b: (i64, f64), at: i64, counter: bool) -> f64 {
    let from = if counter && b.1 < a.1 { 0.0 } else { a.1 };
    from + share(a.0, b.0, at, b.1 - from)
}

/// How much of the way from `a` to `b` lies behind at `at`.
#[expect(clippy::cast_precision_loss, reason = "differences of times are below 2^53")]
fn share(a: i64, b: i64, at: i64, whole: f64) -> f64 {
    whole * ((at - a) as f64) / ((b - a) as f64)
}

/// The histogram between two; `None` with a warning if they do not go together.
pub(super) fn interpolated_histogram(
    a: (i64, &Histogram),
    b: (i64, &Histogram),
    at: i64,
    counter: bool,
    place: Place<'_>,
    notes: &mut Notes,
) -> Option<Histogram> {
    if at == a.0 || at == b.0 {
        return Some(if at == a.0 { a.1 } else { b.1 }.clone());
    }
    let share = share(a.0, b.0, at, 1.0);
    let mut made = b.1.clone();
    if counter && b.1.resets_after(a.1) {
        made.scale(share);
        return Some(made);
    }
    if !combine(&mut made, a.1, Doing::Subtraction, place, notes) {
        return None;
    }
    made.scale(share);
    combine(&mut made, a.1, Doing::Addition, place, notes).then_some(made)
}

fn of_histograms(site: &Site<'_>, window: &Window<'_>, place: Place<'_>, notes: &mut Notes) -> Out {
    let smoothed = site.extension == Extension::Smoothed;
    let Some((first, last)) = bounds(window.histogram_times, window, smoothed) else {
        return Out::Nothing;
    };
    let counter = site.kernel != Kernel::Delta;
    let held = window.histograms;
    if !one_kind(&held[first..=last], counter, place, notes) {
        return Out::Nothing;
    }
    let times = window.histogram_times;
    let mut between = |a: usize, b: usize, at: i64| {
        let (a, b) = ((times[a], &*held[a]), (times[b], &*held[b]));
        interpolated_histogram(a, b, at, counter, place, notes)
    };
    let left = if smoothed && times[first] < window.start {
        between(first, first + 1, window.start)
    } else {
        Some((*held[first]).clone())
    };
    let right = if smoothed && last > 0 && times[last] > window.end {
        between(last - 1, last, window.end)
    } else {
        Some((*held[last]).clone())
    };
    let (Some(left), Some(right)) = (left, right) else { return Out::Nothing };
    if !counter && (left.hint != ResetHint::Gauge || right.hint != ResetHint::Gauge) {
        notes.not_gauge(place.metric, place.span);
    }
    let mut rise = right.clone();
    if !combine(&mut rise, &left, Doing::Subtraction, place, notes) {
        return Out::Nothing;
    }
    if counter {
        let spanned =
            smoothed && times[first] < window.start && held[first + 1].resets_after(&held[first]);
        let Some(lost) = lost_at_resets(held, (first, last), &left, &right, spanned, place, notes)
        else {
            return Out::Nothing;
        };
        if lost.is_some_and(|lost| !combine(&mut rise, &lost, Doing::Addition, place, notes)) {
            return Out::Nothing;
        }
    }
    if site.kernel == Kernel::Rate {
        rise.divide(site.range_s());
    }
    rise.hint = ResetHint::Gauge;
    rise.compacted().into()
}

/// Tells whether all buckets are of one kind; warns of gauges among counters.
fn one_kind(held: &[Arc<Histogram>], counter: bool, place: Place<'_>, notes: &mut Notes) -> bool {
    for histogram in held {
        if histogram.is_custom() != held[0].is_custom() {
            notes.mixed_schemas(place.metric, place.span);
            return false;
        }
        if counter && histogram.hint == ResetHint::Gauge {
            notes.not_counter(place.metric, place.span);
        }
    }
    true
}

/// The sum of what was lost at resets. `spanned`: the left end was interpolated over a reset, so
/// that this one is accounted for. The last sample is represented by `right`.
fn lost_at_resets(
    held: &[Arc<Histogram>],
    (first, last): (usize, usize),
    left: &Histogram,
    right: &Histogram,
    spanned: bool,
    place: Place<'_>,
    notes: &mut Notes,
) -> Option<Option<Histogram>> {
    let from = first + 1 + usize::from(spanned);
    if from > last {
        return Some(None);
    }
    let mut before: &Histogram = if spanned { &held[first + 1] } else { left };
    let mut lost: Option<Histogram> = None;
    let inner = held[from..last].iter().map(|histogram| &**histogram);
    for next in inner.chain([right]) {
        if next.resets_after(before) {
            match &mut lost {
                None => lost = Some(before.clone()),
                Some(lost) => {
                    if !combine(lost, before, Doing::Addition, place, notes) {
                        return None;
                    }
                }
            }
        }
        before = next;
    }
    Some(lost)
}
