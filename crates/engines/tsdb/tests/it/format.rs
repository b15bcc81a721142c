//! What the description of the format promises of numbers, versions and names of files.

use crate::{HOUR_MS, MINUTE_MS, copy, files, listing, open, sample};
use std::fs;
use tsdb::{DiskStore, Options, SeriesStore, TsdbError, verify};

/// A number that was another series' before, in a log of which the record that says so is broken.
#[test]
fn damaged_name_gives_points_to_no_other_series() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    store.append(&[sample("m", "first", MINUTE_MS, 1.0)]).unwrap();
    // The points go to a block, and then memory cannot be saved.
    let blocker = dir.path().join("wal/000000000002.wal");
    fs::create_dir(&blocker).unwrap();
    assert!(store.maintain(3 * HOUR_MS).is_err());
    fs::remove_dir(&blocker).unwrap();
    for minute in 1..4 {
        let at_ms = 3 * HOUR_MS + minute * MINUTE_MS;
        store.append(&[sample("m", "second", at_ms, 2.0)]).unwrap();
    }
    let all = listing(&store);
    let copied = tempfile::tempdir().unwrap();
    copy(dir.path(), copied.path());
    assert_eq!(listing(&open(copied.path())), all);
    drop(store);
    let mut broken = 0;
    for path in files(dir.path(), "wal") {
        let mut bytes = fs::read(&path).unwrap();
        let at = bytes.windows(6).position(|window| window == b"second");
        if let Some(at) = at {
            bytes[at] ^= 0x10;
            fs::write(&path, bytes).unwrap();
            broken += 1;
        }
    }
    assert_eq!(broken, 1);
    let store = open(dir.path());
    assert_eq!(listing(&store), "m{host=\"first\"}@60000=1");
    assert!(!store.stats().damages.is_empty());
}

#[test]
fn list_of_files_of_a_newer_release_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    store.append(&[sample("m", "a", MINUTE_MS, 1.0)]).unwrap();
    store.maintain(3 * HOUR_MS).unwrap();
    drop(store);
    let path = dir.path().join("catalog");
    let old = fs::read(&path).unwrap();
    let mut new = old.clone();
    new[8] = 5;
    let sum = crc32fast::hash(&new[..12]);
    new[12..16].copy_from_slice(&sum.to_le_bytes());
    fs::write(&path, &new).unwrap();
    let refused = DiskStore::open(dir.path(), Options::default()).err();
    assert!(matches!(refused, Some(TsdbError::NewerVersion { found: 5, .. })), "{refused:?}");
    assert_eq!(fs::read(&path).unwrap(), new);
    fs::write(&path, old).unwrap();
    assert_eq!(listing(&open(dir.path())), "m{host=\"a\"}@60000=1");
}

#[test]
fn number_of_a_missing_block_is_given_to_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    store.append(&[sample("m", "a", MINUTE_MS, 1.0)]).unwrap();
    store.maintain(3 * HOUR_MS).unwrap();
    drop(store);
    let gone = files(dir.path(), "blocks").pop().unwrap();
    fs::remove_file(&gone).unwrap();
    let store = open(dir.path());
    store.append(&[sample("m", "a", 4 * HOUR_MS, 1.0)]).unwrap();
    assert_eq!(store.maintain(7 * HOUR_MS).unwrap().blocks_flushed, 1);
    assert!(!gone.exists());
    assert_eq!(verify(dir.path()).unwrap().damages[0].path, gone);
}

/// A summary whose checksum is right and which says of more series than there are.
#[test]
fn block_with_fewer_series_than_it_says_is_damaged() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    store.append(&[sample("m", "a", MINUTE_MS, 1.0)]).unwrap();
    store.maintain(3 * HOUR_MS).unwrap();
    store.append(&[sample("m", "b", 3 * HOUR_MS, 1.0)]).unwrap();
    drop(store);
    let path = files(dir.path(), "blocks").pop().unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let footer = bytes.len() - 20;
    let summary = usize::from(bytes[footer]) + 256 * usize::from(bytes[footer + 1]);
    // Sequence, level, merged from none, two times of three bytes each, points; then series.
    let at = summary + 10;
    assert_eq!(bytes[summary..summary + 3], [1, 0, 0]);
    assert_eq!(bytes[at - 1..=at], [1, 1]);
    bytes[at] = 100;
    let sum = crc32fast::hash(&bytes[summary..footer]).to_le_bytes();
    bytes[footer + 12..footer + 16].copy_from_slice(&sum);
    let sum = crc32fast::hash(&bytes[footer..footer + 16]).to_le_bytes();
    bytes[footer + 16..].copy_from_slice(&sum);
    fs::write(&path, bytes).unwrap();
    let found = verify(dir.path()).unwrap();
    assert_eq!((found.points, found.damages.len(), &found.damages[0].path), (0, 1, &path));
    let store = open(dir.path());
    assert_eq!(listing(&store), "m{host=\"b\"}@10800000=1");
    assert_eq!(store.stats().damages, found.damages);
}
