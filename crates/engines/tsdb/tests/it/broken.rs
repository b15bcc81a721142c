//! Every kind of file, broken in every way: named by the verification, and no reason not to start.

use crate::{DAY_MS, HOUR_MS, MINUTE_MS, copy, files, open, sample};
use std::fs;
use std::path::{Path, PathBuf};
use tsdb::{
    DiskStore, HistogramSample, IntegerHistogram, Labels, NativeHistogram, Options, Rollup, Sample,
    Selector, SeriesStore, TimeRange, TsdbError, verify,
};

fn options() -> Options {
    Options { rollups: vec![Rollup::for_ever(HOUR_MS)], ..Options::default() }
}

fn fill(store: &DiskStore, minutes: std::ops::Range<i64>) {
    fill_each(store, minutes, 1);
}

fn fill_each(store: &DiskStore, minutes: std::ops::Range<i64>, step: usize) {
    for minute in minutes.step_by(step) {
        let at_ms = minute * MINUTE_MS;
        let batch: Vec<Sample> = (0..4)
            .map(|n| sample("m", &format!("h{n}"), at_ms, ((minute * n) as f64).sin()))
            .collect();
        store.append(&batch).unwrap();
        let own = IntegerHistogram { sum: minute as f64, ..IntegerHistogram::default() };
        let histogram = NativeHistogram::Integer(own);
        let labels = Labels::new("h", [("n", "0")]).unwrap();
        store.append_histograms(&[HistogramSample { labels, at_ms, histogram }]).unwrap();
    }
}

/// A store with files of every kind: blocks, a deletion, roll-ups, head files of which the newest
/// wants an earlier one, log segments, the list of files.
fn whole(dir: &Path) {
    let store = DiskStore::open(dir, options()).unwrap();
    fill_each(&store, 0..25 * 60, 20);
    for hour in [25, 26, 27] {
        store.maintain(hour * HOUR_MS).unwrap();
    }
    fill(&store, 27 * 60..29 * 60);
    let range = TimeRange { from_ms: HOUR_MS, to_ms: 2 * HOUR_MS };
    store.delete(&Selector::parse("m{host=\"h1\"}").unwrap(), range).unwrap();
    store.checkpoint().unwrap();
    fill(&store, 29 * 60..29 * 60 + 50);
    store.checkpoint().unwrap();
    drop(store);
    let small = Options { wal_segment_bytes: 300, ..options() };
    let store = DiskStore::open(dir, small).unwrap();
    fill(&store, 29 * 60 + 50..29 * 60 + 54);
    drop(store);
    // All segments are on the list at the latest now.
    drop(DiskStore::open(dir, options()).unwrap());
}

fn all_files(dir: &Path) -> Vec<PathBuf> {
    let mut found = vec![dir.join("catalog")];
    for folder in ["blocks", "deleted", "head", "wal", "rollups/3600000/sum"] {
        found.extend(files(dir, folder));
    }
    found
}

