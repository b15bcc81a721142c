//! Saves memory, so that the log stays short and a start quick.

use super::DiskStore;
use crate::TsdbError;
use crate::locks::{lock, read};
use crate::save::{self, FlushMark};
use std::collections::HashSet;
use std::sync::atomic::Ordering;

impl DiskStore {
    /// Writes what is in no head file yet to a new one, and drops the log before it.
    ///
    /// Appending and reading go on meanwhile. Errors: the system's; the log then stays as it is.
    pub fn checkpoint(&self) -> Result<(), TsdbError> {
        let mut mark = lock(&self.flushed);
        self.save(&mut mark, None)
    }

    /// The same, unless it is being done or blocks are being written.
    pub(super) fn checkpoint_if_idle(&self) -> Result<(), TsdbError> {
        match self.flushed.try_lock() {
            Ok(mut mark) => self.save(&mut mark, None),
            Err(_) => Ok(()),
        }
    }

    /// `flushed_to_ms`: where everything that is older is in blocks since this call was decided on.
    pub(super) fn save(
        &self,
        mark: &mut FlushMark,
        flushed_to_ms: Option<i64>,
    ) -> Result<(), TsdbError> {
        let dir = self.dir.join("head");
        let (number, mut unsaved, wanted, synced) = {
            let mut wal = lock(&self.wal);
            let number = wal.turn()?;
            let notes = lock(&self.aside).notes();
            let head = &read(&self.state).head;
            let units = head.groups.iter().flat_map(|group| &group.units);
            let pages = head.histograms.values().flat_map(|run| &run.packed);
            let saved = units.map(|unit| &unit.saved_in).chain(pages.map(|page| &page.saved_in));
            let wanted: HashSet<u64> = saved.map(|file| file.load(Ordering::Relaxed)).collect();
            let mut unsaved = head.unsaved();
            unsaved.notes = notes;
            (number, unsaved, wanted, wal.written())
        };
        let next = flushed_to_ms.map_or(*mark, |to_ms| FlushMark { file: number, to_ms });
        // Also of nothing, and then it stays: it says with which segment the log begins.
        save::write(&dir, number, &mut unsaved, (next, &wanted))?;
        *mark = next;
        self.saved.store(number, Ordering::Relaxed);
        save::drop_unwanted(&dir, |file| file == number || wanted.contains(&file))?;
        lock(&self.wal).drop_before(number)?;
        self.syncs.reached(synced);
        self.write_catalog()
    }
}
