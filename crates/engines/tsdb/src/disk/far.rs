//! The time before the points that are kept: roll-ups stand in for them.

use super::DiskStore;
use super::rollup::day_rolled;
use crate::block::Block;
use crate::locks::read;
use crate::mixed::ByNumber;
use crate::rollup::Aggregate;
use crate::selection::{Points, Selection, SelectionReader};
use crate::{Labels, SelectLimits, Selector, TimeRange, TsdbError};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A series that a part does not have.
const NOT_HERE: u32 = u32::MAX;

/// The matching series, before whose points stand the last values of windows.
#[derive(Debug)]
pub struct FarSelection {
    labels: Vec<Labels>,
    /// The points that are kept.
    near: (Selection, Vec<u32>),
    last: (Selection, Vec<u32>),
    /// Asked of counters.
    increase: Option<(Selection, Vec<u32>)>,
}

/// Reads series of a [`FarSelection`] one after the other; each thread has its own.
#[derive(Debug)]
pub struct FarReader<'f> {
    far: &'f FarSelection,
    near: SelectionReader<'f>,
    last: SelectionReader<'f>,
    increase: Option<SelectionReader<'f>>,
    room: Points,
}

impl DiskStore {
    /// Shows the matching series as [`DiskStore::selection`] does, and before the first point of
    /// each, in place of the points that are no longer kept, the last value of each window of its
    /// roll-ups, at the window's end; of several steps the shortest that there is of a day.
    ///
    /// `of_counter`: the values before the last one are reckoned back by how much the counter went
    /// up in each window, so that resets within one are not lost. `None` when there is nothing
    /// before the points that are kept. Errors: more series than `limits` allow.
    pub fn far_selection(
        &self,
        selector: &Selector,
        range: TimeRange,
        of_counter: bool,
        limits: &SelectLimits,
    ) -> Result<Option<FarSelection>, TsdbError> {
        let last = self.far_blocks(range, Aggregate::Last);
        if last.is_empty() {
            return Ok(None);
        }
        let near = self.selection(selector, range, limits)?;
        let last = self.selection_of_blocks(&last, selector, range);
        if last.is_empty() {
            return Ok(None);
        }
        let increase = of_counter.then(|| {
            self.selection_of_blocks(&self.far_blocks(range, Aggregate::Increase), selector, range)
        });
        let (mut labels, mut known) = (Vec::new(), ByNumber::default());
        let mut placed = |selection: Selection| {
            let places = places(&selection, &mut labels, &mut known);
            (selection, places)
        };
        let (near, last, increase) = (placed(near), placed(last), increase.map(&mut placed));
        if labels.len() > limits.series_max {
            return Err(TsdbError::TooManySeries { limit: limits.series_max });
        }
        Ok(Some(FarSelection { labels, near, last, increase }))
    }

    /// The roll-ups of days of the range that may be kept longer than their points: of each day
    /// those of the shortest step.
    pub(super) fn far_blocks(&self, range: TimeRange, aggregate: Aggregate) -> Vec<Arc<Block>> {
        if read(&self.rollups).values().all(Vec::is_empty) {
            return Vec::new();
        }
        let kept_from_ms = self.kept_from_ms();
        let before = TimeRange { to_ms: range.to_ms.min(kept_from_ms.saturating_sub(1)), ..range };
        let rollups = read(&self.rollups);
        let mut steps: Vec<(i64, &Vec<Arc<Block>>)> = Vec::new();
        steps.extend(rollups.iter().filter(|(key, _)| key.1 == aggregate).map(|(k, v)| (k.0, v)));
        steps.sort_unstable_by_key(|(step_ms, _)| *step_ms);
        let (mut days, mut found) = (BTreeSet::new(), Vec::new());
        for (_, blocks) in steps {
            let wanted = |block: &&Arc<Block>| {
                before.from_ms <= before.to_ms
                    && block.span.overlaps(&before)
                    && days.insert(day_rolled(block))
            };
            found.extend(blocks.iter().filter(wanted).cloned());
        }
        found.sort_unstable_by_key(|block| day_rolled(block));
        found
    }

    /// From when on all points are kept.
    fn kept_from_ms(&self) -> i64 {
        if !self.tuning().retentions.is_empty() {
            // Series differ.
            return i64::MAX;
        }
        let state = read(&self.state);
        let blocks = state.blocks.iter().map(|block| block.span.from_ms);
        let oldest = blocks.chain(state.head.span().map(|span| span.from_ms)).min();
        oldest.unwrap_or(i64::MAX)
    }

