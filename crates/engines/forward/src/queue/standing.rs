//! How a queue stands.

/// How much waits, and what was dropped since the queue was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// Samples that wait, those under way among them.
    pub samples: u64,
    /// Bytes on disk.
    pub bytes: u64,
    /// When the oldest sample that waits was put in, in milliseconds since 1970.
    pub oldest_at_ms: Option<i64>,
    /// Samples dropped because the queue was full.
    pub dropped_full: u64,
    /// Samples dropped because they had waited too long.
    pub dropped_old: u64,
    /// Samples lost because the disk refused them.
    pub dropped_disk: u64,
    /// Samples lost because their bytes were damaged.
    pub dropped_damaged: u64,
}

impl Standing {
    /// Two together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let oldest = [self.oldest_at_ms, other.oldest_at_ms].into_iter().flatten().min();
        Self {
            samples: self.samples + other.samples,
            bytes: self.bytes + other.bytes,
            oldest_at_ms: oldest,
            dropped_full: self.dropped_full + other.dropped_full,
            dropped_old: self.dropped_old + other.dropped_old,
            dropped_disk: self.dropped_disk + other.dropped_disk,
            dropped_damaged: self.dropped_damaged + other.dropped_damaged,
        }
    }

    /// Everything that was dropped, for whatever reason.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped_full + self.dropped_old + self.dropped_disk + self.dropped_damaged
    }
}
