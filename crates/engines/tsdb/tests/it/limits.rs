//! What is refused, and how it is said.

use crate::{DAY_MS, MINUTE_MS, copy, listing, open, sample};
use tsdb::{Appended, DiskStore, Options, SelectLimits, Selector, SeriesStore, SyncPolicy};
use tsdb::{TimeRange, TsdbError, Tuning};

#[test]
fn every_sample_of_a_batch_is_accounted_for() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    store.append(&[sample("up", "a", DAY_MS, 1.0)]).unwrap();
    let done = store.append(&[
        sample("up", "a", DAY_MS, 1.0),
        sample("up", "a", DAY_MS, 2.0),
        sample("up", "a", DAY_MS - 10 * MINUTE_MS, 3.0),
        sample("up", "a", DAY_MS - 10 * MINUTE_MS, 3.0),
        sample("up", "a", DAY_MS - 10 * MINUTE_MS, 4.0),
        sample("up", "a", DAY_MS - 10 * MINUTE_MS - 1, 5.0),
        sample("up", "b", 0, 6.0),
    ]);
    let expected = Appended { stored: 2, duplicates: 2, conflicts: 2, too_old: 1, over_limit: 0 };
    assert_eq!(done.unwrap(), expected);
    let expected = "up{host=\"a\"}@85800000=3\nup{host=\"a\"}@86400000=1\nup{host=\"b\"}@0=6";
    assert_eq!(listing(&store), expected);
    drop(store);
    assert_eq!(listing(&open(dir.path())), expected);
}

#[test]
fn memory_is_bounded_by_the_options() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { head_series_max: 2, head_points_max: 4, ..Options::default() };
    let store = DiskStore::open(dir.path(), options).unwrap();
    let batch: Vec<_> = ["a", "b", "c", "a"].into_iter().zip(1..).collect();
    let batch: Vec<_> = batch.into_iter().map(|(host, at)| sample("up", host, at, 0.0)).collect();
    let done = store.append(&batch).unwrap();
    assert_eq!((done.stored, done.over_limit), (3, 1));
    let batch: Vec<_> = (10..14).map(|at| sample("up", "a", at, 0.0)).collect();
    let done = store.append(&batch).unwrap();
    assert_eq!((done.stored, done.over_limit), (1, 3));
    // More than half full: what has settled goes to a block before its two hours are over.
    assert_eq!(store.maintain(11 * MINUTE_MS).unwrap().points_flushed, 4);
    assert_eq!(store.append(&batch[1..]).unwrap().stored, 3);
}

#[test]
fn memory_may_be_bounded_anew_while_the_store_is_open() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let batch: Vec<_> = (0..4).map(|n| sample("up", &format!("h{n}"), 0, 0.0)).collect();
    assert_eq!(store.append(&batch[..2]).unwrap().stored, 2);
    assert!(store.memory_bytes_about() > 0);
    let usual = Tuning::clone(&store.tuning());
    store.tune(Tuning { head_series_max: 3, ..usual.clone() });
    let done = store.append(&batch).unwrap();
    assert_eq!((done.stored, done.duplicates, done.over_limit), (1, 2, 1));
    store.tune(Tuning { head_bytes_max: 1, ..usual.clone() });
    assert_eq!(store.append(&batch[3..]).unwrap().over_limit, 1);
    store.tune(usual.clone());
    assert_eq!(store.append(&batch[3..]).unwrap().stored, 1);
    assert!(store.is_dirty());
    store.tune(Tuning { sync: SyncPolicy::EveryAppend, ..usual });
    store.append(&[sample("up", "h0", 1, 0.0)]).unwrap();
    assert!(!store.is_dirty());
}

#[test]
fn answers_beyond_the_limits_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let batch: Vec<_> = (0..10).map(|n| sample("up", &format!("h{}", n % 2), n, 0.0)).collect();
    store.append(&batch).unwrap();
    let check = |store: &DiskStore| {
        let ask = |series_max, points_max| {
            let limits = SelectLimits { series_max, points_max };
            store.select(&Selector::metric("up"), TimeRange::ALL, &limits)
        };
        assert!(matches!(ask(1, 10), Err(TsdbError::TooManySeries { limit: 1 })));
        assert!(matches!(ask(2, 9), Err(TsdbError::TooManyPoints { limit: 9 })));
        assert_eq!(ask(2, 10).unwrap().len(), 2);
    };
    check(&store);
    store.maintain(DAY_MS).unwrap();
    assert_eq!(store.stats().points_live, 0);
    check(&store);
}

#[test]
fn a_second_process_is_kept_out() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let second = DiskStore::open(dir.path(), Options::default());
    assert!(matches!(second, Err(TsdbError::Locked { .. })));
    drop(store);
    open(dir.path());
}

#[test]
fn appended_samples_are_with_the_system_at_once_and_synced_on_demand() {
    let (dir, crashed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(dir.path());
    store.sync().unwrap();
    assert!(!store.is_dirty());
    store.append(&[sample("up", "a", 1, -0.0)]).unwrap();
    assert!(store.is_dirty());
    copy(dir.path(), crashed.path());
    assert_eq!(listing(&open(crashed.path())), "up{host=\"a\"}@1=-0");
    store.sync().unwrap();
    assert!(!store.is_dirty());
    drop(store);
    let options = Options { sync: SyncPolicy::EveryAppend, ..Options::default() };
    let store = DiskStore::open(dir.path(), options).unwrap();
    store.append(&[sample("up", "a", 2, 0.0)]).unwrap();
    assert!(!store.is_dirty());
}

#[test]
fn memory_is_bounded_in_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { head_bytes_max: 400_000, ..Options::default() };
    let store = DiskStore::open(dir.path(), options).unwrap();
    let (mut refused, mut taken) = (0, 0);
    for step in 0..2_000 {
        let batch: Vec<_> =
            (0..20).map(|n| sample("up", &format!("h{n}"), step * 15_000, step as f64)).collect();
        let done = store.append(&batch).unwrap();
        (refused, taken) = (refused + done.over_limit, taken + done.stored);
        assert!(store.memory_bytes() <= 400_000);
        if step % 100 == 99 {
            // Half full is full enough: what has settled goes without waiting for two hours.
            store.maintain(step * 15_000).unwrap();
        }
    }
    assert_eq!((refused, taken), (0, 40_000), "packed it all has room");
    let many: Vec<_> = (0..5_000).map(|n| sample("many", &format!("h{n}"), 0, 0.0)).collect();
    let done = store.append(&many).unwrap();
    assert!(done.over_limit > 3_000 && done.stored > 300, "{done:?}");
    assert!(store.memory_bytes() <= 420_000);
    store.maintain(2 * DAY_MS).unwrap();
    store.maintain(2 * DAY_MS).unwrap();
    assert!(store.append(&many[4_000..4_100]).unwrap().stored == 100, "there is room again");
}
