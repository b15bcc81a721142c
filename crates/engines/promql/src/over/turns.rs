//! `changes` and `resets`: how often a series turned.

use super::{Kernel, Out, Site, Window, number};
use crate::syntax::ast::Extension;
use series::Histogram;

#[derive(Clone, Copy)]
enum Sample<'s> {
    Float(f64),
    Held(&'s Histogram),
}

pub(super) fn turns(site: &Site<'_>, window: &Window<'_>) -> Out {
    let plain = site.extension == Extension::None;
    if plain && site.kernel == Kernel::Resets && !window.has_histograms() {
        let last = window.first + window.values.len() - 1;
        let from = window.falls.partition_point(|at| *at <= window.first);
        let until = window.falls.partition_point(|at| *at <= last);
        return Out::Float(number(until - from));
    }
    let Some((first_float, first_held)) = anchors(window, plain) else { return Out::Nothing };
    let mut count = 0;
    let mut before: Option<Sample<'_>> = None;
    let (mut float, mut held) = (first_float, first_held);
    loop {
        let float_at = window.times.get(float);
        let held_at = window.histogram_times.get(held);
        let next = match (float_at, held_at) {
            (None, None) => break,
            (Some(at), Some(other)) if at >= other => None,
            (Some(_), _) => Some(Sample::Float(window.values[float])),
            (None, Some(_)) => None,
        };
        let next = if let Some(next) = next {
            float += 1;
            next
        } else {
            held += 1;
            Sample::Held(&window.histograms[held - 1])
        };
        count += usize::from(before.is_some_and(|before| turned(site.kernel, before, next)));
        before = Some(next);
    }
    Out::Float(number(count))
}

fn turned(kernel: Kernel, before: Sample<'_>, next: Sample<'_>) -> bool {
    let resets = kernel == Kernel::Resets;
    match (before, next) {
        (Sample::Float(old), Sample::Float(new)) if resets => new < old,
        (Sample::Float(old), Sample::Float(new)) => new != old && !(new.is_nan() && old.is_nan()),
        (Sample::Held(old), Sample::Held(new)) if resets => new.resets_after(old),
        (Sample::Held(old), Sample::Held(new)) => !new.same_as(old),
        _ => true,
    }
}

/// Where to begin: with `anchored`, at the newest sample not after the start of the window,
/// whatever its kind. `None` if nothing lies behind it.
fn anchors(window: &Window<'_>, plain: bool) -> Option<(usize, usize)> {
    if plain {
        return Some((0, 0));
    }
    let floats = window.times.partition_point(|at| *at <= window.start);
    let held = window.histogram_times.partition_point(|at| *at <= window.start);
    if floats >= window.times.len() && held >= window.histogram_times.len() {
        return None;
    }
    let newest_float = floats.checked_sub(1).map(|at| window.times[at]);
    let newest_held = held.checked_sub(1).map(|at| window.histogram_times[at]);
    match (newest_float, newest_held) {
        (None, None) => Some((0, 0)),
        (Some(float), Some(other)) if float < other => Some((floats, held - 1)),
        (Some(_), _) => Some((floats - 1, held)),
        (None, Some(_)) => Some((floats, held - 1)),
    }
}
