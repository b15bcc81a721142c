//! Functions of one float.

use crate::column::{Column, Grid, is_absent};
use std::f64::consts::PI;

/// The function by its name, if it is one of a single float.
pub(super) fn function(name: &str) -> Option<fn(f64) -> f64> {
    Some(match name {
        "abs" => f64::abs,
        "ceil" => f64::ceil,
        "floor" => f64::floor,
        "exp" => f64::exp,
        "sqrt" => f64::sqrt,
        "ln" => f64::ln,
        "log2" => f64::log2,
        "log10" => f64::log10,
        "sin" => f64::sin,
        "cos" => f64::cos,
        "tan" => f64::tan,
        "asin" => f64::asin,
        "acos" => f64::acos,
        "atan" => f64::atan,
        "sinh" => f64::sinh,
        "cosh" => f64::cosh,
        "tanh" => f64::tanh,
        "asinh" => f64::asinh,
        "acosh" => f64::acosh,
        "atanh" => f64::atanh,
        "rad" => |degrees| degrees * PI / 180.0,
        "deg" => |radians| radians * 180.0 / PI,
        "sgn" => |value| {
            if value < 0.0 {
                -1.0
            } else if value > 0.0 {
                1.0
            } else {
                value
            }
        },
        _ => return None,
    })
}

/// Applies a function to every float; histograms are left out.
pub(super) fn mapped(columns: Vec<Column>, change: impl Fn(usize, f64) -> f64) -> Vec<Column> {
    let change_one = |mut column: Column| {
        column.histograms = None;
        column.drop_name = true;
        let mut any = false;
        for (step, float) in column.floats.iter_mut().enumerate() {
            if !is_absent(*float) {
                *float = crate::column::stored(change(step, *float));
                any = true;
            }
        }
        any.then_some(column)
    };
    columns.into_iter().filter_map(change_one).collect()
}

/// `clamp` and its like: nothing at steps where the bounds are the wrong way round.
pub(super) fn clamped(columns: Vec<Column>, least: &[f64], most: &[f64]) -> Vec<Column> {
    let mut columns = mapped(columns, |step, value| go_max(least[step], go_min(most[step], value)));
    for column in &mut columns {
        for (step, float) in column.floats.iter_mut().enumerate() {
            if most[step] < least[step] {
                *float = crate::column::ABSENT;
            }
        }
    }
    columns.retain(|column| !column.is_empty());
    columns
}

/// Rounds to the nearest multiple; halves go up.
pub(super) fn rounded(value: f64, to: f64) -> f64 {
    let inverse = 1.0 / to;
    (value * inverse + 0.5).floor() / inverse
}

/// The larger one; NaN if one is.
pub(super) fn go_max(a: f64, b: f64) -> f64 {
    if a.is_infinite() && a > 0.0 || b.is_infinite() && b > 0.0 {
        return f64::INFINITY;
    }
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.max(b) }
}

/// The smaller one; NaN if one is.
pub(super) fn go_min(a: f64, b: f64) -> f64 {
    if a.is_infinite() && a < 0.0 || b.is_infinite() && b < 0.0 {
        return f64::NEG_INFINITY;
    }
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.min(b) }
}

/// A column without labels.
pub(super) fn nameless(values: Vec<f64>, grid: &Grid) -> Column {
    debug_assert_eq!(values.len(), grid.count);
    let floats = values.into_iter().map(crate::column::stored).collect();
    Column { floats, ..Column::new(series::Labels::empty(), 0) }
}
