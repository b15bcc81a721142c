//! `sort` and its like: the order of an instant answer.

use super::Eval;
use crate::PromqlError;
use crate::annotation::Notes;
use crate::column::{Column, Grid, is_absent};
use crate::syntax::ast::{Expr, Kind, Span};
use std::cmp::Ordering;

impl Eval<'_> {
    pub(super) fn sort(
        &self,
        name: &str,
        args: &[Expr],
        span: Span,
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Vec<Column>, PromqlError> {
        let mut columns = self.columns(&args[0], grid, notes)?.into_value();
        if grid.count > 1 {
            notes.sort_in_range(span);
        }
        let descending = name.ends_with("_desc");
        if name.starts_with("sort_by_label") {
            let label = |arg: &Expr| match &arg.bare().kind {
                Kind::String(label) => label.clone(),
                _ => String::new(),
            };
            let labels: Vec<String> = args[1..].iter().map(label).collect();
            columns.sort_by(|a, b| {
                let order = by_labels(a, b, &labels);
                if descending { order.reverse() } else { order }
            });
            return Ok(columns);
        }
        // Histograms have no place in an order of numbers.
        for column in &mut columns {
            column.histograms = None;
        }
        columns.retain(|column| !column.is_empty());
        if grid.count == 1 {
            columns.sort_by(|a, b| by_value(a.floats[0], b.floats[0], descending));
        }
        Ok(columns)
    }
}

/// NaN comes last, whichever way.
fn by_value(a: f64, b: f64, descending: bool) -> Ordering {
    debug_assert!(!is_absent(a) && !is_absent(b), "empty columns are gone");
    match (a.is_nan(), b.is_nan()) {
        (true, true) => Ordering::Equal,
        (a_nan, b_nan) if a_nan || b_nan => a_nan.cmp(&b_nan),
        _ if descending => b.partial_cmp(&a).unwrap_or(Ordering::Equal),
        _ => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
    }
}

fn by_labels(a: &Column, b: &Column, labels: &[String]) -> Ordering {
    for label in labels {
        let (x, y) = (a.labels.get(label).unwrap_or(""), b.labels.get(label).unwrap_or(""));
        if x != y {
            return natural(x, y);
        }
    }
    a.labels.cmp(&b.labels)
}

/// Stretches of digits compare as numbers, all others as text.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let (x, a_rest) = stretch(a);
        let (y, b_rest) = stretch(b);
        if x.is_empty() || y.is_empty() {
            return x.len().cmp(&y.len());
        }
        let order = match (x.parse::<i64>(), y.parse::<i64>()) {
            (Ok(x), Ok(y)) => x.cmp(&y),
            _ => x.cmp(y),
        };
        if order != Ordering::Equal {
            return order;
        }
        (a, b) = (a_rest, b_rest);
    }
}

fn stretch(text: &str) -> (&str, &str) {
    let digits = text.starts_with(|first: char| first.is_ascii_digit());
    let end = text.find(|letter: char| letter.is_ascii_digit() != digits);
    text.split_at(end.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_count_as_numbers() {
        let mut names = ["cpu10", "cpu2", "cpu", "cpu2a", "1", "12", "3"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["1", "3", "12", "cpu", "cpu2", "cpu2a", "cpu10"]);
    }
}
