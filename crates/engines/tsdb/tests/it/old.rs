//! Stores that version 1 of the format wrote.

use crate::{DAY_MS, HOUR_MS, damage_free, files, listing, open};
use std::fs;
use std::path::Path;
use tsdb::{SeriesStore, verify};

/// A store with blocks and a log, and what is in it, one point a line.
fn old_store(to: &Path) -> String {
    store_of("version-1", &["wal", "blocks"], to)
}

fn store_of(version: &str, folders: &[&str], to: &Path) -> String {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(version);
    for folder in folders {
        fs::create_dir_all(to.join(folder)).unwrap();
        for file in files(&from, folder) {
            fs::copy(&file, to.join(folder).join(file.file_name().unwrap())).unwrap();
        }
    }
    fs::read_to_string(from.join("listing.txt")).unwrap().trim_end().to_owned()
}

#[test]
fn store_of_version_1_is_read_goes_on_and_becomes_one_of_today() {
    let dir = tempfile::tempdir().unwrap();
    let before = old_store(dir.path());
    assert!(before.lines().count() > 500);
    assert_eq!(verify(dir.path()).unwrap().damages, []);
    let store = open(dir.path());
    assert_eq!(listing(&store), before);
    let stats = store.stats();
    assert!(stats.blocks >= 2 && stats.points_live > 0);
    drop(store);
    let store = open(dir.path());
    assert_eq!(listing(&store), before, "a start that did nothing else changes nothing");
    store.checkpoint().unwrap();
    store.maintain(9 * HOUR_MS).unwrap();
    drop(store);
    let store = open(dir.path());
    assert_eq!(listing(&store), before);
    for _ in 0..3 {
        store.maintain(5 * DAY_MS).unwrap();
    }
    assert_eq!((store.stats().points_live, store.stats().blocks), (0, 1));
    assert_eq!(listing(&store), before);
    for folder in ["wal", "blocks", "head"] {
        for file in files(dir.path(), folder) {
            assert_eq!(fs::read(&file).unwrap()[8], 3, "{}", file.display());
        }
    }
    assert!(damage_free(&store.stats()));
}

#[test]
fn damage_in_files_of_version_1_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let before = old_store(dir.path());
    let block = files(dir.path(), "blocks")[0].clone();
    let bytes = fs::read(&block).unwrap();
    for at in (0..bytes.len()).step_by(17) {
        let mut broken = bytes.clone();
        broken[at] ^= 0x10;
        fs::write(&block, &broken).unwrap();
        assert!(verify(dir.path()).unwrap().damages.iter().all(|damage| damage.path == block));
        let store = open(dir.path());
        let found = listing(&store);
        assert!(found.len() < before.len());
        assert!(found.lines().all(|line| before.contains(line)));
        assert_eq!(store.stats().damages[0].path, block);
    }
}

#[test]
fn store_of_version_2_is_read_goes_on_and_becomes_one_of_today() {
    let dir = tempfile::tempdir().unwrap();
    let before = store_of("version-2", &["wal", "blocks", "head", "deleted"], dir.path());
    assert!(before.lines().count() > 1_000);
    assert_eq!(verify(dir.path()).unwrap().damages, []);
    for _ in 0..2 {
        let store = open(dir.path());
        assert_eq!(listing(&store), before);
        assert!(damage_free(&store.stats()));
        let exemplars = store.exemplars(&tsdb::Selector::metric("load"), tsdb::TimeRange::ALL);
        assert_eq!(exemplars.len(), 1);
        store.checkpoint().unwrap();
    }
    let store = open(dir.path());
    for now_ms in [9 * HOUR_MS, 12 * HOUR_MS, 5 * DAY_MS, 5 * DAY_MS] {
        store.maintain(now_ms).unwrap();
        assert_eq!(listing(&store), before);
    }
    assert_eq!((store.stats().points_live, store.stats().blocks), (0, 1));
    drop(store);
    assert_eq!(listing(&open(dir.path())), before);
    for folder in ["wal", "blocks", "head"] {
        for file in files(dir.path(), folder) {
            assert_eq!(fs::read(&file).unwrap()[8], 3, "{}", file.display());
        }
    }
    assert_eq!(verify(dir.path()).unwrap().damages, []);
}
