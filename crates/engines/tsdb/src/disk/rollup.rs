//! Roll-ups on disk: made of days that are over, asked instead of the points themselves.

mod kept;
mod rewrite;

pub(super) use kept::{ROOM_PART, steps};

use super::maintain::{day_of, day_range, is_long};
use super::query::hand_out;
use super::{DiskStore, Upkeep};
use crate::block::{Block, BlockWriter, DAY_MS, Level, Origin, SUFFIX, names};
use crate::catalog::rollup_folder;
use crate::damage::Damages;
use crate::intern::Interner;
use crate::locks::{lock, read, write};
use crate::rollup::{Aggregate, roll};
use crate::{Column, Rollup, SelectLimits, Selector, TimeRange, TsdbError, Tuning, files};
use std::collections::HashMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// The point before a day is looked for so far back.
const BEFORE_MS: i64 = 5 * 60_000;

/// Blocks by step and aggregate, ascending by time; each is of one day.
pub(super) type Rollups = HashMap<(i64, Aggregate), Vec<Arc<Block>>>;

/// The day whose windows a block holds: these end after its begin, the last one at its end.
pub(super) fn day_rolled(block: &Block) -> i64 {
    block.span.from_ms.saturating_sub(1).div_euclid(DAY_MS)
}

/// The highest number of a file. They are numbered among the blocks of points.
pub(super) fn highest_number(rollups: &Rollups) -> u64 {
    rollups.values().flatten().filter_map(|block| block.number()).max().unwrap_or(0)
}

/// All blocks, with what their points stand for: so many milliseconds up to their time.
pub(super) fn all(blocks: &[Arc<Block>], rollups: &Rollups) -> Vec<(Arc<Block>, i64)> {
    let rolled = rollups.iter().flat_map(|((step_ms, _), blocks)| {
        blocks.iter().map(|block| (Arc::clone(block), *step_ms))
    });
    blocks.iter().map(|block| (Arc::clone(block), 1)).chain(rolled).collect()
}

/// The times of points that stand for `step_ms` and have something of the range.
pub(super) fn touched(range: TimeRange, step_ms: i64) -> TimeRange {
    TimeRange { to_ms: range.to_ms.saturating_add(step_ms - 1), ..range }
}

/// Opens what is there of all steps; of several blocks of a day the newest one stays, and those
/// that go come back too.
pub(super) fn open(
    dir: &Path,
    steps: &[i64],
    interner: &Interner,
    damages: &Damages,
) -> Result<(Rollups, Vec<Arc<Block>>), TsdbError> {
    let (mut found, mut gone) = (Rollups::new(), Vec::new());
    for step_ms in steps {
        for aggregate in Aggregate::ALL {
            let folder = rollup_folder(dir, (*step_ms, aggregate));
            fs::create_dir_all(&folder).map_err(TsdbError::io("create", &folder))?;
            for (_, path) in files::numbered(&folder, "tmp")? {
                files::remove(&path)?;
            }
            let blocks = found.entry((*step_ms, aggregate)).or_default();
            for (_, path) in files::numbered(&folder, SUFFIX)? {
                match Block::open(&path, interner) {
                    Ok(block) => blocks.push(Arc::new(block.closed())),
                    Err(error) => damages.absorb_all(error),
                }
            }
            gone.extend(take_replaced(blocks));
        }
    }
    Ok((found, gone))
}

/// Of several blocks of a day the newest one stays; those that go come back.
fn take_replaced(blocks: &mut Vec<Arc<Block>>) -> Vec<Arc<Block>> {
    // One that was written anew stands for the same blocks, and has a higher number.
    let newest = |block: &Block| std::cmp::Reverse((block.origin.sequence, block.number()));
    blocks.sort_by_key(|block| (day_rolled(block), newest(block)));
    let mut last = None;
    let is_older =
        |block: &mut Arc<Block>| last.replace(day_rolled(block)) == Some(day_rolled(block));
    blocks.extract_if(.., is_older).collect()
}

