//! The upkeep: head to blocks, blocks to days, old blocks away.

mod merge;

use super::open::blocks_dir;
use super::{DiskStore, State};
use crate::block::{Block, BlockWriter, Claims, DAY_MS, Level, Origin, names};
use crate::gather::TimesShared;
use crate::head::Flushed;
use crate::locks::{lock, read, write};
use crate::{Labels, Retention, TimeRange, TsdbError, files};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// So much later nothing is expected any more; what comes all the same becomes a block of its own.
const SETTLED_AFTER_MS: i64 = 10 * 60_000;
/// With more blocks than this, several days are merged in one go.
const BACKLOG_BLOCKS: usize = 64;
/// So much of them, at a time. Bytes.
const BACKLOG_BYTES: u64 = 64 << 20;

/// What one call of [`DiskStore::maintain`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Maintained {
    /// Points moved from memory to blocks.
    pub points_flushed: u64,
    /// Points in memory beyond retention, thrown away.
    pub points_expired: u64,
    /// Blocks written from memory.
    pub blocks_flushed: u64,
    /// Blocks that were merged into one of a day, or of several.
    pub blocks_merged: u64,
    /// Blocks deleted as all of their points were beyond retention.
    pub blocks_expired: u64,
    /// Days rolled up.
    pub days_rolled_up: u64,
    /// Blocks of roll-ups deleted as they are kept no longer.
    pub rollups_expired: u64,
    /// Series of blocks and roll-ups of which a rule has let some go, as they took too much room.
    pub series_let_go: u64,
    /// Blocks of roll-ups written anew without what a rule has let go of.
    pub rollups_rewritten: u64,
}

/// What one upkeep hands to the next.
pub(super) struct Upkeep {
    /// Highest sequence of a block so far.
    sequence: u64,
    /// Everything before this was flushed by this process.
    flushed_to_ms: i64,
    /// Highest number of a deletion so far.
    erasure: u64,
    /// By sequence of a block, how many retentions had let go of it when it was looked at.
    pub(super) let_go: HashMap<u64, usize>,
    /// The rules by which it was looked at.
    pub(super) rules: Vec<Retention>,
    /// Which series each of them is about.
    pub(super) claims: Arc<Claims>,
    /// Before this some series have gone for want of room, as far as this process knows.
    pub(super) cut_ms: i64,
    /// By step, the first day whose roll-up there was room for.
    pub(super) room_from: HashMap<i64, i64>,
    /// By step and day, up to which sequence nothing makes its roll-up anew.
    pub(super) stays: HashMap<(i64, i64), u64>,
}

impl Upkeep {
    pub(super) fn new(sequence: u64, erasure: u64) -> Self {
        Self {
            sequence,
            flushed_to_ms: i64::MIN,
            erasure,
            let_go: HashMap::new(),
            rules: Vec::new(),
            claims: Arc::default(),
            cut_ms: i64::MIN,
            room_from: HashMap::new(),
            stays: HashMap::new(),
        }
    }

    pub(super) fn sequence(&self) -> u64 {
        self.sequence
    }

    pub(super) fn next_erasure(&mut self) -> u64 {
        self.erasure += 1;
        self.erasure
    }

    /// A number that no block has.
    pub(super) fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    fn origin(&mut self, level: Level, replaces: Vec<u64>) -> Origin {
        Origin { sequence: self.next_sequence(), level, replaces }
    }
}

