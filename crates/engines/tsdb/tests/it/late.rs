//! Samples of any age for series that go on.

use crate::{DAY_MS, HOUR_MS, MINUTE_MS, damage_free, files, listing, sample};
use std::collections::BTreeMap;
use std::path::Path;
use tsdb::{
    Age, Aggregate, Batch, DiskStore, HistogramSample, IntegerHistogram, Labels, NativeHistogram,
    Options, Points, Rollup, Sample, SelectLimits, Selector, SeriesStore, Terms, TimeRange, Tuning,
};

fn options() -> Options {
    Options {
        rollups: vec![Rollup::for_ever(HOUR_MS)],
        late_points_max: 500,
        block_days: 3,
        ..Options::default()
    }
}

fn open(dir: &Path) -> DiskStore {
    DiskStore::open(dir, options()).unwrap()
}

/// Hands samples to the store as a back-fill does.
fn fill(store: &DiskStore, samples: &[Sample], now_ms: i64) -> tsdb::Appended {
    let terms = Terms { age: Age::Kept { now_ms }, ..Terms::default() };
    let done = store.append_batch(&Batch { samples, terms, ..Batch::default() }).unwrap();
    store.flush_late(now_ms).unwrap();
    done.samples
}

/// A series that is measured each 20 minutes from the sixth day to the tenth, with the upkeep of
/// every hour; what it has.
fn grow(store: &DiskStore) -> BTreeMap<i64, f64> {
    let mut known = BTreeMap::new();
    for hour in 5 * 24..10 * 24 {
        for minute in [0, 20, 40] {
            let at_ms = hour * HOUR_MS + minute * MINUTE_MS;
            store.append(&[sample("m", "a", at_ms, 1.0)]).unwrap();
            known.insert(at_ms, 1.0);
        }
        store.maintain((hour + 1) * HOUR_MS).unwrap();
    }
    known
}

