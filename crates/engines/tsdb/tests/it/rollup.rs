//! Roll-ups: made of days that are over, and again when late points have come.

use crate::{DAY_MS, HOUR_MS, damage_free, sample};
use std::ops::ControlFlow;
use tsdb::{Aggregate, DiskStore, Options, Sample, SelectLimits, Selector, SeriesStore, TimeRange};

const MINUTE_MS: i64 = 60_000;

fn options() -> Options {
    Options {
        rollups: [5 * MINUTE_MS, HOUR_MS].map(tsdb::Rollup::for_ever).to_vec(),
        out_of_order_ms: 3 * DAY_MS,
        ..Options::default()
    }
}

fn ask(store: &DiskStore, step_ms: i64, aggregate: Aggregate) -> Vec<(i64, f64)> {
    let mut found = Vec::new();
    let (selector, limits) = (Selector::metric("up"), SelectLimits::default());
    let key = (step_ms, aggregate);
    store
        .select_rollup(&selector, TimeRange::ALL, key, &limits, &mut |column| {
            found.extend(column.times.iter().copied().zip(column.values));
            ControlFlow::Continue(())
        })
        .unwrap();
    found
}

/// What each window of `step_ms` must be, from the points themselves.
fn expected(points: &[(i64, f64)], step_ms: i64, aggregate: Aggregate) -> Vec<(i64, f64)> {
    let end = |time: i64| (time + step_ms - 1).div_euclid(step_ms) * step_ms;
    let mut found = Vec::new();
    let mut at = 0;
    for window in points.chunk_by(|a, b| end(a.0) == end(b.0)) {
        let values = || window.iter().map(|point| point.1);
        let before = at.max(1) - 1;
        let pairs = points[before..at + window.len()].windows(2);
        let value = match aggregate {
            Aggregate::Count => window.len() as f64,
            Aggregate::Increase => {
                pairs.map(|p| if p[1].1 < p[0].1 { p[1].1 } else { p[1].1 - p[0].1 }).sum()
            }
            Aggregate::Last => window[window.len() - 1].1,
            Aggregate::Max => values().fold(f64::MIN, f64::max),
            Aggregate::Min => values().fold(f64::MAX, f64::min),
            Aggregate::Sum => values().sum(),
        };
        found.push((end(window[0].0), value));
        at += window.len();
    }
    found
}

#[test]
fn roll_ups_are_what_the_points_say_and_follow_late_ones() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = DiskStore::open(dir.path(), options()).unwrap();
    // Not at a day's first millisecond, which belongs to the window before it.
    let mut points: Vec<(i64, f64)> = (0..2 * 24 * 60 - 1)
        .map(|minute| (minute * MINUTE_MS + 500, f64::from((minute * 7 % 1_000) as i32)))
        .collect();
    let batch: Vec<Sample> = points.iter().map(|(t, v)| sample("up", "a", *t, *v)).collect();
    store.append(&batch).unwrap();
    let check = |store: &DiskStore, points: &[(i64, f64)]| {
        for step_ms in [5 * MINUTE_MS, HOUR_MS] {
            for aggregate in Aggregate::ALL {
                let found = ask(store, step_ms, aggregate);
                assert_eq!(found, expected(points, step_ms, aggregate), "{step_ms} {aggregate:?}");
            }
            assert_eq!(store.rolled_up_to(step_ms), Some(2 * DAY_MS));
        }
    };
    for _ in 0..8 {
        store.maintain(6 * DAY_MS).unwrap();
    }
    check(&store, &points);
    let late = (DAY_MS + 1_000, 5_000.0);
    store.append(&[sample("up", "a", late.0, late.1)]).unwrap();
    let at = points.partition_point(|point| point.0 < late.0);
    points.insert(at, late);
    for _ in 0..8 {
        store.maintain(6 * DAY_MS + 3 * HOUR_MS).unwrap();
    }
    check(&store, &points);
    drop(store);
    store = DiskStore::open(dir.path(), options()).unwrap();
    check(&store, &points);
    assert!(damage_free(&store.stats()));
    assert_eq!(store.expire_rollups(HOUR_MS, 4 * DAY_MS).unwrap(), 12);
    assert_eq!(store.rolled_up_to(HOUR_MS), None);
}
