//! Quantiles, deviations and variances of a window.

use super::{Kernel, Out, Place, Window};
use crate::annotation::Notes;
use series::kahan_add;

/// Tells whether there are floats; says so if histograms beside them are ignored.
fn floats_only(window: &Window<'_>, place: Place<'_>, notes: &mut Notes) -> bool {
    if window.has_floats() && window.has_histograms() {
        notes.ignored_in_range(place.metric, place.span);
    }
    window.has_floats()
}

/// The variance by Welford's method, compensated.
pub(super) fn variance(
    kernel: Kernel,
    window: &Window<'_>,
    place: Place<'_>,
    notes: &mut Notes,
) -> Out {
    if !floats_only(window, place, notes) {
        return Out::Nothing;
    }
    let (mut count, mut mean, mut mean_lost) = (0.0, 0.0, 0.0);
    let (mut squares, mut squares_lost) = (0.0, 0.0);
    for value in window.values {
        count += 1.0;
        let delta = value - (mean + mean_lost);
        (mean, mean_lost) = kahan_add(delta / count, mean, mean_lost);
        let more = delta * (value - (mean + mean_lost));
        (squares, squares_lost) = kahan_add(more, squares, squares_lost);
    }
    let variance = (squares + squares_lost) / count;
    Out::Float(if kernel == Kernel::Stddev { variance.sqrt() } else { variance })
}

pub(super) fn quantile_of(
    wanted: f64,
    window: &Window<'_>,
    place: Place<'_>,
    notes: &mut Notes,
) -> Out {
    if !window.has_floats() {
        return Out::Nothing;
    }
    if wanted.is_nan() || !(0.0..=1.0).contains(&wanted) {
        notes.invalid_quantile(wanted, place.span);
    }
    floats_only(window, place, notes);
    Out::Float(quantile(wanted, &mut window.values.to_vec()))
}

/// The median of the distances from the median.
pub(super) fn deviation(window: &Window<'_>, place: Place<'_>, notes: &mut Notes) -> Out {
    if !floats_only(window, place, notes) {
        return Out::Nothing;
    }
    if window.values.iter().any(|value| value.is_nan()) {
        return Out::Float(f64::NAN);
    }
    let mut values = window.values.to_vec();
    let median = quantile(0.5, &mut values);
    for value in &mut values {
        *value = (*value - median).abs();
    }
    Out::Float(quantile(0.5, &mut values))
}

/// The quantile of values, between two of them by weight; NaN counts as the smallest.
pub(crate) fn quantile(wanted: f64, values: &mut [f64]) -> f64 {
    if values.is_empty() || wanted.is_nan() {
        return f64::NAN;
    }
    if wanted < 0.0 {
        return f64::NEG_INFINITY;
    }
    if wanted > 1.0 {
        return f64::INFINITY;
    }
    values.sort_unstable_by(|a, b| match (a.is_nan(), b.is_nan()) {
        (false, false) => a.total_cmp(b),
        (a_nan, b_nan) => b_nan.cmp(&a_nan),
    });
    let rank = wanted * super::number(values.len() - 1);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to length")]
    let lower = rank.floor() as usize;
    let upper = (lower + 1).min(values.len() - 1);
    let weight = rank - rank.floor();
    values[lower] * (1.0 - weight) + values[upper] * weight
}
