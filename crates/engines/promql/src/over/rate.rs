//! `rate`, `increase` and `delta`, extrapolated to the ends of the window.

use super::plan::{Plan, Stretch};
use super::rate_histogram::histogram_rise;
use super::{Kernel, Out, Place, STEP_SAMPLES, Site, Window};
use crate::PromqlError;
use crate::annotation::Notes;
use crate::column::stored;
use crate::source::Paced;
use series::Histogram;

/// Source: Prometheus, `extrapolatedRate`.
pub(super) fn extrapolated(
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
    let (values, times) = (window.values, window.times);
    if values.len() < 2 {
        return Out::Nothing;
    }
    let last = values.len() - 1;
    let mut rise = values[last] - values[0];
    if site.kernel != Kernel::Delta {
        // The value before each fall was lost.
        let from = window.falls.partition_point(|at| *at <= window.first);
        let until = window.falls.partition_point(|at| *at <= window.first + last);
        for at in &window.falls[from..until] {
            rise += values[at - 1 - window.first];
        }
    }
    let stretch = Stretch::of(site, times, window.start, window.end);
    Out::Float(rise * stretch.factor(site, share(values[0], rise)))
}

/// The first value as a share of the rise.
#[inline]
fn share(first: f64, rise: f64) -> Option<f64> {
    (rise > 0.0 && first >= 0.0).then(|| first / rise)
}

/// All steps of a series of floats. Tells whether there is a value at any. Errors: not to go on.
pub(super) fn of_floats(
    site: &Site<'_>,
    plan: &Plan,
    values: &[f64],
    falls: &[usize],
    to: &mut [f64],
) -> Result<bool, PromqlError> {
    let counter = site.kernel != Kernel::Delta;
    let (mut from, mut until, mut any) = (0, 0, false);
    let mut paced = Paced::new(site.control);
    for ((window, stretch), to) in plan.windows().zip(plan.stretches()).zip(to) {
        let [first, .., last] = values[window.clone()] else { continue };
        let mut rise = last - first;
        if counter && !falls.is_empty() {
            let near = |from: usize, limit: usize| {
                from + falls[from..].iter().take_while(|at| **at <= limit).count()
            };
            from = near(from, window.start);
            until = near(until.max(from), window.end - 1);
            paced.spend(STEP_SAMPLES + until - from)?;
            // The value before each fall was lost.
            for at in &falls[from..until] {
                rise += values[at - 1];
            }
        }
        *to = stored(rise * stretch.factor(site, share(first, rise)));
        any = true;
    }
    Ok(any)
}

fn of_histograms(site: &Site<'_>, window: &Window<'_>, place: Place<'_>, notes: &mut Notes) -> Out {
    let (held, times) = (window.histograms, window.histogram_times);
    if held.len() < 2 {
        return Out::Nothing;
    }
    let counter = site.kernel != Kernel::Delta;
    let Some(mut rise): Option<Histogram> = histogram_rise(held, counter, place, notes) else {
        return Out::Nothing;
    };
    let lawful = rise.count > 0.0 && held[0].count >= 0.0;
    let share = lawful.then(|| held[0].count / rise.count);
    let stretch = Stretch::of(site, times, window.start, window.end);
    rise.scale(stretch.factor(site, share));
    rise.into()
}
