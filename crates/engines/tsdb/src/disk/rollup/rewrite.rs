//! Roll-ups written anew without what a rule has let go of.

use super::day_rolled;
use crate::block::{Block, BlockReader, BlockWriter};
use crate::catalog::rollup_folder;
use crate::disk::DiskStore;
use crate::disk::maintain::Upkeep;
use crate::gather::Gather;
use crate::locks::{read, write};
use crate::rollup::Aggregate;
use crate::{TimeRange, TsdbError};
use std::sync::Arc;

/// So much is written anew in one upkeep, or one block. Bytes.
const REWRITTEN_BYTES: u64 = 64 << 20;

impl DiskStore {
    /// Writes some roll-ups anew of which a rule has let series go; tells how many blocks.
    ///
    /// They stand for the same blocks of samples as before, and so have their sequence still.
    pub(in crate::disk) fn rewrite_rolled(&self, upkeep: &mut Upkeep) -> Result<u64, TsdbError> {
        let (mut bytes, mut rewritten, mut gone) = (0, 0, Vec::new());
        let mut result = Ok(());
        for (key, block) in self.rolled_let_go() {
            if bytes > REWRITTEN_BYTES || result.is_err() {
                break;
            }
            bytes += block.bytes;
            match self.rewrite(upkeep, key, &block) {
                Ok(replaced) => {
                    rewritten += replaced.len() as u64;
                    gone.extend(replaced);
                }
                Err(error) => result = Err(error),
            }
        }
        if !gone.is_empty() {
            self.let_rolled_go(&gone)?;
        }
        result.map(|()| rewritten)
    }

    /// Those of which a rule has let series go; a damaged one is kept as it is.
    fn rolled_let_go(&self) -> Vec<((i64, Aggregate), Arc<Block>)> {
        let mut found = Vec::new();
        for (key, blocks) in &*read(&self.rollups) {
            let due = blocks.iter().filter(|block| block.is_let_go() && !block.is_damaged());
            found.extend(due.map(|block| (*key, Arc::clone(block))));
        }
        found
    }

    /// Tells which block nobody is shown any more: none if it turns out to be damaged.
    fn rewrite(
        &self,
        upkeep: &mut Upkeep,
        key: (i64, Aggregate),
        block: &Arc<Block>,
    ) -> Result<Vec<Arc<Block>>, TsdbError> {
        let (dir, number) = (rollup_folder(&self.dir, key), upkeep.next_sequence());
        let mut writer = BlockWriter::create_numbered(&dir, number, block.origin.clone())?;
        let mut reader = BlockReader::default();
        for series in block.all() {
            let mut gather = Gather::default();
            let mut broken = |error| self.note(error);
            block.gather(series, TimeRange::ALL, &mut reader, &mut gather, &mut broken);
            let (times, values) = gather.finish(&mut reader.shared);
            match block.fresh_labels(series) {
                Ok(labels) => writer.push(&labels, &times, &values, &[])?,
                Err(error) => self.note(error),
            }
            if block.is_damaged() {
                return Ok(Vec::new());
            }
        }
        if writer.is_empty() {
            // It would be made again otherwise.
            upkeep.stays.insert((key.0, day_rolled(block)), number);
            self.hide_rolled(key, block);
            return Ok(vec![Arc::clone(block)]);
        }
        self.add_rolled(key, writer)
    }

    fn hide_rolled(&self, key: (i64, Aggregate), block: &Arc<Block>) {
        if let Some(blocks) = write(&self.rollups).get_mut(&key) {
            blocks.retain(|known| !Arc::ptr_eq(known, block));
        }
        self.changes.note_all();
    }
}
