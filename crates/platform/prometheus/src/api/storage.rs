//! How the store lies on disk and in memory.

use serde::Serialize;
use tsdb::{DiskStore, RetentionStats, RollupStats, StoreStats};
use utoipa::ToSchema;

/// So many damages are told.
const DAMAGES_LISTED: usize = 100;

/// How the store lies on disk and in memory.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusStorage)]
#[serde(rename_all = "camelCase")]
pub(super) struct StorageView {
    /// Block files, and the bytes they take.
    blocks: u64,
    block_bytes: u64,
    /// Bytes of the write-ahead log.
    wal_bytes: u64,
    /// Bytes of a record that a crash cut off, dropped at the start.
    torn_bytes: u64,
    /// Samples in blocks, and in memory.
    points_stored: u64,
    points_live: u64,
    /// Series in memory.
    series_live: u64,
    /// Most series in memory.
    series_max: u64,
    /// Bytes that the newest hours take in memory, about, and may take.
    memory_bytes: u64,
    memory_bytes_max: u64,
    /// Series that are kept for another time than `storageRetention` says, or take so much room at
    /// most; the first that matches counts.
    retention_rules: Vec<RetentionRuleView>,
    /// Most bytes of all blocks; null: as many as there are.
    retention_bytes: Option<u64>,
    /// Days that become one block.
    block_days: u32,
    /// Points of days that are over, summed up by windows; the shortest step first.
    rollups: Vec<RollupView>,
    /// Milliseconds since 1970 of the oldest and the newest sample; null where there is none.
    oldest_time: Option<i64>,
    newest_time: Option<i64>,
    /// The first parts that cannot be read.
    damages: Vec<DamageView>,
}

/// Series that are kept for a time of their own, or take so much room at most.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusRetentionRule)]
#[serde(rename_all = "camelCase")]
pub(super) struct RetentionRuleView {
    /// Which.
    selector: String,
    /// How long, as PromQL writes it: `36h`, `90d`; null: as long as `storageRetention` says.
    keep: Option<String>,
    /// Most bytes of their blocks and roll-ups, beyond which their oldest samples go; null: no
    /// limit.
    bytes_max: Option<u64>,
    /// Bytes that are theirs, as counted in the last minute; null: not counted yet, or no rule has
    /// a limit.
    bytes: Option<u64>,
}

/// Roll-ups by windows of one length.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusRollup)]
#[serde(rename_all = "camelCase")]
pub(super) struct RollupView {
    /// How long a window is, as PromQL writes it: `5m`, `1h`.
    step: String,
    /// Whether days that are over are rolled up by it; if not, what is there stays.
    made: bool,
    /// How long they are kept, as PromQL writes it; null: no time ends them.
    keep: Option<String>,
    /// Block files, and the bytes they take.
    blocks: u64,
    bytes: u64,
    /// Milliseconds since 1970 of the begin of the first day and the end of the last one; null
    /// where there is none.
    from_time: Option<i64>,
    to_time: Option<i64>,
}

/// A part of a file that cannot be read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusDamage)]
pub(super) struct DamageView {
    /// The file's name.
    file: String,
    /// The byte at which it begins.
    offset: u64,
    /// What is wrong with it.
    what: &'static str,
}

impl StorageView {
    pub(super) fn new(store: &DiskStore, stats: StoreStats) -> Self {
        let tuning = store.tuning();
        let rules = stats.retentions.into_iter().map(|RetentionStats { rule, bytes }| {
            let (selector, keep) = (rule.selector.to_string(), rule.keep_ms.map(span));
            RetentionRuleView { selector, keep, bytes_max: rule.bytes_max, bytes }
        });
        let damages = stats.damages.into_iter().take(DAMAGES_LISTED).map(|damage| DamageView {
            file: damage.path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            offset: damage.offset,
            what: damage.what,
        });
        Self {
            blocks: stats.blocks,
            block_bytes: stats.block_bytes,
            wal_bytes: stats.wal_bytes,
            torn_bytes: stats.torn_bytes,
            points_stored: stats.points_stored,
            points_live: stats.points_live,
            series_live: stats.series_live,
            series_max: tuning.head_series_max as u64,
            memory_bytes: store.memory_bytes_about() as u64,
            memory_bytes_max: tuning.head_bytes_max as u64,
            retention_rules: rules.collect(),
            retention_bytes: Some(tuning.retention_bytes).filter(|bytes| *bytes < u64::MAX),
            block_days: tuning.block_days,
            rollups: stats.rollups.iter().map(rollup).collect(),
            oldest_time: stats.oldest_ms,
            newest_time: stats.newest_ms,
            damages: damages.collect(),
        }
    }
}

fn rollup(stats: &RollupStats) -> RollupView {
    let units = [("h", 3_600_000), ("m", 60_000), ("s", 1_000)];
    let unit = units.into_iter().find(|(_, unit_ms)| stats.step_ms % unit_ms == 0);
    let (name, unit_ms) = unit.unwrap_or(("ms", 1));
    RollupView {
        step: format!("{}{name}", stats.step_ms / unit_ms),
        made: stats.is_made,
        keep: stats.keep_ms.map(span),
        blocks: stats.blocks,
        bytes: stats.bytes,
        from_time: stats.from_ms,
        to_time: stats.to_ms,
    }
}

/// In days, or in hours where it is no whole number of days.
pub(super) fn span(span_ms: i64) -> String {
    let hours = span_ms / 3_600_000;
    if hours % 24 == 0 { format!("{}d", hours / 24) } else { format!("{hours}h") }
}
