//! `sum`, `avg`, `count`, `min`, `max`, `group`, `stddev` and `stdvar`.
//!
//! Floats of all series are added up step by step beside each other; a group that meets a
//! histogram keeps it apart.

use super::aggregate::Grouped;
use super::group::Deciding;
use crate::annotation::{Doing, Notes};
use crate::column::{Cell, Column, Grid, is_absent, stored};
use crate::over::{HistogramMean, Mean, Watch};
use crate::syntax::ast::{Aggregator, Span};
use series::{Histogram, KahanSum, METRIC_LABEL, kahan_add};
use std::sync::Arc;

/// Histograms of a group at one step.
struct Held {
    sum: Sum,
    watch: Watch,
    broken: bool,
}

enum Sum {
    Total(Box<KahanSum>),
    Mean(Box<HistogramMean>),
}

/// What is known of a group at one step.
#[derive(Clone, Copy, Default)]
struct Floats {
    count: f64,
    value: f64,
    lost: f64,
    mean: f64,
}

struct Group {
    floats: Vec<Floats>,
    means: Vec<Option<Mean>>,
    held: Vec<Option<Held>>,
    drop_name: bool,
}

pub(super) fn fold(
    op: Aggregator,
    grouped: &Grouped,
    deciding: Deciding<'_>,
    span: Span,
    grid: &Grid,
    notes: &mut Notes,
) -> Vec<Column> {
    let averages = op == Aggregator::Avg;
    let mut groups: Vec<Group> = grouped
        .firsts
        .iter()
        .map(|_| Group {
            floats: vec![Floats::default(); grid.count],
            means: if averages { vec![None; grid.count] } else { Vec::new() },
            held: Vec::new(),
            drop_name: false,
        })
        .collect();
    for (column, number) in grouped.columns.iter().zip(&grouped.numbers) {
        let group = &mut groups[*number];
        group.drop_name |= column.drop_name;
        group.add_floats(op, column);
        if column.has_histograms() {
            group.add_histograms(op, column, span, notes);
        }
    }
    let finish = |(group, first): (Group, &usize)| {
        let labels = deciding.labels(&grouped.columns[*first].labels);
        let mut column = Column::new(labels, grid.count);
        column.drop_name = group.drop_name;
        group.finish(op, &mut column, span, notes);
        (!column.is_empty()).then_some(column)
    };
    groups.into_iter().zip(&grouped.firsts).filter_map(finish).collect()
}

impl Group {
    fn add_floats(&mut self, op: Aggregator, column: &Column) {
        if op == Aggregator::Avg {
            for (mean, value) in self.means.iter_mut().zip(&column.floats) {
                match mean {
                    _ if is_absent(*value) => {}
                    Some(mean) => mean.add(*value),
                    None => *mean = Some(Mean::new(*value)),
                }
            }
            return;
        }
        let add: fn(&mut Floats, f64) = match op {
            Aggregator::Sum => add_sum,
            Aggregator::Min => add_min,
            Aggregator::Max => add_max,
            Aggregator::Stddev | Aggregator::Stdvar => add_variance,
            _ => |floats, _| floats.count += 1.0,
        };
        for (floats, value) in self.floats.iter_mut().zip(&column.floats) {
            if !is_absent(*value) {
                add(floats, *value);
            }
        }
    }

    fn add_histograms(&mut self, op: Aggregator, column: &Column, span: Span, notes: &mut Notes) {
        for step in 0..column.floats.len() {
            let Cell::Histogram(held) = column.cell(step) else { continue };
            match op {
                Aggregator::Count | Aggregator::Group => self.floats[step].count += 1.0,
                Aggregator::Sum | Aggregator::Avg => {
                    let metric = column.labels.get(METRIC_LABEL).unwrap_or("");
                    self.add_histogram(op, step, held, metric, span, notes);
                }
                _ => notes.ignored_in_aggregation(op.name(), span),
            }
        }
    }

