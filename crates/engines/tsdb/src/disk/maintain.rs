//! The upkeep: head to blocks, blocks to days, old blocks away.

use super::open::blocks_dir;
use super::query::{Sources, merge};
use super::{DiskStore, State};
use crate::block::{Block, BlockWriter, DAY_MS, Level, Origin, TimesCache};
use crate::locks::{lock, read, write};
use crate::{Labels, Series, TimeRange, TsdbError, files};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// A day that has been merged is merged again when so many blocks have come late.
const BLOCKS_OF_DAY_MAX: usize = 8;

/// What one call of [`DiskStore::maintain`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Maintained {
    /// Points moved from memory to blocks.
    pub points_flushed: u64,
    /// Points in memory beyond retention, thrown away.
    pub points_expired: u64,
    /// Blocks written from memory.
    pub blocks_flushed: u64,
    /// Blocks that were merged into a day.
    pub blocks_merged: u64,
    /// Blocks deleted as all of their points were beyond retention.
    pub blocks_expired: u64,
}

/// What one upkeep hands to the next.
pub(super) struct Upkeep {
    /// Highest sequence of a block so far.
    sequence: u64,
    /// Everything before this was flushed by this process.
    flushed_to_ms: i64,
}

impl Upkeep {
    pub(super) fn new(sequence: u64) -> Self {
        Self { sequence, flushed_to_ms: i64::MIN }
    }

    fn origin(&mut self, level: Level, replaces: Vec<u64>) -> Origin {
        self.sequence += 1;
        Origin { sequence: self.sequence, level, replaces }
    }
}

impl DiskStore {
    /// Keeps samples so long from now on, instead of what the options said at the opening.
    pub fn retain(&self, retention_ms: i64) {
        self.retention_ms.store(retention_ms, Ordering::Relaxed);
    }

    /// Writes what is old enough from memory to blocks, merges at most one day's blocks, deletes
    /// blocks beyond retention. To be called about once a minute.
    ///
    /// `now_ms`: milliseconds since 1970, UTC. Appending and reading go on meanwhile. Errors: the
    /// system's; nothing is lost then, and the next call tries again.
    pub fn maintain(&self, now_ms: i64) -> Result<Maintained, TsdbError> {
        let mut upkeep = lock(&self.upkeep);
        let mut done = Maintained::default();
        let keep_from_ms = now_ms.saturating_sub(self.retention_ms.load(Ordering::Relaxed));
        self.flush(&mut upkeep, now_ms, keep_from_ms, &mut done)?;
        self.merge_a_day(&mut upkeep, now_ms, &mut done)?;
        self.expire(keep_from_ms, &mut done)?;
        if done != Maintained::default() {
            self.interner.sweep();
        }
        Ok(done)
    }

    fn flush(
        &self,
        upkeep: &mut Upkeep,
        now_ms: i64,
        keep_from_ms: i64,
        done: &mut Maintained,
    ) -> Result<(), TsdbError> {
        // Later than this nothing should come in any more.
        let settled_ms = now_ms.saturating_sub(self.options.out_of_order_ms);
        let span_ms = self.options.head_span_ms.max(1);
        let mut boundary_ms = settled_ms.div_euclid(span_ms).saturating_mul(span_ms);
        let flushed = {
            let head = &read(&self.state).head;
            if head.points_count() > self.options.head_points_max / 2 {
                boundary_ms = settled_ms;
            } else if boundary_ms <= upkeep.flushed_to_ms {
                return Ok(());
            }
            head.before(boundary_ms)
        };
        if flushed.is_empty() {
            upkeep.flushed_to_ms = boundary_ms;
            return Ok(());
        }
        let days: BTreeSet<i64> = flushed.iter().flat_map(days).collect();
        let mut blocks = Vec::new();
        for day in days.into_iter().filter(|day| day_range(*day).to_ms >= keep_from_ms) {
            match self.write_day(upkeep, day, keep_from_ms, &flushed) {
                Ok(block) => blocks.extend(block),
                Err(error) => {
                    remove_all(&blocks)?;
                    return Err(error);
                }
            }
        }
        let all: u64 = flushed.iter().map(|series| series.points.len() as u64).sum();
        done.blocks_flushed = blocks.len() as u64;
        done.points_flushed = blocks.iter().map(|block| block.points).sum();
        done.points_expired = all - done.points_flushed;
        self.install(&flushed, blocks)?;
        upkeep.flushed_to_ms = boundary_ms;
        Ok(())
    }

