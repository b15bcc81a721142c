//! What roll-ups cost and save. Run with `cargo bench -p tsdb --bench rollups`; prints
//! `name: number`.
//!
//! `HOSTS` (default 10) machines of 120 series are scraped each 15 s for `DAYS` (10) days: into a
//! store without roll-ups, and into one with those of a minute, five minutes and an hour. Both are
//! asked for the greatest value of every hour of every series, as far as it is rolled up.

mod machines;

use machines::{Machine, SERIES, STEP_MS, cpu_s, labels, number_of};
use std::ops::ControlFlow;
use std::path::Path;
use tsdb::{
    Aggregate, DiskStore, Maintained, Options, RefSample, Rollup, SelectLimits, Selector,
    SeriesRef, SeriesStore, TimeRange,
};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
/// So many rounds of upkeep at most until nothing is left to do.
const ROUNDS_MAX: usize = 1_000;
/// So many times each question is asked.
const ASKS: u32 = 5;
const LIMITS: SelectLimits = SelectLimits { series_max: usize::MAX, points_max: usize::MAX };

/// Takes in everything with upkeep every hour, and at the end until nothing is left to do; gives
/// how many samples there were.
fn fill(store: &DiskStore, hosts: usize, steps: i64) -> u64 {
    let series_ref = |host, number| store.series_ref(&labels(host, number)).expect("room");
    let refs = |host| (0..SERIES).map(|number| series_ref(host, number)).collect();
    let refs: Vec<Vec<SeriesRef>> = (0..hosts).map(refs).collect();
    let mut machines: Vec<Machine> = (0..hosts).map(Machine::new).collect();
    let mut batch: Vec<RefSample> = Vec::new();
    let (mut count, mut newest_ms) = (0, 0);
    for step in 0..steps {
        for (machine, refs) in machines.iter_mut().zip(&refs) {
            machine.scrape(step, &mut |number, at_ms, value| {
                newest_ms = newest_ms.max(at_ms);
                batch.push(RefSample { series: refs[number], at_ms, value });
            });
        }
        let done = store.append_refs(&batch).expect("the disk is there");
        assert!(done.gone.is_empty(), "every series is scraped all the time");
        count += done.appended.stored;
        batch.clear();
        if step % (HOUR_MS / STEP_MS) == 0 {
            store.sync().expect("the disk is there");
            store.maintain(newest_ms).expect("the disk is there");
        }
    }
    let rounds = || store.maintain(newest_ms + DAY_MS).expect("the disk is there");
    let left = (0..ROUNDS_MAX).find(|_| rounds() == Maintained::default());
    left.expect("upkeep comes to an end");
    count
}

/// How many windows there are and the sum of their greatest values, from the points themselves.
fn from_points(store: &DiskStore, range: TimeRange) -> (u64, f64) {
    let (mut windows, mut sum) = (0, 0.0);
    let asked = store.select_columns(&Selector::everything(), range, &LIMITS, &mut |column| {
        let end = |time: &i64| (time + HOUR_MS - 1).div_euclid(HOUR_MS);
        let mut start = 0;
        for window in column.times.chunk_by(|a, b| end(a) == end(b)) {
            let values = &column.values[start..start + window.len()];
            sum += values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            start += window.len();
            windows += 1;
        }
        ControlFlow::Continue(())
    });
    asked.expect("there is no limit");
    (windows, sum)
}

/// The same from the roll-ups.
fn from_roll_ups(store: &DiskStore, range: TimeRange) -> (u64, f64) {
    let (mut windows, mut sum) = (0, 0.0);
    let (everything, key) = (Selector::everything(), (HOUR_MS, Aggregate::Max));
    let asked = store.select_rollup(&everything, range, key, &LIMITS, &mut |column| {
        windows += column.values.len() as u64;
        sum += column.values.iter().sum::<f64>();
        ControlFlow::Continue(())
    });
    asked.expect("there is no limit");
    (windows, sum)
}

fn folder_bytes(dir: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(dir) else { return 0 };
    let size = |entry: std::fs::DirEntry| {
        let meta = entry.metadata().ok();
        meta.map_or(0, |m| if m.is_dir() { folder_bytes(&entry.path()) } else { m.len() })
    };
    entries.flatten().map(size).sum()
}

fn main() {
    let (hosts, days) = (number_of("HOSTS", 10), number_of("DAYS", 10) as i64);
    let steps = days * DAY_MS / STEP_MS;
    let mut answers: Vec<(u64, f64)> = Vec::new();
    let mut range: Option<TimeRange> = None;
    // With roll-ups first: they say how far both are asked.
    for (name, step_list) in
        [("with", vec![MINUTE_MS, 5 * MINUTE_MS, HOUR_MS]), ("without", Vec::new())]
    {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let rollups = step_list.into_iter().map(Rollup::for_ever).collect();
        let options = Options { rollups, ..Options::default() };
        let store = DiskStore::open(dir.path(), options).expect("a new store");
        let before = cpu_s();
        let samples = fill(&store, hosts, steps) as f64;
        println!("{name}, samples: {samples}");
        let took_us = (cpu_s() - before) * 1e6;
        println!("{name}, take in and keep, CPU us/sample: {:.3}", took_us / samples);
        let bytes = folder_bytes(dir.path()) as f64;
        println!("{name}, bytes/sample, all files: {:.3}", bytes / samples);
        let range = *range.get_or_insert_with(|| {
            // A window of a day that is over ends with it, and belongs to it.
            let to_ms = store.rolled_up_to(HOUR_MS).expect("some days are rolled up");
            TimeRange { from_ms: to_ms - days * DAY_MS + 1, to_ms }
        });
        let ask: fn(&DiskStore, TimeRange) -> (u64, f64) =
            if name == "with" { from_roll_ups } else { from_points };
        let before = cpu_s();
        let mut answer = (0, 0.0);
        for _ in 0..ASKS {
            answer = ask(&store, range);
        }
        let took_ms = (cpu_s() - before) * 1e3 / f64::from(ASKS);
        println!("{name}, greatest of each hour, windows: {}", answer.0);
        println!("{name}, greatest of each hour, CPU ms: {took_ms:.0}");
        answers.push(answer);
    }
    assert_eq!(answers[0].0, answers[1].0, "both know the same windows");
    let (one, other) = (answers[0].1, answers[1].1);
    assert!((one - other).abs() <= one.abs() * 1e-9, "{one} is not {other}");
}
