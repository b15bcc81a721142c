//! Torn, flipped and foreign bytes.

use crate::{DAY_MS, HOUR_MS, copy, files, listing, open, sample};
use std::fs;
use std::path::Path;
use tsdb::{DiskStore, Options, SeriesStore, TsdbError, verify};

/// The only file of a folder.
fn only(dir: &Path, folder: &str) -> std::path::PathBuf {
    let found = files(dir, folder);
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

fn is_prefix(found: &str, all: &str) -> bool {
    all.starts_with(found)
        && (found.is_empty() || all == found || all[found.len()..].starts_with('\n'))
}

#[test]
fn log_cut_at_any_byte_serves_the_whole_records_before_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let segment = only(dir.path(), "wal");
    let mut ends = Vec::new();
    for at_ms in 0..3 {
        store.append(&[sample("up", "a", at_ms, 1.0)]).unwrap();
        ends.push(fs::metadata(&segment).unwrap().len() as usize);
    }
    let all = listing(&store);
    let bytes = fs::read(&segment).unwrap();
    for cut in 0..=bytes.len() {
        let crashed = tempfile::tempdir().unwrap();
        copy(dir.path(), crashed.path());
        let copied = only(crashed.path(), "wal");
        fs::write(&copied, &bytes[..cut]).unwrap();
        let store = open(crashed.path());
        let whole = ends.iter().filter(|end| **end <= cut).count();
        let found = listing(&store);
        assert_eq!(found.lines().count(), whole, "cut at {cut}");
        assert!(is_prefix(&found, &all));
        let last = ends[..whole].last().copied().unwrap_or(if cut < 16 { 0 } else { 16 });
        let stats = store.stats();
        assert_eq!((stats.torn_bytes, stats.damages.len()), ((cut - last) as u64, 0));
        store.append(&[sample("up", "a", 9, 1.0)]).unwrap();
        drop(store);
        let store = open(crashed.path());
        assert_eq!(listing(&store).lines().count(), whole + 1);
        assert!(crate::damage_free(&store.stats()));
    }
}

#[test]
fn damaged_log_record_is_named_and_the_others_are_served() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let segment = only(dir.path(), "wal");
    store.append(&[sample("up", "a", 1, 1.0)]).unwrap();
    let start = fs::metadata(&segment).unwrap().len() as usize;
    store.append(&[sample("up", "b", 2, 1.0)]).unwrap();
    let end = fs::metadata(&segment).unwrap().len() as usize;
    store.append(&[sample("up", "a", 3, 1.0), sample("up", "b", 4, 1.0)]).unwrap();
    drop(store);
    let bytes = fs::read(&segment).unwrap();
    for at in (start..end).step_by(5) {
        let mut broken = bytes.clone();
        broken[at] ^= 1;
        fs::write(&segment, &broken).unwrap();
        let copied = tempfile::tempdir().unwrap();
        copy(dir.path(), copied.path());
        let store = open(copied.path());
        assert_eq!(listing(&store), "up{host=\"a\"}@1=1\nup{host=\"a\"}@3=1");
        let damages = store.stats().damages;
        assert_eq!(damages.len(), 2);
        assert_eq!(damages[0].offset, start as u64);
        assert_eq!(damages[1].what, "points of a series whose name was in a damaged record");
    }
}

fn store_with_a_block(dir: &Path) -> String {
    let store = open(dir);
    for at_ms in 0..40 {
        let value = (at_ms as f64 * 0.7).sin();
        store.append(&[sample("up", "a", at_ms, value), sample("up", "b", at_ms, 2.0)]).unwrap();
        store.append(&[sample("down", "c", at_ms * at_ms, value)]).unwrap();
    }
    store.append(&[sample("up", "z", 3 * HOUR_MS, 0.0)]).unwrap();
    store.maintain(3 * HOUR_MS).unwrap();
    listing(&store)
}

