//! `topk`, `bottomk`, `limitk` and `limit_ratio`: some of the series, as they are.

use super::aggregate::Grouped;
use crate::PromqlError;
use crate::annotation::Notes;
use crate::column::{Cell, Column, Grid};
use crate::memory::Charge;
use crate::syntax::ast::{Aggregator, Span};
use series::{Labels, number_general};
use xxhash_rust::xxh64::xxh64;

pub(super) fn is_choice(op: Aggregator) -> bool {
    matches!(
        op,
        Aggregator::Topk | Aggregator::Bottomk | Aggregator::Limitk | Aggregator::LimitRatio
    )
}

/// Checks the parameter; `None` if nothing can be chosen at any step.
///
/// Errors: it is NaN or beyond what can be counted.
pub(super) fn limits(
    op: Aggregator,
    params: &[f64],
    span: Span,
    notes: &mut Notes,
) -> Result<Option<Vec<f64>>, PromqlError> {
    let any_nan = params.iter().any(|param| param.is_nan());
    let largest = params.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let smallest = params.iter().copied().fold(f64::INFINITY, f64::min);
    if op == Aggregator::LimitRatio {
        if any_nan {
            return Err(PromqlError::eval("Ratio value is NaN"));
        }
        if largest == 0.0 && smallest == 0.0 {
            return Ok(None);
        }
        if largest > 1.0 {
            notes.invalid_ratio(largest, 1.0, span);
        }
        if smallest < -1.0 {
            notes.invalid_ratio(smallest, -1.0, span);
        }
        return Ok(Some(params.iter().map(|ratio| ratio.clamp(-1.0, 1.0)).collect()));
    }
    if any_nan {
        return Err(PromqlError::eval("Parameter value is NaN"));
    }
    // The largest and smallest floats that Go can make whole numbers of.
    const WHOLE_MAX: f64 = 9_223_372_036_854_774_784.0;
    const WHOLE_MIN: f64 = -9_223_372_036_854_775_808.0;
    if smallest <= WHOLE_MIN {
        let value = number_general(smallest);
        return Err(PromqlError::eval(format!("Scalar value {value} underflows int64")));
    }
    if largest >= WHOLE_MAX {
        let value = number_general(largest);
        return Err(PromqlError::eval(format!("Scalar value {value} overflows int64")));
    }
    if largest < 1.0 {
        return Ok(None);
    }
    Ok(Some(params.to_vec()))
}

/// What is to be chosen.
pub(super) struct Choosing<'c> {
    pub(super) op: Aggregator,
    /// The parameter at each step.
    pub(super) limits: &'c [f64],
    pub(super) span: Span,
    /// Counts what is made.
    pub(super) room: Charge,
}

impl Choosing<'_> {
    /// The columns that are chosen at some step, at these steps.
    ///
    /// Errors: there is no room for them.
    pub(super) fn choose(
        &mut self,
        grouped: Grouped,
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Vec<Column>, PromqlError> {
        let members = grouped.members();
        let columns = grouped.columns;
        let mut chosen: Vec<Vec<bool>> = vec![Vec::new(); columns.len()];
        let mut order: Vec<usize> = Vec::new();
        for list in &members {
            let mut choice = Choice { op: self.op, columns: &columns, list, span: self.span };
            for (step, limit) in self.limits.iter().enumerate() {
                for at in choice.at(step, *limit, notes) {
                    if chosen[at].is_empty() {
                        self.room.grow(Column::room(grid.count).saturating_add(grid.count))?;
                        chosen[at] = vec![false; grid.count];
                        order.push(at);
                    }
                    chosen[at][step] = true;
                }
            }
        }
        let masked = |at: usize| {
            let mut column = Column::new(columns[at].labels.clone(), grid.count);
            column.drop_name = columns[at].drop_name;
            for (step, chosen) in chosen[at].iter().enumerate() {
                if *chosen {
                    column.put(step, columns[at].cell(step));
                }
            }
            column
        };
        Ok(order.into_iter().map(masked).collect())
    }
}

struct Choice<'c> {
    op: Aggregator,
    columns: &'c [Column],
    list: &'c [usize],
    span: Span,
}

impl Choice<'_> {
    /// Which columns are chosen at a step, in order.
    fn at(&mut self, step: usize, limit: f64, notes: &mut Notes) -> Vec<usize> {
        let present = self.list.iter().copied().filter(|at| self.columns[*at].is_present(step));
        if self.op == Aggregator::LimitRatio {
            let columns = self.columns;
            return present.filter(|at| within_ratio(&columns[*at].labels, limit)).collect();
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at least 1")]
        let count = if limit < 1.0 { return Vec::new() } else { limit as usize };
        if self.op == Aggregator::Limitk {
            return present.take(count).collect();
        }
        let mut floats: Vec<(f64, usize)> = Vec::new();
        for at in present {
            match self.columns[at].cell(step) {
                Cell::Float(float) => floats.push((float, at)),
                _ => notes.ignored_in_aggregation(self.op.name(), self.span),
            }
        }
        best(floats, count, self.op == Aggregator::Topk)
    }
}

/// The `count` largest (or smallest) values, best first; NaN comes last. Of equal values those
/// stay that came first, as a new value replaces an old one only if it is better.
fn best(mut floats: Vec<(f64, usize)>, count: usize, largest: bool) -> Vec<usize> {
    let better = |a: &(f64, usize), b: &(f64, usize)| match (a.0.is_nan(), b.0.is_nan()) {
        (true, true) => std::cmp::Ordering::Equal,
        (a_nan, b_nan) if a_nan || b_nan => a_nan.cmp(&b_nan),
        _ if largest => b.0.partial_cmp(&a.0).unwrap_or(std::cmp::Ordering::Equal),
        _ => a.0.partial_cmp(&b.0).unwrap_or(std::cmp::Ordering::Equal),
    };
    let better = |a: &(f64, usize), b: &(f64, usize)| better(a, b).then(a.1.cmp(&b.1));
    if count < floats.len() {
        floats.select_nth_unstable_by(count, better);
        floats.truncate(count);
    }
    floats.sort_by(better);
    floats.into_iter().map(|(_, at)| at).collect()
}

/// Tells whether a label set belongs to the share of all label sets that a ratio means; a
/// negative ratio means the rest.
fn within_ratio(labels: &Labels, ratio: f64) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "a place between 0 and 1")]
    let place = label_hash(labels) as f64 / u64::MAX as f64;
    if ratio >= 0.0 { place < ratio } else { place >= 1.0 + ratio }
}

/// The hash that Prometheus gives a label set.
fn label_hash(labels: &Labels) -> u64 {
    let mut bytes = Vec::new();
    let mut put = |text: &str| {
        let length = text.len();
        if length < 255 {
            bytes.push(u8::try_from(length).unwrap_or(255));
        } else {
            bytes.push(255);
            bytes.extend_from_slice(&length.to_le_bytes()[..3]);
        }
        bytes.extend_from_slice(text.as_bytes());
    };
    for (name, value) in labels.iter() {
        put(name);
        put(value);
    }
    xxh64(&bytes, 0)
}