    /// The matching series of some blocks alone.
    pub(super) fn selection_of_blocks(
        &self,
        blocks: &[Arc<Block>],
        selector: &Selector,
        range: TimeRange,
    ) -> Selection {
        let mut selection = Selection::nothing(range, Arc::clone(&self.damages));
        let blocks = blocks.iter().filter(|block| block.span.overlaps(&range)).cloned();
        self.add_blocks(&mut selection, blocks, selector);
        selection
    }
}

/// Where each of all series is in a selection; those that are new are added to them.
pub(super) fn places(
    selection: &Selection,
    all: &mut Vec<Labels>,
    known: &mut ByNumber<usize, u32>,
) -> Vec<u32> {
    let mut places = vec![NOT_HERE; all.len()];
    for (at, labels) in (0..).zip(selection.label_sets()) {
        let place = *known.entry(labels.address()).or_insert_with(|| {
            all.push(labels.clone());
            places.push(NOT_HERE);
            all.len() as u32 - 1
        });
        places[place as usize] = at;
    }
    places
}

/// The number of a series in a selection.
pub(super) fn place(places: &[u32], at: usize) -> Option<usize> {
    places.get(at).filter(|place| **place != NOT_HERE).map(|place| *place as usize)
}

impl FarSelection {
    /// The label sets.
    #[must_use]
    pub fn label_sets(&self) -> &[Labels] {
        &self.labels
    }

    /// Reads series for one thread.
    #[must_use]
    pub fn reader(&self) -> FarReader<'_> {
        FarReader {
            far: self,
            near: self.near.0.reader(),
            last: self.last.0.reader(),
            increase: self.increase.as_ref().map(|(selection, _)| selection.reader()),
            room: Points::default(),
        }
    }
}

impl FarReader<'_> {
    /// What stands in for points, then the points; `at` is below the number of label sets.
    pub fn read_into(&mut self, at: usize, into: &mut Points) {
        let far = self.far;
        match place(&far.near.1, at) {
            Some(place) => self.near.read_into(place, into),
            None => into.clear(),
        }
        let Some(last) = place(&far.last.1, at) else { return };
        self.last.read_into(last, &mut self.room);
        let Points { times, values, .. } = &mut self.room;
        if let Some((reader, (_, places))) = self.increase.as_mut().zip(far.increase.as_ref())
            && let Some(place) = place(places, at)
        {
            let mut rises = Points::default();
            reader.read_into(place, &mut rises);
            reckon_back(times, values, &rises);
        }
        let floats = into.times.first().copied();
        let held = into.histograms.first().map(|point| point.at_ms);
        if let Some(first) = floats.into_iter().chain(held).min() {
            let before = times.partition_point(|time| *time < first);
            times.truncate(before);
            values.truncate(before);
        }
        times.append(&mut into.times);
        values.append(&mut into.values);
        std::mem::swap(times, &mut into.times);
        std::mem::swap(values, &mut into.values);
    }
}

/// Makes of the last values of windows a counter that never falls: the last one stays, the others
/// are lower by what it went up since.
fn reckon_back(times: &[i64], values: &mut [f64], rises: &Points) {
    let mut later: Option<(f64, f64)> = None;
    for (time, value) in times.iter().zip(values).rev() {
        if let Some((after, rise)) = later {
            *value = after - rise;
        }
        // Where a part of a file cannot be read the counter is as it was.
        let rise = rises.times.binary_search(time).ok().and_then(|at| rises.values.get(at));
        later = rise.map(|rise| (*value, *rise));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_reckoned_back_over_resets_and_not_over_what_is_not_known() {
        let mut values = [100.0, 3.0, 7.0, 2.0, 9.0];
        // It fell in the second and in the fourth window.
        let rises = Points {
            times: vec![10, 20, 40, 50],
            values: vec![5.0, 33.0, 4.0, 7.0],
            ..Points::default()
        };
        reckon_back(&[10, 20, 30, 40, 50], &mut values, &rises);
        // Of the third nothing is known: what lies before it begins anew.
        assert_eq!(values, [3.0 - 33.0, 3.0, 2.0 - 4.0, 2.0, 9.0]);
    }
}
