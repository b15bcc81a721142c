//! Black-box tests of the store on disk.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod aside;
mod broken;
mod columns;
mod concurrency;
mod damage;
mod delete;
mod density;
mod format;
mod fuzz;
mod head;
mod histograms;
mod late;
mod limits;
mod missing;
mod model;
mod old;
mod operation;
mod retention;
mod rollup;
mod rollup_keep;
mod room;
mod statistics;
mod upkeep;
mod wanted;
mod whole;
mod windows;

use std::path::Path;
use tsdb::{DiskStore, Labels, Options, Sample, SelectLimits, Selector, Series, SeriesStore};
use tsdb::{StoreStats, TimeRange};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

fn open(dir: &Path) -> DiskStore {
    DiskStore::open(dir, Options::default()).unwrap()
}

fn sample(metric: &str, host: &str, at_ms: i64, value: f64) -> Sample {
    Sample { labels: Labels::new(metric, [("host", host)]).unwrap(), at_ms, value }
}

fn select(store: &DiskStore, selector: &str) -> Vec<Series> {
    let selector = Selector::parse(selector).unwrap();
    store.select(&selector, TimeRange::ALL, &SelectLimits::default()).unwrap()
}

/// All points as `labels@time=value`, one a line.
fn listing(store: &DiskStore) -> String {
    let mut lines = Vec::new();
    for series in select(store, "{__name__!=\"\"}") {
        for point in &series.points {
            lines.push(format!("{}@{}={}", series.labels, point.at_ms, point.value));
        }
    }
    lines.join("\n")
}

fn files(dir: &Path, folder: &str) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(dir.join(folder)).unwrap();
    let mut found: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

/// Copies a store's files as a crash at this moment would leave them.
fn copy(from: &Path, to: &Path) {
    for folder in ["wal", "blocks", "head", "deleted"] {
        std::fs::create_dir_all(to.join(folder)).unwrap();
        for file in files(from, folder) {
            std::fs::copy(&file, to.join(folder).join(file.file_name().unwrap())).unwrap();
        }
    }
    if from.join("catalog").exists() {
        std::fs::copy(from.join("catalog"), to.join("catalog")).unwrap();
    }
}

fn damage_free(stats: &StoreStats) -> bool {
    stats.damages.is_empty() && stats.torn_bytes == 0
}