impl DiskStore {
    /// Rolls up one day that is over and has changed since it was last rolled up.
    pub(super) fn roll_a_day(&self, upkeep: &mut Upkeep, now_ms: i64) -> Result<u64, TsdbError> {
        let blocks = read(&self.state).blocks.clone();
        let tuning = self.tuning();
        let delay_ms = self.rollup_delay_ms(&tuning, &blocks);
        // Where points go so soon for want of room, a day is rolled up once it is over.
        let is_cut = upkeep.cut_ms > now_ms.saturating_sub(delay_ms.saturating_add(2 * DAY_MS));
        let delay_ms = tuning.out_of_order_ms.max(if is_cut { 0 } else { delay_ms });
        let settled_ms = now_ms.saturating_sub(delay_ms);
        for rollup @ Rollup { step_ms, .. } in &tuning.rollups {
            for day in blocks.chunk_by(|a, b| day_of(a) == day_of(b)) {
                let number = day_of(&day[0]);
                // Longer ones are made of days that are rolled up.
                let short = day.iter().filter(|block| !is_long(block));
                let newest = short.map(|block| block.origin.sequence).max().unwrap_or(0);
                let over = newest > 0 && day_range(number).to_ms < settled_ms;
                let over = over && self.is_day_kept(upkeep, rollup, number, now_ms);
                let sound = !day.iter().any(|block| block.is_damaged() || block.is_erased());
                let known = self.rolled(*step_ms, number);
                let stays = upkeep.stays.get(&(*step_ms, number));
                let stays = stays.is_some_and(|sequence| *sequence >= newest);
                // What is rolled up stays, though not all of it is kept any more.
                let partly = known.is_some() && self.is_partly_over(upkeep, number, now_ms);
                let is_due = over && sound && !partly && !stays;
                if is_due && known.is_none_or(|known| known < newest) {
                    let sequence = newest.min(upkeep.sequence());
                    let rolled = self.roll_day(*step_ms, number, sequence)?;
                    if !rolled {
                        upkeep.stays.insert((*step_ms, number), newest);
                    }
                    return Ok(u64::from(rolled));
                }
            }
        }
        Ok(0)
    }

    /// How long after its end a day is rolled up: no longer than while all of its points are there.
    fn rollup_delay_ms(&self, tuning: &Tuning, blocks: &[Arc<Block>]) -> i64 {
        let bytes = blocks.iter().map(|block| block.bytes).sum::<u64>();
        if bytes + self.rollup_bytes() > tuning.retention_bytes / ROOM_PART {
            return 0;
        }
        // A day's first point is a day older than its end; one more is for the upkeep to come by.
        let whole_ms = tuning.shortest_ms().saturating_sub(2 * DAY_MS);
        tuning.rollup_after_ms.min(whole_ms)
    }

    /// The sequence of the roll-up of a day.
    fn rolled(&self, step_ms: i64, day: i64) -> Option<u64> {
        let rollups = read(&self.rollups);
        let all = rollups.get(&(step_ms, Aggregate::Sum))?;
        Some(all.iter().find(|block| day_rolled(block) == day)?.origin.sequence)
    }

    /// Tells whether a day is rolled up by all steps by which it is kept, as of the blocks up to a
    /// sequence.
    pub(super) fn is_rolled(&self, upkeep: &Upkeep, day: i64, newest: u64, now_ms: i64) -> bool {
        let tuning = self.tuning();
        let mut kept = tuning.rollups.iter();
        kept.all(|rollup| {
            let known = self.rolled(rollup.step_ms, day);
            let stays = upkeep.stays.get(&(rollup.step_ms, day));
            known.max(stays.copied()).is_some_and(|known| known >= newest)
                || !self.is_day_kept(upkeep, rollup, day, now_ms)
        })
    }

    /// Rolls up a day, unless what there is of it stands for more points than are there: then some
    /// have gone that its roll-up is to outlive. Tells whether it did.
    fn roll_day(&self, step_ms: i64, day: i64, sequence: u64) -> Result<bool, TsdbError> {
        let from_ms = day_range(day).from_ms;
        let range = TimeRange {
            from_ms: from_ms.saturating_sub(BEFORE_MS),
            to_ms: from_ms.saturating_add(DAY_MS),
        };
        let limits = SelectLimits { series_max: usize::MAX, points_max: usize::MAX };
        let selection = self.selection(&Selector::everything(), range, &limits)?;
        let mut order: Vec<usize> = (0..selection.len()).collect();
        order.sort_unstable_by(|a, b| names::order(selection.labels(*a), selection.labels(*b)));
        let mut writers = Vec::new();
        kept::make_folders(&self.dir, step_ms)?;
        for aggregate in Aggregate::ALL {
            let origin = Origin { sequence, level: Level::Merged, replaces: Vec::new() };
            writers.push(BlockWriter::create(
                &rollup_folder(&self.dir, (step_ms, aggregate)),
                origin,
            )?);
        }
        let mut reader = selection.reader();
        // Series of a scrape have the same windows: one column of times for all of them.
        let (mut before, mut count): (Arc<[i64]>, f64) = (Arc::from([]), 0.0);
        for at in order {
            let column = reader.read(at);
            let rolled = roll(&column.times, &column.values, from_ms, step_ms);
            if *before != *rolled.times {
                before = rolled.times.into();
            }
            for (writer, values) in writers.iter_mut().zip(&rolled.values) {
                writer.push(&column.labels, &before, values, &[])?;
            }
            count += rolled.values[Aggregate::Count.place()].iter().sum::<f64>();
        }
        if count < self.count_rolled(step_ms, day) {
            return Ok(false);
        }
        let mut gone = Vec::new();
        let mut result = Ok(true);
        for (aggregate, writer) in Aggregate::ALL.into_iter().zip(writers) {
            // An attempt that failed half-way has left some: a file of the same name in its place
            // would go with it.
            if writer.is_empty() || self.has_rolled((step_ms, aggregate), day, sequence) {
                continue;
            }
            match self.add_rolled((step_ms, aggregate), writer) {
                Ok(replaced) => gone.extend(replaced),
                Err(error) => {
                    result = Err(error);
                    break;
                }
            }
        }
        self.let_rolled_go(&gone)?;
        result
    }

