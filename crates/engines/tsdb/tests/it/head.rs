//! Memory: groups that fall apart, late points, churn, saving and loading.

use crate::{DAY_MS, HOUR_MS, copy, damage_free, files, listing, open, sample, select};
use tsdb::{DiskStore, Options, Sample, SeriesStore};

/// Hosts whose first scrapes fall on the same millisecond, and later ones do not.
fn drifting(store: &DiskStore, steps: std::ops::Range<i64>) {
    for step in steps {
        for host in 0..3i64 {
            let at_ms = step * 15_000 + if step == 0 { 0 } else { host };
            // The third host answers every other time only.
            if host < 2 || step % 2 == 0 {
                let batch: Vec<Sample> = (0..4)
                    .map(|n| sample(&format!("m{n}"), &format!("h{host}"), at_ms, step as f64))
                    .collect();
                assert_eq!(store.append(&batch).unwrap().stored, 4);
            }
        }
    }
}

fn check_drifting(store: &DiskStore, steps: i64) {
    for host in 0..3i64 {
        let found = select(store, &format!("{{host=\"h{host}\"}}"));
        assert_eq!(found.len(), 4);
        for series in found {
            let wanted = (0..steps)
                .filter(|step| host < 2 || step % 2 == 0)
                .map(|step| (step * 15_000 + if step == 0 { 0 } else { host }, step as f64));
            let points = series.points.iter().map(|point| (point.at_ms, point.value));
            assert!(points.eq(wanted), "host {host}");
        }
    }
}

#[test]
fn series_that_are_not_measured_together_part() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for (from, to) in [(0, 20), (20, 100), (100, 470), (470, 500)] {
        drifting(&store, from..to);
        check_drifting(&store, to);
        let crashed = tempfile::tempdir().unwrap();
        copy(dir.path(), crashed.path());
        check_drifting(&open(crashed.path()), to);
        store.checkpoint().unwrap();
        let crashed = tempfile::tempdir().unwrap();
        copy(dir.path(), crashed.path());
        let copied = open(crashed.path());
        check_drifting(&copied, to);
        assert_eq!(copied.stats().points_live, store.stats().points_live);
        drifting(&copied, to..to + 40);
        check_drifting(&copied, to + 40);
    }
    store.maintain(DAY_MS).unwrap();
    check_drifting(&store, 500);
    assert_eq!(store.stats().points_live, 0);
}

#[test]
fn late_points_are_kept_with_the_others_wherever_these_are() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { out_of_order_ms: DAY_MS, ..Options::default() };
    let open = || DiskStore::open(dir.path(), options.clone()).unwrap();
    let mut store = open();
    let times = |n: i64| n * 10_000 + 5;
    for n in 0..1_000 {
        store.append(&[sample("up", "a", times(n), n as f64)]).unwrap();
    }
    let late: Vec<i64> = (0..1_000).step_by(37).map(|n| times(n) - 3).collect();
    for (round, at_ms) in late.iter().enumerate() {
        assert_eq!(store.append(&[sample("up", "a", *at_ms, -1.0)]).unwrap().stored, 1);
        assert_eq!(store.append(&[sample("up", "a", *at_ms, -1.0)]).unwrap().duplicates, 1);
        assert_eq!(store.append(&[sample("up", "a", *at_ms, -2.0)]).unwrap().conflicts, 1);
        if round % 9 == 4 {
            store.checkpoint().unwrap();
            drop(store);
            store = open();
        }
    }
    let check = |store: &DiskStore| {
        let found = select(store, "up");
        assert_eq!(found[0].points.len(), 1_000 + late.len());
        let old = found[0].points.iter().filter(|point| point.value < 0.0);
        assert!(old.map(|point| point.at_ms).eq(late.iter().copied()));
        assert!(found[0].points.is_sorted_by(|a, b| a.at_ms < b.at_ms));
    };
    check(&store);
    store.maintain(3 * HOUR_MS).unwrap();
    assert_eq!(store.append(&[sample("up", "a", 1, -1.0)]).unwrap().stored, 1);
    assert_eq!(select(&store, "up")[0].points[0].at_ms, 1);
    drop(store);
    let store = open();
    store.maintain(3 * DAY_MS).unwrap();
    let stats = store.stats();
    assert_eq!((stats.points_live, stats.blocks), (0, 1));
    assert_eq!(select(&store, "up")[0].points.len(), 1_001 + late.len());
}

