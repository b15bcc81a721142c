//! Retention by label set, and blocks of several days.

use crate::{DAY_MS, HOUR_MS, MINUTE_MS, damage_free, listing, open, sample, select};
use tsdb::{DiskStore, Options, Retention, Selector, SeriesStore, Tuning};

fn rule(selector: &str, days: i64) -> Retention {
    let selector = Selector::parse(selector).unwrap();
    Retention { selector, keep_ms: Some(days * DAY_MS), bytes_max: None }
}

/// A point each ten minutes of three series.
fn fill(store: &DiskStore, days: std::ops::Range<i64>) {
    for step in days.start * 144..days.end * 144 {
        let at_ms = step * 10 * MINUTE_MS;
        let batch = ["short", "long", "usual"].map(|name| sample(name, "a", at_ms, step as f64));
        assert_eq!(store.append(&batch).unwrap().stored, 3);
        if step % 144 == 143 {
            store.maintain(at_ms).unwrap();
        }
    }
}

/// Days of the first point of each series.
fn first_days(store: &DiskStore) -> [Option<i64>; 3] {
    ["short", "usual", "long"].map(|name| {
        let found = select(store, name);
        found.first().map(|series| series.points[0].at_ms / DAY_MS)
    })
}

fn options(block_days: u32) -> Options {
    Options {
        retention_ms: 6 * DAY_MS,
        retentions: vec![rule("short", 2), rule("{host=~\"a|b\",__name__=\"long\"}", 12)],
        block_days,
        ..Options::default()
    }
}

#[test]
fn each_series_is_kept_as_long_as_the_first_rule_that_matches_says() {
    let dir = tempfile::tempdir().unwrap();
    let store = DiskStore::open(dir.path(), options(1)).unwrap();
    fill(&store, 0..10);
    for _ in 0..20 {
        store.maintain(10 * DAY_MS + HOUR_MS).unwrap();
    }
    assert_eq!(first_days(&store), [Some(8), Some(4), Some(0)]);
    let points = store.stats().points_stored;
    assert_eq!(points, (2 + 6 + 10) * 144);
    drop(store);
    let store = DiskStore::open(dir.path(), options(1)).unwrap();
    store.maintain(10 * DAY_MS + 2 * HOUR_MS).unwrap();
    assert_eq!(first_days(&store), [Some(8), Some(4), Some(0)]);
    let retentions = vec![rule("usual", 20)];
    let tuning = Tuning::clone(&store.tuning());
    store.tune(Tuning { retention_ms: 7 * DAY_MS, retentions, ..tuning });
    for _ in 0..12 {
        store.maintain(12 * DAY_MS + HOUR_MS).unwrap();
    }
    assert_eq!(first_days(&store), [Some(8), Some(4), Some(5)]);
    for _ in 0..12 {
        store.maintain(30 * DAY_MS).unwrap();
    }
    assert_eq!(first_days(&store), [None; 3]);
    assert!(damage_free(&store.stats()));
    assert_eq!(store.stats().blocks, 0);
}

#[test]
fn days_become_blocks_of_several_days_and_late_ones_join_them() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    fill(&store, 0..7);
    for _ in 0..9 {
        store.maintain(7 * DAY_MS + HOUR_MS).unwrap();
    }
    let before = listing(&store);
    assert_eq!(before.lines().count(), 3 * 7 * 144);
    assert_eq!(store.stats().blocks, 3, "of days 0 to 2, 3 to 5, and 6");
    let mut late = 0;
    for round in 0..12i64 {
        let at_ms = round % 3 * DAY_MS + round * 10_000 + 1;
        late += store.append(&[sample("short", "a", at_ms, -1.0)]).unwrap().stored;
        store.maintain(7 * DAY_MS + (round + 1) * 2 * HOUR_MS).unwrap();
        store.maintain(7 * DAY_MS + (round + 1) * 2 * HOUR_MS).unwrap();
    }
    for _ in 0..4 {
        store.maintain(9 * DAY_MS).unwrap();
    }
    assert_eq!(late, 12);
    let after = listing(&store);
    assert_eq!(after.lines().count(), before.lines().count() + 12);
    assert!(before.lines().all(|line| after.contains(line)));
    assert!(store.stats().blocks < 12, "{}", store.stats().blocks);
    drop(store);
    let store = open(dir.path());
    assert_eq!(listing(&store), after);
    assert!(damage_free(&store.stats()));
}

#[test]
fn roll_ups_outlive_what_they_were_made_of() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { rollups: vec![tsdb::Rollup::for_ever(3_600_000)], ..options(3) };
    let store = DiskStore::open(dir.path(), options).unwrap();
    fill(&store, 0..9);
    for _ in 0..60 {
        store.maintain(9 * DAY_MS + HOUR_MS).unwrap();
    }
    assert_eq!(store.rolled_up_to(3_600_000), Some(9 * DAY_MS));
    let mut windows = 0;
    let limits = tsdb::SelectLimits::default();
    let rollup = (3_600_000, tsdb::Aggregate::Max);
    let all = tsdb::TimeRange::ALL;
    store
        .select_rollup(&Selector::metric("short"), all, rollup, &limits, &mut |column| {
            windows += column.times.len();
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(windows, 9 * 24);
    assert!(store.stats().blocks <= 4, "{}", store.stats().blocks);
}

/// Of the two only one is a decimal number: their columns stand in two chunks, in no order of time.
#[test]
fn days_of_different_kinds_of_numbers_become_one_block() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { out_of_order_ms: 2 * DAY_MS, ..Options::default() };
    let store = DiskStore::open(dir.path(), options).unwrap();
    store.append(&[sample("up", "a", DAY_MS, 0.0), sample("up", "a", 0, -0.0)]).unwrap();
    for _ in 0..3 {
        store.maintain(9 * DAY_MS).unwrap();
    }
    assert_eq!(store.stats().blocks, 1);
    assert_eq!(listing(&store), "up{host=\"a\"}@0=-0\nup{host=\"a\"}@86400000=0");
}
