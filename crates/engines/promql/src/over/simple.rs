//! Functions that need a glance at each sample at most.

use super::{Kernel, Out, Place, Window, number, seconds};
use crate::annotation::Notes;
use std::sync::Arc;

/// `count`, `present`, `first`, `last` and the times of these.
pub(super) fn simple(kernel: Kernel, window: &Window<'_>) -> Out {
    let last = kernel == Kernel::Last || kernel == Kernel::TimeOfLast;
    let pick = |count: usize| if last { count.wrapping_sub(1) } else { 0 };
    let float = window.times.get(pick(window.times.len())).copied();
    let held = window.histogram_times.get(pick(window.histogram_times.len())).copied();
    match kernel {
        Kernel::Count => Out::Float(number(window.values.len() + window.histograms.len())),
        Kernel::Present => Out::Float(1.0),
        Kernel::TimeOfFirst | Kernel::TimeOfLast => {
            let times = [float, held].into_iter().flatten();
            let time = if last { times.max() } else { times.min() };
            time.map_or(Out::Nothing, |time| Out::Float(seconds(time)))
        }
        _ => {
            let float_wins = match (float, held) {
                (Some(float), Some(held)) if last => held < float,
                (Some(float), Some(held)) => float < held,
                (float, _) => float.is_some(),
            };
            if float_wins {
                Out::Float(window.values[pick(window.values.len())])
            } else {
                Out::Histogram(Arc::clone(&window.histograms[pick(window.histograms.len())]))
            }
        }
    }
}

/// `min`, `max` and the times of these; NaN only if there is nothing else.
pub(super) fn extreme(
    kernel: Kernel,
    window: &Window<'_>,
    place: Place<'_>,
    notes: &mut Notes,
) -> Out {
    if !window.has_floats() {
        return Out::Nothing;
    }
    if window.has_histograms() {
        notes.ignored_in_range(place.metric, place.span);
    }
    let (mut best, mut at) = (window.values[0], window.times[0]);
    match kernel {
        Kernel::Max => best = window.values.iter().copied().fold(best, larger),
        Kernel::Min => best = window.values.iter().copied().fold(best, smaller),
        _ => {
            for (value, time) in window.values.iter().zip(window.times) {
                let takes = match kernel {
                    Kernel::TimeOfMax => *value >= best,
                    _ => *value <= best,
                };
                if takes || best.is_nan() {
                    (best, at) = (*value, *time);
                }
            }
            return Out::Float(seconds(at));
        }
    }
    Out::Float(best)
}

fn larger(best: f64, value: f64) -> f64 {
    if value > best || best.is_nan() { value } else { best }
}

fn smaller(best: f64, value: f64) -> f64 {
    if value < best || best.is_nan() { value } else { best }
}
