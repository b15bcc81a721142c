//! Several blocks of a day, and then of several days, become one, without what has been deleted.

use super::{
    BACKLOG_BLOCKS, BACKLOG_BYTES, Maintained, Upkeep, blocks_dir, day_of, day_range, is_long,
    remove_all,
};
use crate::block::{Block, BlockReader, BlockWriter, Level, names};
use crate::disk::DiskStore;
use crate::gather::Gather;
use crate::locks::{read, write};
use crate::{Labels, TimeRange, TsdbError};
use std::sync::Arc;

/// A day that has been merged is merged again when so many blocks have come late.
const BLOCKS_OF_DAY_MAX: usize = 8;

impl DiskStore {
    /// Merges the blocks of one day, or else of several days, if any are due; where there are many
    /// blocks, as after a back-fill, of one after the other.
    pub(in crate::disk) fn merge_backlog(
        &self,
        upkeep: &mut Upkeep,
        now_ms: i64,
        done: &mut Maintained,
    ) -> Result<(), TsdbError> {
        let mut bytes = 0;
        loop {
            let merged = self.merge_some(upkeep, now_ms, done)?;
            bytes += merged;
            let many = read(&self.state).blocks.len() > BACKLOG_BLOCKS;
            if merged == 0 || bytes > BACKLOG_BYTES || !many {
                return Ok(());
            }
        }
    }

    /// Merges some blocks; tells how many bytes these had.
    fn merge_some(
        &self,
        upkeep: &mut Upkeep,
        now_ms: i64,
        done: &mut Maintained,
    ) -> Result<u64, TsdbError> {
        let settled_ms = now_ms.saturating_sub(self.tuning().out_of_order_ms);
        let blocks = read(&self.state).blocks.clone();
        let mut by_day = blocks.chunk_by(|a, b| day_of(a) == day_of(b));
        let due = by_day.find(|blocks| is_day_due(blocks, settled_ms));
        let days = i64::from(self.tuning().block_days.max(1));
        let window = |block: &Block| day_of(block).div_euclid(days);
        let due = due.or_else(|| {
            let mut windows = blocks.chunk_by(|a, b| window(a) == window(b));
            windows.find(|blocks| {
                let end_ms = day_range((window(&blocks[0]) + 1).saturating_mul(days)).from_ms;
                days > 1 && end_ms <= settled_ms && self.are_days_due(upkeep, blocks, now_ms)
            })
        });
        let Some(old) = due else { return Ok(0) };
        let Some(merged) = self.write_merged(upkeep, old)? else { return Ok(0) };
        let replaced: Vec<u64> = old.iter().map(|block| block.origin.sequence).collect();
        {
            let mut state = write(&self.state);
            state.blocks.retain(|block| !replaced.contains(&block.origin.sequence));
            state.add(merged);
        }
        done.blocks_merged += old.len() as u64;
        self.write_catalog()?;
        remove_all(old)?;
        Ok(old.iter().map(|block| block.bytes).sum())
    }

    /// Tells whether the blocks of several days are to become one.
    fn are_days_due(&self, upkeep: &Upkeep, blocks: &[Arc<Block>], now_ms: i64) -> bool {
        let enough = if blocks.iter().any(|block| is_long(block)) { BLOCKS_OF_DAY_MAX } else { 2 };
        let sound = !blocks.iter().any(|block| block.is_damaged() || block.is_erased());
        let newest = |day: &[Arc<Block>]| {
            let short = day.iter().filter(|block| !is_long(block));
            short.map(|block| block.origin.sequence).max().unwrap_or(0)
        };
        // Roll-ups are made of blocks of a day.
        let rolled = || {
            let mut days = blocks.chunk_by(|a, b| day_of(a) == day_of(b));
            days.all(|day| {
                let number = day_of(&day[0]);
                // It is not rolled up again once some of it has gone.
                let partly = self.is_partly_over(upkeep, number, now_ms);
                self.is_rolled(upkeep, number, if partly { 0 } else { newest(day) }, now_ms)
            })
        };
        blocks.len() >= enough && sound && rolled()
    }

