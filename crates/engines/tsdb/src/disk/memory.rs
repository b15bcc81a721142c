//! How much memory the newest hours take, and that it stays within what is allowed.

use super::DiskStore;
use crate::head::Head;
use crate::locks::read;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A point that is not packed.
pub(super) const POINT_BYTES: usize = 8;
/// Memory is counted anew when it seems to have grown by this part of what is allowed.
const GROWTH_PART: usize = 64;

/// An estimate: exact when counted, and never too low by much in between.
#[derive(Default)]
pub(super) struct Memory {
    estimated: AtomicUsize,
    /// What the last count said.
    counted: AtomicUsize,
}

impl Memory {
    /// Says that so much came in since.
    pub(super) fn grew(&self, bytes: usize) {
        self.estimated.fetch_add(bytes, Ordering::Relaxed);
    }

    fn count(&self, head: &Head) -> usize {
        let bytes = head.bytes();
        self.estimated.store(bytes, Ordering::Relaxed);
        self.counted.store(bytes, Ordering::Relaxed);
        bytes
    }
}

impl DiskStore {
    /// Bytes that may still be taken in.
    pub(super) fn memory_free(&self, head: &Head) -> usize {
        let max = self.tuning().head_bytes_max;
        let estimated = self.memory.estimated.load(Ordering::Relaxed);
        let growth = estimated.saturating_sub(self.memory.counted.load(Ordering::Relaxed));
        if estimated < max || growth < max / GROWTH_PART {
            return max.saturating_sub(estimated);
        }
        // What was packed meanwhile takes less than it did when it came.
        max.saturating_sub(self.memory.count(head))
    }

    /// Bytes that the newest hours take in memory, about.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        self.memory.count(&read(&self.state).head)
    }

    /// The same without counting: as it was counted last, and what came in since at its longest.
    #[must_use]
    pub fn memory_bytes_about(&self) -> usize {
        self.memory.estimated.load(Ordering::Relaxed)
    }

    /// Counts anew, if there seems to be no room.
    pub(super) fn recount_if_full(&self) {
        if self.memory_bytes_about() >= self.tuning().head_bytes_max {
            let _ = self.memory_bytes();
        }
    }
}
