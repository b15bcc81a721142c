//! What the store of series is to hold to.

use std::time::Duration;

use prometheus::SeriesLimit;
use tsdb::{Acknowledge, SyncPolicy, Tuning};

use super::Settings;
use crate::config::{limits, retention, rollups};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

impl Settings {
    /// How long samples are kept, and how much they may take.
    pub(crate) fn tuning(&self) -> Tuning {
        let size = |key: &str| self.number(key).saturating_mul(1024 * 1024);
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let days =
            |key: &str| i64::try_from(self.number(key)).unwrap_or(i64::MAX).saturating_mul(DAY_MS);
        Tuning {
            retention_ms: days("series.retention_days"),
            // `load` checked that they read.
            retentions: retention::parse(self.text("series.retention_rules")).unwrap_or_default(),
            rollups: rollups::parse(self.text("series.rollups")).unwrap_or_default(),
            rollup_after_ms: days("series.rollups_after_days"),
            retention_bytes: match size("series.size_mib_max") {
                0 => u64::MAX,
                bytes => bytes,
            },
            block_days: u32::try_from(self.number("series.block_days")).unwrap_or(u32::MAX),
            out_of_order_ms: i64::try_from(self.number("series.late_minutes_max"))
                .unwrap_or(i64::MAX)
                .saturating_mul(MINUTE_MS),
            head_bytes_max: count(size("series.memory_mib_max")),
            head_series_max: count(self.number("series.live_max")),
            sync: match self.series_sync() {
                None => SyncPolicy::EveryAppend,
                Some(_) => SyncPolicy::Host,
            },
            acknowledge: match self.text("series.ack") {
                "written" => Acknowledge::Written,
                _ => Acknowledge::Synced,
            },
        }
    }

    /// Limits for a part of the series.
    pub(crate) fn series_limits(&self) -> Vec<SeriesLimit> {
        // `load` checked that they read.
        limits::parse(self.text("series.limits")).unwrap_or_default()
    }

    /// How long a sample that nobody waits for is on its way to stable storage at most; none: each
    /// write brings itself there.
    pub(crate) fn series_sync(&self) -> Option<Duration> {
        Some(self.number("series.sync_ms")).filter(|ms| *ms > 0).map(Duration::from_millis)
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Layers, load};
    use tsdb::{Acknowledge, Rollup, SyncPolicy, Tuning};

    fn tuning(pairs: &[(&str, &str)]) -> Tuning {
        let flag = |(key, value): &(&str, &str)| {
            ((*key).to_owned(), (*value).to_owned(), format!("--set {key}"))
        };
        let flags = pairs.iter().map(flag).collect();
        load(&Layers { flags, ..Layers::default() }).unwrap().tuning()
    }

    #[test]
    fn without_settings_the_store_rolls_up_waits_longer_and_else_holds_to_its_own() {
        let rollup = |minutes: i64, days: i64| Rollup {
            step_ms: minutes * 60_000,
            keep_ms: Some(days * 86_400_000),
        };
        let rollups = vec![rollup(5, 90), rollup(60, 2 * 365)];
        let two_days = Tuning {
            rollup_after_ms: 2 * 86_400_000,
            out_of_order_ms: 3 * 3_600_000,
            ..Tuning::default()
        };
        assert_eq!(tuning(&[("series.rollups", "")]), two_days);
        assert_eq!(tuning(&[]), Tuning { rollups, ..two_days });
    }

    #[test]
    fn what_is_set_reaches_the_store() {
        let set = tuning(&[
            ("series.retention_days", "90"),
            ("series.retention_rules", "up 36h 5GiB"),
            ("series.rollups", "1m 60d"),
            ("series.rollups_after_days", "7"),
            ("series.size_mib_max", "512"),
            ("series.block_days", "7"),
            ("series.memory_mib_max", "16"),
            ("series.live_max", "5000000"),
            ("series.sync_ms", "0"),
            ("series.ack", "written"),
            ("series.late_minutes_max", "30"),
        ]);
        assert_eq!(set.retention_ms, 90 * 86_400_000);
        let rule = &set.retentions[0];
        assert_eq!((rule.keep_ms, rule.bytes_max), (Some(36 * 3_600_000), Some(5 << 30)));
        let rollup = Rollup { step_ms: 60_000, keep_ms: Some(60 * 86_400_000) };
        assert_eq!((&set.rollups[..], set.rollup_after_ms), (&[rollup][..], 7 * 86_400_000));
        assert_eq!((set.retention_bytes, set.block_days), (512 << 20, 7));
        assert_eq!((set.head_bytes_max, set.head_series_max), (16 << 20, 5_000_000));
        assert_eq!((set.sync, set.acknowledge), (SyncPolicy::EveryAppend, Acknowledge::Written));
        assert_eq!(set.out_of_order_ms, 30 * 60_000);
    }
}
