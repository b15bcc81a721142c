//! How a store on disk behaves.

/// Settings of a [`crate::DiskStore`]; [`Options::default`] fits one machine's month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Blocks whose newest point is older than this are deleted. Milliseconds.
    pub retention_ms: i64,
    /// The head is written to a block each time this much has passed. Milliseconds, > 0.
    pub head_span_ms: i64,
    /// How far a sample may lie behind the newest point of its series. Milliseconds.
    pub out_of_order_ms: i64,
    /// A log segment longer than this is followed by a new one. Bytes.
    pub wal_segment_bytes: u64,
    /// Most series in memory; samples of further ones are refused.
    pub head_series_max: usize,
    /// Most points in memory (16 bytes each); further ones are refused.
    pub head_points_max: usize,
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
/// 16 million points in memory, synced by the host.
impl Default for Options {
    fn default() -> Self {
        Self {
            retention_ms: 31 * 24 * 3_600_000,
            head_span_ms: 2 * 3_600_000,
            out_of_order_ms: 10 * 60_000,
            wal_segment_bytes: 32 << 20,
            head_series_max: 1_000_000,
            head_points_max: 16_000_000,
            sync: SyncPolicy::Host,
        }
    }
}
