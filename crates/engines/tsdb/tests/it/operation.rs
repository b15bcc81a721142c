//! Copies, verification, retention by size, cardinality.

use crate::{DAY_MS, HOUR_MS, damage_free, files, listing, open, sample};
use std::fs;
use tsdb::{DiskStore, Options, Sample, SeriesStore, TsdbError, Tuning, verify};

fn filled(dir: &std::path::Path, options: Options) -> DiskStore {
    let store = DiskStore::open(dir, options).unwrap();
    for step in 0..900i64 {
        let batch: Vec<Sample> = (0..7)
            .map(|n| sample("m", &format!("h{n}"), step * 30_000, ((step * n) as f64).sin()))
            .collect();
        store.append(&batch).unwrap();
        if step % 100 == 99 {
            store.maintain(step * 30_000).unwrap();
        }
    }
    store.append(&[sample("up", "a", 900 * 30_000, 1.0)]).unwrap();
    store
}

#[test]
fn copy_of_a_running_store_is_a_store() {
    let (dir, copies) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = filled(dir.path(), Options::default());
    let before = listing(&store);
    let to = copies.path().join("one");
    store.snapshot(&to).unwrap();
    store.append(&[sample("up", "a", 901 * 30_000, 2.0)]).unwrap();
    store.maintain(3 * DAY_MS).unwrap();
    let copy = open(&to);
    assert_eq!(listing(&copy), before);
    assert!(damage_free(&copy.stats()));
    copy.append(&[sample("down", "a", 901 * 30_000, 2.0)]).unwrap();
    assert!(!listing(&store).contains("down"));
    let refused = store.snapshot(&to).unwrap_err();
    assert!(matches!(refused, TsdbError::NotEmpty { .. }));
    assert_eq!(listing(&copy).lines().count(), before.lines().count() + 1);
}

#[test]
fn every_flipped_byte_is_found_by_verification() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path(), Options::default());
    let found = verify(dir.path()).unwrap();
    assert_eq!((found.damages.len(), found.torn_bytes), (0, 0));
    let stats = store.stats();
    assert_eq!(found.points, stats.points_stored);
    assert_eq!(found.bytes, stats.block_bytes + stats.wal_bytes);
    drop(store);
    let mut all = Vec::new();
    for folder in ["wal", "blocks", "head"] {
        all.extend(files(dir.path(), folder));
    }
    assert!(all.len() >= 4);
    for path in all {
        let bytes = fs::read(&path).unwrap();
        for at in (0..bytes.len()).step_by(1 + bytes.len() / 60) {
            let mut broken = bytes.clone();
            broken[at] ^= 1;
            fs::write(&path, &broken).unwrap();
            let found = verify(dir.path()).unwrap();
            let named = found.damages.iter().any(|damage| damage.path == path);
            assert!(named || found.torn_bytes > 0, "{} at {at}", path.display());
        }
        fs::write(&path, &bytes).unwrap();
    }
    assert_eq!(verify(dir.path()).unwrap(), found);
}

#[test]
fn oldest_blocks_go_when_all_take_too_much() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path(), Options::default());
    let stats = store.stats();
    assert!(stats.blocks >= 3);
    drop(store);
    let options = Options { retention_bytes: stats.block_bytes - 1, ..Options::default() };
    let store = DiskStore::open(dir.path(), options).unwrap();
    assert_eq!(store.maintain(900 * 30_000).unwrap().blocks_expired, 1);
    let after = store.stats();
    assert_eq!(after.blocks, stats.blocks - 1);
    assert!(after.oldest_ms >= Some(HOUR_MS), "the first one went: {:?}", after.oldest_ms);
    assert_eq!(after.newest_ms, stats.newest_ms);
    let retention_bytes = after.block_bytes - 1;
    store.tune(Tuning { retention_bytes, ..Tuning::clone(&store.tuning()) });
    assert_eq!(store.maintain(900 * 30_000).unwrap().blocks_expired, 1, "set while it is open");
}

#[test]
fn file_that_cannot_be_read_is_named_and_the_others_are_verified() {
    let dir = tempfile::tempdir().unwrap();
    drop(filled(dir.path(), Options::default()));
    let blocks = files(dir.path(), "blocks");
    let log = files(dir.path(), "wal").pop().unwrap();
    fs::remove_file(&log).unwrap();
    fs::create_dir(&log).unwrap();
    let mut bytes = fs::read(&blocks[0]).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&blocks[0], bytes).unwrap();
    let found = verify(dir.path()).unwrap();
    for path in [&log, &blocks[0]] {
        assert!(found.damages.iter().any(|damage| damage.path == *path), "{found:?}");
    }
}

#[test]
fn metrics_and_labels_with_the_most_series_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let batch: Vec<Sample> =
        (0..30).map(|n| sample(["a", "a", "b"][n % 3], &format!("h{}", n % 10), 1, 0.0)).collect();
    store.append(&batch).unwrap();
    let found = store.cardinality(2);
    let series = store.stats().series_live;
    assert_eq!(found.series, series);
    assert_eq!(found.metrics[0].0, "a");
    assert_eq!(found.metrics.iter().map(|metric| metric.1).sum::<u64>(), series);
    assert_eq!(found.names, [("host".to_owned(), 10), ("__name__".to_owned(), 2)]);
    assert_eq!(found.pairs.len(), 2);
}
