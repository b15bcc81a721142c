//! The disk fails, or the process ends, at every single step of a day's work.

use crate::files::fault;
use crate::{
    Acknowledge, Age, Aggregate, Batch, DiskStore, Exemplar, HistogramSample, IntegerHistogram,
    Labels, Metadata, NativeHistogram, Options, Points, Retention, Rolled, Rollup, Sample,
    SelectLimits, Selector, SeriesStore, SyncPolicy, Terms, TimeRange,
};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// A series that has room for a part of its points only, in blocks and in roll-ups.
const AWAY: &str = "away";
const AWAY_BYTES: u64 = 1_000;

/// Points by series and time, and what was told beside them; of each the values it may have.
type Known = BTreeMap<(String, i64), f64>;

struct Day {
    store: DiskStore,
    mode: Mode,
    /// What has been stored, as far as anybody was told.
    stored: Known,
    /// What was refused: it may be there or not.
    refused: Known,
    /// What is to be there after the power went.
    synced: Known,
    /// Where a copy goes, and what had been stored when it was made.
    copy: PathBuf,
    copied: Option<Known>,
    failures: u32,
}

/// Who brings what was appended to stable storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// The host, now and then.
    Host,
    /// Every append.
    EveryAppend,
    /// Whoever waits after it.
    Acknowledged,
}

fn options(mode: Mode) -> Options {
    let (sync, acknowledge) = match mode {
        Mode::Host => (SyncPolicy::Host, Acknowledge::Written),
        Mode::EveryAppend => (SyncPolicy::EveryAppend, Acknowledge::Written),
        // As a store is by itself.
        Mode::Acknowledged => (Options::default().sync, Options::default().acknowledge),
    };
    Options {
        checkpoint_bytes: 600,
        wal_segment_bytes: 500,
        late_points_max: 4,
        rollups: vec![Rollup::for_ever(12 * HOUR_MS)],
        retentions: vec![Retention {
            selector: Selector::metric(AWAY),
            keep_ms: None,
            bytes_max: Some(AWAY_BYTES),
        }],
        sync,
        acknowledge,
        ..Options::default()
    }
}

fn away(at_ms: i64) -> Sample {
    Sample { labels: Labels::new(AWAY, [("n", "0")]).unwrap(), at_ms, value: at_ms as f64 }
}

impl Day {
    fn append(&mut self, from_ms: i64) {
        let sample = |n: i64| {
            let labels = Labels::new("m", [("n", (n % 3).to_string())]).unwrap();
            Sample { labels, at_ms: from_ms + n / 3 * 60_000, value: from_ms as f64 + n as f64 }
        };
        let batch: Vec<Sample> = (0..9).map(sample).chain([away(from_ms)]).collect();
        let done = self.store.append(&batch);
        if let Ok(done) = &done {
            // What was refused before may have been there all the same.
            assert_eq!(done.stored + done.duplicates, 10);
        }
        self.count(&done, batch);
        if from_ms % (4 * HOUR_MS) == 0 {
            self.append_histogram(from_ms);
            self.append_notes(from_ms);
        }
        self.acknowledge();
    }

    fn count<T>(&mut self, done: &Result<T, crate::TsdbError>, batch: Vec<Sample>) {
        self.note(done);
        for one in batch {
            let is_stored = done.is_ok() && one.labels.metric() != AWAY;
            let to = if is_stored { &mut self.stored } else { &mut self.refused };
            to.insert((one.labels.to_string(), one.at_ms), one.value);
        }
        self.every_append();
    }

    /// What comes two days late, to blocks of its own.
    fn append_old(&mut self, now_ms: i64) {
        let sample = |n: i64| {
            let labels = Labels::new("m", [("n", (n % 2).to_string())]).unwrap();
            Sample { labels, at_ms: now_ms - 2 * DAY_MS + n * 60_000, value: n as f64 }
        };
        let old = away(now_ms - 2 * DAY_MS);
        let batch: Vec<Sample> = (0..8).map(sample).chain([old]).collect();
        let terms = Terms { age: Age::Kept { now_ms }, ..Terms::default() };
        let done = self.store.append_batch(&Batch { samples: &batch, terms, ..Batch::default() });
        self.count(&done, batch);
        let done = self.store.flush_late(now_ms);
        self.note(&done);
        self.acknowledge();
    }

    fn append_histogram(&mut self, at_ms: i64) {
        let histogram = IntegerHistogram { sum: at_ms as f64, ..IntegerHistogram::default() };
        let histogram = NativeHistogram::Integer(histogram);
        let labels = Labels::new("h", [("n", "0")]).unwrap();
        let sample = HistogramSample { labels, at_ms, histogram };
        let done = self.store.append_histograms(std::slice::from_ref(&sample));
        self.tell(&done, (sample.labels.to_string(), at_ms), at_ms as f64);
    }

