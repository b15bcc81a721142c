//! Changed files that still have sound checksums, such as a memory that flips bits would write:
//! no panic, no start prevented but by a newer version, no memory beyond what is bounded.

use crate::files::fault;
use crate::{
    DiskStore, HistogramSample, IntegerHistogram, Labels, NativeHistogram, Options, Points, Rollup,
    Sample, SelectLimits, Selector, SeriesStore, TimeRange, TsdbError, verify,
};
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tempfile::TempDir;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// What opening, reading and looking after a store of so few bytes may take at once, and what for
/// each byte that is in it.
const ROOM_BYTES: usize = 16 << 20;
const ROOM_FACTOR: usize = 256;
const FOLDERS: [&str; 5] = ["blocks", "deleted", "head", "wal", "rollups/3600000/sum"];

fn options() -> Options {
    Options {
        rollups: vec![Rollup::for_ever(HOUR_MS)],
        wal_segment_bytes: 4_000,
        ..Options::default()
    }
}

fn labels(metric: &str, host: &str) -> Labels {
    Labels::new(metric, [("host", host)]).unwrap()
}

fn append(store: &DiskStore, minutes: impl Iterator<Item = i64>) {
    for minute in minutes {
        let at_ms = minute * MINUTE_MS;
        let sample = |host: &str, value: f64| Sample { labels: labels("m", host), at_ms, value };
        let batch = [
            sample("a", minute as f64),
            sample("b", 0.1 * (minute % 7) as f64),
            sample("c", (minute as f64).sin()),
        ];
        store.append(&batch).unwrap();
        let own = IntegerHistogram { count: minute as u64, ..IntegerHistogram::default() };
        let histogram = NativeHistogram::Integer(own);
        let sample = HistogramSample { labels: labels("h", "a"), at_ms, histogram };
        store.append_histograms(&[sample]).unwrap();
    }
}

/// A store with every kind of file.
fn sound() -> &'static TempDir {
    static SOUND: OnceLock<TempDir> = OnceLock::new();
    SOUND.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let store = DiskStore::open(dir.path(), options()).unwrap();
        append(&store, (0..25 * 60).step_by(20));
        for hour in [25, 26, 27] {
            store.maintain(hour * HOUR_MS).unwrap();
        }
        append(&store, 27 * 60..29 * 60);
        let range = TimeRange { from_ms: HOUR_MS, to_ms: 2 * HOUR_MS };
        store.delete(&Selector::metric("m"), range).unwrap();
        store.checkpoint().unwrap();
        append(&store, 29 * 60..29 * 60 + 20);
        dir
    })
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut all = vec![dir.join("catalog")];
    for folder in FOLDERS {
        let Ok(entries) = fs::read_dir(dir.join(folder)) else { continue };
        all.extend(entries.map(|entry| entry.unwrap().path()));
    }
    all.sort();
    all
}

/// Opens the store and does everything with it; tells whether it is of a newer version.
fn live(dir: &Path) -> bool {
    verify(dir).unwrap();
    let store = match DiskStore::open(dir, options()) {
        Ok(store) => store,
        Err(TsdbError::NewerVersion { .. }) => return false,
        Err(error) => panic!("{error}"),
    };
    read(&store);
    store.append(&[Sample { labels: labels("m", "a"), at_ms: 31 * HOUR_MS, value: 1.0 }]).unwrap();
    store.maintain(33 * HOUR_MS).unwrap();
    store.maintain(60 * HOUR_MS).unwrap();
    read(&store);
    store.stats();
    true
}

fn read(store: &DiskStore) {
    let limits = SelectLimits::default();
    let Ok(found) = store.selection(&Selector::everything(), TimeRange::ALL, &limits) else {
        return;
    };
    let mut points = Points::default();
    for series in 0..found.len() {
        found.read_into(series, &mut points);
        found.reader().statistics(series);
    }
    let _ = store.label_values("host", None, TimeRange::ALL, &limits);
}

#[derive(Debug, Clone)]
enum Change {
    Set(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Insert(prop::sample::Index, Vec<u8>),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let place = any::<prop::sample::Index>;
    let byte = || prop_oneof![Just(0_u8), Just(0x7f), Just(0xff), any::<u8>()];
    let change = prop_oneof![
        8 => (place(), byte()).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => place().prop_map(Change::Cut),
        1 => (place(), prop::collection::vec(byte(), 1..12))
            .prop_map(|(at, bytes)| Change::Insert(at, bytes)),
    ];
    prop::collection::vec(change, 1..5)
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        let place = |at: &prop::sample::Index| at.index(bytes.len() + 1);
        match change {
            Change::Set(at, byte) => {
                let at = place(at);
                if let Some(old) = bytes.get_mut(at) {
                    *old = *byte;
                }
            }
            Change::Cut(at) => bytes.truncate(place(at)),
            Change::Insert(at, more) => {
                let at = place(at);
                bytes.splice(at..at, more.iter().copied());
            }
        }
    }
    bytes
}

/// So many cases, unless `FUZZ_CASES` says otherwise.
fn cases(usual: u32) -> ProptestConfig {
    let told = std::env::var("FUZZ_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig::with_cases(told.unwrap_or(usual))
}

#[test]
fn the_seed_has_every_kind_of_file() {
    let all = files(sound().path());
    for folder in FOLDERS {
        let inside = all.iter().any(|path| path.parent().unwrap().ends_with(folder));
        assert!(inside, "{folder}: {all:?}");
    }
    assert!(verify(sound().path()).unwrap().damages.is_empty());
}

proptest! {
    #![proptest_config(cases(20))]

    #[test]
    fn files_that_only_look_sound_do_no_harm(file: prop::sample::Index, changes in changes()) {
        let dir = tempfile::tempdir().unwrap();
        let (from, mut bytes) = (sound().path(), 0);
        let all = files(from);
        for (at, path) in all.iter().enumerate() {
            let to = dir.path().join(path.strip_prefix(from).unwrap());
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            let whole = fs::read(path).unwrap();
            let content =
                if at == file.index(all.len()) { changed(whole, &changes) } else { whole };
            bytes += content.len();
            fs::write(to, content).unwrap();
        }
        fault::fail_after(None);
        fault::trust(true);
        let used = || {
            live(dir.path());
        };
        let taken = allocation_counter::measure(used).bytes_max as usize;
        fault::trust(false);
        let room = ROOM_BYTES + bytes * ROOM_FACTOR;
        prop_assert!(taken <= room, "{taken} bytes for {bytes}, at most {room}");
    }
}
