//! How a store on disk behaves.

/// Settings of a [`crate::DiskStore`]; [`Options::default`] fits one machine's month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Blocks whose newest point is older than this are deleted. Milliseconds.
    pub retention_ms: i64,
    /// The oldest blocks are deleted while all take more than this. Bytes.
    pub retention_bytes: u64,
    /// Steps of roll-ups that are made of days that are over. Milliseconds, divisors of a day.
    pub rollups_ms: Vec<i64>,
    /// The head is written to a block each time this much has passed. Milliseconds, > 0.
    pub head_span_ms: i64,
    /// How far a sample may lie behind the newest point of its series. Milliseconds.
    pub out_of_order_ms: i64,
    /// A log segment longer than this is followed by a new one. Bytes.
    pub wal_segment_bytes: u64,
    /// Most series in memory; samples of further ones are refused.
    pub head_series_max: usize,
    /// Most points in memory (1 to 2 bytes each when packed, 8 before, 16 when they come too late
    /// to be packed); further ones are refused.
    pub head_points_max: usize,
    /// Most exemplars kept; the newest stay.
    pub exemplars_max: usize,
    /// Memory is saved and the log begun anew when it has grown by this. Bytes.
    pub checkpoint_bytes: u64,
    /// Memory for the indexes of blocks; more is used only while somebody asks. Bytes.
    pub index_bytes_max: usize,
    /// When the log goes to stable storage.
    pub sync: SyncPolicy,
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

/// 31 days, blocks of 2 hours, 10 minutes out of order, segments of 32 MiB, a million series and
/// 200 million points in memory, saved each 64 MiB of log, 64 MiB of indexes, synced by the host.
impl Default for Options {
    fn default() -> Self {
        Self {
            retention_ms: 31 * 24 * 3_600_000,
            retention_bytes: u64::MAX,
            rollups_ms: Vec::new(),
            head_span_ms: 2 * 3_600_000,
            out_of_order_ms: 10 * 60_000,
            wal_segment_bytes: 32 << 20,
            head_series_max: 1_000_000,
            head_points_max: 200_000_000,
            exemplars_max: 100_000,
            checkpoint_bytes: 64 << 20,
            index_bytes_max: 64 << 20,
            sync: SyncPolicy::Host,
        }
    }
}
