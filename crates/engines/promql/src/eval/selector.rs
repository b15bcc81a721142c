//! Instant vector selectors: the newest sample of each series at each step.

use super::Eval;
use super::take::Take;
use crate::annotation::Notes;
use crate::column::{ABSENT, Column, Grid, stored};
use crate::parallel::Task;
use crate::source::{Function, Hints, Reader, Samples, Wanted};
use crate::syntax::ast::{Extension, Selector, Span};
use crate::{PromqlError, over};
use series::TimeRange;
use std::ops::Range;
use std::sync::Arc;

/// What is wanted of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Value,
    /// The time of the sample in seconds.
    Time,
    /// The time from which on it counts, in seconds, if the source says it.
    Start,
    /// That it is there; any float may stand for it.
    Presence,
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
        let mut all = self.memory.hold(Vec::new())?;
        let take = Take::all(&mut all);
        self.vector_of((selector, span), grid, function, Shown::Value, notes, take)?;
        Ok(all.into_value())
    }

    /// The columns of a selector, as they come.
    pub(super) fn vector_of(
        &self,
        (selector, span): (&Selector, Span),
        grid: &Grid,
        function: Function<'_>,
        shown: Shown,
        notes: &mut Notes,
        take: Take<'_>,
    ) -> Result<(), PromqlError> {
        let smoothed = selector.extension == Extension::Smoothed;
        let times: Vec<i64> = grid.times().map(|at| self.meant(&selector.shift, at)).collect();
        let (first, last) = (times[0], times[times.len() - 1]);
        let lookback = self.options.lookback_ms;
        let range = TimeRange {
            from_ms: first.saturating_sub(lookback).saturating_add(1),
            to_ms: if smoothed { last.saturating_add(lookback) } else { last },
        };
        let step_ms = if grid.count > 1 { grid.step } else { 0 };
        let found =
            self.select(selector, range, Hints { step_ms, function, ..Hints::default() })?;
        let labels = found.labels();
        let _room = self.admit(labels.len(), grid.count)?;
        let wanted = match shown {
            Shown::Value | Shown::Start => Wanted::Samples,
            Shown::Time | Shown::Presence if smoothed => Wanted::Samples,
            Shown::Time | Shown::Presence => Wanted::Times,
        };
        let Take { marks, mut each } = take;
        let begin = || (found.reader(), Samples::default(), Vec::new());
        let work = |(reader, samples, room): &mut (Box<dyn Reader + '_>, Samples, Vec<u8>),
                    series: Range<usize>,
                    notes: &mut Notes,
                    made: &mut Vec<_>| {
            for at in series {
                samples.clear();
                reader.read(at, wanted, samples)?;
                self.count_read(samples.len())?;
                let mut column = Column::new(labels[at].clone(), grid.count);
                if smoothed {
                    samples.drop_stale();
                    let place = over::Place { metric: labels[at].metric(), span };
                    over::smooth(samples, &times, lookback, &mut column, place, notes);
                } else {
                    newest(samples, &times, lookback, shown, &mut column);
                }
                if !column.is_empty() {
                    let mark = marks.map_or(0, |marks| marks.key(&column.labels, room));
                    made.push((self.memory.counted(&column)?, mark, column));
                }
            }
            Ok(())
        };
        let (count, steps) = (labels.len(), grid.count);
        let (threads, control) = (self.options.threads, self.control);
        let task = Task { count, steps, threads, control, begin, work };
        task.run(notes, |(charge, mark, column)| each(column, mark, charge))
    }
}

/// The newest sample in (t - lookback, t] of each t; a staleness marker means none.
pub(super) fn newest(
    samples: &Samples,
    times: &[i64],
    lookback: i64,
    shown: Shown,
    column: &mut Column,
) {
    if samples.histogram_times.is_empty() {
        return newest_floats(samples, times, lookback, shown, column);
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
                column.floats[step] = value_of(samples, at, shown);
            }
        } else if let Some(at) = held.filter(|at| !samples.histograms[*at].is_stale()) {
            match shown {
                Shown::Time => {
                    column.floats[step] = over::seconds(samples.histogram_times[at]);
                }
                Shown::Start => {
                    let start = samples.histogram_starts.get(at);
                    column.floats[step] = start.map_or(ABSENT, |start| over::seconds(*start));
                }
                Shown::Value | Shown::Presence => {
                    column.put_histogram(step, Arc::clone(&samples.histograms[at]));
                }
            }
        }
    }
}

fn newest_floats(
    samples: &Samples,
    times: &[i64],
    lookback: i64,
    shown: Shown,
    column: &mut Column,
) {
    let (at, values) = (&samples.times, &samples.values);
    let mut next = 0;
    for (step, t) in times.iter().copied().enumerate() {
        next = over::first_after(at, next, t);
        let start = t.saturating_sub(lookback);
        let Some(newest) = next.checked_sub(1).filter(|newest| at[*newest] > start) else {
            continue;
        };
        if !series::is_stale(values[newest]) {
            column.floats[step] = value_of(samples, newest, shown);
        }
    }
}

#[inline]
fn value_of(samples: &Samples, at: usize, shown: Shown) -> f64 {
    match shown {
        Shown::Value | Shown::Presence => stored(samples.values[at]),
        Shown::Time => over::seconds(samples.times[at]),
        Shown::Start => samples.starts.get(at).map_or(ABSENT, |start| over::seconds(*start)),
    }
}
