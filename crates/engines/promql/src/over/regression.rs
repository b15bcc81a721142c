//! Straight lines and smoothed values.

use super::{Kernel, Out, Place, Site, Window, seconds};
use crate::PromqlError;
use crate::annotation::Notes;
use series::kahan_add;

/// `deriv` and `predict_linear`.
pub(super) fn line(
    site: &Site<'_>,
    window: &Window<'_>,
    place: Place<'_>,
    notes: &mut Notes,
) -> Out {
    if window.has_floats() && window.has_histograms() {
        notes.ignored_in_range(place.metric, place.span);
    }
    if window.values.len() < 2 {
        return Out::Nothing;
    }
    if site.kernel == Kernel::Deriv {
        // A time near the samples keeps the sums small and exact.
        return Out::Float(fitted(window, window.times[0]).0);
    }
    let (slope, intercept) = fitted(window, window.at);
    Out::Float(slope * site.param(0, window.step) + intercept)
}

/// Slope and value at `at` of the line with the least squares.
///
/// Source: Prometheus, `linearRegression`.
fn fitted(window: &Window<'_>, at: i64) -> (f64, f64) {
    let first = window.values[0];
    let (mut n, mut x, mut y, mut xy, mut xx) =
        (0.0, (0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0));
    let add = |value: f64, sum: (f64, f64)| kahan_add(value, sum.0, sum.1);
    for (value, time) in window.values.iter().zip(window.times) {
        n += 1.0;
        let distance = seconds(time - at);
        x = add(distance, x);
        y = add(*value, y);
        xy = add(distance * value, xy);
        xx = add(distance * distance, xx);
    }
    if window.values[1..].iter().all(|value| !(*value != first)) {
        return if first.is_infinite() { (f64::NAN, f64::NAN) } else { (0.0, first) };
    }
    let [x, y, xy, xx] = [x, y, xy, xx].map(|(sum, lost)| sum + lost);
    let covariance = xy - x * y / n;
    let variance = xx - x * x / n;
    let slope = covariance / variance;
    (slope, y / n - slope * x / n)
}

/// Double exponential smoothing.
///
/// Errors: a factor outside 0 to 1.
pub(super) fn smoothing(
    site: &Site<'_>,
    window: &Window<'_>,
    place: Place<'_>,
    notes: &mut Notes,
) -> Result<Out, PromqlError> {
    let (smooth, trend) = (site.param(0, window.step), site.param(1, window.step));
    let refuse = |what: &str, short: &str, value: f64| {
        let message = format!("invalid {what} factor. Expected: 0 < {short} < 1, got: {value:.6}");
        Err(PromqlError::eval(message))
    };
    if smooth <= 0.0 || smooth >= 1.0 {
        return refuse("smoothing", "sf", smooth);
    }
    if trend <= 0.0 || trend >= 1.0 {
        return refuse("trend", "tf", trend);
    }
    if window.has_floats() && window.has_histograms() {
        notes.ignored_in_range(place.metric, place.span);
    }
    let values = window.values;
    if values.len() < 2 {
        return Ok(Out::Nothing);
    }
    let (mut before, mut level, mut slope) = (0.0, values[0], values[1] - values[0]);
    for (at, value) in values.iter().enumerate().skip(1) {
        if at > 1 {
            slope = trend * (level - before) + (1.0 - trend) * slope;
        }
        let next = smooth * value + (1.0 - smooth) * (level + slope);
        (before, level) = (level, next);
    }
    Ok(Out::Float(level))
}