impl DiskStore {
    /// Writes what is old enough from memory to blocks, merges the blocks of a day or of several
    /// days at most, deletes what is beyond retention. To be called about once a minute.
    ///
    /// `now_ms`: milliseconds since 1970, UTC. Appending and reading go on meanwhile. Errors: the
    /// system's; nothing is lost then, and the next call tries again.
    pub fn maintain(&self, now_ms: i64) -> Result<Maintained, TsdbError> {
        let mut upkeep = lock(&self.upkeep);
        let mut done = Maintained::default();
        let kept = self.kept(now_ms);
        let keep_from_ms = kept.all_from_ms();
        lock(&self.missing).blocks.retain(|_, to_ms| *to_ms >= keep_from_ms);
        self.flush(&mut upkeep, now_ms, keep_from_ms, &mut done)?;
        self.let_go(&mut upkeep, &kept, &mut done)?;
        self.make_room(&mut upkeep, &kept, &mut done)?;
        self.merge_backlog(&mut upkeep, now_ms, &mut done)?;
        done.rollups_expired = self.expire_rolled(&mut upkeep, now_ms)?;
        done.rollups_rewritten = self.rewrite_rolled(&mut upkeep)?;
        self.expire(keep_from_ms, &mut done)?;
        self.drop_erasures()?;
        done.days_rolled_up = self.roll_a_day(&mut upkeep, now_ms)?;
        self.list_segments()?;
        if done != Maintained::default() {
            self.interner.sweep();
        }
        self.rest();
        let _ = self.memory_bytes();
        Ok(done)
    }

    /// Gives back the memory of indexes that nobody asks for, if they take more than they may.
    fn rest(&self) {
        let blocks = read(&self.state).blocks.clone();
        let mut left = self.options.index_bytes_max;
        // The newest blocks are the most asked for.
        for block in blocks.iter().rev().chain(&self.all_rollups()) {
            match left.checked_sub(block.size()) {
                Some(less) => left = less,
                None => left = left.saturating_sub(block.rest()),
            }
        }
    }

    pub(super) fn flush(
        &self,
        upkeep: &mut Upkeep,
        now_ms: i64,
        keep_from_ms: i64,
        done: &mut Maintained,
    ) -> Result<(), TsdbError> {
        let delay_ms = self.tuning().out_of_order_ms.min(SETTLED_AFTER_MS);
        let settled_ms = now_ms.saturating_sub(delay_ms);
        let span_ms = self.options.head_span_ms.max(1);
        let mut boundary_ms = settled_ms.div_euclid(span_ms).saturating_mul(span_ms);
        // Held to the end: a head file written in between could hold units that come in meanwhile,
        // which would then count as flushed.
        let mut mark = lock(&self.flushed);
        let flushed = {
            let state = read(&self.state);
            let half_full = state.head.points_count() > self.options.head_points_max / 2
                || state.head.bytes() > self.tuning().head_bytes_max / 2;
            if half_full {
                boundary_ms = settled_ms;
            } else if boundary_ms <= upkeep.flushed_to_ms
                && state.head.late_count() < self.options.late_points_max
            {
                return Ok(());
            }
            if !state.head.is_older_than(boundary_ms) {
                upkeep.flushed_to_ms = boundary_ms;
                return Ok(());
            }
            drop(state);
            write(&self.state).head.seal_before(boundary_ms)
        };
        let mut order: Vec<(usize, &Labels)> = flushed.series().collect();
        order.sort_unstable_by(|a, b| names::order(a.1, b.1));
        let mut blocks = Vec::new();
        for day in flushed.days(DAY_MS) {
            if day_range(day).to_ms < keep_from_ms {
                continue;
            }
            match self.write_day(upkeep, day, keep_from_ms, &flushed, &order) {
                Ok(block) => blocks.extend(block),
                Err(error) => {
                    remove_all(&blocks)?;
                    return Err(error);
                }
            }
        }
        done.blocks_flushed = blocks.len() as u64;
        done.points_flushed = blocks.iter().map(|block| block.points).sum();
        let removed = self.install(&flushed, blocks);
        done.points_expired = (removed as u64).saturating_sub(done.points_flushed);
        if done.points_expired > 0 {
            self.changes.note_all();
        }
        upkeep.flushed_to_ms = boundary_ms;
        self.save(&mut mark, Some(boundary_ms))
    }

