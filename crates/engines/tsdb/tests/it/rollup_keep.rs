//! How long roll-ups are kept, by which steps they are made, and what is told of them.

use crate::{DAY_MS, HOUR_MS, MINUTE_MS, damage_free, sample};
use std::fs;
use std::ops::{ControlFlow, Range};
use std::path::Path;
use tsdb::{
    Aggregate, DiskStore, Options, Rollup, RollupStats, Sample, SelectLimits, Selector,
    SeriesStore, TimeRange, Tuning,
};

const FIVE_MS: i64 = 5 * MINUTE_MS;

fn kept(step_ms: i64, days: i64) -> Rollup {
    Rollup { step_ms, keep_ms: Some(days * DAY_MS) }
}

fn options(rollups: Vec<Rollup>) -> Options {
    Options { rollups, block_days: 1, ..Options::default() }
}

/// A point each ten minutes.
fn fill(store: &DiskStore, days: Range<i64>) {
    fill_each(store, days, 10 * MINUTE_MS);
}

fn fill_each(store: &DiskStore, days: Range<i64>, every_ms: i64) {
    for day in days {
        let point = |n: i64| {
            let at_ms = day * DAY_MS + 1 + n * every_ms;
            sample("up", "a", at_ms, (at_ms as f64).sin())
        };
        let batch: Vec<Sample> = (0..DAY_MS / every_ms).map(point).collect();
        store.append(&batch).unwrap();
        store.maintain((day + 1) * DAY_MS + HOUR_MS).unwrap();
    }
}

/// Looks after the store until nothing is left to do; tells how many blocks of roll-ups went.
fn settle(store: &DiskStore, now_ms: i64) -> u64 {
    let mut gone = 0;
    for _ in 0..100 {
        let done = store.maintain(now_ms).unwrap();
        gone += done.rollups_expired;
        if done == tsdb::Maintained::default() {
            return gone;
        }
    }
    panic!("there is always something to do");
}

fn rollup(store: &DiskStore, step_ms: i64) -> RollupStats {
    let found = store.stats().rollups;
    *found.iter().find(|rollup| rollup.step_ms == step_ms).unwrap()
}

/// The days there are of a step.
fn days(store: &DiskStore, step_ms: i64) -> Option<Range<i64>> {
    let RollupStats { from_ms, to_ms, .. } = rollup(store, step_ms);
    from_ms.zip(to_ms).map(|(from_ms, to_ms)| from_ms / DAY_MS..to_ms / DAY_MS)
}

fn windows(store: &DiskStore, step_ms: i64) -> usize {
    let mut found = 0;
    let (selector, limits) = (Selector::metric("up"), SelectLimits::default());
    let key = (step_ms, Aggregate::Max);
    store
        .select_rollup(&selector, TimeRange::ALL, key, &limits, &mut |column| {
            found += column.times.len();
            ControlFlow::Continue(())
        })
        .unwrap();
    found
}

fn files_of(dir: &Path, step_ms: i64) -> usize {
    let folders = fs::read_dir(dir.join("rollups").join(step_ms.to_string())).unwrap();
    folders.map(|folder| fs::read_dir(folder.unwrap().path()).unwrap().count()).sum()
}

fn tune(store: &DiskStore, rollups: Vec<Rollup>) {
    store.tune(Tuning { rollups, ..Tuning::clone(&store.tuning()) });
}

#[test]
fn each_step_is_kept_as_long_as_it_says_and_no_day_is_made_to_go_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let rollups = vec![kept(FIVE_MS, 3), Rollup::for_ever(HOUR_MS)];
    let options = Options { retention_ms: 400 * DAY_MS, ..options(rollups) };
    let store = DiskStore::open(dir.path(), options.clone()).unwrap();
    fill(&store, 0..8);
    settle(&store, 8 * DAY_MS + HOUR_MS);
    assert_eq!(days(&store, FIVE_MS), Some(5..8));
    assert_eq!((days(&store, HOUR_MS), windows(&store, HOUR_MS)), (Some(0..8), 8 * 24));
    assert_eq!(settle(&store, 9 * DAY_MS - HOUR_MS), 0, "the last hour of it is kept");
    assert_eq!(settle(&store, 9 * DAY_MS + HOUR_MS), 6);
    assert_eq!((days(&store, FIVE_MS), files_of(dir.path(), FIVE_MS)), (Some(6..8), 12));
    // Days of which not all is kept become one block all the same.
    let (blocks, before) = (store.stats().blocks, Tuning::clone(&store.tuning()));
    store.tune(Tuning { block_days: 4, ..before });
    settle(&store, 9 * DAY_MS + HOUR_MS);
    assert_eq!((blocks, store.stats().blocks), (8, 2));
    drop(store);
    let store = DiskStore::open(dir.path(), options).unwrap();
    settle(&store, 40 * DAY_MS);
    assert_eq!((days(&store, FIVE_MS), windows(&store, FIVE_MS)), (None, 0));
    let there = rollup(&store, FIVE_MS);
    assert_eq!((there.blocks, there.bytes, there.is_made), (0, 0, true));
    assert_eq!(there.keep_ms, Some(3 * DAY_MS));
    assert_eq!(days(&store, HOUR_MS), Some(0..8));
    assert!(damage_free(&store.stats()));
}

