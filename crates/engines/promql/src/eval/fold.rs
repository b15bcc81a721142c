//! `sum`, `avg`, `count`, `min`, `max`, `group`, `stddev` and `stdvar`.
//!
//! Floats of all series are added up step by step beside each other; a group that meets a
//! histogram keeps it apart.

use super::group::{Deciding, Groups};
use crate::PromqlError;
use crate::annotation::{Doing, Notes};
use crate::column::{ABSENT, Cell, Column, is_absent, stored};
use crate::memory::Charge;
use crate::over::{HistogramMean, Mean, Watch};
use crate::syntax::ast::{Aggregator, Span};
use series::{Histogram, KahanSum, Labels, METRIC_LABEL, kahan_add};
use std::sync::Arc;

/// Groups as series are added to them.
pub(super) struct Fold<'f> {
    op: Aggregator,
    deciding: Deciding<'f>,
    span: Span,
    steps: usize,
    numbers: Groups,
    groups: Vec<Group>,
    notes: Notes,
    /// What the groups take.
    room: Charge,
}

struct Group {
    labels: Labels,
    drop_name: bool,
    steps: usize,
    floats: Floats,
    held: Vec<Option<Held>>,
}

/// What is known of a group's floats at each step.
enum Floats {
    /// Sums, and what their last bits lost; absent without a float.
    Sum(Vec<f64>, Vec<f64>),
    /// The least or greatest.
    Extreme(Vec<f64>),
    Count(Vec<f64>),
    Mean(Vec<Option<Mean>>),
    Spread(Vec<Spread>),
}

/// Welford's method.
#[derive(Clone, Copy, Default)]
struct Spread {
    count: f64,
    mean: f64,
    value: f64,
}

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

impl Sum {
    fn bytes(&self) -> usize {
        match self {
            Self::Total(sum) => sum.bytes(),
            Self::Mean(mean) => mean.bytes(),
        }
    }
}

impl<'f> Fold<'f> {
    /// `room`: counts what the groups take.
    pub(super) fn new(
        op: Aggregator,
        deciding: Deciding<'f>,
        span: Span,
        steps: usize,
        room: Charge,
    ) -> Self {
        let (numbers, groups, notes) = (Groups::default(), Vec::new(), Notes::default());
        Self { op, deciding, span, steps, numbers, groups, notes, room }
    }

    /// How many groups there are.
    pub(super) fn groups(&self) -> usize {
        self.groups.len()
    }

    /// Adds a series. `key`: of its deciding labels.
    ///
    /// Errors: there is no room for its group.
    pub(super) fn add(&mut self, column: &Column, key: u128) -> Result<(), PromqlError> {
        let number = self.numbers.number_of(key);
        if number == self.groups.len() {
            let labels = self.deciding.labels(&column.labels);
            self.room.grow(Group::room(self.op, self.steps))?;
            self.groups.push(Group::new(self.op, labels, self.steps));
        }
        let group = &mut self.groups[number];
        group.drop_name |= column.drop_name;
        group.floats.add(self.op, &column.floats);
        if column.has_histograms() {
            let more = group.add_histograms(self.op, column, self.span, &mut self.notes);
            self.room.grow(more)?;
        }
        Ok(())
    }

    /// A series for each group.
    pub(super) fn finish(mut self, notes: &mut Notes) -> Vec<Column> {
        let mut made = Vec::with_capacity(self.groups.len());
        for group in self.groups {
            let mut column = Column::new(group.labels.clone(), self.steps);
            column.drop_name = group.drop_name;
            group.finish(self.op, &mut column, self.span, &mut self.notes);
            if !column.is_empty() {
                made.push(column);
            }
        }
        notes.merge(self.notes);
        made
    }
}

impl Floats {
    fn new(op: Aggregator, steps: usize) -> Self {
        match op {
            Aggregator::Sum => Self::Sum(vec![ABSENT; steps], vec![0.0; steps]),
            Aggregator::Min | Aggregator::Max => Self::Extreme(vec![ABSENT; steps]),
            Aggregator::Avg => Self::Mean(vec![None; steps]),
            Aggregator::Stddev | Aggregator::Stdvar => Self::Spread(vec![Spread::default(); steps]),
            _ => Self::Count(vec![0.0; steps]),
        }
    }

    /// Adds the floats of a series.
    fn add(&mut self, op: Aggregator, values: &[f64]) {
        match self {
            Self::Sum(sums, lost) => add_sums(sums, lost, values),
            Self::Extreme(best) if op == Aggregator::Min => {
                take_better(best, values, |value, best| value < best);
            }
            Self::Extreme(best) => take_better(best, values, |value, best| value > best),
            Self::Count(counts) => {
                for (count, value) in counts.iter_mut().zip(values) {
                    *count += f64::from(u8::from(!is_absent(*value)));
                }
            }
            Self::Mean(means) => {
                for (mean, value) in means.iter_mut().zip(values) {
                    match mean {
                        _ if is_absent(*value) => {}
                        Some(mean) => mean.add(*value),
                        None => *mean = Some(Mean::new(*value)),
                    }
                }
            }
            Self::Spread(spreads) => {
                for (spread, value) in spreads.iter_mut().zip(values) {
                    if !is_absent(*value) {
                        spread.add(*value);
                    }
                }
            }
        }
    }

