//! How a store on disk behaves.

use crate::Retention;

/// Settings of a [`crate::DiskStore`]; [`Options::default`] fits one machine's month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Blocks whose newest point is older than this are deleted. Milliseconds.
    pub retention_ms: i64,
    /// Series that are kept for another time, or get so much room.
    pub retentions: Vec<Retention>,
    /// The oldest blocks are deleted while all take more than this, roll-ups included; of these the
    /// oldest days are, by the shortest step first, while they take more than half of it. Bytes.
    pub retention_bytes: u64,
    /// Blocks of so many days become one when all of them are over; 1: of a day at most. Points of
    /// such a block stay until the newest of them is beyond retention.
    pub block_days: u32,
    /// Roll-ups that are made of days that are over, no step twice.
    pub rollups: Vec<Rollup>,
    /// How long after its end a day is rolled up; sooner when its points would go before that, or
    /// when there is little room left. Milliseconds.
    pub rollup_after_ms: i64,
    /// The head is written to a block each time this much has passed. Milliseconds, > 0.
    pub head_span_ms: i64,
    /// How far a sample may lie behind the newest point of its series. Milliseconds.
    pub out_of_order_ms: i64,
    /// Points behind the packed ones of their series are written to blocks when memory holds so
    /// many of them (16 bytes each).
    pub late_points_max: usize,
    /// A log segment longer than this is followed by a new one. Bytes.
    pub wal_segment_bytes: u64,
    /// Most series in memory; samples of further ones are refused.
    pub head_series_max: usize,
    /// Most points in memory (1 to 2 bytes each when packed, 8 before, 16 when they come too late
    /// to be packed); further ones are refused.
    pub head_points_max: usize,
    /// Most bytes that the newest hours take in memory, labels included, about; further samples are
    /// refused. From half of it on, what has settled goes to blocks early.
    pub head_bytes_max: usize,
    /// Most exemplars kept; the newest stay.
    pub exemplars_max: usize,
    /// Memory is saved and the log begun anew when it has grown by this. Bytes.
    pub checkpoint_bytes: u64,
    /// Memory for the indexes of blocks; more is used only while somebody asks. Bytes.
    pub index_bytes_max: usize,
    /// When the log goes to stable storage.
    pub sync: SyncPolicy,
    /// When appended samples count as taken.
    pub acknowledge: Acknowledge,
}

/// Points of a day summed up by windows of one length, and how long that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rollup {
    /// Length of a window. Milliseconds, a divisor of a day.
    pub step_ms: i64,
    /// Windows of days that ended longer ago are deleted, with 0 all of them; none: they are kept
    /// for ever. Milliseconds.
    pub keep_ms: Option<i64>,
}

impl Rollup {
    /// Windows of `step_ms` that are kept for ever.
    #[must_use]
    pub const fn for_ever(step_ms: i64) -> Self {
        Self { step_ms, keep_ms: None }
    }

    /// Tells whether any are made.
    pub(crate) fn is_made(&self) -> bool {
        self.keep_ms != Some(0)
    }

    /// Tells whether what ended at a time is kept.
    pub(crate) fn keeps(&self, to_ms: i64, now_ms: i64) -> bool {
        self.keep_ms.is_none_or(|keep_ms| to_ms >= now_ms.saturating_sub(keep_ms))
    }
}

/// When appended samples are forced to stable storage.
///
/// In both cases they are with the operating system before `append` returns, so that the end of
/// the process loses nothing; the policy is about the end of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncPolicy {
    /// When the host calls [`crate::DiskStore::sync`].
    Host,
    /// Before every `append` returns.
    EveryAppend,
}

/// When [`crate::SeriesStore::acknowledge`] returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledge {
    /// When what was appended is on stable storage. One sync serves all who wait.
    Synced,
    /// At once: the end of the machine costs what no sync has covered yet.
    Written,
}

/// 31 days, blocks of 2 hours, later of 3 days, 10 minutes out of order, 4 million late points,
/// segments of 32 MiB, a million series, 200 million points and 2 GiB in memory, saved each 64 MiB
/// of log, 64 MiB of indexes, synced by the host and for whoever waits.
impl Default for Options {
    fn default() -> Self {
        Self {
            retention_ms: 31 * 24 * 3_600_000,
            retentions: Vec::new(),
            retention_bytes: u64::MAX,
            block_days: 3,
            rollups: Vec::new(),
            rollup_after_ms: 0,
            head_span_ms: 2 * 3_600_000,
            out_of_order_ms: 10 * 60_000,
            late_points_max: 4 << 20,
            wal_segment_bytes: 32 << 20,
            head_series_max: 1_000_000,
            head_points_max: 200_000_000,
            head_bytes_max: 2 << 30,
            exemplars_max: 100_000,
            checkpoint_bytes: 64 << 20,
            index_bytes_max: 64 << 20,
            sync: SyncPolicy::Host,
            acknowledge: Acknowledge::Synced,
        }
    }
}
