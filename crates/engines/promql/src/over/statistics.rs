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
    let order = |a: &f64, b: &f64| match (a.is_nan(), b.is_nan()) {
        (false, false) => a.total_cmp(b),
        (a_nan, b_nan) => b_nan.cmp(&a_nan),
    };
    let rank = wanted * super::number(values.len() - 1);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to length")]
    let lower = (rank.floor() as usize).min(values.len() - 1);
    // Two places of the order are asked for: the others need not be put in order.
    let (_, least, greater) = values.select_nth_unstable_by(lower, order);
    let least = *least;
    let next = greater.iter().copied().min_by(order).unwrap_or(least);
    let weight = rank - rank.floor();
    least * (1.0 - weight) + next * weight
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same from values in order.
    fn by_order(wanted: f64, values: &[f64]) -> f64 {
        let mut values = values.to_vec();
        values.sort_by(|a, b| match (a.is_nan(), b.is_nan()) {
            (false, false) => a.total_cmp(b),
            (a_nan, b_nan) => b_nan.cmp(&a_nan),
        });
        let rank = wanted * (values.len() - 1) as f64;
        let lower = rank.floor() as usize;
        let upper = (lower + 1).min(values.len() - 1);
        let weight = rank - rank.floor();
        values[lower] * (1.0 - weight) + values[upper] * weight
    }

    #[test]
    fn quantiles_are_what_values_in_order_say() {
        let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 0.0, 1e300];
        // xorshift64
        let mut seed: u64 = 0x9e37_79b9_7f4a_7c15;
        for count in [1, 2, 3, 7, 40, 241] {
            for round in 0..20 {
                let values: Vec<f64> = (0..count)
                    .map(|at| {
                        seed ^= seed << 13;
                        seed ^= seed >> 7;
                        seed ^= seed << 17;
                        // Many are the same, and in every second round some are odd.
                        let plain = (seed % 23) as f64 - 11.0;
                        let take = round % 2 == 1 && at % 9 == 4;
                        if take { odd[(seed >> 32) as usize % odd.len()] } else { plain }
                    })
                    .collect();
                for wanted in [0.0, 0.1, 0.5, 0.9, 0.95, 1.0] {
                    let found = quantile(wanted, &mut values.clone());
                    let expected = by_order(wanted, &values);
                    let same = found.to_bits() == expected.to_bits();
                    let both_nan = found.is_nan() && expected.is_nan();
                    assert!(same || both_nan, "{wanted} of {values:?}: {found} {expected}");
                }
            }
        }
        assert!(quantile(0.5, &mut []).is_nan());
        assert_eq!(quantile(-0.1, &mut [1.0]), f64::NEG_INFINITY);
        assert_eq!(quantile(1.1, &mut [1.0]), f64::INFINITY);
    }
}
