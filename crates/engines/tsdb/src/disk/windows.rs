//! Answers from roll-ups: windows instead of the points in them.

use super::DiskStore;
use super::far::{place, places};
use super::maintain::{day_of, is_long};
use super::rollup::day_rolled;
use crate::block::{Block, DAY_MS};
use crate::locks::read;
use crate::mixed::ByNumber;
use crate::rollup::{Aggregate, roll};
use crate::selection::{Points, Selection, SelectionReader};
use crate::{Labels, SelectLimits, Selector, TimeRange, TsdbError};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Days that are not rolled up are read one run after the other; with more runs all points are.
const RUNS_MAX: usize = 16;
/// Which windows, and what of them.
#[derive(Debug, Clone, Copy)]
pub struct Rolled<'r> {
    /// How long they are. They end at multiples of this, inclusively.
    pub step_ms: i64,
    /// What the points in them become.
    pub aggregates: &'r [Aggregate],
}

/// The windows of the matching series: of days that are rolled up as they are on disk, of the
/// others made of the points when they are read.
#[derive(Debug)]
pub struct WindowSelection {
    labels: Vec<Labels>,
    parts: Vec<Part>,
    step_ms: i64,
    aggregates: Vec<Aggregate>,
}

/// Some of the windows of some series.
#[derive(Debug)]
struct Part {
    selection: Selection,
    /// Where each series is in it.
    places: Vec<u32>,
    source: Source,
}

#[derive(Debug, Clone, Copy)]
enum Source {
    /// Windows of the aggregate of that number.
    RolledUp(usize),
    /// Points behind that time.
    Points(i64),
}

/// Reads windows of one series after the other; each thread has its own.
#[derive(Debug)]
pub struct WindowReader<'w> {
    windows: &'w WindowSelection,
    readers: Vec<SelectionReader<'w>>,
    room: Points,
}

/// Windows of one series.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SeriesWindows {
    /// The last millisecond of each, ascending.
    pub times: Vec<i64>,
    /// What the points became, for each of the aggregates asked for.
    pub values: Vec<Vec<f64>>,
}

impl DiskStore {
    /// The longest windows that are rolled up and of which a whole number fits into `grain_ms`.
    #[must_use]
    pub fn rollup_step(&self, grain_ms: i64) -> Option<i64> {
        let fits = |step_ms: &i64| grain_ms > 0 && grain_ms % step_ms == 0;
        let rollups = read(&self.rollups);
        let made = rollups.iter().filter(|(_, blocks)| !blocks.is_empty());
        made.map(|((step_ms, _), _)| *step_ms).filter(fits).max()
    }

    /// Shows the windows that end in `range`, whose ends are multiples of the step (the first one
    /// but for 1 ms, as windows are open there).
    ///
    /// `None` when the points are to be read instead: too little of it is rolled up, or there are
    /// native histograms. Errors: more series than `limits` allow.
    pub fn windows(
        &self,
        selector: &Selector,
        range: TimeRange,
        rolled: Rolled<'_>,
        limits: &SelectLimits,
    ) -> Result<Option<WindowSelection>, TsdbError> {
        let known = self.days_rolled(rolled);
        let fresh = self.days_to_read(&known, range);
        let runs = runs(&fresh, range);
        let in_range = |day: &i64| range.overlaps(&windows_of(*day)) && !fresh.contains(day);
        let days: BTreeSet<i64> = known.keys().copied().filter(in_range).collect();
        if days.is_empty() || runs.len() > RUNS_MAX {
            return Ok(None);
        }
        let mut found = WindowSelection {
            labels: Vec::new(),
            parts: Vec::new(),
            step_ms: rolled.step_ms,
            aggregates: rolled.aggregates.to_vec(),
        };
        let mut places = ByNumber::default();
        for (number, aggregate) in rolled.aggregates.iter().enumerate() {
            let key = (rolled.step_ms, *aggregate);
            let blocks = self.rolled_blocks(key, |day| days.contains(&day));
            let selection = self.selection_of_blocks(&blocks, selector, range);
            found.add(selection, Source::RolledUp(number), &mut places);
        }
        for run in runs {
            let selection = self.selection(selector, run, limits)?;
            if (0..selection.len()).any(|at| selection.has_histograms(at)) {
                return Ok(None);
            }
            found.add(selection, Source::Points(run.from_ms - 1), &mut places);
        }
        if found.labels.len() > limits.series_max {
            return Err(TsdbError::TooManySeries { limit: limits.series_max });
        }
        Ok(if self.may_have_histograms(selector, range, limits)? { None } else { Some(found) })
    }

