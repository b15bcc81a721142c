//! Which roll-ups are kept, and how much there is of them.

use super::day_rolled;
use crate::block::{Block, DAY_MS};
use crate::catalog::rollup_folder;
use crate::disk::DiskStore;
use crate::disk::maintain::{Upkeep, day_range};
use crate::locks::read;
use crate::rollup::Aggregate;
use crate::{Rollup, RollupStats, TsdbError, files};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// Roll-ups take this part of the room there is.
pub(in crate::disk) const ROOM_PART: u64 = 2;

/// The steps that have a folder, ascending; folders of other names are left alone.
pub(in crate::disk) fn steps(dir: &Path) -> Result<Vec<i64>, TsdbError> {
    let dir = dir.join("rollups");
    let mut found = Vec::new();
    if dir.is_dir() {
        for entry in fs::read_dir(&dir).map_err(TsdbError::io("list", &dir))? {
            let path = entry.map_err(TsdbError::io("list", &dir))?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            let step_ms = name.and_then(|name| name.parse::<i64>().ok());
            found.extend(step_ms.filter(|step_ms| *step_ms > 0 && DAY_MS % step_ms == 0));
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Makes the folders of a step, where they are not there yet.
pub(super) fn make_folders(dir: &Path, step_ms: i64) -> Result<(), TsdbError> {
    for aggregate in Aggregate::ALL {
        let folder = rollup_folder(dir, (step_ms, aggregate));
        if folder.is_dir() {
            continue;
        }
        fs::create_dir_all(&folder).map_err(TsdbError::io("create", &folder))?;
        for above in folder.ancestors().skip(1).take_while(|above| above.starts_with(dir)) {
            files::sync_dir(above)?;
        }
    }
    Ok(())
}

impl DiskStore {
    /// All blocks of roll-ups, in no order.
    pub(in crate::disk) fn all_rollups(&self) -> Vec<Arc<Block>> {
        read(&self.rollups).values().flatten().cloned().collect()
    }

    /// Tells whether the roll-up of a day is kept.
    pub(super) fn is_day_kept(
        &self,
        upkeep: &Upkeep,
        rollup: &Rollup,
        day: i64,
        now_ms: i64,
    ) -> bool {
        let room = upkeep.room_from.get(&rollup.step_ms);
        let fits = rollup.step_ms > 0 && DAY_MS % rollup.step_ms == 0;
        fits && room.is_none_or(|from| day >= *from) && rollup.keeps(day_range(day).to_ms, now_ms)
    }

    /// Deletes roll-ups whose time is over, and those there is no room for; tells how many blocks.
    pub(in crate::disk) fn expire_rolled(
        &self,
        upkeep: &mut Upkeep,
        now_ms: i64,
    ) -> Result<u64, TsdbError> {
        let tuning = self.tuning();
        let mut gone = 0;
        for rollup in &tuning.rollups {
            if let Some(keep_ms) = rollup.keep_ms {
                gone += self.expire_rollups(rollup.step_ms, now_ms.saturating_sub(keep_ms))?;
            }
        }
        let bytes_max = tuning.retention_bytes / ROOM_PART;
        for there in self.rollup_stats() {
            while self.rollup_bytes() > bytes_max
                && let Some(day) = self.first_day(there.step_ms)
            {
                gone += self.expire_rollups(there.step_ms, day_range(day + 1).from_ms)?;
                // It would be made again otherwise.
                upkeep.room_from.insert(there.step_ms, day + 1);
            }
        }
        Ok(gone)
    }

    pub(super) fn rollup_bytes(&self) -> u64 {
        read(&self.rollups).values().flatten().map(|block| block.bytes).sum()
    }

    fn first_day(&self, step_ms: i64) -> Option<i64> {
        let rollups = read(&self.rollups);
        let of_step = rollups.iter().filter(|(key, _)| key.0 == step_ms);
        of_step.filter_map(|(_, blocks)| blocks.first()).map(|block| day_rolled(block)).min()
    }

    /// What there is of each step, or is to be.
    pub(in crate::disk) fn rollup_stats(&self) -> Vec<RollupStats> {
        let tuning = self.tuning();
        let rollups = read(&self.rollups);
        let there = rollups.iter().filter(|(_, blocks)| !blocks.is_empty());
        let made = tuning.rollups.iter().filter(|rollup| rollup.is_made());
        let made = made.map(|rollup| rollup.step_ms);
        let steps: BTreeSet<i64> = there.map(|(key, _)| key.0).chain(made).collect();
        let stats = steps.into_iter().map(|step_ms| {
            let told = tuning.rollups.iter().find(|rollup| rollup.step_ms == step_ms);
            let of_step = rollups.iter().filter(|(key, _)| key.0 == step_ms);
            let blocks: Vec<&Arc<Block>> = of_step.flat_map(|(_, blocks)| blocks).collect();
            let days = || blocks.iter().map(|block| day_rolled(block));
            RollupStats {
                step_ms,
                is_made: told.is_some_and(Rollup::is_made),
                keep_ms: told.and_then(|rollup| rollup.keep_ms),
                blocks: blocks.len() as u64,
                bytes: blocks.iter().map(|block| block.bytes).sum(),
                from_ms: days().min().map(|day| day_range(day).from_ms),
                to_ms: days().max().map(|day| day_range(day + 1).from_ms),
            }
        });
        stats.collect()
    }
}
