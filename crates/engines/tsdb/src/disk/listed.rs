//! The list of the files that must be there, kept up to date.

use super::DiskStore;
use crate::TsdbError;
use crate::catalog::Catalog;
use crate::locks::{lock, read};
use std::sync::atomic::Ordering;

impl DiskStore {
    /// Says which files must be there from now on.
    pub(super) fn write_catalog(&self) -> Result<(), TsdbError> {
        // Looked at first: a segment that goes meanwhile is one before a newer head file, and of
        // these none need be there.
        let segment = lock(&self.wal).number();
        let missing = lock(&self.missing);
        let catalog = Catalog { segment, ..self.catalog_with(&missing) };
        catalog.write(&self.dir)?;
        self.listed_segment.fetch_max(segment, Ordering::Relaxed);
        Ok(())
    }

    /// Which files must be there, as of now.
    pub(super) fn catalog(&self) -> Catalog {
        let segment = lock(&self.wal).number();
        Catalog { segment, ..self.catalog_with(&lock(&self.missing)) }
    }

    fn catalog_with(&self, missing: &Catalog) -> Catalog {
        let mut catalog = self.catalog_of_blocks();
        catalog.extend(missing);
        Catalog { head: self.saved.load(Ordering::Relaxed), ..catalog }
    }

    /// The blocks and roll-ups that are there, without head files and log.
    pub(super) fn catalog_of_blocks(&self) -> Catalog {
        let (state, rollups) = (read(&self.state), read(&self.rollups));
        let rolled = rollups
            .iter()
            .flat_map(|(key, blocks)| blocks.iter().map(move |block| (key, &**block)));
        Catalog::of(state.blocks.iter().map(|block| &**block), rolled)
    }

    /// Puts log segments on the list that have been begun since it was written.
    pub(super) fn list_segments(&self) -> Result<(), TsdbError> {
        let segment = lock(&self.wal).number();
        if segment == self.listed_segment.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.write_catalog()
    }
}