    /// Shows what has been written; tells which blocks it stands in for.
    fn add_rolled(
        &self,
        key: (i64, Aggregate),
        writer: BlockWriter,
    ) -> Result<Vec<Arc<Block>>, TsdbError> {
        let block = Block::open(&writer.finish()?, &self.interner)?.closed();
        let day = day_rolled(&block);
        let gone = {
            let mut rollups = write(&self.rollups);
            let blocks = rollups.entry(key).or_default();
            blocks.push(Arc::new(block));
            take_replaced(blocks)
        };
        // What was missing of that day is there again.
        lock(&self.missing).retain_rollups(|own, _, own_day| (own, own_day) != (key, day));
        self.changes.note_all();
        Ok(gone)
    }

    /// Takes blocks that nobody is shown any more off the list, then lets their files go; whoever
    /// reads one goes on with it. What has been added goes on the list.
    fn let_rolled_go(&self, gone: &[Arc<Block>]) -> Result<(), TsdbError> {
        self.write_catalog()?;
        gone.iter().for_each(|block| block.remove_at_last());
        Ok(())
    }

    fn has_rolled(&self, key: (i64, Aggregate), day: i64, sequence: u64) -> bool {
        let blocks = self.rolled_blocks(key, |rolled| rolled == day);
        blocks.iter().any(|block| block.origin.sequence == sequence)
    }

    /// How many points the roll-up of a day stands for.
    fn count_rolled(&self, step_ms: i64, day: i64) -> f64 {
        let key = (step_ms, Aggregate::Count);
        let blocks = self.rolled_blocks(key, |rolled| rolled == day);
        let selection = self.selection_of_blocks(&blocks, &Selector::everything(), TimeRange::ALL);
        let mut reader = selection.reader();
        (0..selection.len()).map(|at| reader.read(at).values.iter().sum::<f64>()).sum()
    }

    /// Up to which time roll-ups of this step are there; none if there are none.
    #[must_use]
    pub fn rolled_up_to(&self, step_ms: i64) -> Option<i64> {
        let rollups = read(&self.rollups);
        // The last one to be written of a day.
        let block = rollups.get(&(step_ms, Aggregate::Sum))?.last()?.clone();
        Some((day_rolled(&block) + 1) * DAY_MS)
    }

    /// Hands the windows of the matching series to `sink`, in no order, until it breaks.
    ///
    /// The time of a window is its last millisecond, a multiple of `step_ms`. Only windows of days
    /// that are over are there: see [`DiskStore::rolled_up_to`]. Errors: more than `limits` allow.
    pub fn select_rollup(
        &self,
        selector: &Selector,
        range: TimeRange,
        (step_ms, aggregate): (i64, Aggregate),
        limits: &SelectLimits,
        sink: &mut dyn FnMut(Column) -> ControlFlow<()>,
    ) -> Result<(), TsdbError> {
        let blocks = read(&self.rollups).get(&(step_ms, aggregate)).cloned().unwrap_or_default();
        let selection = self.selection_of_blocks(&blocks, selector, range);
        if selection.len() > limits.series_max {
            return Err(TsdbError::TooManySeries { limit: limits.series_max });
        }
        hand_out(&selection, limits, sink)
    }

    /// Deletes roll-ups of days that ended before a time.
    pub fn expire_rollups(&self, step_ms: i64, keep_from_ms: i64) -> Result<u64, TsdbError> {
        let is_over = |day: i64| day_range(day).to_ms < keep_from_ms;
        let mut gone = Vec::new();
        for (_, blocks) in write(&self.rollups).iter_mut().filter(|(key, _)| key.0 == step_ms) {
            gone.extend(blocks.extract_if(.., |block| is_over(day_rolled(block))));
        }
        lock(&self.missing).retain_rollups(|key, _, day| key.0 != step_ms || !is_over(day));
        if !gone.is_empty() {
            self.changes.note_all();
            self.write_catalog()?;
            gone.iter().try_for_each(|block| files::remove(&block.path))?;
        }
        Ok(gone.len() as u64)
    }
}