    /// The days of which there are roll-ups of all aggregates, made of the same blocks: up to that
    /// sequence.
    fn days_rolled(&self, rolled: Rolled<'_>) -> BTreeMap<i64, u64> {
        let rollups = read(&self.rollups);
        let days = |aggregate: &Aggregate| -> BTreeMap<i64, u64> {
            let blocks = rollups.get(&(rolled.step_ms, *aggregate)).map_or(&[][..], Vec::as_slice);
            let day = |block: &Arc<Block>| (day_rolled(block), block.origin.sequence);
            blocks.iter().map(day).collect()
        };
        let mut all = rolled.aggregates.iter().map(days);
        let mut known = all.next().unwrap_or_default();
        for other in all {
            known.retain(|day, sequence| other.get(day) == Some(sequence));
        }
        known
    }

    /// The days of the range whose points are not all rolled up.
    fn days_to_read(&self, known: &BTreeMap<i64, u64>, range: TimeRange) -> BTreeSet<i64> {
        let state = read(&self.state);
        // The first millisecond of a day belongs to the last window of the day before.
        let wider = TimeRange { to_ms: range.to_ms.saturating_add(DAY_MS), ..range };
        let day = |at_ms: i64| at_ms.div_euclid(DAY_MS);
        let mut days = BTreeSet::new();
        for block in state.blocks.iter().filter(|block| block.span.overlaps(&wider)) {
            if is_long(block) {
                // Of its days some may have been rolled up by no step, or not be any more.
                let from_ms = block.span.from_ms.max(range.from_ms.saturating_sub(1));
                let own = day(from_ms)..=day(block.span.to_ms.min(wider.to_ms));
                days.extend(own.filter(|day| !known.contains_key(day)));
                continue;
            }
            let is_known = known.get(&day_of(block));
            if is_known.is_none_or(|sequence| *sequence < block.origin.sequence)
                || block.erasures().iter().any(|number| *number > 0)
            {
                days.insert(day_of(block));
            }
        }
        // What is in memory may be of any day up to the newest.
        if let Some(span) = state.head.span() {
            days.extend(day(span.from_ms)..=day(span.to_ms.min(range.to_ms)));
        }
        days
    }

    pub(super) fn rolled_blocks(
        &self,
        key: (i64, Aggregate),
        wanted: impl Fn(i64) -> bool,
    ) -> Vec<Arc<Block>> {
        let rollups = read(&self.rollups);
        let blocks = rollups.get(&key).into_iter().flatten();
        blocks.filter(|block| wanted(day_rolled(block))).cloned().collect()
    }

