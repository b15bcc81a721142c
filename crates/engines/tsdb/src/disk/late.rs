//! Points of any age for series that go on: they wait in memory for blocks of their own.

use super::DiskStore;
use super::maintain::Maintained;
use crate::head::Head;
use crate::locks::{lock, read};
use crate::{Age, TsdbError};

/// Nobody adds to late points any more when there are so many times what is to be flushed.
const WAITING_MAX: usize = 2;

impl DiskStore {
    /// How far a point may lie behind its series, and before which time it may not be at all.
    pub(super) fn ages(&self, age: Age) -> (i64, i64) {
        match age {
            Age::Window => (self.tuning().out_of_order_ms, i64::MIN),
            Age::Kept { now_ms } => (i64::MAX, self.kept(now_ms).all_from_ms()),
        }
    }

    /// How many more late points memory takes.
    pub(super) fn late_free(&self, head: &Head) -> usize {
        let most = self.options.late_points_max.saturating_mul(WAITING_MAX);
        most.saturating_sub(head.late_count())
    }

    /// Writes late points to blocks of their days if memory holds more of them than
    /// [`crate::Options::late_points_max`], and merges some of these if there are many.
    ///
    /// For whoever appends on the terms of [`Age::Kept`], after each batch: it is what keeps the
    /// memory for that within bounds. `now_ms`: milliseconds since 1970, UTC. Appending and reading
    /// go on meanwhile. Errors: the system's; nothing is lost then.
    pub fn flush_late(&self, now_ms: i64) -> Result<(), TsdbError> {
        if !self.has_many_late() {
            return Ok(());
        }
        let mut upkeep = lock(&self.upkeep);
        // Somebody else may have done it meanwhile.
        if !self.has_many_late() {
            return Ok(());
        }
        let mut done = Maintained::default();
        let keep_from_ms = self.kept(now_ms).all_from_ms();
        self.flush(&mut upkeep, now_ms, keep_from_ms, &mut done)?;
        self.merge_backlog(&mut upkeep, now_ms, &mut done)
    }

    fn has_many_late(&self) -> bool {
        read(&self.state).head.late_count() >= self.options.late_points_max
    }
}
