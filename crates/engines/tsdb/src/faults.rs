//! The disk fails, or the process ends, at every single step of a day's work.

use crate::files::fault;
use crate::{DiskStore, Labels, Options, Sample, SelectLimits, Selector, SeriesStore, TimeRange};
use std::collections::BTreeMap;
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
    failures: u32,
}

fn options() -> Options {
    Options { checkpoint_bytes: 600, wal_segment_bytes: 500, ..Options::default() }
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

fn check(store: &DiskStore, day: &Day, when: &str) {
    let limits = SelectLimits::default();
    let found = store.select(&Selector::everything(), TimeRange::ALL, &limits).unwrap();
    let mut there = Known::new();
    for series in found {
        for point in series.points {
            there.insert((series.labels.to_string(), point.at_ms), point.value);
        }
    }
    for (key, value) in &day.stored {
        assert_eq!(there.get(key), Some(value), "{when}: {key:?} was acknowledged");
    }
    for (key, value) in &there {
        let known = day.stored.get(key).or_else(|| day.refused.get(key));
        assert_eq!(known, Some(value), "{when}: {key:?} was never written");
    }
    let stats = store.stats();
    assert!(stats.damages.is_empty(), "{when}: {:?}", stats.damages);
}

fn day(dir: &Path) -> Day {
    let store = DiskStore::open(dir, options()).unwrap();
    Day { store, stored: Known::new(), refused: Known::new(), failures: 0 }
}

#[test]
fn nothing_acknowledged_is_lost_wherever_the_disk_or_the_process_ends() {
    let dir = tempfile::tempdir().unwrap();
    let mut whole = day(dir.path());
    fault::fail_after(None);
    whole.live();
    let steps = fault::steps();
    assert_eq!(whole.failures, 0);
    assert!(steps > 100, "{steps}");
    for step in 0..steps {
        let dir = tempfile::tempdir().unwrap();
        let mut day = day(dir.path());
        fault::fail_after(Some(step));
        day.live();
        assert!(day.failures > 0, "step {step}");
        fault::fail_after(None);
        // The disk has room again, and the same store goes on.
        check(&day.store, &day, &format!("step {step}, going on"));
        if step % 2 == 0 {
            day.append(4 * DAY_MS);
            let done = day.store.maintain(6 * DAY_MS).map(|_| ());
            assert!(done.is_ok(), "step {step}: {done:?}");
            check(&day.store, &day, &format!("step {step}, after the upkeep"));
        }
        let Day { store, stored, refused, failures } = day;
        drop(store);
        let again = DiskStore::open(dir.path(), options()).unwrap();
        let day = Day { store: again, stored, refused, failures };
        check(&day.store, &day, &format!("step {step}, opened again"));
        day.store.maintain(9 * DAY_MS).unwrap();
        check(&day.store, &day, &format!("step {step}, at the end"));
    }
}