fn expected(known: &BTreeMap<i64, f64>) -> String {
    let line = |(at_ms, value): (&i64, &f64)| format!("m{{host=\"a\"}}@{at_ms}={value}");
    known.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// How many points a day's windows stand for.
fn rolled(store: &DiskStore, day: i64) -> f64 {
    let (mut count, limits) = (0.0, SelectLimits::default());
    let range = TimeRange { from_ms: day * DAY_MS + 1, to_ms: (day + 1) * DAY_MS };
    let by = (HOUR_MS, Aggregate::Count);
    store
        .select_rollup(&Selector::everything(), range, by, &limits, &mut |column| {
            count += column.values.iter().sum::<f64>();
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
    count
}

#[test]
fn days_of_old_samples_are_taken_for_a_series_that_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let mut known = grow(&store);
    let now_ms = 10 * DAY_MS;
    for _ in 0..20 {
        store.maintain(now_ms).unwrap();
    }
    assert_eq!((rolled(&store, 3), rolled(&store, 7)), (0.0, 72.0));
    let old: Vec<Sample> =
        (0..9 * 144).map(|n| sample("m", "a", n * 10 * MINUTE_MS, 2.0)).collect();
    assert_eq!(store.append(&old[..10]).unwrap().too_old, 10, "as others may not come that late");
    for batch in old.chunks(100).rev() {
        let done = fill(&store, batch, now_ms);
        assert_eq!(done.stored + done.duplicates + done.conflicts, batch.len() as u64);
        // The first value at a time stays.
        for one in batch {
            known.entry(one.at_ms).or_insert(one.value);
        }
        assert_eq!(listing(&store), expected(&known));
    }
    assert_eq!(store.append(&[sample("m", "a", now_ms, 3.0)]).unwrap().stored, 1, "it goes on");
    known.insert(now_ms, 3.0);
    drop(store);
    let store = open(dir.path());
    assert_eq!(listing(&store), expected(&known));
    for _ in 0..60 {
        store.maintain(now_ms + 4 * HOUR_MS).unwrap();
        assert_eq!(listing(&store), expected(&known));
    }
    // The first point of the next day is the last of these windows.
    assert_eq!((rolled(&store, 3), rolled(&store, 7)), (144.0, 144.0), "rolled up anew");
    assert!(store.stats().blocks < 20, "merged: {}", store.stats().blocks);
    assert!(damage_free(&store.stats()));
}

/// Roll-ups are there to outlive the samples.
#[test]
fn roll_up_of_a_day_whose_samples_have_gone_is_not_made_of_what_comes_late() {
    let dir = tempfile::tempdir().unwrap();
    let store = DiskStore::open(dir.path(), Options { block_days: 1, ..options() }).unwrap();
    let day: Vec<Sample> =
        (1..4 * 144).map(|n| sample("m", "a", n * 10 * MINUTE_MS, 1.0)).collect();
    store.append(&day).unwrap();
    let mut now_ms = 5 * DAY_MS;
    for _ in 0..10 {
        store.maintain(now_ms).unwrap();
    }
    assert_eq!(rolled(&store, 0), 144.0);
    let usual = Tuning::clone(&store.tuning());
    store.tune(Tuning { retention_ms: 3 * DAY_MS, ..usual.clone() });
    store.maintain(now_ms).unwrap();
    store.tune(usual);
    assert!(!listing(&store).contains(&format!("@{HOUR_MS}=")));
    assert_eq!(fill(&store, &[sample("m", "a", HOUR_MS + 1, 2.0)], now_ms).stored, 1);
    for _ in 0..10 {
        now_ms += 3 * HOUR_MS;
        store.maintain(now_ms).unwrap();
    }
    assert!(listing(&store).starts_with(&format!("m{{host=\"a\"}}@{}=2", HOUR_MS + 1)));
    assert_eq!(rolled(&store, 0), 144.0);
    // Another day of which all is there is rolled up anew.
    fill(&store, &[sample("m", "a", 3 * DAY_MS + 1, 2.0)], now_ms);
    for _ in 0..10 {
        now_ms += 3 * HOUR_MS;
        store.maintain(now_ms).unwrap();
    }
    assert_eq!((rolled(&store, 0), rolled(&store, 3)), (144.0, 144.0));
}

#[test]
fn memory_for_old_samples_is_bounded() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    grow(&store);
    let now_ms = 10 * DAY_MS;
    let before = store.stats().points_live;
    let batch = |first: i64| -> Vec<Sample> {
        (first..first + 100).map(|n| sample("m", "a", n * MINUTE_MS, 2.0)).collect()
    };
    for first in 0..50 {
        assert_eq!(fill(&store, &batch(first * 100), now_ms).over_limit, 0);
        assert!(store.stats().points_live <= before + 600, "{}", store.stats().points_live);
    }
    // Who never lets them go gets no further, and takes nobody's room.
    let terms = Terms { age: Age::Kept { now_ms }, ..Terms::default() };
    let (mut taken, mut refused) = (0, 0);
    for first in 50..70 {
        let samples = &batch(first * 100);
        let done = store.append_batch(&Batch { samples, terms, ..Batch::default() }).unwrap();
        (taken, refused) = (taken + done.samples.stored, refused + done.samples.over_limit);
    }
    assert!(taken <= 1_000 && refused >= 1_000, "{taken} {refused}");
    assert_eq!(store.append(&[sample("m", "a", now_ms, 3.0)]).unwrap().stored, 1);
    store.flush_late(now_ms).unwrap();
    assert_eq!(fill(&store, &batch(8_000), now_ms).stored, 100);
}

#[test]
fn what_nobody_keeps_is_too_old_for_a_back_fill_too() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let now_ms = 100 * DAY_MS;
    store.append(&[sample("m", "a", now_ms, 1.0)]).unwrap();
    let oldest_ms = now_ms - options().retention_ms;
    let done = fill(
        &store,
        &[sample("m", "a", oldest_ms - 1, 2.0), sample("m", "a", oldest_ms, 2.0)],
        now_ms,
    );
    assert_eq!((done.stored, done.too_old), (1, 1));
}

#[test]
fn old_native_histograms_are_taken_too_and_leave_memory() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let labels = Labels::new("h", [("n", "0")]).unwrap();
    let one = |at_ms: i64| HistogramSample {
        labels: labels.clone(),
        at_ms,
        histogram: NativeHistogram::Integer(IntegerHistogram::default()),
    };
    let now_ms = 10 * DAY_MS;
    store.append_histograms(&[one(now_ms - 1)]).unwrap();
    assert_eq!(store.append_histograms(&[one(0)]).unwrap().appended.too_old, 1);
    let terms = Terms { age: Age::Kept { now_ms }, ..Terms::default() };
    for day in 0..5 {
        let old: Vec<_> = (0..20).map(|n| one(day * DAY_MS + n * HOUR_MS)).collect();
        let batch = Batch { histograms: &old, terms, ..Batch::default() };
        assert_eq!(store.append_batch(&batch).unwrap().histograms.appended.stored, 20);
        store.flush_late(now_ms).unwrap();
    }
    assert!(store.stats().points_live < 40, "{}", store.stats().points_live);
    assert!(!files(dir.path(), "blocks").is_empty());
    let limits = SelectLimits::default();
    let selection = store.selection(&Selector::metric("h"), TimeRange::ALL, &limits).unwrap();
    let mut points = Points::default();
    selection.read_into(0, &mut points);
    assert_eq!(points.histograms.len(), 101);
}
