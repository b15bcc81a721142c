//! Files that are not there though they should be: the roll-ups, what memory was saved to, the log.

use crate::{DAY_MS, HOUR_MS, files, open, sample};
use std::fs;
use std::path::{Path, PathBuf};
use tsdb::{DiskStore, Options, Rollup, SeriesStore, verify};

/// The files that [`verify`] says are missing.
fn missing(dir: &Path) -> Vec<PathBuf> {
    let damages = verify(dir).unwrap().damages;
    assert!(damages.iter().all(|damage| damage.what == "the file is missing"), "{damages:?}");
    damages.into_iter().map(|damage| damage.path).collect()
}

/// The same as a start says it; the store is closed again.
fn missing_at_a_start(dir: &Path) -> Vec<PathBuf> {
    let damages = open(dir).stats().damages;
    damages.into_iter().map(|damage| damage.path).collect()
}

fn rolled(keep_ms: Option<i64>) -> Options {
    let rollups = vec![Rollup { step_ms: HOUR_MS, keep_ms }];
    Options { rollups, rollup_after_ms: 0, retention_ms: 2 * DAY_MS, ..Options::default() }
}

/// A store of so many days, rolled up.
fn roll_up(dir: &Path, options: Options, days: i64) -> DiskStore {
    let store = DiskStore::open(dir, options).unwrap();
    for hour in 0..days * 24 {
        let at_ms = hour * HOUR_MS + 1;
        store.append(&[sample("m", "a", at_ms, hour as f64)]).unwrap();
        if hour % 6 == 0 {
            store.maintain(at_ms).unwrap();
        }
    }
    for _ in 0..days {
        store.maintain((days + 1) * DAY_MS).unwrap();
    }
    store
}

const SUMS: &str = "rollups/3600000/sum";

#[test]
fn missing_roll_up_is_named_until_its_time_is_over() {
    let dir = tempfile::tempdir().unwrap();
    drop(roll_up(dir.path(), rolled(Some(9 * DAY_MS)), 6));
    assert_eq!(missing(dir.path()), Vec::<PathBuf>::new());
    // Its points are gone: nothing makes it anew.
    let gone = files(dir.path(), SUMS)[0].clone();
    fs::remove_file(&gone).unwrap();
    for now_ms in [7 * DAY_MS, 8 * DAY_MS] {
        assert_eq!(missing(dir.path()), [gone.as_path()]);
        assert_eq!(missing_at_a_start(dir.path()), [gone.as_path()]);
        let store = DiskStore::open(dir.path(), rolled(Some(9 * DAY_MS))).unwrap();
        store.maintain(now_ms).unwrap();
    }
    let store = DiskStore::open(dir.path(), rolled(Some(9 * DAY_MS))).unwrap();
    store.maintain(20 * DAY_MS).unwrap();
    drop(store);
    assert_eq!(missing(dir.path()), Vec::<PathBuf>::new());
}

#[test]
fn missing_roll_up_is_made_anew_while_its_points_are_there() {
    let dir = tempfile::tempdir().unwrap();
    let options = || Options { retention_ms: 90 * DAY_MS, block_days: 1, ..rolled(None) };
    drop(roll_up(dir.path(), options(), 3));
    let gone = files(dir.path(), SUMS)[1].clone();
    fs::remove_file(&gone).unwrap();
    assert_eq!(missing(dir.path()), [gone.as_path()]);
    let store = DiskStore::open(dir.path(), options()).unwrap();
    assert_eq!(store.stats().damages.len(), 1);
    for _ in 0..3 {
        store.maintain(5 * DAY_MS).unwrap();
    }
    drop(store);
    assert!(gone.exists());
    assert_eq!(missing(dir.path()), Vec::<PathBuf>::new());
    assert_eq!(missing_at_a_start(dir.path()), Vec::<PathBuf>::new());
}

