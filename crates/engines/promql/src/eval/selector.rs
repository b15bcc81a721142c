//! Instant vector selectors: the newest sample of each series at each step.

use super::Eval;
use crate::annotation::Notes;
use crate::column::{Column, Grid, stored};
use crate::parallel;
use crate::source::{Function, Hints, Samples};
use crate::syntax::ast::{Extension, Selector, Span};
use crate::{PromqlError, over};
use series::TimeRange;
use std::sync::Arc;

/// What is wanted of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Value,
    /// The time of the sample in seconds.
    Time,
}

impl Eval<'_> {
    pub(super) fn vector(
        &self,
        selector: &Selector,
        span: Span,
        grid: &Grid,
        function: Function<'_>,
        notes: &mut Notes,
    ) -> Result<Vec<Column>, PromqlError> {
        self.vector_of(selector, span, grid, function, Wanted::Value, notes)
    }

    pub(super) fn vector_of(
        &self,
        selector: &Selector,
        span: Span,
        grid: &Grid,
        function: Function<'_>,
        wanted: Wanted,
        notes: &mut Notes,
    ) -> Result<Vec<Column>, PromqlError> {
        let smoothed = selector.extension == Extension::Smoothed;
        let times: Vec<i64> = grid.times().map(|at| self.meant(&selector.shift, at)).collect();
        let (first, last) = (times[0], times[times.len() - 1]);
        let lookback = self.options.lookback_ms;
        let range = TimeRange {
            from_ms: first.saturating_sub(lookback).saturating_add(1),
            to_ms: if smoothed { last.saturating_add(lookback) } else { last },
        };
        let step_ms = if grid.count > 1 { grid.step } else { 0 };
        let found = self.select(selector, range, Hints { step_ms, range_ms: 0, function })?;
        let labels = found.labels();
        self.admit(labels.len(), grid.count)?;
        let work = |series: std::ops::Range<usize>, notes: &mut Notes, made: &mut Vec<Column>| {
            let mut samples = Samples::default();
            for at in series {
                samples.clear();
                found.read(at, &mut samples)?;
                self.count_read(samples.len())?;
                let mut column = Column::new(labels[at].clone(), grid.count);
                if smoothed {
                    samples.drop_stale();
                    let place = over::Place { metric: labels[at].metric(), span };
                    over::smooth(&samples, &times, lookback, &mut column, place, notes);
                } else {
                    newest(&samples, &times, lookback, wanted, &mut column);
                }
                if !column.is_empty() {
                    made.push(column);
                }
            }
            Ok(())
        };
        parallel::map(self.options.threads, labels.len(), self.control, notes, work)
    }
}

/// The newest sample in (t - lookback, t] of each t; a staleness marker means none.
pub(super) fn newest(
    samples: &Samples,
    times: &[i64],
    lookback: i64,
    wanted: Wanted,
    column: &mut Column,
) {
    if samples.histogram_times.is_empty() {
        return newest_floats(samples, times, lookback, wanted, column);
    }
    for (step, t) in times.iter().copied().enumerate() {
        let float = samples.times.partition_point(|at| *at <= t).checked_sub(1);
        let held = samples.histogram_times.partition_point(|at| *at <= t).checked_sub(1);
        let start = t.saturating_sub(lookback);
        let float = float.filter(|at| samples.times[*at] > start);
        let held = held.filter(|at| samples.histogram_times[*at] > start);
        let float_first = match (float, held) {
            (Some(float), Some(held)) => samples.times[float] >= samples.histogram_times[held],
            (float, _) => float.is_some(),
        };
        if let Some(at) = float.filter(|_| float_first) {
            if !series::is_stale(samples.values[at]) {
                column.floats[step] = value_of(samples.values[at], samples.times[at], wanted);
            }
        } else if let Some(at) = held.filter(|at| !samples.histograms[*at].is_stale()) {
            match wanted {
                Wanted::Value => column.put_histogram(step, Arc::clone(&samples.histograms[at])),
                Wanted::Time => {
                    column.floats[step] = over::seconds(samples.histogram_times[at]);
                }
            }
        }
    }
}

fn newest_floats(
    samples: &Samples,
    times: &[i64],
    lookback: i64,
    wanted: Wanted,
    column: &mut Column,
) {
    let (at, values) = (&samples.times, &samples.values);
    let mut next = 0;
    for (step, t) in times.iter().copied().enumerate() {
        while next < at.len() && at[next] <= t {
            next += 1;
        }
        let start = t.saturating_sub(lookback);
        let Some(newest) = next.checked_sub(1).filter(|newest| at[*newest] > start) else {
            continue;
        };
        if !series::is_stale(values[newest]) {
            column.floats[step] = value_of(values[newest], at[newest], wanted);
        }
    }
}

fn value_of(value: f64, at: i64, wanted: Wanted) -> f64 {
    match wanted {
        Wanted::Value => stored(value),
        Wanted::Time => over::seconds(at),
    }
}