    fn append_notes(&mut self, at_ms: i64) {
        let value = at_ms as f64;
        let labels = Labels::new("m", [("n", "0")]).unwrap();
        let own = Labels::from_pairs([("trace", "1")]).unwrap();
        let exemplar = Exemplar { labels: own, at_ms, value };
        let done = self.store.append_exemplars(vec![(labels, exemplar)]);
        self.tell(&done, ("exemplar".to_owned(), at_ms), value);
        let about = Metadata { help: value.to_string(), ..Metadata::default() };
        let done = self.store.set_metadata(vec![(format!("m{at_ms}"), about)]);
        self.tell(&done, ("metadata".to_owned(), at_ms), value);
    }

    fn tell<T>(&mut self, done: &Result<T, crate::TsdbError>, key: (String, i64), value: f64) {
        self.note(done);
        let to = if done.is_ok() { &mut self.stored } else { &mut self.refused };
        to.insert(key, value);
        self.every_append();
    }

    fn note<T>(&mut self, done: &Result<T, crate::TsdbError>) {
        self.failures += u32::from(done.is_err());
    }

    fn every_append(&mut self) {
        if self.mode == Mode::EveryAppend {
            self.synced.clone_from(&self.stored);
        }
    }

    fn acknowledge(&mut self) {
        let done = self.store.acknowledge();
        self.note(&done);
        if done.is_ok() && self.mode == Mode::Acknowledged {
            self.synced.clone_from(&self.stored);
        }
    }

    fn maintain(&mut self, now_ms: i64) {
        let done = self.store.maintain(now_ms);
        self.note(&done);
    }

    /// Everything a store does in its life, in small.
    fn live(&mut self) {
        for hour in 0..9 {
            self.append(hour * HOUR_MS);
            if self.mode != Mode::Acknowledged || hour % 4 == 3 {
                let synced = self.store.sync();
                self.note(&synced);
                if synced.is_ok() {
                    self.synced.clone_from(&self.stored);
                }
            }
            if hour % 3 == 1 {
                self.maintain((hour + 1) * HOUR_MS);
            }
            if hour == 6 {
                self.append_old(hour * HOUR_MS);
            }
        }
        let range = TimeRange { from_ms: DAY_MS, to_ms: 2 * DAY_MS };
        let done = self.store.delete(&Selector::everything(), range);
        self.note(&done);
        for _ in 0..2 {
            self.maintain(2 * DAY_MS);
        }
        self.append(3 * DAY_MS);
        let saved = self.store.checkpoint();
        self.note(&saved);
        let copied = self.store.snapshot(&self.copy);
        self.note(&copied);
        self.copied = copied.ok().map(|()| self.stored.clone());
    }

    /// The same store, closed and opened again; something happens in between.
    fn reopened(self, dir: &Path, between: impl FnOnce(&Path)) -> Self {
        let Self { store, mode, stored, refused, synced, copy, copied, failures } = self;
        drop(store);
        between(&copy);
        let damages = crate::verify(dir).unwrap().damages;
        assert!(damages.is_empty(), "{damages:?}");
        let store = DiskStore::open(dir, options(mode)).unwrap();
        Self { store, mode, stored, refused, synced, copy, copied, failures }
    }
}

/// All that is there; nothing is there twice.
fn there(store: &DiskStore, when: &str) -> Known {
    let limits = SelectLimits::default();
    let mut there = Known::new();
    let mut put = |key: (String, i64), value: f64| {
        let before = there.insert(key, value);
        assert_eq!(before, None, "{when}: something is there twice");
    };
    for series in store.select(&Selector::everything(), TimeRange::ALL, &limits).unwrap() {
        for point in series.points {
            put((series.labels.to_string(), point.at_ms), point.value);
        }
    }
    let selection = store.selection(&Selector::metric("h"), TimeRange::ALL, &limits).unwrap();
    let mut points = Points::default();
    for at in 0..selection.len() {
        selection.read_into(at, &mut points);
        for point in &points.histograms {
            let key = (selection.labels(at).to_string(), point.at_ms);
            put(key, point.histogram.to_float().sum);
        }
    }
    for exemplar in store.exemplars(&Selector::everything(), TimeRange::ALL).values().flatten() {
        put(("exemplar".to_owned(), exemplar.at_ms), exemplar.value);
    }
    for (metric, about) in store.metadata(None) {
        let at_ms = metric.trim_start_matches('m').parse().unwrap();
        put(("metadata".to_owned(), at_ms), about.help.parse().unwrap());
    }
    there
}

fn check(store: &DiskStore, day: &Day, wanted: &Known, when: &str) {
    let there = there(store, when);
    for (key, value) in wanted {
        assert_eq!(there.get(key), Some(value), "{when}: {key:?} was acknowledged");
    }
    for (key, value) in &there {
        let known = day.stored.get(key).or_else(|| day.refused.get(key));
        assert_eq!(known, Some(value), "{when}: {key:?} was never written");
    }
    check_windows(store, &there, when);
    let stats = store.stats();
    assert!(stats.damages.is_empty(), "{when}: {:?}", stats.damages);
}

