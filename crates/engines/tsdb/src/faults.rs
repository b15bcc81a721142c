//! The disk fails, or the process ends, at every single step of a day's work.

use crate::files::fault;
use crate::{
    DiskStore, HistogramSample, IntegerHistogram, Labels, NativeHistogram, Options, Points, Sample,
    SelectLimits, Selector, SeriesStore, SyncPolicy, TimeRange,
};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Points by series and time; of each the values it may have.
type Known = BTreeMap<(String, i64), f64>;

struct Day {
    store: DiskStore,
    /// What has been acknowledged.
    stored: Known,
    /// What was refused: it may be there or not.
    refused: Known,
    /// What had been acknowledged when the last sync was done.
    synced: Known,
    failures: u32,
}

fn options(sync: SyncPolicy) -> Options {
    Options { checkpoint_bytes: 600, wal_segment_bytes: 500, sync, ..Options::default() }
}

impl Day {
    fn append(&mut self, from_ms: i64) {
        let sample = |n: i64| {
            let labels = Labels::new("m", [("n", (n % 3).to_string())]).unwrap();
            Sample { labels, at_ms: from_ms + n / 3 * 60_000, value: from_ms as f64 + n as f64 }
        };
        let batch: Vec<Sample> = (0..9).map(sample).collect();
        let (to, failed) = match self.store.append(&batch) {
            Ok(done) => {
                // What was refused before may have been there all the same.
                assert_eq!(done.stored + done.duplicates, 9);
                (&mut self.stored, false)
            }
            Err(_) => (&mut self.refused, true),
        };
        for sample in batch {
            to.insert((sample.labels.to_string(), sample.at_ms), sample.value);
        }
        self.failures += u32::from(failed);
        if from_ms % (4 * HOUR_MS) == 0 {
            self.append_histogram(from_ms);
        }
    }

    fn append_histogram(&mut self, at_ms: i64) {
        let histogram = IntegerHistogram { sum: at_ms as f64, ..IntegerHistogram::default() };
        let histogram = NativeHistogram::Integer(histogram);
        let labels = Labels::new("h", [("n", "0")]).unwrap();
        let sample = HistogramSample { labels, at_ms, histogram };
        let done = self.store.append_histograms(std::slice::from_ref(&sample));
        self.note(&done);
        let to = if done.is_ok() { &mut self.stored } else { &mut self.refused };
        to.insert((sample.labels.to_string(), at_ms), at_ms as f64);
    }

    fn note<T>(&mut self, done: &Result<T, crate::TsdbError>) {
        self.failures += u32::from(done.is_err());
    }

    /// Everything a store does in its life, in small.
    fn live(&mut self) {
        for hour in 0..9 {
            self.append(hour * HOUR_MS);
            let synced = self.store.sync();
            self.note(&synced);
            if synced.is_ok() {
                self.synced.clone_from(&self.stored);
            }
            if hour % 3 == 1 {
                let done = self.store.maintain((hour + 1) * HOUR_MS);
                self.note(&done);
            }
        }
        let range = TimeRange { from_ms: DAY_MS, to_ms: 2 * DAY_MS };
        let done = self.store.delete(&Selector::everything(), range);
        self.note(&done);
        for _ in 0..2 {
            let done = self.store.maintain(2 * DAY_MS);
            self.note(&done);
        }
        self.append(3 * DAY_MS);
        let saved = self.store.checkpoint();
        self.note(&saved);
    }
}