#[test]
fn newest_days_wait_to_be_rolled_up_unless_their_points_would_go_before() {
    let late = |retention_days: i64, bytes_max: u64| {
        let dir = tempfile::tempdir().unwrap();
        let options = Options {
            retention_ms: retention_days * DAY_MS,
            retention_bytes: bytes_max,
            rollup_after_ms: 2 * DAY_MS,
            ..options(vec![Rollup::for_ever(HOUR_MS)])
        };
        let store = DiskStore::open(dir.path(), options).unwrap();
        fill(&store, 0..4);
        settle(&store, 4 * DAY_MS + HOUR_MS);
        days(&store, HOUR_MS)
    };
    assert_eq!(late(31, u64::MAX), Some(0..2));
    assert_eq!(late(4, u64::MAX), Some(0..2));
    assert_eq!(late(3, u64::MAX), Some(0..3), "a day less, to be in time");
    assert_eq!(late(2, u64::MAX), Some(0..4));
    // What there is no room for goes, the oldest first; the newest has not waited.
    assert_eq!(late(31, 10_000).map(|days| days.end), Some(4));
}

#[test]
fn steps_and_how_long_they_are_kept_change_while_the_store_is_open() {
    let dir = tempfile::tempdir().unwrap();
    let store = DiskStore::open(dir.path(), options(Vec::new())).unwrap();
    fill(&store, 0..6);
    let now_ms = 6 * DAY_MS + HOUR_MS;
    settle(&store, now_ms);
    assert_eq!(store.stats().rollups, []);
    tune(&store, vec![kept(FIVE_MS, 400), kept(HOUR_MS, 400)]);
    assert_eq!((rollup(&store, FIVE_MS).blocks, days(&store, FIVE_MS)), (0, None));
    settle(&store, now_ms);
    assert_eq!((days(&store, FIVE_MS), days(&store, HOUR_MS)), (Some(0..6), Some(0..6)));
    tune(&store, vec![kept(HOUR_MS, 2)]);
    assert_eq!(settle(&store, now_ms), 4 * 6);
    assert_eq!((days(&store, FIVE_MS), days(&store, HOUR_MS)), (Some(0..6), Some(4..6)));
    fill(&store, 6..7);
    settle(&store, 7 * DAY_MS + HOUR_MS);
    let left = rollup(&store, FIVE_MS);
    assert_eq!((left.is_made, left.keep_ms, left.blocks), (false, None, 36), "what was made stays");
    assert_eq!(left.to_ms, Some(6 * DAY_MS));
    drop(store);
    let store = DiskStore::open(dir.path(), options(Vec::new())).unwrap();
    assert_eq!(rollup(&store, FIVE_MS), left);
    assert!(!rollup(&store, HOUR_MS).is_made);
    settle(&store, 30 * DAY_MS);
    assert_eq!(days(&store, HOUR_MS), Some(5..7), "nothing goes before it is told how long");
    tune(&store, vec![kept(FIVE_MS, 0), kept(HOUR_MS, 400)]);
    assert_eq!(settle(&store, 30 * DAY_MS), 36, "and none is made that goes at once");
    let steps: Vec<i64> = store.stats().rollups.iter().map(|rollup| rollup.step_ms).collect();
    assert_eq!(steps, [HOUR_MS]);
}