    /// Writes the points of one day; none are left of a day wholly beyond retention.
    fn write_day(
        &self,
        upkeep: &mut Upkeep,
        day: i64,
        keep_from_ms: i64,
        flushed: &Flushed,
        order: &[(usize, &Labels)],
    ) -> Result<Option<Arc<Block>>, TsdbError> {
        let mut range = day_range(day);
        range.from_ms = range.from_ms.max(keep_from_ms);
        let mut writer = None;
        let mut shared = TimesShared::default();
        for (at, labels) in order {
            let (times, values) = flushed.read(*at, range, &mut shared);
            let histograms = flushed.histograms(*at, range);
            if times.is_empty() && histograms.is_empty() {
                continue;
            }
            if writer.is_none() {
                let origin = upkeep.origin(Level::Flushed, Vec::new());
                writer = Some(BlockWriter::create(&blocks_dir(&self.dir), origin)?);
            }
            if let Some(writer) = &mut writer {
                writer.push(labels, &times, &values, &histograms)?;
            }
        }
        let Some(writer) = writer else { return Ok(None) };
        self.reopen(&writer.finish()?).map(Some)
    }

    /// Opens a block just written; if that fails it is taken away again.
    fn reopen(&self, path: &Path) -> Result<Arc<Block>, TsdbError> {
        Block::open(path, &self.interner).map(Arc::new).inspect_err(|_| {
            if let Err(error) = files::remove(path) {
                tracing::warn!("series store: {error}");
            }
        })
    }

    /// Shows the new blocks to readers instead of the flushed points; tells how many these were.
    fn install(&self, flushed: &Flushed, blocks: Vec<Arc<Block>>) -> usize {
        // Nobody may be between log and memory.
        let mut wal = lock(&self.wal);
        let mut state = write(&self.state);
        let before = state.head.points_count();
        state.head.forget(flushed);
        wal.end_segment();
        state.add(blocks);
        before - state.head.points_count()
    }

    fn expire(&self, keep_from_ms: i64, done: &mut Maintained) -> Result<(), TsdbError> {
        let blocks = read(&self.state).blocks.clone();
        let mut all: Vec<&Arc<Block>> = blocks.iter().collect();
        all.sort_by_key(|block| block.span.to_ms);
        let bytes_rolled = self.all_rollups().iter().map(|block| block.bytes).sum::<u64>();
        let mut bytes = all.iter().map(|block| block.bytes).sum::<u64>() + bytes_rolled;
        let bytes_max = self.tuning().retention_bytes;
        let mut gone = Vec::new();
        for block in all {
            if block.span.to_ms < keep_from_ms || bytes > bytes_max {
                gone.push(Arc::clone(block));
                bytes -= block.bytes;
            }
        }
        done.blocks_expired += gone.len() as u64;
        self.drop_blocks(&gone)
    }

    /// Shows blocks no more and deletes them.
    pub(super) fn drop_blocks(&self, gone: &[Arc<Block>]) -> Result<(), TsdbError> {
        if gone.is_empty() {
            return Ok(());
        }
        let sequences: Vec<u64> = gone.iter().map(|block| block.origin.sequence).collect();
        write(&self.state).blocks.retain(|block| !sequences.contains(&block.origin.sequence));
        self.changes.note_all();
        self.write_catalog()?;
        remove_all(gone)
    }
}

impl State {
    fn add(&mut self, blocks: Vec<Arc<Block>>) {
        self.blocks.extend(blocks);
        self.blocks.sort_by_key(|block| in_order(block));
    }
}

/// Tells whether a block is of more than one day.
pub(super) fn is_long(block: &Block) -> bool {
    block.span.from_ms.div_euclid(DAY_MS) != block.span.to_ms.div_euclid(DAY_MS)
}

/// By day, and within a day the first written first, whose values win.
pub(super) fn in_order(block: &Block) -> (i64, u64) {
    (day_of(block), block.origin.sequence)
}

pub(super) fn day_of(block: &Block) -> i64 {
    block.span.from_ms.div_euclid(DAY_MS)
}

pub(super) fn day_range(day: i64) -> TimeRange {
    let from_ms = day.saturating_mul(DAY_MS);
    TimeRange { from_ms, to_ms: from_ms.saturating_add(DAY_MS - 1) }
}

fn remove_all(blocks: &[Arc<Block>]) -> Result<(), TsdbError> {
    blocks.iter().try_for_each(|block| files::remove(&block.path))
}
