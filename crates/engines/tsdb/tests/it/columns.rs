//! Columns, references, names and values.

use crate::{DAY_MS, HOUR_MS, open, sample};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::Mutex;
use tsdb::{
    Acknowledge, Column, DiskStore, Labels, Options, RefSample, SelectLimits, Selector,
    SeriesStore, TimeRange, Tuning,
};

fn labels(metric: &str, host: usize, cpu: usize) -> Labels {
    Labels::new(metric, [("host", format!("h{host}")), ("cpu", cpu.to_string())]).unwrap()
}

/// Scrapes of several hosts at times of their own, by reference.
fn scrape(store: &DiskStore, hosts: usize, from: i64, to: i64) {
    let mut refs = Vec::new();
    for host in 0..hosts {
        for cpu in 0..5 {
            refs.push((host, store.series_ref(&labels("cpu", host, cpu)).unwrap()));
        }
    }
    for step in from..to {
        let of = |(host, series): &(usize, tsdb::SeriesRef)| RefSample {
            series: *series,
            at_ms: step * 15_000 + *host as i64 * 7 + step % 3,
            value: (step * 10 + *host as i64) as f64 / 4.0,
        };
        let batch: Vec<RefSample> = refs.iter().map(of).collect();
        let done = store.append_refs(&batch).unwrap();
        assert_eq!((done.appended.stored, done.gone.len()), (batch.len() as u64, 0));
    }
}

fn columns(store: &DiskStore, selector: &str, range: TimeRange) -> Vec<Column> {
    let selector = Selector::parse(selector).unwrap();
    let selection = store.selection(&selector, range, &SelectLimits::default()).unwrap();
    let found = Mutex::new(Vec::new());
    selection.for_each(2, &|at, column| {
        assert_eq!(selection.labels(at), &column.labels);
        assert_eq!(selection.read(at), column);
        found.lock().unwrap().push(column);
        ControlFlow::Continue(())
    });
    let mut found = found.into_inner().unwrap();
    found.sort_by(|a, b| a.labels.cmp(&b.labels));
    found
}

fn check(store: &DiskStore, steps: i64) {
    let found = columns(store, "cpu{cpu!=\"9\"}", TimeRange::ALL);
    assert_eq!(found.len(), 300 * 5);
    for column in &found {
        assert_eq!((column.times.len() as i64, column.values.len() as i64), (steps, steps));
    }
    let host: usize = 7;
    let one = columns(store, "{host=\"h7\"}", TimeRange::ALL);
    assert_eq!(one.len(), 5);
    for column in &one {
        for (step, (time, value)) in column.times.iter().zip(&column.values).enumerate() {
            let step = step as i64;
            assert_eq!(*time, step * 15_000 + 49 + step % 3);
            assert_eq!(*value, (step * 10 + host as i64) as f64 / 4.0);
        }
    }
    let range = TimeRange { from_ms: 100 * 15_000, to_ms: 200 * 15_000 - 1 };
    let some = columns(store, "{cpu=\"3\",host=~\"h1|h2|h3\"}", range);
    assert_eq!(some.len(), 3);
    assert!(some.iter().all(|column| column.times.len() == 100));
}

#[test]
fn columns_come_back_from_memory_blocks_and_both() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    scrape(&store, 300, 0, 400);
    check(&store, 400);
    scrape(&store, 300, 400, 700);
    store.maintain(700 * 15_000).unwrap();
    let stats = store.stats();
    assert!(stats.points_live > 0 && stats.points_stored > 0);
    check(&store, 700);
    store.checkpoint().unwrap();
    scrape(&store, 300, 700, 720);
    drop(store);
    let store = open(dir.path());
    check(&store, 720);
    scrape(&store, 300, 720, 730);
    check(&store, 730);
    store.maintain(DAY_MS).unwrap();
    store.maintain(3 * DAY_MS).unwrap();
    assert_eq!((store.stats().points_live, store.stats().blocks), (0, 1));
    check(&store, 730);
    assert!(crate::damage_free(&store.stats()));
}

#[test]
fn series_of_a_scrape_share_their_times() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    scrape(&store, 2, 0, 700);
    let shares = |store: &DiskStore| {
        let selector = Selector::parse("cpu{host=\"h1\"}").unwrap();
        let limits = SelectLimits::default();
        let mut times: Vec<Arc<[i64]>> = Vec::new();
        store
            .select_columns(&selector, TimeRange::ALL, &limits, &mut |column| {
                times.push(column.times);
                ControlFlow::Continue(())
            })
            .unwrap();
        assert_eq!(times.len(), 5);
        times.windows(2).all(|pair| Arc::ptr_eq(&pair[0], &pair[1]))
    };
    assert!(shares(&store));
    store.maintain(700 * 15_000).unwrap();
    assert!(shares(&store));
    store.maintain(DAY_MS).unwrap();
    assert!(shares(&store));
}

