//! `absent` and `absent_over_time`: 1 where there is nothing.

use crate::column::{ABSENT, Column, Grid};
use crate::syntax::ast::{Expr, Kind};
use series::{Labels, LabelsBuilder, METRIC_LABEL, MatchOp};

pub(super) fn absent(arg: &Expr, columns: &[Column], grid: &Grid) -> Vec<Column> {
    let mut made = Column::new(implied(arg), grid.count);
    for step in 0..grid.count {
        let there = columns.iter().any(|column| column.is_present(step));
        made.floats[step] = if there { ABSENT } else { 1.0 };
    }
    if made.is_empty() { Vec::new() } else { vec![made] }
}

/// The labels that a selector asks for by equality, each once.
fn implied(arg: &Expr) -> Labels {
    let (Kind::Vector(selector) | Kind::Matrix(selector, _)) = &arg.kind else {
        return Labels::empty();
    };
    let mut labels = LabelsBuilder::default();
    let mut seen: Vec<&str> = Vec::new();
    for matcher in selector.matchers.iter().filter(|matcher| matcher.name() != METRIC_LABEL) {
        let first = !seen.contains(&matcher.name());
        if matcher.op() == MatchOp::Equal && first {
            labels.set(matcher.name(), matcher.value());
            seen.push(matcher.name());
        } else {
            labels.set(matcher.name(), "");
        }
    }
    labels.build()
}