    /// What they amount to at a step.
    fn at(&self, op: Aggregator, step: usize) -> Option<f64> {
        let there = |float: f64| (!is_absent(float)).then_some(float);
        match self {
            Self::Sum(sums, lost) => {
                there(sums[step]).map(|sum| if sum.is_infinite() { sum } else { sum + lost[step] })
            }
            Self::Extreme(best) => there(best[step]),
            Self::Count(counts) if counts[step] == 0.0 => None,
            Self::Count(_) if op == Aggregator::Group => Some(1.0),
            Self::Count(counts) => Some(counts[step]),
            Self::Mean(means) => means[step].map(|mean| mean.value()),
            Self::Spread(spreads) => spreads[step]
                .variance()
                .map(|variance| if op == Aggregator::Stddev { variance.sqrt() } else { variance }),
        }
    }
}

#[inline]
fn add_sums(sums: &mut [f64], lost: &mut [f64], values: &[f64]) {
    for ((sum, lost), value) in sums.iter_mut().zip(lost).zip(values) {
        if is_absent(*value) {
            continue;
        }
        if is_absent(*sum) {
            *sum = *value;
        } else {
            (*sum, *lost) = kahan_add(*value, *sum, *lost);
        }
    }
}

/// NaN stays only where there is nothing else.
#[inline]
fn take_better(best: &mut [f64], values: &[f64], better: impl Fn(f64, f64) -> bool) {
    for (best, value) in best.iter_mut().zip(values) {
        // What is absent is a NaN too.
        if !is_absent(*value) && (better(*value, *best) || best.is_nan()) {
            *best = *value;
        }
    }
}

impl Spread {
    /// A first value that is not finite makes everything NaN.
    #[inline]
    fn add(&mut self, value: f64) {
        self.count += 1.0;
        if self.count == 1.0 {
            self.mean = value;
            self.value = if value.is_finite() { 0.0 } else { f64::NAN };
            return;
        }
        let delta = value - self.mean;
        self.mean += delta / self.count;
        self.value += delta * (value - self.mean);
    }

    fn variance(&self) -> Option<f64> {
        (self.count > 0.0).then(|| self.value / self.count)
    }
}

impl Group {
    fn new(op: Aggregator, labels: Labels, steps: usize) -> Self {
        let (drop_name, floats, held) = (false, Floats::new(op, steps), Vec::new());
        Self { labels, drop_name, steps, floats, held }
    }

    /// How many bytes a group without histograms takes.
    fn room(op: Aggregator, steps: usize) -> usize {
        let each = match op {
            Aggregator::Sum => 2 * size_of::<f64>(),
            Aggregator::Avg => size_of::<Option<Mean>>(),
            Aggregator::Stddev | Aggregator::Stdvar => size_of::<Spread>(),
            _ => size_of::<f64>(),
        };
        size_of::<Self>() + steps.saturating_mul(each)
    }

    /// Adds the histograms of a series; by how many bytes the group grew.
    fn add_histograms(
        &mut self,
        op: Aggregator,
        column: &Column,
        span: Span,
        notes: &mut Notes,
    ) -> usize {
        let mut grown = 0;
        for step in 0..column.floats.len() {
            let Cell::Histogram(held) = column.cell(step) else { continue };
            match op {
                Aggregator::Count | Aggregator::Group => {
                    if let Floats::Count(counts) = &mut self.floats {
                        counts[step] += 1.0;
                    }
                }
                Aggregator::Sum | Aggregator::Avg => {
                    let metric = column.labels.get(METRIC_LABEL).unwrap_or("");
                    grown += self.add_histogram(op, step, held, metric, span, notes);
                }
                _ => notes.ignored_in_aggregation(op.name(), span),
            }
        }
        grown
    }

    fn add_histogram(
        &mut self,
        op: Aggregator,
        step: usize,
        histogram: &Histogram,
        metric: &str,
        span: Span,
        notes: &mut Notes,
    ) -> usize {
        let mut grown = 0;
        if self.held.is_empty() {
            let steps = self.steps;
            self.held.resize_with(steps, || None);
            grown = steps.saturating_mul(size_of::<Option<Held>>());
        }
        let Some(held) = &mut self.held[step] else {
            let sum = if op == Aggregator::Sum {
                Sum::Total(Box::new(KahanSum::new(histogram)))
            } else {
                Sum::Mean(Box::new(HistogramMean::new(histogram)))
            };
            let mut watch = Watch::default();
            watch.see(histogram);
            grown += sum.bytes();
            self.held[step] = Some(Held { sum, watch, broken: false });
            return grown;
        };
        if held.broken {
            return grown;
        }
        let before = held.sum.bytes();
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
        grown + held.sum.bytes().saturating_sub(before)
    }

    fn finish(self, op: Aggregator, column: &mut Column, span: Span, notes: &mut Notes) {
        let mut held = self.held;
        for step in 0..column.floats.len() {
            let float = self.floats.at(op, step);
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
}