#[test]
fn sink_may_break_and_limits_hold() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    scrape(&store, 10, 0, 10);
    let selector = Selector::metric("cpu");
    let mut count = 0;
    let ask = |points_max, sink: &mut dyn FnMut(Column) -> ControlFlow<()>| {
        let limits = SelectLimits { series_max: 50, points_max };
        store.select_columns(&selector, TimeRange::ALL, &limits, sink)
    };
    ask(500, &mut |_| {
        count += 1;
        if count == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .unwrap();
    assert_eq!(count, 3);
    assert!(ask(499, &mut |_| ControlFlow::Continue(())).is_err());
    let limits = SelectLimits { series_max: 49, points_max: 500 };
    assert!(store.selection(&selector, TimeRange::ALL, &limits).is_err());
}

#[test]
fn reference_of_a_series_that_has_gone_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let old = store.series_ref(&labels("cpu", 1, 1)).unwrap();
    let at = |series, at_ms| RefSample { series, at_ms, value: 1.0 };
    assert_eq!(store.append_refs(&[at(old, 5)]).unwrap().appended.stored, 1);
    store.maintain(3 * HOUR_MS).unwrap();
    let new = store.series_ref(&labels("cpu", 2, 1)).unwrap();
    let done = store.append_refs(&[at(new, 9 * HOUR_MS), at(old, 9 * HOUR_MS)]).unwrap();
    assert_eq!((done.appended.stored, done.gone), (1, vec![1]));
    assert_ne!(store.series_ref(&labels("cpu", 1, 1)), Some(old));
    let options = Options { head_series_max: 1, ..Options::default() };
    let full = tempfile::tempdir().unwrap();
    let store = DiskStore::open(full.path(), options).unwrap();
    assert!(store.series_ref(&labels("cpu", 1, 1)).is_some());
    assert!(store.series_ref(&labels("cpu", 2, 1)).is_none());
}

#[test]
fn what_was_appended_is_synced_when_it_counts_as_taken() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    store.append(&[sample("up", "a", 1, 1.0)]).unwrap();
    assert!(store.is_dirty());
    store.acknowledge().unwrap();
    assert!(!store.is_dirty());
    store.append(&[sample("up", "a", 2, 1.0)]).unwrap();
    store.checkpoint().unwrap();
    assert!(!store.is_dirty(), "what is saved is synced");
    let usual = Tuning::clone(&store.tuning());
    store.tune(Tuning { acknowledge: Acknowledge::Written, ..usual });
    store.append(&[sample("up", "a", 3, 1.0)]).unwrap();
    store.acknowledge().unwrap();
    assert!(store.is_dirty(), "the host syncs it");
}

#[test]
fn names_and_values_are_listed_without_points() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    store.append(&[sample("up", "b", 0, 1.0), sample("up", "a", 0, 1.0)]).unwrap();
    store.maintain(3 * HOUR_MS).unwrap();
    let pair = Labels::new("down", [("zone", "z")]).unwrap();
    store.append(&[tsdb::Sample { labels: pair, at_ms: 3 * HOUR_MS, value: 0.0 }]).unwrap();
    let limits = SelectLimits::default();
    let late = TimeRange { from_ms: 1, to_ms: i64::MAX };
    let (up, down) = (Selector::metric("up"), Selector::metric("down"));
    let names = |selector, range| store.label_names(selector, range, &limits).unwrap().join(" ");
    assert_eq!(names(None, TimeRange::ALL), "__name__ host zone");
    assert_eq!(names(None, late), "__name__ zone");
    assert_eq!(names(Some(&up), TimeRange::ALL), "__name__ host");
    let values = |name, selector, range| {
        store.label_values(name, selector, range, &limits).unwrap().join(" ")
    };
    assert_eq!(values("__name__", None, TimeRange::ALL), "down up");
    assert_eq!(values("host", None, TimeRange::ALL), "a b");
    assert_eq!(values("host", None, late), "");
    assert_eq!(values("host", Some(&down), TimeRange::ALL), "");
    assert_eq!(values("host", Some(&up), TimeRange::ALL), "a b");
}
