//! Any bytes in any file: no panic, no start prevented but by a newer version, nothing invented.

use crate::{HOUR_MS, MINUTE_MS, copy, files, open, sample};
use proptest::prelude::*;
use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use tempfile::TempDir;
use tsdb::{
    DiskStore, HistogramSample, IntegerHistogram, Labels, NativeHistogram, Options, SelectLimits,
    Selector, SeriesStore, TsdbError, verify,
};

/// Points as text.
fn points(store: &DiskStore) -> HashSet<String> {
    let selector = Selector::everything();
    let limits = SelectLimits::default();
    let selection = store.selection(&selector, tsdb::TimeRange::ALL, &limits).unwrap();
    let (mut found, mut points) = (HashSet::new(), tsdb::Points::default());
    for series in 0..selection.len() {
        selection.read_into(series, &mut points);
        let labels = selection.labels(series);
        let floats = points.times.iter().zip(&points.values);
        found.extend(floats.map(|(time, value)| format!("{labels} {time} {value}")));
        let histograms = points.histograms.iter();
        found.extend(histograms.map(|point| format!("{labels} {point:?}")));
    }
    found
}

/// A small store with every kind of file, and what is in it.
fn sound() -> &'static (TempDir, HashSet<String>) {
    static SOUND: OnceLock<(TempDir, HashSet<String>)> = OnceLock::new();
    SOUND.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path());
        for minute in 0..200 {
            let at_ms = minute * MINUTE_MS;
            store
                .append(&[sample("m", "a", at_ms, minute as f64), sample("m", "b", at_ms, 0.1)])
                .unwrap();
            let own = IntegerHistogram { count: minute as u64, ..IntegerHistogram::default() };
            let histogram = NativeHistogram::Integer(own);
            let labels = Labels::new("h", [("n", "0")]).unwrap();
            store.append_histograms(&[HistogramSample { labels, at_ms, histogram }]).unwrap();
        }
        store.maintain(2 * HOUR_MS + 20 * MINUTE_MS).unwrap();
        store.append(&[sample("m", "a", 200 * MINUTE_MS, 200.0)]).unwrap();
        let known = points(&store);
        (dir, known)
    })
}

#[derive(Debug, Clone)]
enum Change {
    Set(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Insert(prop::sample::Index, Vec<u8>),
    Repeat(prop::sample::Index, prop::sample::Index),
}

fn change() -> impl Strategy<Value = Change> {
    let place = any::<prop::sample::Index>;
    let bytes = prop::collection::vec(any::<u8>(), 1..20);
    prop_oneof![
        5 => (place(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => place().prop_map(Change::Cut),
        1 => (place(), bytes).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        1 => (place(), place()).prop_map(|(from, to)| Change::Repeat(from, to)),
    ]
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    if bytes.is_empty() {
        return;
    }
    match change {
        Change::Set(at, byte) => {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        Change::Cut(at) => bytes.truncate(at.index(bytes.len())),
        Change::Insert(at, more) => {
            let at = at.index(bytes.len());
            bytes.splice(at..at, more.iter().copied());
        }
        Change::Repeat(from, to) => {
            let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
            let part = bytes[from.min(to)..from.max(to)].to_vec();
            bytes.splice(to..to, part);
        }
    }
}

/// Opens the store and uses it; gives back what it shows, if it is not of a newer version.
fn live(dir: &Path) -> Option<HashSet<String>> {
    verify(dir).unwrap();
    let store = match DiskStore::open(dir, Options::default()) {
        Ok(store) => store,
        Err(TsdbError::NewerVersion { .. }) => return None,
        Err(error) => panic!("{error}"),
    };
    let found = points(&store);
    store.append(&[sample("m", "a", 9 * HOUR_MS, 1.0)]).unwrap();
    store.maintain(30 * HOUR_MS).unwrap();
    store.stats();
    Some(found)
}

/// A file of records with sound checksums around these bodies.
fn framed(kind: &[u8; 8], bodies: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = kind.to_vec();
    bytes.extend_from_slice(&[3, 0, 0, 0]);
    bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
    for (record, rest) in bodies {
        let mut body = vec![*record];
        body.extend_from_slice(rest);
        let mut sum = (body.len() as u32).to_le_bytes().to_vec();
        sum.extend_from_slice(&body);
        bytes.extend_from_slice(b"\xf5REC");
        bytes.extend_from_slice(&(body.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&crc32fast::hash(&sum).to_le_bytes());
        bytes.extend_from_slice(&body);
    }
    bytes
}

/// So many cases, unless `FUZZ_CASES` says otherwise.
fn cases(usual: u32) -> ProptestConfig {
    let told = std::env::var("FUZZ_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig::with_cases(told.unwrap_or(usual))
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn changed_files_show_nothing_that_was_never_stored(
        file: prop::sample::Index, changes in prop::collection::vec(change(), 1..6),
    ) {
        let (dir, known) = sound();
        let copied = tempfile::tempdir().unwrap();
        copy(dir.path(), copied.path());
        let mut all = vec![copied.path().join("catalog")];
        for folder in ["blocks", "head", "wal"] {
            all.extend(files(copied.path(), folder));
        }
        let path = &all[file.index(all.len())];
        let mut bytes = fs::read(path).unwrap();
        changes.iter().for_each(|change| apply(&mut bytes, change));
        fs::write(path, bytes).unwrap();
        if let Some(found) = live(copied.path()) {
            let invented: Vec<&String> = found.difference(known).collect();
            prop_assert!(invented.is_empty(), "{invented:?}");
        }
    }

    #[test]
    fn records_that_only_look_sound_do_no_harm(
        bodies in prop::collection::vec(
            (prop_oneof![0u8..5, 16u8..25, Just(32u8), Just(48u8)],
             prop::collection::vec(prop_oneof![3 => 0u8..6, 1 => any::<u8>()], 0..60)),
            1..8,
        ),
    ) {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["blocks", "head", "wal", "deleted"] {
            fs::create_dir_all(dir.path().join(folder)).unwrap();
        }
        for (file, kind, bodies) in [
            ("wal/000000000001.wal", b"TSERWAL\0", &bodies[..]),
            ("head/000000000001.head", b"TSERHED\0", &bodies[..]),
            ("catalog", b"TSERCAT\0", &bodies[..1]),
            ("deleted/000000000001.erasure", b"TSERDEL\0", &bodies[..1]),
        ] {
            fs::write(dir.path().join(file), framed(kind, bodies)).unwrap();
        }
        live(dir.path());
    }
}
