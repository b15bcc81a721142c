//! `and`, `or` and `unless`.

use super::group::{Deciding, Groups};
use crate::PromqlError;
use crate::column::{ABSENT, Column, Grid, merged};
use crate::memory::Memory;
use crate::syntax::ast::{Binary, Operator};

/// At which steps a group has a series.
struct Presence {
    steps: usize,
    seen: Vec<bool>,
}

impl Presence {
    fn new(groups: usize, steps: usize) -> Self {
        Self { steps, seen: vec![false; groups * steps] }
    }

    fn see(&mut self, group: usize, column: &Column) {
        for step in 0..self.steps {
            if column.is_present(step) {
                self.seen[group * self.steps + step] = true;
            }
        }
    }

    fn at(&self, group: usize, step: usize) -> bool {
        self.seen[group * self.steps + step]
    }
}

pub(super) fn set(
    binary: &Binary,
    left: Vec<Column>,
    right: Vec<Column>,
    grid: &Grid,
    memory: &Memory,
) -> Result<Vec<Column>, PromqlError> {
    let matching = &binary.matching;
    let deciding = Deciding { listed: &matching.labels, only: matching.on };
    let mut groups = Groups::default();
    let mut numbers = |columns: &[Column]| -> Vec<usize> {
        columns.iter().map(|column| groups.number(deciding, &column.labels)).collect()
    };
    let (left_groups, right_groups) = (numbers(&left), numbers(&right));
    let _presence_held = memory.charge(groups.len().saturating_mul(grid.count))?;
    let mut presence = Presence::new(groups.len(), grid.count);
    if binary.op == Operator::Or {
        for (column, group) in left.iter().zip(&left_groups) {
            presence.see(*group, column);
        }
        let others = masked(right, &right_groups, |group, step| !presence.at(group, step));
        return merged(left.into_iter().chain(others).collect());
    }
    for (column, group) in right.iter().zip(&right_groups) {
        presence.see(*group, column);
    }
    let wanted = binary.op == Operator::And;
    Ok(masked(left, &left_groups, |group, step| presence.at(group, step) == wanted))
}

/// Keeps what lies at steps that `keep` accepts.
fn masked(
    columns: Vec<Column>,
    groups: &[usize],
    keep: impl Fn(usize, usize) -> bool,
) -> Vec<Column> {
    let mask = |(mut column, group): (Column, &usize)| {
        for step in 0..column.floats.len() {
            if !keep(*group, step) {
                column.floats[step] = ABSENT;
                if let Some(held) = &mut column.histograms {
                    held[step] = None;
                }
            }
        }
        (!column.is_empty()).then_some(column)
    };
    columns.into_iter().zip(groups).filter_map(mask).collect()
}
