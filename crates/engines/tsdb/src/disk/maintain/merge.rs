//! Several blocks of a day become one, without what has been deleted.

use super::{Maintained, Upkeep, blocks_dir, day_of, day_range, remove_all};
use crate::block::{Block, BlockReader, BlockWriter, Level, names};
use crate::disk::DiskStore;
use crate::gather::Gather;
use crate::locks::{read, write};
use crate::{Labels, TimeRange, TsdbError};
use std::sync::Arc;

/// A day that has been merged is merged again when so many blocks have come late.
const BLOCKS_OF_DAY_MAX: usize = 8;

impl DiskStore {
    pub(super) fn merge_a_day(
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
            let erased = blocks.iter().any(|block| block.is_erased());
            // A damaged block is kept as it is: merging would throw its bytes away.
            (erased || (over && blocks.len() >= enough))
                && !blocks.iter().any(|block| block.is_damaged())
        });
        let Some(old) = due else { return Ok(()) };
        let Some(merged) = self.write_merged(upkeep, old)? else { return Ok(()) };
        let replaced: Vec<u64> = old.iter().map(|block| block.origin.sequence).collect();
        {
            let mut state = write(&self.state);
            state.blocks.retain(|block| !replaced.contains(&block.origin.sequence));
            state.add(merged);
        }
        done.blocks_merged = old.len() as u64;
        remove_all(old)
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
        let mut writer = BlockWriter::create(&blocks_dir(&self.dir), origin)?;
        let mut reader = BlockReader::default();
        loop {
            let next = cursors.iter().filter_map(|cursor| cursor.labels.clone());
            let Some(labels) = next.min_by(names::order) else { break };
            let mut gather = Gather::default();
            for cursor in cursors.iter_mut().filter(|c| c.labels.as_ref() == Some(&labels)) {
                let series = cursor.series();
                let mut broken = |error| self.note(error);
                let block = cursor.block;
                block.gather(series, TimeRange::ALL, &mut reader, &mut gather, &mut broken);
                if let Err(error) = cursor.advance() {
                    self.note(error);
                }
            }
            if old.iter().any(|block| block.is_damaged()) {
                return Ok(None);
            }
            let (times, values) = gather.finish(&mut reader.shared);
            writer.push(&labels, &times, &values)?;
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
