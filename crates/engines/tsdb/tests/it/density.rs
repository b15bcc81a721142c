//! How many bytes a sample takes, on data like a machine's own metrics.

use crate::{DAY_MS, HOUR_MS, MINUTE_MS, open, sample, select};
use tsdb::{Sample, SeriesStore};

const SERIES: usize = 120;
const STEP_MS: i64 = 10_000;

/// The kinds of series that a node's exporter has, in about its proportions.
fn next(kind: usize, value: f64, random: u32) -> f64 {
    let chance = f64::from(random % 1000) / 1000.0;
    match kind % 10 {
        0..=2 => value,
        3 | 4 => ((value + chance * 10.0) * 100.0).round() / 100.0,
        5 => value + f64::from(random % 200_000),
        6 => value + f64::from(random % 3),
        7 => (value + f64::from(random % 64) - 31.5).max(0.0).round(),
        8 => ((chance * 4.0) * 100.0).round() / 100.0,
        _ => value + chance,
    }
}

/// The next of a fixed row of numbers (xorshift64*).
fn random(seed: &mut u64) -> u32 {
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    (seed.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32) as u32
}

#[test]
fn machine_metrics_come_back_and_are_small() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let mut seed = 0x2545_f491_4f6c_dd1d;
    let mut values: Vec<f64> = (0..SERIES).map(|n| n as f64 * 1000.0).collect();
    let mut written: Vec<Vec<u64>> = vec![Vec::new(); SERIES];
    let hosts: Vec<Sample> =
        (0..SERIES).map(|n| sample("node", &format!("h{n:03}"), 0, 0.0)).collect();
    for scrape in 0..DAY_MS / STEP_MS {
        // A scrape starts some milliseconds early or late.
        let at_ms = scrape * STEP_MS + i64::from(random(&mut seed) % 7);
        let mut batch = hosts.clone();
        for (kind, sample) in batch.iter_mut().enumerate() {
            let chance = random(&mut seed);
            values[kind] = next(kind, values[kind], chance);
            (sample.at_ms, sample.value) = (at_ms, values[kind]);
            written[kind].push(values[kind].to_bits());
        }
        assert_eq!(store.append(&batch).unwrap().stored, SERIES as u64);
        if at_ms % HOUR_MS < STEP_MS {
            store.maintain(at_ms).unwrap();
        }
    }
    let per_sample = |store: &tsdb::DiskStore| {
        let stats = store.stats();
        stats.block_bytes as f64 / stats.points_stored as f64
    };
    let flushed = per_sample(&store);
    for _ in 0..3 {
        store.maintain(DAY_MS + 2 * HOUR_MS + 11 * MINUTE_MS).unwrap();
    }
    assert_eq!(store.stats().blocks, 1);
    println!(
        "bytes a sample: {flushed:.3} in blocks of two hours, {:.3} a day",
        per_sample(&store)
    );
    let found = select(&store, "node");
    let read: Vec<Vec<u64>> = found
        .into_iter()
        .map(|series| series.points.iter().map(|point| point.value.to_bits()).collect())
        .collect();
    assert!(read == written);
}
