//! Flush, merge, retention, and a crash between any two of their steps.

use crate::{DAY_MS, HOUR_MS, MINUTE_MS, copy, damage_free, files, listing, open, sample, select};
use std::fs;
use tsdb::{DiskStore, Labels, Options, SelectLimits, Selector, SeriesStore, TimeRange, Tuning};

/// One sample a minute of one series.
fn fill(store: &DiskStore, from_ms: i64, to_ms: i64) {
    let times = (from_ms..to_ms).step_by(MINUTE_MS as usize);
    let batch: Vec<_> = times.map(|at_ms| sample("load", "a", at_ms, at_ms as f64)).collect();
    assert_eq!(store.append(&batch).unwrap().stored, batch.len() as u64);
}

#[test]
fn head_goes_to_a_block_each_two_hours_and_a_day_becomes_one_block() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for minute in (0..26 * 60).step_by(30) {
        let now_ms = minute * MINUTE_MS;
        fill(&store, now_ms, now_ms + 30 * MINUTE_MS);
        store.maintain(now_ms + 30 * MINUTE_MS).unwrap();
    }
    let stats = store.stats();
    assert_eq!(stats.blocks, 1, "eleven blocks of two hours and the day they became");
    assert_eq!(stats.points_stored, 24 * 60);
    assert_eq!(stats.points_live, 2 * 60);
    assert_eq!((stats.oldest_ms, stats.newest_ms), (Some(0), Some(26 * HOUR_MS - MINUTE_MS)));
    assert_eq!(files(dir.path(), "wal").len(), 1);
    let before = listing(&store);
    assert_eq!(before.lines().count(), 26 * 60);
    drop(store);
    assert_eq!(listing(&open(dir.path())), before);
}

#[test]
fn crash_between_block_and_log_doubles_nothing() {
    let (dir, crashed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(dir.path());
    fill(&store, 0, 3 * HOUR_MS);
    let before = listing(&store);
    copy(dir.path(), crashed.path());
    assert_eq!(store.maintain(3 * HOUR_MS).unwrap().points_flushed, 120);
    for block in files(dir.path(), "blocks") {
        fs::copy(&block, crashed.path().join("blocks").join(block.file_name().unwrap())).unwrap();
    }
    fs::write(crashed.path().join("blocks/0000000000000009.tmp"), "half a block").unwrap();
    let store = open(crashed.path());
    assert_eq!(listing(&store), before);
    store.maintain(3 * HOUR_MS).unwrap();
    assert_eq!(listing(&store), before);
    store.maintain(2 * DAY_MS).unwrap();
    let stats = store.stats();
    assert_eq!((stats.blocks, stats.points_stored, stats.points_live), (1, 180, 0));
    assert_eq!(listing(&store), before);
    assert!(damage_free(&stats));
}

#[test]
fn crash_between_merge_and_deletion_doubles_nothing() {
    let (dir, crashed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(dir.path());
    for hour in [0, 2, 4] {
        fill(&store, hour * HOUR_MS, (hour + 2) * HOUR_MS);
        store.maintain((hour + 3) * HOUR_MS).unwrap();
    }
    let before = listing(&store);
    assert_eq!(store.stats().blocks, 3);
    copy(dir.path(), crashed.path());
    assert_eq!(store.maintain(2 * DAY_MS).unwrap().blocks_merged, 3);
    assert_eq!(listing(&store), before);
    copy(dir.path(), crashed.path());
    assert_eq!(files(crashed.path(), "blocks").len(), 4);
    let store = open(crashed.path());
    assert_eq!(store.stats().blocks, 1);
    assert_eq!(files(crashed.path(), "blocks").len(), 1);
    assert_eq!(listing(&store), before);
}

#[test]
fn blocks_beyond_retention_go_and_late_points_beyond_it_are_not_written() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { retention_ms: 2 * DAY_MS, ..Options::default() };
    let store = DiskStore::open(dir.path(), options).unwrap();
    fill(&store, 0, HOUR_MS);
    assert_eq!(store.maintain(3 * HOUR_MS).unwrap().points_flushed, 60);
    let late = [sample("late", "a", 5, 1.0), sample("late", "a", 4 * DAY_MS, 1.0)];
    assert_eq!(store.append(&late).unwrap().stored, 2);
    let done = store.maintain(2 * DAY_MS + 30 * MINUTE_MS).unwrap();
    assert_eq!((done.blocks_expired, done.points_expired), (0, 1), "half of the block is young");
    let done = store.maintain(3 * DAY_MS).unwrap();
    assert_eq!((done.blocks_expired, done.points_expired), (1, 0));
    assert_eq!(listing(&store), "late{host=\"a\"}@345600000=1");
    assert!(files(dir.path(), "blocks").is_empty());
}

#[test]
fn retention_may_change_while_the_store_is_open() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { retention_ms: i64::MAX, ..Options::default() };
    let store = DiskStore::open(dir.path(), options).unwrap();
    fill(&store, 0, HOUR_MS);
    store.maintain(3 * HOUR_MS).unwrap();
    assert_eq!(store.maintain(400 * DAY_MS).unwrap().blocks_expired, 0);
    store.tune(Tuning { retention_ms: 2 * DAY_MS, ..Tuning::clone(&store.tuning()) });
    assert_eq!(store.maintain(400 * DAY_MS).unwrap().blocks_expired, 1);
}

#[test]
fn series_that_ended_leave_memory_and_stay_readable() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    store.append(&[sample("ended", "a", 0, 1.0), sample("up", "a", 3 * HOUR_MS, 1.0)]).unwrap();
    assert_eq!(store.stats().series_live, 2);
    store.maintain(3 * HOUR_MS).unwrap();
    assert_eq!(store.stats().series_live, 1);
    assert_eq!(select(&store, "ended").len(), 1);
}

#[test]
fn first_value_of_a_time_wins_across_blocks() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    store.append(&[sample("up", "a", 0, 1.0)]).unwrap();
    store.maintain(3 * HOUR_MS).unwrap();
    store.append(&[sample("up", "a", 0, 2.0)]).unwrap();
    assert_eq!(listing(&store), "up{host=\"a\"}@0=1");
    store.maintain(5 * HOUR_MS).unwrap();
    assert_eq!(store.stats().blocks, 2);
    assert_eq!(store.maintain(2 * DAY_MS).unwrap().blocks_merged, 2);
    assert_eq!(listing(&store), "up{host=\"a\"}@0=1");
}

#[test]
fn series_are_listed_by_label_and_range() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    store.append(&[sample("up", "b", 0, 1.0), sample("up", "a", 0, 1.0)]).unwrap();
    store.maintain(3 * HOUR_MS).unwrap();
    store.append(&[sample("up", "a", 3 * HOUR_MS, 1.0), sample("down", "c", 9, 1.0)]).unwrap();
    let list = |selector: &str, from_ms, to_ms| {
        let (selector, range) = (Selector::parse(selector).unwrap(), TimeRange { from_ms, to_ms });
        let found = store.series(&selector, range, &SelectLimits::default()).unwrap();
        found.iter().map(Labels::to_string).collect::<Vec<_>>().join(" ")
    };
    let all = "down{host=\"c\"} up{host=\"a\"} up{host=\"b\"}";
    assert_eq!(list("{host=~\".+\"}", i64::MIN, i64::MAX), all);
    assert_eq!(list("up", 1, i64::MAX), "up{host=\"a\"}");
    assert_eq!(list("{__name__=~\"up|down\",host!=\"a\"}", 0, 8), "up{host=\"b\"}");
    assert_eq!(list("up", 1, 0), "");
}