    /// Writes the points of one day; none are left of a day wholly beyond retention.
    fn write_day(
        &self,
        upkeep: &mut Upkeep,
        day: i64,
        keep_from_ms: i64,
        flushed: &[Series],
    ) -> Result<Option<Arc<Block>>, TsdbError> {
        let mut range = day_range(day);
        range.from_ms = range.from_ms.max(keep_from_ms);
        if flushed.iter().all(|series| range.cut(&series.points).is_empty()) {
            return Ok(None);
        }
        let origin = upkeep.origin(Level::Flushed, Vec::new());
        let mut writer = BlockWriter::create(&blocks_dir(&self.dir), origin)?;
        for series in flushed {
            writer.push(&series.labels, range.cut(&series.points))?;
        }
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

    /// Shows the new blocks to readers instead of the flushed points, then shortens the log.
    fn install(&self, flushed: &[Series], blocks: Vec<Arc<Block>>) -> Result<(), TsdbError> {
        let mut wal = lock(&self.wal);
        {
            let mut state = write(&self.state);
            state.head.remove(flushed);
            state.add(blocks);
        }
        let state = read(&self.state);
        wal.replace(
            state
                .head
                .series()
                .iter()
                .flat_map(|series| series.points.iter().map(|point| (&series.labels, *point))),
        )
    }

    fn merge_a_day(
        &self,
        upkeep: &mut Upkeep,
        now_ms: i64,
        done: &mut Maintained,
    ) -> Result<(), TsdbError> {
        let settled_ms = now_ms.saturating_sub(self.options.out_of_order_ms);
        let blocks = read(&self.state).blocks.clone();
        let due = blocks.chunk_by(|a, b| day_of(a) == day_of(b)).find(|blocks| {
            let merged = blocks.iter().any(|block| block.origin.level == Level::Merged);
            let enough = if merged { BLOCKS_OF_DAY_MAX } else { 2 };
            let over = day_range(day_of(&blocks[0])).to_ms < settled_ms;
            // A damaged block is kept as it is: merging would throw its bytes away.
            over && blocks.len() >= enough && !blocks.iter().any(|block| block.is_damaged())
        });
        let Some(old) = due else { return Ok(()) };
        let Some(merged) = self.write_merged(upkeep, old)? else { return Ok(()) };
        let replaced: Vec<u64> = old.iter().map(|block| block.origin.sequence).collect();
        {
            let mut state = write(&self.state);
            state.blocks.retain(|block| !replaced.contains(&block.origin.sequence));
            state.add(vec![merged]);
        }
        done.blocks_merged = old.len() as u64;
        remove_all(old)
    }

    /// Writes one block with the points of all; none if a part of them turns out to be damaged.
    fn write_merged(
        &self,
        upkeep: &mut Upkeep,
        old: &[Arc<Block>],
    ) -> Result<Option<Arc<Block>>, TsdbError> {
        let mut sources: BTreeMap<&Labels, Sources> = BTreeMap::new();
        for (at, block) in old.iter().enumerate() {
            for number in block.all() {
                sources.entry(block.labels(number)).or_default().blocks.push((at, number));
            }
        }
        let replaces = old.iter().map(|block| block.origin.sequence).collect();
        let origin = upkeep.origin(Level::Merged, replaces);
        let mut writer = BlockWriter::create(&blocks_dir(&self.dir), origin)?;
        let mut cache = TimesCache::default();
        for (labels, source) in sources {
            let points = self.read(old, &source, TimeRange::ALL, &mut cache);
            if old.iter().any(|block| block.is_damaged()) {
                return Ok(None);
            }
            writer.push(labels, &merge(points))?;
        }
        self.reopen(&writer.finish()?).map(Some)
    }

    fn expire(&self, keep_from_ms: i64, done: &mut Maintained) -> Result<(), TsdbError> {
        let expired = |block: &Arc<Block>| block.span.to_ms < keep_from_ms;
        if !read(&self.state).blocks.iter().any(expired) {
            return Ok(());
        }
        let gone: Vec<Arc<Block>> =
            write(&self.state).blocks.extract_if(.., |block| expired(block)).collect();
        done.blocks_expired = gone.len() as u64;
        remove_all(&gone)
    }
}

impl State {
    fn add(&mut self, blocks: Vec<Arc<Block>>) {
        self.blocks.extend(blocks);
        self.blocks.sort_by_key(|block| in_order(block));
    }
}

/// By day, and within a day the first written first, whose values win.
pub(super) fn in_order(block: &Block) -> (i64, u64) {
    (day_of(block), block.origin.sequence)
}

fn day_of(block: &Block) -> i64 {
    block.span.from_ms.div_euclid(DAY_MS)
}

fn day_range(day: i64) -> TimeRange {
    let from_ms = day.saturating_mul(DAY_MS);
    TimeRange { from_ms, to_ms: from_ms.saturating_add(DAY_MS - 1) }
}

fn days(series: &Series) -> impl Iterator<Item = i64> {
    let day = |at_ms: i64| at_ms.div_euclid(DAY_MS);
    series.points.chunk_by(move |a, b| day(a.at_ms) == day(b.at_ms)).map(move |p| day(p[0].at_ms))
}

fn remove_all(blocks: &[Arc<Block>]) -> Result<(), TsdbError> {
    blocks.iter().try_for_each(|block| files::remove(&block.path))
}