#[test]
fn room_is_made_by_the_oldest_days_of_the_shortest_step_and_of_the_points() {
    let dir = tempfile::tempdir().unwrap();
    let rollups = [FIVE_MS, HOUR_MS].map(Rollup::for_ever).to_vec();
    let store = DiskStore::open(dir.path(), options(rollups)).unwrap();
    fill_each(&store, 0..8, MINUTE_MS / 4);
    let now_ms = 8 * DAY_MS + HOUR_MS;
    settle(&store, now_ms);
    let bytes = |store: &DiskStore| {
        let stats = store.stats();
        let rolled: u64 = stats.rollups.iter().map(|rollup| rollup.bytes).sum();
        (stats.block_bytes, rolled)
    };
    let (points, rolled) = bytes(&store);
    let (five, hour) = (rollup(&store, FIVE_MS).bytes, rollup(&store, HOUR_MS).bytes);
    // Room for the hours and half of the rest.
    let retention_bytes = 2 * (hour + five / 2);
    assert!(points + rolled > retention_bytes);
    store.tune(Tuning { retention_bytes, ..Tuning::clone(&store.tuning()) });
    assert!(settle(&store, now_ms) > 0);
    let (points_after, rolled_after) = bytes(&store);
    assert!(rolled_after <= retention_bytes / 2, "{rolled_after} of {retention_bytes}");
    assert!(points_after + rolled_after <= retention_bytes);
    assert_eq!(days(&store, HOUR_MS), Some(0..8));
    let left = days(&store, FIVE_MS).unwrap();
    assert!((3..=6).contains(&left.start) && left.end == 8, "{left:?}");
    assert!(store.stats().newest_ms > Some(7 * DAY_MS), "the newest points stay");
    fill(&store, 8..9);
    settle(&store, 9 * DAY_MS + HOUR_MS);
    assert_eq!(days(&store, FIVE_MS).unwrap().end, 9, "later days are rolled up all the same");
    store.tune(Tuning { retention_bytes: 1, ..Tuning::clone(&store.tuning()) });
    settle(&store, 9 * DAY_MS + HOUR_MS);
    assert_eq!(bytes(&store), (0, 0));
}

#[test]
fn roll_ups_hold_no_file_open_and_are_part_of_a_copy() {
    let (dir, copies) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let rollups = vec![Rollup::for_ever(HOUR_MS)];
    let store = DiskStore::open(dir.path(), options(rollups.clone())).unwrap();
    fill(&store, 0..3);
    settle(&store, 3 * DAY_MS + HOUR_MS);
    drop(store);
    let store = DiskStore::open(dir.path(), options(rollups.clone())).unwrap();
    assert_eq!(windows(&store, HOUR_MS), 72);
    let under = dir.path().join("rollups");
    let open = fs::read_dir("/proc/self/fd").unwrap();
    let open = open.filter_map(|entry| fs::read_link(entry.unwrap().path()).ok());
    assert_eq!(open.filter(|path| path.starts_with(&under)).count(), 0);
    let to = copies.path().join("one");
    store.snapshot(&to).unwrap();
    let before = store.stats().rollups;
    store.expire_rollups(HOUR_MS, 3 * DAY_MS).unwrap();
    assert_eq!(rollup(&store, HOUR_MS).blocks, 0);
    let copy = DiskStore::open(&to, options(rollups)).unwrap();
    assert_eq!((copy.stats().rollups, windows(&copy, HOUR_MS)), (before, 72));
    assert!(damage_free(&copy.stats()));
}

/// Reads hours while something happens after the first series; tells how many there were.
fn windows_while(store: &DiskStore, meanwhile: impl Fn()) -> Vec<usize> {
    let mut found = Vec::new();
    let (everything, limits) = (Selector::everything(), SelectLimits::default());
    let key = (HOUR_MS, Aggregate::Sum);
    store
        .select_rollup(&everything, TimeRange::ALL, key, &limits, &mut |column| {
            if found.is_empty() {
                meanwhile();
            }
            found.push(column.times.len());
            ControlFlow::Continue(())
        })
        .unwrap();
    found
}

#[test]
fn roll_ups_that_are_replaced_while_they_are_read_are_read_to_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let rollups = vec![Rollup::for_ever(HOUR_MS)];
    let options = Options { out_of_order_ms: 2 * DAY_MS, ..options(rollups) };
    let store = DiskStore::open(dir.path(), options).unwrap();
    fill(&store, 0..1);
    let other: Vec<Sample> = (0..24).map(|n| sample("down", "a", n * HOUR_MS + 9, 1.0)).collect();
    store.append(&other).unwrap();
    settle(&store, 4 * DAY_MS);
    let late = || {
        store.append(&[sample("late", "a", HOUR_MS + 7, 1.0)]).unwrap();
        settle(&store, 4 * DAY_MS + 3 * HOUR_MS);
    };
    assert_eq!(windows_while(&store, late), [24, 24]);
    assert_eq!(files_of(dir.path(), HOUR_MS), 6, "the old ones have gone");
    assert_eq!(windows_while(&store, || ()).iter().sum::<usize>(), 49);
    let expired = || {
        store.expire_rollups(HOUR_MS, 4 * DAY_MS).unwrap();
    };
    assert!(windows_while(&store, expired).len() <= 3);
    assert!(damage_free(&store.stats()), "what is kept no longer is no damage");
}
