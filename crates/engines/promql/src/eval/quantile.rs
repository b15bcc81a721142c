//! The aggregator `quantile`.

use super::aggregate::Grouped;
use super::group::Deciding;
use crate::annotation::Notes;
use crate::column::{Cell, Column, Grid, stored};
use crate::over::quantile;
use crate::syntax::ast::Span;

/// Warns of quantiles that are none.
pub(super) fn check(params: &[f64], span: Span, notes: &mut Notes) {
    if params.iter().any(|param| param.is_nan()) {
        notes.invalid_quantile(f64::NAN, span);
    }
    let largest = params.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let smallest = params.iter().copied().fold(f64::INFINITY, f64::min);
    if largest > 1.0 {
        notes.invalid_quantile(largest, span);
    }
    if smallest < 0.0 {
        notes.invalid_quantile(smallest, span);
    }
}

pub(super) fn quantiles(
    grouped: &Grouped,
    deciding: Deciding<'_>,
    params: &[f64],
    span: Span,
    grid: &Grid,
    notes: &mut Notes,
) -> Vec<Column> {
    let mut made = Vec::new();
    let mut values = Vec::new();
    for (members, first) in grouped.members().iter().zip(&grouped.firsts) {
        let labels = deciding.labels(&grouped.columns[*first].labels);
        let mut column = Column::new(labels, grid.count);
        column.drop_name = members.iter().any(|at| grouped.columns[*at].drop_name);
        for (step, wanted) in params.iter().enumerate() {
            values.clear();
            for at in members {
                match grouped.columns[*at].cell(step) {
                    Cell::Nothing => {}
                    Cell::Float(float) => values.push(float),
                    Cell::Histogram(_) => notes.ignored_in_aggregation("quantile", span),
                }
            }
            if !values.is_empty() {
                column.floats[step] = stored(quantile(*wanted, &mut values));
            }
        }
        if !column.is_empty() {
            made.push(column);
        }
    }
    made
}
