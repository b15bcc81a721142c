//! `irate` and `idelta`: the last two samples.

use super::rate_histogram::combine;
use super::{Kernel, Out, Place, Window, seconds};
use crate::annotation::{Doing, Notes};
use series::{Histogram, ResetHint};

/// A float or a histogram with its time.
#[derive(Clone, Copy)]
enum Sample<'s> {
    Float(i64, f64),
    Held(i64, &'s Histogram),
}

impl Sample<'_> {
    fn at(&self) -> i64 {
        match self {
            Self::Float(at, _) | Self::Held(at, _) => *at,
        }
    }
}

/// Source: Prometheus, `instantValue`.
pub(super) fn last_two(
    kernel: Kernel,
    window: &Window<'_>,
    place: Place<'_>,
    notes: &mut Notes,
) -> Out {
    let Some((before, newest)) = newest_two(window) else { return Out::Nothing };
    let between = newest.at() - before.at();
    if between == 0 {
        return Out::Nothing;
    }
    let counter = kernel == Kernel::Irate;
    match (before, newest) {
        (Sample::Float(_, old), Sample::Float(_, new)) => {
            let rise = if counter && new < old { new } else { new - old };
            Out::Float(if counter { rise / seconds(between) } else { rise })
        }
        (Sample::Held(_, old), Sample::Held(_, new)) => {
            let gauges = [old, new].map(|histogram| histogram.hint == ResetHint::Gauge);
            if counter && gauges.contains(&true) {
                notes.not_counter(place.metric, place.span);
            }
            if !counter && gauges.contains(&false) {
                notes.not_gauge(place.metric, place.span);
            }
            let mut rise = new.clone();
            let goes_on = !counter || !new.resets_after(old);
            if goes_on && !combine(&mut rise, old, Doing::Subtraction, place, notes) {
                return Out::Nothing;
            }
            rise.hint = ResetHint::Gauge;
            rise.compact();
            if counter {
                rise.divide(seconds(between));
            }
            rise.into()
        }
        _ => {
            notes.mixed_floats(place.metric, place.span);
            Out::Nothing
        }
    }
}

fn newest_two<'w>(window: &Window<'w>) -> Option<(Sample<'w>, Sample<'w>)> {
    let floats = window.times.iter().zip(window.values).rev().take(2);
    let held = window.histogram_times.iter().zip(window.histograms).rev().take(2);
    let mut all: Vec<Sample<'w>> = floats.map(|(at, value)| Sample::Float(*at, *value)).collect();
    all.extend(held.map(|(at, histogram)| Sample::Held(*at, histogram)));
    all.sort_by_key(|sample| std::cmp::Reverse(sample.at()));
    Some((*all.get(1)?, *all.first()?))
}
