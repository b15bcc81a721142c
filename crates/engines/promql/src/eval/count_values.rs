//! The aggregator `count_values`.

use super::aggregate::Grouped;
use super::group::Deciding;
use crate::PromqlError;
use crate::column::{Cell, Column, Grid, is_absent, merged};
use crate::memory::Memory;
use crate::syntax::ast::{Expr, Kind};
use crate::syntax::{go_quote, is_broken};
use series::{LabelsBuilder, number_plain};
use std::collections::HashMap;

/// The label that the parameter names.
///
/// Errors: it is none.
pub(super) fn label(param: Option<&Expr>) -> Result<String, PromqlError> {
    let label = match param.map(|param| &param.bare().kind) {
        Some(Kind::String(label)) => label.clone(),
        _ => return Err(PromqlError::eval("a label name is wanted here")),
    };
    if label.is_empty() || is_broken(&label) {
        return Err(PromqlError::eval(format!("invalid label name {}", go_quote(&label))));
    }
    Ok(label)
}

/// One series for each group and value.
pub(super) fn count(
    grouped: &Grouped,
    deciding: Deciding<'_>,
    label: &str,
    grid: &Grid,
    memory: &Memory,
) -> Result<Vec<Column>, PromqlError> {
    let mut room = memory.nothing();
    let mut places: HashMap<(usize, String), usize> = HashMap::new();
    let mut made: Vec<Column> = Vec::new();
    for (column, number) in grouped.columns.iter().zip(&grouped.numbers) {
        for step in 0..grid.count {
            let text = match column.cell(step) {
                Cell::Nothing => continue,
                Cell::Float(float) => number_plain(float),
                Cell::Histogram(held) => held.to_string(),
            };
            let bytes = text.len();
            let next = made.len();
            let place = *places.entry((*number, text)).or_insert_with_key(|(_, text)| {
                let own = deciding.labels(&grouped.columns[grouped.firsts[*number]].labels);
                let mut labels = LabelsBuilder::from_labels(&own);
                labels.set(label, text);
                let mut counted = Column::new(labels.build(), grid.count);
                counted.drop_name = column.drop_name;
                made.push(counted);
                made.len() - 1
            });
            if place == next {
                // The text stands in the label and in the key.
                room.grow(Column::room(grid.count).saturating_add(2 * bytes))?;
            }
            let count = &mut made[place].floats[step];
            *count = if is_absent(*count) { 1.0 } else { *count + 1.0 };
        }
    }
    // The label may overwrite one that told groups apart.
    merged_counts(made)
}

fn merged_counts(columns: Vec<Column>) -> Result<Vec<Column>, PromqlError> {
    let mut places = HashMap::new();
    let mut kept: Vec<Column> = Vec::with_capacity(columns.len());
    for column in columns {
        match places.get(&column.labels) {
            None => {
                places.insert(column.labels.clone(), kept.len());
                kept.push(column);
            }
            Some(at) => {
                let known: &mut Column = &mut kept[*at];
                for (count, more) in known.floats.iter_mut().zip(&column.floats) {
                    if !is_absent(*more) {
                        *count = if is_absent(*count) { *more } else { *count + more };
                    }
                }
            }
        }
    }
    merged(kept)
}