    /// Writes one block with the points of all, or none where all have been deleted; nothing comes
    /// back if a part of them turns out to be damaged.
    fn write_merged(
        &self,
        upkeep: &mut Upkeep,
        old: &[Arc<Block>],
    ) -> Result<Option<Vec<Arc<Block>>>, TsdbError> {
        let mut cursors = Vec::with_capacity(old.len());
        for block in old {
            match Cursor::start(block) {
                Ok(cursor) => cursors.push(cursor),
                Err(error) => {
                    self.damages.absorb(error)?;
                    return Ok(None);
                }
            }
        }
        let replaces = old.iter().map(|block| block.origin.sequence).collect();
        let origin = upkeep.origin(Level::Merged, replaces);
        let mut writer = BlockWriter::create(&blocks_dir(&self.dir), origin)?.by_days();
        let mut reader = BlockReader::default();
        loop {
            let next = cursors.iter().filter_map(|cursor| cursor.labels.clone());
            let Some(labels) = next.min_by(names::order) else { break };
            let (mut gather, mut histograms) = (Gather::default(), Vec::new());
            for cursor in cursors.iter_mut().filter(|c| c.labels.as_ref() == Some(&labels)) {
                let series = cursor.series();
                let mut broken = |error| self.note(error);
                let block = cursor.block;
                block.gather(series, TimeRange::ALL, &mut reader, &mut gather, &mut broken);
                let to = &mut histograms;
                block.gather_histograms(series, TimeRange::ALL, &mut reader, to, &mut broken);
                if let Err(error) = cursor.advance() {
                    self.note(error);
                }
            }
            if old.iter().any(|block| block.is_damaged()) {
                return Ok(None);
            }
            let (times, values) = gather.finish(&mut reader.shared);
            histograms.sort_by_key(|point| point.at_ms);
            histograms.dedup_by_key(|point| point.at_ms);
            writer.push(&labels, &times, &values, &histograms)?;
        }
        if writer.is_empty() {
            return Ok(Some(Vec::new()));
        }
        Ok(Some(vec![self.reopen(&writer.finish()?)?]))
    }
}

/// A walk through the series of a block, in the order in which blocks are written.
struct Cursor<'b> {
    block: &'b Block,
    /// The order, where the block has another one.
    order: Option<Vec<u32>>,
    at: u32,
    /// Of the series it stands at; none at the end.
    labels: Option<Labels>,
}

impl<'b> Cursor<'b> {
    fn start(block: &'b Block) -> Result<Self, TsdbError> {
        let order = if block.is_ordered() {
            None
        } else {
            let mut all = Vec::new();
            for series in block.all() {
                all.push((series, block.fresh_labels(series)?));
            }
            all.sort_by(|a, b| names::order(&a.1, &b.1));
            Some(all.into_iter().map(|(series, _)| series).collect())
        };
        let mut cursor = Self { block, order, at: 0, labels: None };
        cursor.load()?;
        Ok(cursor)
    }

    fn series(&self) -> u32 {
        self.order.as_ref().map_or(self.at, |order| order[self.at as usize])
    }

    fn advance(&mut self) -> Result<(), TsdbError> {
        self.at += 1;
        self.load()
    }

    fn load(&mut self) -> Result<(), TsdbError> {
        self.labels = None;
        if u64::from(self.at) < self.block.series() {
            self.labels = Some(self.block.fresh_labels(self.series())?);
        }
        Ok(())
    }
}

fn is_day_due(blocks: &[Arc<Block>], settled_ms: i64) -> bool {
    let merged = blocks.iter().any(|block| block.origin.level == Level::Merged);
    let enough = if merged { BLOCKS_OF_DAY_MAX } else { 2 };
    let over = day_range(day_of(&blocks[0])).to_ms < settled_ms;
    let erased = blocks.iter().any(|block| block.is_erased());
    // A damaged block is kept as it is: merging would throw its bytes away.
    (erased || (over && blocks.len() >= enough)) && !blocks.iter().any(|block| block.is_damaged())
}
