//! Readers and writers while blocks are written and merged.

use crate::{DAY_MS, HOUR_MS, MINUTE_MS, open, sample, select};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use tsdb::SeriesStore;

#[test]
fn readers_see_every_acknowledged_point_once_while_blocks_change() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let (written, over) = (AtomicI64::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for minute in 0..3 * 24 * 60 {
                let at_ms = minute * MINUTE_MS;
                let batch = [sample("up", "a", at_ms, 1.0), sample("up", "b", at_ms, at_ms as f64)];
                assert_eq!(store.append(&batch).unwrap().stored, 2);
                written.store(minute + 1, Ordering::Release);
            }
            over.store(true, Ordering::Release);
        });
        scope.spawn(|| {
            while !over.load(Ordering::Acquire) {
                store.maintain(written.load(Ordering::Acquire) * MINUTE_MS).unwrap();
                store.sync().unwrap();
            }
        });
        for _ in 0..2 {
            scope.spawn(|| {
                while !over.load(Ordering::Acquire) {
                    let least = written.load(Ordering::Acquire);
                    for series in select(&store, "up") {
                        let times = series.points.iter().map(|point| point.at_ms / MINUTE_MS);
                        assert!(times.eq(0..series.points.len() as i64));
                        assert!(series.points.len() as i64 >= least);
                    }
                }
            });
        }
    });
    for _ in 0..4 {
        store.maintain(4 * DAY_MS + HOUR_MS).unwrap();
    }
    let stats = store.stats();
    assert!((1..=3).contains(&stats.blocks), "days, or already one block of three: {stats:?}");
    assert_eq!((stats.points_live, stats.points_stored), (0, 2 * 3 * 24 * 60));
    assert!(crate::damage_free(&stats));
}