/// Copies everything, roll-ups too.
fn copy_all(from: &Path, to: &Path) {
    copy(from, to);
    for aggregate in files(from, "rollups/3600000") {
        let folder = aggregate.strip_prefix(from).unwrap().to_owned();
        fs::create_dir_all(to.join(&folder)).unwrap();
        for file in files(from, folder.to_str().unwrap()) {
            fs::copy(&file, to.join(file.strip_prefix(from).unwrap())).unwrap();
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Harm {
    FlippedHeader,
    FlippedMiddle,
    FlippedEnd,
    Halved,
    Emptied,
    Missing,
    Newer,
}

fn harm(path: &Path, harm: Harm) {
    let mut bytes = fs::read(path).unwrap();
    match harm {
        Harm::FlippedHeader => bytes[3] ^= 0x10,
        Harm::FlippedMiddle => {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0x10;
        }
        Harm::FlippedEnd => *bytes.last_mut().unwrap() ^= 0x10,
        Harm::Halved => bytes.truncate(bytes.len() / 2),
        Harm::Emptied => bytes.clear(),
        Harm::Missing => return fs::remove_file(path).unwrap(),
        Harm::Newer => {
            bytes[8] = 9;
            let sum = crc32fast::hash(&bytes[..12]);
            bytes[12..16].copy_from_slice(&sum.to_le_bytes());
        }
    }
    fs::write(path, bytes).unwrap();
}

const HARMS: [Harm; 7] = [
    Harm::FlippedHeader,
    Harm::FlippedMiddle,
    Harm::FlippedEnd,
    Harm::Halved,
    Harm::Emptied,
    Harm::Missing,
    Harm::Newer,
];

/// Whether nothing can tell: the newest log segment may end anywhere.
fn is_unknowable(path: &Path, last_segment: &Path, harm: Harm) -> bool {
    let cut = [Harm::FlippedEnd, Harm::FlippedMiddle, Harm::Halved, Harm::Emptied];
    path == last_segment && cut.contains(&harm)
}

#[test]
fn every_broken_file_is_named_and_only_what_would_be_lost_prevents_a_start() {
    let dir = tempfile::tempdir().unwrap();
    whole(dir.path());
    assert_eq!(verify(dir.path()).unwrap().damages, []);
    let all = all_files(dir.path());
    for folder in ["blocks", "deleted", "head", "wal", "rollups"] {
        let count = all.iter().filter(|path| path.strip_prefix(dir.path().join(folder)).is_ok());
        let wanted = if ["head", "wal"].contains(&folder) { 2 } else { 1 };
        assert!(count.count() >= wanted, "{folder}: {all:?}");
    }
    let last_segment = files(dir.path(), "wal").pop().unwrap();
    for path in &all {
        for kind in HARMS {
            let copied = tempfile::tempdir().unwrap();
            copy_all(dir.path(), copied.path());
            let broken = copied.path().join(path.strip_prefix(dir.path()).unwrap());
            harm(&broken, kind);
            let when = format!("{kind:?} {}", path.strip_prefix(dir.path()).unwrap().display());
            let found = verify(copied.path()).unwrap();
            let named = found.damages.iter().any(|damage| damage.path == broken);
            let unknowable = is_unknowable(path, &last_segment, kind);
            assert!(named || unknowable, "{when}: {:?}", found.damages);
            let opened = DiskStore::open(copied.path(), options());
            let refused = ["wal", "head"].iter().any(|name| path.parent().unwrap().ends_with(name))
                || path.ends_with("catalog");
            match opened {
                Err(TsdbError::NewerVersion { path, .. }) if kind == Harm::Newer && refused => {
                    assert_eq!(path, broken, "{when}");
                }
                Ok(_) if kind == Harm::Newer && refused => panic!("{when}: it was opened"),
                Err(error) => panic!("{when}: {error}"),
                Ok(store) => {
                    let stats = store.stats();
                    let names = |damage: &tsdb::Damage| damage.path == broken;
                    let told = kind != Harm::Missing || stats.damages.iter().any(names);
                    assert!(told, "{when}: at the start");
                    assert!(stats.points_stored + stats.points_live > 0, "{when}");
                    store.append(&[sample("m", "h0", 31 * HOUR_MS, 1.0)]).unwrap();
                    store.maintain(33 * HOUR_MS).unwrap();
                }
            }
        }
    }
}

#[test]
fn missing_block_is_named_until_its_time_is_over() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    fill_each(&store, 0..5 * 60, 5);
    store.maintain(3 * HOUR_MS).unwrap();
    store.maintain(5 * HOUR_MS).unwrap();
    drop(store);
    let gone = files(dir.path(), "blocks")[0].clone();
    fs::remove_file(&gone).unwrap();
    for now_ms in [6 * HOUR_MS, 8 * HOUR_MS] {
        let damages = verify(dir.path()).unwrap().damages;
        assert_eq!((damages.len(), &damages[0].path), (1, &gone));
        let store = open(dir.path());
        assert_eq!(store.stats().damages, damages);
        store.maintain(now_ms).unwrap();
    }
    let store = open(dir.path());
    fill(&store, 40 * 24 * 60..40 * 24 * 60 + 1);
    store.maintain(40 * DAY_MS + 3 * HOUR_MS).unwrap();
    drop(store);
    assert_eq!(verify(dir.path()).unwrap().damages, []);
}

/// Fills a store so that its log has several segments, takes the lowest away, and looks.
fn lowest_segment_is_named(dir: &Path) {
    let small = || Options { wal_segment_bytes: 300, ..Options::default() };
    let store = DiskStore::open(dir, small()).unwrap();
    fill(&store, 60 * 60..60 * 60 + 20);
    drop(store);
    assert_eq!(verify(dir).unwrap().damages, []);
    let segments = files(dir, "wal");
    assert!(segments.len() > 2, "{segments:?}");
    fs::remove_file(&segments[0]).unwrap();
    let damages = verify(dir).unwrap().damages;
    let named: Vec<(&Path, &str)> =
        damages.iter().map(|damage| (damage.path.as_path(), damage.what)).collect();
    assert_eq!(named, [(segments[0].as_path(), "the file is missing")]);
    let store = DiskStore::open(dir, small()).unwrap();
    assert_eq!(store.stats().damages, damages);
    assert!(store.stats().points_live > 0, "the others are read");
    // What memory holds is saved, and the log begins anew.
    store.checkpoint().unwrap();
    drop(store);
    assert_eq!(verify(dir).unwrap().damages, []);
}

#[test]
fn missing_lowest_log_segment_is_named_where_nothing_was_saved_yet() {
    let dir = tempfile::tempdir().unwrap();
    lowest_segment_is_named(dir.path());
}

#[test]
fn missing_lowest_log_segment_is_named_where_all_of_memory_went_into_blocks() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    fill_each(&store, 0..5 * 60, 5);
    store.maintain(DAY_MS).unwrap();
    assert_eq!(store.stats().points_live, 0);
    drop(store);
    lowest_segment_is_named(dir.path());
}

/// A list of no files at all, as releases before version 4 of it had them.
fn write_list_of_version_3(dir: &Path) {
    let mut bytes = b"TSERCAT\0\x03\0\0\0".to_vec();
    bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
    let body = [48, 0, 0];
    let length = (body.len() as u32).to_le_bytes();
    bytes.extend([0xf5, 0x52, 0x45, 0x43]);
    bytes.extend(length);
    bytes.extend(crc32fast::hash(&[length.as_slice(), &body].concat()).to_le_bytes());
    bytes.extend(body);
    fs::write(dir.join("catalog"), bytes).unwrap();
}

#[test]
fn missing_lowest_log_segment_is_named_in_a_store_without_head_files_once_it_was_opened() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    fill_each(&store, 0..5 * 60, 5);
    store.maintain(DAY_MS).unwrap();
    drop(store);
    // As earlier releases left it: where the log begins is not known before.
    for head in files(dir.path(), "head") {
        fs::remove_file(head).unwrap();
    }
    write_list_of_version_3(dir.path());
    assert_eq!(verify(dir.path()).unwrap().damages, []);
    lowest_segment_is_named(dir.path());
}