#[test]
fn flipped_byte_in_a_block_is_named_and_everything_else_is_served() {
    let dir = tempfile::tempdir().unwrap();
    let all = store_with_a_block(dir.path());
    let bytes = fs::read(only(dir.path(), "blocks")).unwrap();
    let copied = tempfile::tempdir().unwrap();
    copy(dir.path(), copied.path());
    let block = only(copied.path(), "blocks");
    let (mut partly, mut wholly) = (0, 0);
    for at in (0..bytes.len()).step_by(5) {
        let mut broken = bytes.clone();
        broken[at] ^= 0x40;
        fs::write(&block, &broken).unwrap();
        let store = open(copied.path());
        let found = listing(&store);
        assert!(found.contains("up{host=\"z\"}"), "the head is whole");
        assert!(found.lines().all(|line| all.contains(line)), "flipped {at}: {found}");
        if let Some(damage) = store.stats().damages.first() {
            assert_eq!(damage.path, block);
            assert_ne!(found, all);
            if found.lines().count() > 1 {
                partly += 1;
            } else {
                wholly += 1;
            }
            // What is damaged is kept for whoever wants to rescue it.
            store.maintain(2 * DAY_MS).unwrap();
            assert_eq!(fs::read(&block).unwrap(), broken);
        } else {
            // What pages amount to, which nobody asked.
            assert_eq!(found, all);
            assert_eq!(verify(copied.path()).unwrap().damages[0].path, block);
        }
        drop(store);
        for file in files(copied.path(), "blocks").into_iter().filter(|file| *file != block) {
            fs::remove_file(file).unwrap();
        }
        for file in files(copied.path(), "wal").into_iter().chain(files(copied.path(), "head")) {
            fs::remove_file(file).unwrap();
        }
        copy(dir.path(), copied.path());
    }
    assert!(partly > 0 && wholly > 0, "{partly} {wholly}");
}

#[test]
fn block_cut_short_does_not_keep_the_store_closed() {
    let dir = tempfile::tempdir().unwrap();
    store_with_a_block(dir.path());
    let block = only(dir.path(), "blocks");
    let bytes = fs::read(&block).unwrap();
    for cut in [0, 1, 16, 35, 36, bytes.len() - 1] {
        fs::write(&block, &bytes[..cut]).unwrap();
        let store = open(dir.path());
        assert_eq!(listing(&store), "up{host=\"z\"}@10800000=0", "cut at {cut}");
        assert_eq!(store.stats().damages.len(), 1);
    }
}

#[test]
fn log_and_memory_of_a_newer_release_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    store_with_a_block(dir.path());
    for folder in ["wal", "head"] {
        let path = only(dir.path(), folder);
        let old = fs::read(&path).unwrap();
        let mut new = old.clone();
        new[8] = 4;
        let sum = crc32fast::hash(&new[..12]);
        new[12..16].copy_from_slice(&sum.to_le_bytes());
        fs::write(&path, &new).unwrap();
        let refused = DiskStore::open(dir.path(), Options::default()).err().unwrap();
        let expected = format!(
            "open {}: format version 4 is newer than 3, the newest known here",
            path.display()
        );
        assert!(matches!(refused, TsdbError::NewerVersion { found: 4, supported: 3, .. }));
        assert_eq!(refused.to_string(), expected);
        assert_eq!(fs::read(&path).unwrap(), new, "a refused file is left alone");
        fs::write(&path, &old).unwrap();
    }
    assert_eq!(listing(&open(dir.path())).lines().count(), 121);
}

#[test]
fn foreign_files_in_the_folders_are_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    store_with_a_block(dir.path());
    for name in ["blocks/notes.txt", "blocks/x.tmp", "wal/readme", "head/x.tmp"] {
        fs::write(dir.path().join(name), "mine").unwrap();
    }
    let store = open(dir.path());
    assert!(crate::damage_free(&store.stats()));
    for name in ["blocks/x.tmp", "head/x.tmp"] {
        assert_eq!(fs::read(dir.path().join(name)).unwrap(), b"mine");
    }
}

#[test]
fn flipped_byte_in_saved_memory_is_named_and_everything_else_is_served() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for at_ms in 0..200 {
        let value = (at_ms as f64 * 0.7).sin();
        store.append(&[sample("up", "a", at_ms, value), sample("up", "b", at_ms, 2.0)]).unwrap();
        store.append(&[sample("down", "c", at_ms * at_ms, value)]).unwrap();
    }
    store.append(&[sample("up", "b", -5, 1.0)]).unwrap();
    store.checkpoint().unwrap();
    let all = listing(&store);
    drop(store);
    let head = only(dir.path(), "head");
    let bytes = fs::read(&head).unwrap();
    let mut partly = 0;
    for at in (0..bytes.len()).step_by(7) {
        let mut broken = bytes.clone();
        broken[at] ^= 0x40;
        fs::write(&head, &broken).unwrap();
        let store = open(dir.path());
        let found = listing(&store);
        let known: std::collections::HashSet<&str> = all.lines().collect();
        assert!(found.lines().all(|line| known.contains(line)), "flipped {at}");
        assert_eq!(store.stats().damages[0].path, head, "flipped {at}");
        partly += usize::from(!found.is_empty());
    }
    assert!(partly > 0);
}