fn check(store: &DiskStore, day: &Day, wanted: &Known, when: &str) {
    let limits = SelectLimits::default();
    let found = store.select(&Selector::everything(), TimeRange::ALL, &limits).unwrap();
    let mut there = Known::new();
    for series in found {
        for point in series.points {
            let key = (series.labels.to_string(), point.at_ms);
            assert_eq!(there.insert(key, point.value), None, "{when}: a point is there twice");
        }
    }
    let selection = store.selection(&Selector::metric("h"), TimeRange::ALL, &limits).unwrap();
    let mut points = Points::default();
    for at in 0..selection.len() {
        selection.read_into(at, &mut points);
        for point in &points.histograms {
            let key = (selection.labels(at).to_string(), point.at_ms);
            let before = there.insert(key, point.histogram.to_float().sum);
            assert_eq!(before, None, "{when}: a histogram is there twice");
        }
    }
    for (key, value) in wanted {
        assert_eq!(there.get(key), Some(value), "{when}: {key:?} was acknowledged");
    }
    for (key, value) in &there {
        let known = day.stored.get(key).or_else(|| day.refused.get(key));
        assert_eq!(known, Some(value), "{when}: {key:?} was never written");
    }
    let stats = store.stats();
    assert!(stats.damages.is_empty(), "{when}: {:?}", stats.damages);
}

fn check_all(day: &Day, when: &str) {
    check(&day.store, day, &day.stored, when);
}

fn day(dir: &Path, sync: SyncPolicy) -> Day {
    let store = DiskStore::open(dir, options(sync)).unwrap();
    let (stored, refused, synced) = (Known::new(), Known::new(), Known::new());
    Day { store, stored, refused, synced, failures: 0 }
}

/// How many steps a day has, of which each may be the last.
fn steps(sync: SyncPolicy) -> u32 {
    let dir = tempfile::tempdir().unwrap();
    let mut whole = day(dir.path(), sync);
    fault::fail_after(None);
    whole.live();
    assert_eq!(whole.failures, 0);
    let steps = fault::steps();
    assert!(steps > 100, "{steps}");
    steps
}

const POLICIES: [SyncPolicy; 2] = [SyncPolicy::Host, SyncPolicy::EveryAppend];

#[test]
fn nothing_acknowledged_is_lost_wherever_the_disk_or_the_process_ends() {
    let sync = SyncPolicy::Host;
    for step in 0..steps(sync) {
        let dir = tempfile::tempdir().unwrap();
        let mut day = day(dir.path(), sync);
        fault::fail_after(Some(step));
        day.live();
        assert!(day.failures > 0, "step {step}");
        fault::fail_after(None);
        // The disk has room again, and the same store goes on.
        check_all(&day, &format!("step {step}, going on"));
        if step % 2 == 0 {
            day.append(4 * DAY_MS);
            let done = day.store.maintain(6 * DAY_MS).map(|_| ());
            assert!(done.is_ok(), "step {step}: {done:?}");
            check_all(&day, &format!("step {step}, after the upkeep"));
        }
        let Day { store, stored, refused, synced, failures } = day;
        drop(store);
        let store = DiskStore::open(dir.path(), options(sync)).unwrap();
        let day = Day { store, stored, refused, synced, failures };
        check_all(&day, &format!("step {step}, opened again"));
        day.store.maintain(9 * DAY_MS).unwrap();
        check_all(&day, &format!("step {step}, at the end"));
    }
}

#[test]
fn nothing_synced_is_lost_wherever_the_power_goes() {
    for sync in POLICIES {
        for step in 0..steps(sync) {
            let outer = tempfile::tempdir().unwrap();
            let [dir, kept] = ["store", "kept"].map(|name| outer.path().join(name));
            for folder in [&dir, &kept] {
                fs::create_dir(folder).unwrap();
            }
            fault::fail_after(None);
            fault::follow(&kept);
            let mut day = day(&dir, sync);
            fault::fail_after(Some(step));
            day.live();
            fault::fail_after(None);
            let Day { store, stored, refused, synced, failures } = day;
            drop(store);
            fault::power_cut(&dir).unwrap();
            let store = DiskStore::open(&dir, options(sync)).unwrap();
            let day = Day { store, stored, refused, synced, failures };
            let wanted = if sync == SyncPolicy::EveryAppend { &day.stored } else { &day.synced };
            check(&day.store, &day, wanted, &format!("{sync:?}, step {step}, opened again"));
            day.store.maintain(9 * DAY_MS).unwrap();
            check(&day.store, &day, wanted, &format!("{sync:?}, step {step}, at the end"));
        }
    }
}