    /// Whether points that are still there, and rolled up, may be native histograms.
    fn may_have_histograms(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<bool, TsdbError> {
        let any = {
            let state = read(&self.state);
            let blocks = state.blocks.iter().filter(|block| block.span.overlaps(&range));
            blocks.into_iter().any(|block| block.any_histograms())
        };
        if !any {
            return Ok(false);
        }
        let selection = self.selection(selector, range, limits)?;
        Ok((0..selection.len()).any(|at| selection.has_histograms(at)))
    }
}

/// When the windows of a day end.
fn windows_of(day: i64) -> TimeRange {
    let from_ms = day.saturating_mul(DAY_MS).saturating_add(1);
    TimeRange { from_ms, to_ms: from_ms.saturating_add(DAY_MS - 1) }
}

/// Runs of days as the times of their windows, as far as these lie in the range.
fn runs(days: &BTreeSet<i64>, range: TimeRange) -> Vec<TimeRange> {
    let mut runs: Vec<TimeRange> = Vec::new();
    for day in days {
        let own = windows_of(*day);
        match runs.last_mut() {
            Some(last) if last.to_ms.saturating_add(1) == own.from_ms => last.to_ms = own.to_ms,
            _ => runs.push(own),
        }
    }
    let inside = |run: TimeRange| TimeRange {
        from_ms: run.from_ms.max(range.from_ms),
        to_ms: run.to_ms.min(range.to_ms),
    };
    runs.into_iter().map(inside).filter(|run| run.from_ms <= run.to_ms).collect()
}

impl WindowSelection {
    fn add(&mut self, selection: Selection, source: Source, known: &mut ByNumber<usize, u32>) {
        if selection.is_empty() {
            return;
        }
        let places = places(&selection, &mut self.labels, known);
        self.parts.push(Part { selection, places, source });
    }

    /// The label sets.
    #[must_use]
    pub fn label_sets(&self) -> &[Labels] {
        &self.labels
    }

    /// Reads windows for one thread.
    #[must_use]
    pub fn reader(&self) -> WindowReader<'_> {
        let readers = self.parts.iter().map(|part| part.selection.reader()).collect();
        WindowReader { windows: self, readers, room: Points::default() }
    }
}

impl WindowReader<'_> {
    /// The windows of a series; `at` is below the number of label sets.
    pub fn read_into(&mut self, at: usize, into: &mut SeriesWindows) {
        let Self { windows, readers, room } = self;
        let count = windows.aggregates.len();
        into.times.clear();
        into.values.resize_with(count, Vec::new);
        into.values.iter_mut().for_each(Vec::clear);
        for (part, reader) in windows.parts.iter().zip(readers) {
            let Some(place) = place(&part.places, at) else { continue };
            reader.read_into(place, room);
            match part.source {
                Source::RolledUp(0) => {
                    into.times.append(&mut room.times);
                    into.values[0].append(&mut room.values);
                }
                Source::RolledUp(number) => into.join(number, room),
                Source::Points(from_ms) => {
                    let rolled = roll(&room.times, &room.values, from_ms, windows.step_ms);
                    into.times.extend(&rolled.times);
                    for (aggregate, values) in windows.aggregates.iter().zip(&mut into.values) {
                        values.extend(&rolled.values[aggregate.place()]);
                    }
                }
            }
        }
        into.in_order();
    }
}

impl SeriesWindows {
    /// Adds the values of another aggregate, which has the same windows unless a part of a file
    /// cannot be read: then only those that both have stay.
    fn join(&mut self, number: usize, other: &mut Points) {
        if self.times == other.times {
            self.values[number].append(&mut other.values);
            return;
        }
        let known = |at: &i64| other.times.binary_search(at).ok();
        let kept: Vec<bool> = self.times.iter().map(|at| known(at).is_some()).collect();
        let values = self.times.iter().filter_map(|at| other.values.get(known(at)?).copied());
        self.values[number] = values.collect();
        for column in &mut self.values[..number] {
            let mut kept = kept.iter();
            column.retain(|_| kept.next().is_some_and(|kept| *kept));
        }
        let mut kept = kept.iter();
        self.times.retain(|_| kept.next().is_some_and(|kept| *kept));
    }

    /// Parts are of different days, and may have come in any order.
    fn in_order(&mut self) {
        if self.times.is_sorted() {
            return;
        }
        let mut order: Vec<usize> = (0..self.times.len()).collect();
        order.sort_by_key(|at| self.times[*at]);
        self.times = order.iter().map(|at| self.times[*at]).collect();
        for column in &mut self.values {
            *column = order.iter().filter_map(|at| column.get(*at).copied()).collect();
        }
    }
}