#[test]
fn days_of_old_points_become_blocks_of_their_days() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { out_of_order_ms: 30 * DAY_MS, block_days: 1, ..Options::default() };
    let store = DiskStore::open(dir.path(), options).unwrap();
    store.append(&[sample("up", "a", 20 * DAY_MS, 1.0)]).unwrap();
    store.maintain(20 * DAY_MS + HOUR_MS).unwrap();
    let old: Vec<Sample> =
        (0..5 * 24 * 60).map(|minute| sample("up", "a", minute * 60_000, 2.0)).collect();
    assert_eq!(store.append(&old).unwrap().stored, old.len() as u64);
    assert_eq!(select(&store, "up")[0].points.len(), old.len() + 1);
    store.maintain(20 * DAY_MS + 4 * HOUR_MS).unwrap();
    assert_eq!(store.stats().blocks, 6);
    assert_eq!(select(&store, "up")[0].points.len(), old.len() + 1);
    assert!(damage_free(&store.stats()));
}

#[test]
fn numbers_of_series_that_have_gone_are_used_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let mut all = 0;
    for hour in 0..12i64 {
        for step in 0..60 {
            let at_ms = hour * HOUR_MS + step * 60_000;
            let batch: Vec<Sample> =
                (0..20).map(|n| sample("pod", &format!("p{hour}-{n}"), at_ms, n as f64)).collect();
            all += store.append(&batch).unwrap().stored;
        }
        store.maintain((hour + 1) * HOUR_MS).unwrap();
        assert!(store.stats().series_live <= 3 * 20);
        let crashed = tempfile::tempdir().unwrap();
        copy(dir.path(), crashed.path());
        assert_eq!(listing(&open(crashed.path())), listing(&store));
    }
    assert_eq!(listing(&store).lines().count() as u64, all);
}

#[test]
fn saving_memory_shortens_the_log_and_old_files_go() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { checkpoint_bytes: 20_000, ..Options::default() };
    let store = DiskStore::open(dir.path(), options).unwrap();
    for n in 0..1_500i64 {
        let batch: Vec<Sample> =
            (0..10).map(|h| sample("up", &format!("h{h}"), n * 15_000, (n * h) as f64)).collect();
        store.append(&batch).unwrap();
        store.sync().unwrap();
        if n % 200 == 199 {
            store.maintain(n * 15_000).unwrap();
        }
    }
    assert_eq!(files(dir.path(), "wal").len(), 1);
    assert!(store.stats().wal_bytes < 100_000);
    assert!(files(dir.path(), "head").len() < 8);
    let before = listing(&store);
    assert_eq!(before.lines().count(), 15_000);
    drop(store);
    let store = open(dir.path());
    assert_eq!(listing(&store), before);
    store.maintain(DAY_MS).unwrap();
    assert_eq!(files(dir.path(), "head").len(), 1, "says where the log begins");
    drop(store);
    assert_eq!(listing(&open(dir.path())), before);
}

#[test]
fn values_that_mean_absence_inside_are_values_outside() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let odd = f64::from_bits(0x7ff4_6162_7365_6e74);
    for n in 0..300i64 {
        let value = if n % 3 == 0 { odd } else { n as f64 };
        assert_eq!(store.append(&[sample("up", "a", n, value)]).unwrap().stored, 1);
        assert_eq!(store.append(&[sample("up", "a", n, value)]).unwrap().duplicates, 1);
    }
    let check = |store: &DiskStore| {
        let points = &select(store, "up")[0].points;
        assert_eq!(points.len(), 300);
        let odd = points.iter().filter(|point| point.value.to_bits() == odd.to_bits());
        assert_eq!(odd.count(), 100);
    };
    check(&store);
    store.checkpoint().unwrap();
    drop(store);
    let store = open(dir.path());
    check(&store);
    store.maintain(DAY_MS).unwrap();
    check(&store);
}

#[test]
fn series_with_the_longest_labels_are_saved() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let long = "x".repeat(4_096);
    let labels = |n: i64| {
        let pairs = (0..60).map(|label| (format!("l{label}"), format!("{n:03}{}", &long[3..])));
        tsdb::Labels::new("long", pairs).unwrap()
    };
    let batch: Vec<Sample> =
        (0..90).map(|n| Sample { labels: labels(n), at_ms: 5, value: n as f64 }).collect();
    assert_eq!(store.append(&batch).unwrap().stored, 90);
    let exemplar = |n| tsdb::Exemplar { labels: labels(n), at_ms: 5, value: 1.0 };
    let exemplars = (0..40).map(|n| (labels(n), exemplar(n))).collect();
    assert_eq!(store.append_exemplars(exemplars).unwrap(), 40);
    drop(store);
    let store = open(dir.path());
    store.checkpoint().unwrap();
    drop(store);
    let store = open(dir.path());
    assert_eq!(select(&store, "long").len(), 90);
    let exemplars = store.exemplars(&tsdb::Selector::metric("long"), tsdb::TimeRange::ALL);
    assert_eq!(exemplars.len(), 40);
    assert!(damage_free(&store.stats()));
}