/// Windows, as far as there are any, stand for the points that are there.
fn check_windows(store: &DiskStore, there: &Known, when: &str) {
    let (limits, selector) = (SelectLimits::default(), Selector::metric("m"));
    for day in -3..4 {
        let range = TimeRange { from_ms: day * DAY_MS + 1, to_ms: (day + 1) * DAY_MS };
        let rolled = Rolled { step_ms: 12 * HOUR_MS, aggregates: &[Aggregate::Count] };
        let Some(windows) = store.windows(&selector, range, rolled, &limits).unwrap() else {
            continue;
        };
        let (mut reader, mut found, mut count) = (windows.reader(), Default::default(), 0.0);
        for at in 0..windows.label_sets().len() {
            reader.read_into(at, &mut found);
            count += found.values[0].iter().sum::<f64>();
        }
        let inside = |key: &(String, i64)| key.0.starts_with("m{") && range.contains(key.1);
        let known = there.keys().filter(|key| inside(key)).count();
        assert_eq!(count, known as f64, "{when}: day {day} is rolled up");
    }
}

fn check_all(day: &Day, when: &str) {
    check(&day.store, day, &day.stored, when);
}

/// A copy that was made is whole.
fn check_copy(day: &Day, when: &str) {
    let Some(copied) = &day.copied else { return };
    let damages = crate::verify(&day.copy).unwrap().damages;
    assert!(damages.is_empty(), "{when}, the copy: {damages:?}");
    let copy = DiskStore::open(&day.copy, options(day.mode)).unwrap();
    check(&copy, day, copied, &format!("{when}, the copy"));
}

/// A new folder: in memory where the system has one there, as nothing in it outlives the test and
/// there are many.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// A store in a folder of `outer`.
fn day(outer: &Path, mode: Mode) -> (PathBuf, Day) {
    let [dir, copy] = ["store", "copy"].map(|name| outer.join(name));
    let store = DiskStore::open(&dir, options(mode)).unwrap();
    let (stored, refused, synced) = (Known::new(), Known::new(), Known::new());
    let (copied, failures) = (None, 0);
    (dir, Day { store, mode, stored, refused, synced, copy, copied, failures })
}

/// How many steps a day has, of which each may be the last.
fn steps(mode: Mode) -> u32 {
    let dir = folder();
    fault::fail_after(None);
    let (_, mut whole) = day(dir.path(), mode);
    fault::fail_after(None);
    whole.live();
    assert_eq!(whole.failures, 0);
    let steps = fault::steps();
    assert!(steps > 100, "{steps}");
    let rolled = whole.store.rolled_up_to(12 * HOUR_MS);
    assert!(rolled.is_some() && whole.copied.is_some(), "a day has all of it");
    check_copy(&whole, "whole");
    steps
}

#[test]
fn nothing_acknowledged_is_lost_wherever_the_disk_or_the_process_ends() {
    let mode = Mode::Host;
    for step in 0..steps(mode) {
        let outer = folder();
        let (dir, mut day) = day(outer.path(), mode);
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
        let day = day.reopened(&dir, |_| {});
        check_all(&day, &format!("step {step}, opened again"));
        day.store.maintain(9 * DAY_MS).unwrap();
        check_all(&day, &format!("step {step}, at the end"));
        check_copy(&day, &format!("step {step}"));
    }
}

/// Cuts the power after each step of a day.
fn cut_power(mode: Mode) {
    for step in 0..steps(mode) {
        let outer = folder();
        let kept = outer.path().join("kept");
        fs::create_dir(&kept).unwrap();
        fault::fail_after(None);
        fault::follow(&kept);
        let (dir, mut day) = day(outer.path(), mode);
        fault::fail_after(Some(step));
        day.live();
        fault::fail_after(None);
        let day = day.reopened(&dir, |copy| fault::power_cut(&[&dir, copy]).unwrap());
        let when = format!("{mode:?}, step {step}");
        check(&day.store, &day, &day.synced, &format!("{when}, opened again"));
        day.store.maintain(9 * DAY_MS).unwrap();
        check(&day.store, &day, &day.synced, &format!("{when}, at the end"));
        check_copy(&day, &when);
    }
}

#[test]
fn nothing_that_the_host_synced_is_lost_wherever_the_power_goes() {
    cut_power(Mode::Host);
}

#[test]
fn nothing_appended_is_lost_wherever_the_power_goes_if_every_append_waits() {
    cut_power(Mode::EveryAppend);
}

#[test]
fn nothing_acknowledged_is_lost_wherever_the_power_goes() {
    cut_power(Mode::Acknowledged);
}