    fn add_histogram(
        &mut self,
        op: Aggregator,
        step: usize,
        histogram: &Histogram,
        metric: &str,
        span: Span,
        notes: &mut Notes,
    ) {
        if self.held.is_empty() {
            let steps = self.floats.len();
            self.held.resize_with(steps, || None);
        }
        let Some(held) = &mut self.held[step] else {
            let sum = if op == Aggregator::Sum {
                Sum::Total(Box::new(KahanSum::new(histogram)))
            } else {
                Sum::Mean(Box::new(HistogramMean::new(histogram)))
            };
            let mut watch = Watch::default();
            watch.see(histogram);
            self.held[step] = Some(Held { sum, watch, broken: false });
            return;
        };
        if held.broken {
            return;
        }
        held.watch.see(histogram);
        let added = match &mut held.sum {
            Sum::Total(sum) => sum.add(histogram).map(|added| added.bounds_reconciled),
            Sum::Mean(mean) => mean.add(histogram),
        };
        match added {
            Ok(reconciled) => held.watch.reconciled |= reconciled,
            Err(_) => {
                held.broken = true;
                notes.mixed_schemas(metric, span);
            }
        }
    }

    fn finish(mut self, op: Aggregator, column: &mut Column, span: Span, notes: &mut Notes) {
        let mut held = std::mem::take(&mut self.held);
        for step in 0..column.floats.len() {
            let float = self.float(op, step);
            let Some(histogram) = held.get_mut(step).and_then(Option::take) else {
                if let Some(float) = float {
                    column.floats[step] = stored(float);
                }
                continue;
            };
            if float.is_some() {
                notes.mixed_in_aggregation(span);
                continue;
            }
            if histogram.watch.reconciled {
                notes.bounds_reconciled(Doing::Aggregation, span);
            }
            if histogram.broken {
                continue;
            }
            if histogram.watch.collides() {
                notes.hints_collide(Doing::Aggregation, span);
            }
            let made = match histogram.sum {
                Sum::Total(sum) => sum.total(),
                Sum::Mean(mean) => mean.value(),
            };
            column.put_histogram(step, Arc::new(made.compacted()));
        }
    }

    fn float(&self, op: Aggregator, step: usize) -> Option<f64> {
        if op == Aggregator::Avg {
            return self.means[step].map(|mean| mean.value());
        }
        let floats = &self.floats[step];
        if floats.count == 0.0 {
            return None;
        }
        Some(match op {
            Aggregator::Sum if floats.value.is_infinite() => floats.value,
            Aggregator::Sum => floats.value + floats.lost,
            Aggregator::Count => floats.count,
            Aggregator::Group => 1.0,
            Aggregator::Stdvar => floats.value / floats.count,
            Aggregator::Stddev => (floats.value / floats.count).sqrt(),
            _ => floats.value,
        })
    }
}

#[inline]
fn add_sum(floats: &mut Floats, value: f64) {
    if floats.count == 0.0 {
        floats.value = value;
    } else {
        (floats.value, floats.lost) = kahan_add(value, floats.value, floats.lost);
    }
    floats.count += 1.0;
}

#[inline]
fn add_min(floats: &mut Floats, value: f64) {
    if floats.count == 0.0 || value < floats.value || floats.value.is_nan() {
        floats.value = value;
    }
    floats.count += 1.0;
}

#[inline]
fn add_max(floats: &mut Floats, value: f64) {
    if floats.count == 0.0 || value > floats.value || floats.value.is_nan() {
        floats.value = value;
    }
    floats.count += 1.0;
}

/// Welford's method. A first value that is not finite makes everything NaN.
#[inline]
fn add_variance(floats: &mut Floats, value: f64) {
    floats.count += 1.0;
    if floats.count == 1.0 {
        floats.mean = value;
        floats.value = if value.is_finite() { 0.0 } else { f64::NAN };
        return;
    }
    let delta = value - floats.mean;
    floats.mean += delta / floats.count;
    floats.value += delta * (value - floats.mean);
}
