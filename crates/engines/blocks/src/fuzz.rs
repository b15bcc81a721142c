//! Changed files that still have sound checksums: no panic, and no more memory than their length
//! allows.

use std::{cell::Cell, fs};

use proptest::prelude::*;
use wire::remote::xor;

use crate::{Block, Index, Points, Tombstones, decode};

/// What reading may take at once: so much, and so much for each byte that is read. A float costs
/// two bits in a chunk and sixteen bytes here, in a list that has just grown.
const ROOM_BYTES: usize = 64 << 10;
const ROOM_FACTOR: usize = 64 * 3 + 64;
/// A histogram costs five bits, and all of a chunk at most four million numbers besides.
const HISTOGRAM_FACTOR: usize = 1_024;

thread_local! {
    static TRUSTS: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread takes every checksum for the right one.
pub(crate) fn trusts() -> bool {
    TRUSTS.get()
}

/// How bytes are changed.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    Set(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Insert(prop::sample::Index, Vec<u8>),
    Remove(prop::sample::Index, prop::sample::Index),
}

pub(crate) fn changes() -> impl Strategy<Value = Vec<Change>> {
    let place = any::<prop::sample::Index>;
    let bytes = prop::collection::vec(prop_oneof![Just(0xff), any::<u8>()], 1..12);
    let change = prop_oneof![
        6 => (place(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => place().prop_map(Change::Cut),
        2 => (place(), bytes).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        1 => (place(), place()).prop_map(|(from, to)| Change::Remove(from, to)),
    ];
    prop::collection::vec(change, 1..6)
}

pub(crate) fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
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
            Change::Remove(a, b) => {
                let (a, b) = (place(a), place(b));
                bytes.drain(a.min(b)..a.max(b));
            }
        }
    }
    bytes
}

/// So many cases, unless `FUZZ_CASES` says otherwise.
pub(crate) fn cases(usual: u32) -> ProptestConfig {
    let told = std::env::var("FUZZ_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig::with_cases(told.unwrap_or(usual))
}

/// Reads with every checksum taken for the right one; tells the most memory that was taken.
fn taken<T>(read: impl FnOnce() -> T) -> usize {
    TRUSTS.set(true);
    let taken = allocation_counter::measure(|| drop(read())).bytes_max;
    TRUSTS.set(false);
    taken as usize
}

/// Reads a chunk of histograms; tells whether it took more memory than it may.
pub(crate) fn histograms_fit(encoding: u8, chunk: &[u8]) -> Result<(), TestCaseError> {
    let room = ROOM_BYTES + chunk.len() * HISTOGRAM_FACTOR + (8 << 22);
    let taken = taken(|| decode(encoding, chunk, &mut Points::default()));
    prop_assert!(taken <= room, "{taken} bytes for {}, at most {room}", chunk.len());
    Ok(())
}

fn fits(bytes: usize, taken: usize) -> Result<(), TestCaseError> {
    let room = ROOM_BYTES + bytes * ROOM_FACTOR;
    prop_assert!(taken <= room, "{taken} bytes for {bytes}, at most {room}");
    Ok(())
}

/// A block that promtool wrote: three series of forty points.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/block");
const FILES: [&str; 4] = ["index", "chunks/000001", "tombstones", "meta.json"];

fn file(name: &str) -> Vec<u8> {
    fs::read(format!("{FOLDER}/{name}")).unwrap()
}

fn read_index(bytes: Vec<u8>) -> usize {
    let Ok(index) = Index::read(bytes) else { return 0 };
    (0..index.len()).filter(|place| index.entry(*place).is_some_and(|entry| entry.is_ok())).count()
}

fn read_block(folder: &std::path::Path) -> usize {
    let Ok(block) = Block::open(folder) else { return 0 };
    let mut damages = Vec::new();
    let series = block.series().flatten();
    series.map(|series| block.points(&series, &mut damages).len()).sum()
}

#[test]
fn the_seed_is_whole() {
    assert_eq!(read_block(FOLDER.as_ref()), 120);
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn indexes(changes in changes()) {
        let bytes = changed(file("index"), &changes);
        fits(bytes.len(), taken(|| read_index(bytes.clone())))?;
    }

    #[test]
    fn tombstones(stones in prop::collection::vec(any::<u8>(), 0..60), changes in changes()) {
        let mut bytes = file("tombstones");
        let end = bytes.len() - 4;
        bytes.splice(end..end, stones);
        let bytes = changed(bytes, &changes);
        fits(bytes.len(), taken(|| Tombstones::read(&bytes)))?;
    }

    #[test]
    fn chunks_of_floats(
        points in prop::collection::vec((-9_i64..9_000, -3_i8..30), 1..120), changes in changes(),
    ) {
        let points: Vec<(i64, f64)> =
            points.into_iter().map(|(at_ms, value)| (at_ms, f64::from(value))).collect();
        let chunk = changed(xor::encode(&points), &changes);
        fits(chunk.len(), taken(|| decode(1, &chunk, &mut Points::default())))?;
    }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn blocks(at in 0..FILES.len(), changes in changes()) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("chunks")).unwrap();
        let mut bytes = 0;
        for (number, name) in FILES.iter().enumerate() {
            let whole = file(name);
            let content = if number == at { changed(whole, &changes) } else { whole };
            bytes += content.len();
            fs::write(folder.path().join(name), content).unwrap();
        }
        fits(bytes, taken(|| read_block(folder.path())))?;
    }
}