#[test]
fn all_roll_ups_missing_are_named_and_the_store_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    drop(roll_up(dir.path(), rolled(None), 4));
    let count = files(dir.path(), SUMS).len() * 6;
    assert!(count > 12, "{count}");
    fs::remove_dir_all(dir.path().join("rollups")).unwrap();
    assert_eq!(missing(dir.path()).len(), count);
    assert_eq!(missing_at_a_start(dir.path()).len(), count);
}

/// A store whose memory has been saved, and then something was appended.
fn saved(dir: &Path) -> (PathBuf, PathBuf) {
    let store = open(dir);
    store.append(&[sample("m", "a", 1, 1.0)]).unwrap();
    store.checkpoint().unwrap();
    store.append(&[sample("m", "a", 2, 2.0)]).unwrap();
    drop(store);
    assert_eq!(missing(dir), Vec::<PathBuf>::new());
    (files(dir, "head").pop().unwrap(), files(dir, "wal").pop().unwrap())
}

#[test]
fn missing_head_file_is_named_until_memory_is_saved_again() {
    let dir = tempfile::tempdir().unwrap();
    let (head, _) = saved(dir.path());
    fs::remove_file(&head).unwrap();
    for _ in 0..2 {
        assert_eq!(missing(dir.path()), [head.as_path()]);
        assert_eq!(missing_at_a_start(dir.path()), [head.as_path()]);
    }
    let store = open(dir.path());
    assert_eq!(store.stats().points_live, 1, "what the log has is read");
    store.checkpoint().unwrap();
    drop(store);
    assert_eq!(missing(dir.path()), Vec::<PathBuf>::new());
    assert_eq!(missing_at_a_start(dir.path()), Vec::<PathBuf>::new());
}

#[test]
fn missing_log_is_named_until_memory_is_saved_again() {
    let dir = tempfile::tempdir().unwrap();
    let (_, segment) = saved(dir.path());
    fs::remove_dir_all(dir.path().join("wal")).unwrap();
    for _ in 0..2 {
        assert_eq!(missing(dir.path()), [segment.as_path()]);
        assert_eq!(missing_at_a_start(dir.path()), [segment.as_path()]);
    }
    let store = open(dir.path());
    assert_eq!(store.stats().points_live, 1, "what was saved is read");
    store.checkpoint().unwrap();
    drop(store);
    assert_eq!(missing(dir.path()), Vec::<PathBuf>::new());
}

#[test]
fn missing_newest_log_segment_is_named_once_the_upkeep_has_seen_it() {
    let dir = tempfile::tempdir().unwrap();
    let options = || Options { wal_segment_bytes: 100, ..Options::default() };
    let store = DiskStore::open(dir.path(), options()).unwrap();
    for at_ms in 1..20 {
        store.append(&[sample("m", "a", at_ms, 1.0)]).unwrap();
    }
    store.maintain(HOUR_MS).unwrap();
    drop(store);
    let segments = files(dir.path(), "wal");
    assert!(segments.len() > 2, "{segments:?}");
    let last = segments.last().unwrap();
    fs::remove_file(last).unwrap();
    for _ in 0..2 {
        assert_eq!(missing(dir.path()), [last.as_path()]);
        assert_eq!(missing_at_a_start(dir.path()), [last.as_path()]);
    }
}

#[test]
fn nothing_is_missing_of_a_store_that_did_nothing_and_of_a_snapshot() {
    let outer = tempfile::tempdir().unwrap();
    let [dir, copy] = ["store", "copy"].map(|name| outer.path().join(name));
    for _ in 0..3 {
        drop(open(&dir));
        assert_eq!(missing(&dir), Vec::<PathBuf>::new());
        // Starts leave no more segments than there were.
        assert_eq!((files(&dir, "wal").len(), files(&dir, "head").len()), (1, 1));
    }
    saved(&dir);
    open(&dir).snapshot(&copy).unwrap();
    assert_eq!(missing(&copy), Vec::<PathBuf>::new());
    assert_eq!(missing_at_a_start(&copy), Vec::<PathBuf>::new());
    assert_eq!(missing(&copy), Vec::<PathBuf>::new());
}
