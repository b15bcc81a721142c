//! Deletes points by labels and time.

use super::open::erasures_dir;
use super::{DiskStore, rollup};
use crate::erasure::{self, Erasure};
use crate::locks::{lock, read, write};
use crate::{Selector, TimeRange, TsdbError};
use std::collections::HashSet;

impl DiskStore {
    /// Deletes the points that the matching series have in `range`; tells how many series of
    /// memory and blocks were touched.
    ///
    /// They cannot be read any more when this returns, and stay deleted; windows of roll-ups that
    /// they are in go as a whole. The room they take in
    /// blocks is given back by the next calls of [`DiskStore::maintain`]. What is appended later
    /// is not touched. Errors: the system's; a part may be deleted then, and calling again does
    /// the rest.
    pub fn delete(&self, selector: &Selector, range: TimeRange) -> Result<u64, TsdbError> {
        // Neither blocks nor head files may change meanwhile.
        let mut upkeep = lock(&self.upkeep);
        let mut mark = lock(&self.flushed);
        let number = upkeep.next_erasure();
        let up_to = upkeep.sequence();
        let (selector, mut touched) = (selector.clone(), HashSet::new());
        let erasure = Erasure { selector, range, up_to };
        let blocks = rollup::all(&read(&self.state).blocks, &read(&self.rollups));
        // What cannot be read cannot be deleted either; it is named, and the rest goes.
        let mut matching = Vec::new();
        for (block, step_ms) in &blocks {
            let own = rollup::touched(range, *step_ms);
            match block.matching(&erasure.selector, own) {
                Ok(series) if series.is_empty() => {}
                Ok(series) => {
                    touched.extend(block.labels_of(&series, &self.interner)?);
                    matching.push((block, series, own));
                }
                Err(error) => self.note(error),
            }
        }
        if !matching.is_empty() {
            erasure.write(&erasures_dir(&self.dir), number)?;
        }
        for (block, series, own) in matching {
            block.erase(number, series, own);
        }
        {
            let _wal = lock(&self.wal);
            let head = &mut write(&self.state).head;
            let mut series = head.matching(&erasure.selector);
            series.retain(|series| head.touches(*series, range));
            touched.extend(series.iter().filter_map(|series| head.labels(*series).cloned()));
            head.erase(&series, range);
        }
        self.changes.note_all();
        self.save(&mut mark, None)?;
        Ok(touched.len() as u64)
    }

    /// Forgets deletions that no block needs any more.
    pub(super) fn drop_erasures(&self) -> Result<(), TsdbError> {
        let dir = erasures_dir(&self.dir);
        let mut needed: HashSet<u64> =
            read(&self.state).blocks.iter().flat_map(|block| block.erasures()).collect();
        needed.extend(read(&self.rollups).values().flatten().flat_map(|block| block.erasures()));
        let found = crate::files::numbered(&dir, erasure::SUFFIX)?;
        let numbers = found.into_iter().map(|(number, _)| number);
        let gone: Vec<u64> =
            numbers.filter(|number| !needed.contains(number) && !self.is_unread(*number)).collect();
        if !gone.is_empty() {
            self.write_catalog()?;
        }
        gone.into_iter().try_for_each(|number| erasure::remove(&dir, number))
    }

    /// A file that could not be read stays.
    fn is_unread(&self, number: u64) -> bool {
        self.unread_erasures.contains(&number)
    }
}
