//! Deleting by labels and range.

use crate::{DAY_MS, HOUR_MS, copy, damage_free, files, listing, open, sample};
use std::fs;
use tsdb::{DiskStore, MatchOp, Matcher, Sample, Selector, SeriesStore, TimeRange, verify};

/// One sample a minute of three series over five hours, of which two and more are in blocks.
fn filled(dir: &std::path::Path) -> DiskStore {
    let store = open(dir);
    for minute in 0..300i64 {
        let at_ms = minute * 60_000;
        let batch: Vec<Sample> =
            ["a", "b", "c"].into_iter().map(|h| sample("up", h, at_ms, minute as f64)).collect();
        store.append(&batch).unwrap();
    }
    store.maintain(5 * HOUR_MS).unwrap();
    store
}

/// A crash may leave the head file of before a deletion beside the one of after it.
#[test]
fn head_file_that_is_not_wanted_brings_nothing_back() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for second in 0..2_000i64 {
        store.append(&[sample("up", "a", second * 1_000, second as f64)]).unwrap();
    }
    store.checkpoint().unwrap();
    let old: Vec<_> = files(dir.path(), "head");
    let kept: Vec<_> = old.iter().map(|path| fs::read(path).unwrap()).collect();
    let range = TimeRange { from_ms: 500_000, to_ms: i64::MAX };
    assert_eq!(store.delete(&Selector::parse("up{host=\"a\"}").unwrap(), range).unwrap(), 1);
    let left = listing(&store);
    drop(store);
    for (path, bytes) in old.iter().zip(kept) {
        assert!(!path.exists(), "another file took its place");
        fs::write(path, bytes).unwrap();
    }
    assert_eq!(listing(&open(dir.path())), left);
}

fn expected(deleted: impl Fn(&str, i64) -> bool) -> String {
    let mut lines = Vec::new();
    for host in ["a", "b", "c"] {
        for minute in (0..300i64).filter(|minute| !deleted(host, *minute)) {
            lines.push(format!("up{{host=\"{host}\"}}@{}={minute}", minute * 60_000));
        }
    }
    lines.join("\n")
}

#[test]
fn deleted_points_are_gone_at_once_and_for_good() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = filled(dir.path());
    let selector = Selector::parse("up{host=~\"a|b\"}").unwrap();
    let range = TimeRange { from_ms: 100 * 60_000, to_ms: 280 * 60_000 };
    assert_eq!(store.delete(&selector, range).unwrap(), 2);
    let left = expected(|host, minute| host != "c" && (100..=280).contains(&minute));
    assert_eq!(listing(&store), left);
    for _ in 0..2 {
        let crashed = tempfile::tempdir().unwrap();
        copy(dir.path(), crashed.path());
        assert_eq!(listing(&open(crashed.path())), left);
        drop(store);
        store = open(dir.path());
        assert_eq!(listing(&store), left);
        store.checkpoint().unwrap();
    }
    assert_eq!(files(dir.path(), "deleted").len(), 1);
    store.maintain(5 * HOUR_MS).unwrap();
    assert!(files(dir.path(), "deleted").is_empty(), "the block has been written anew");
    assert_eq!(listing(&store), left);
    assert_eq!(verify(dir.path()).unwrap().points, store.stats().points_stored);
    store.maintain(3 * DAY_MS).unwrap();
    store.maintain(3 * DAY_MS).unwrap();
    assert_eq!(listing(&store), left);
    drop(store);
    let store = open(dir.path());
    assert_eq!(listing(&store), left);
    assert_eq!(store.stats().points_stored as usize, left.lines().count());
    assert!(damage_free(&store.stats()));
}

#[test]
fn everything_can_be_deleted_and_written_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path());
    assert_eq!(store.delete(&Selector::everything(), TimeRange::ALL).unwrap(), 3);
    assert_eq!(listing(&store), "");
    store
        .append(&[sample("up", "a", 299 * 60_000, 7.0), sample("up", "a", 300 * 60_000, 8.0)])
        .unwrap();
    let left = "up{host=\"a\"}@17940000=7\nup{host=\"a\"}@18000000=8";
    assert_eq!(listing(&store), left);
    store.maintain(5 * HOUR_MS).unwrap();
    assert!(files(dir.path(), "blocks").is_empty());
    assert_eq!(listing(&store), left);
    drop(store);
    assert_eq!(listing(&open(dir.path())), left);
}

/// What is printed escapes, and so may be longer than what was asked.
#[test]
fn deletions_with_the_longest_selectors_stay_deleted() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = filled(dir.path());
    let range = TimeRange { from_ms: 0, to_ms: i64::MAX };
    let quotes = "\"".repeat((1 << 20) - 100);
    let parts: Vec<Matcher> =
        (0..600).map(|n| Matcher::new(format!("label_{n}"), MatchOp::Equal, "").unwrap()).collect();
    let many = |host: &str| {
        let mut matchers = Selector::parse(&format!("up{{host=\"{host}\"}}")).unwrap();
        for _ in 0..2 {
            // As of two selectors put together.
            let both = [matchers.matchers(), &parts, matchers.matchers()].concat();
            matchers = Selector::new(both).unwrap();
        }
        matchers
    };
    let long = Selector::parse(&format!("up{{host=\"a\",x!=`{quotes}`}}")).unwrap();
    assert!(long.to_string().len() > 2_000_000);
    assert_eq!(store.delete(&long, range).unwrap(), 1);
    assert_eq!(store.delete(&many("b"), range).unwrap(), 1);
    let left = expected(|host, _| host != "c");
    assert_eq!(listing(&store), left);
    drop(store);
    store = open(dir.path());
    assert!(damage_free(&store.stats()), "{:?}", store.stats().damages);
    assert_eq!(listing(&store), left);
    assert!(verify(dir.path()).unwrap().damages.is_empty());
}

#[test]
fn damaged_deletion_is_named_and_kept() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path());
    let range = TimeRange { from_ms: 0, to_ms: HOUR_MS };
    store.delete(&Selector::metric("up"), range).unwrap();
    drop(store);
    let path = files(dir.path(), "deleted")[0].clone();
    let bytes = fs::read(&path).unwrap();
    for at in 0..bytes.len() {
        let mut broken = bytes.clone();
        broken[at] ^= 4;
        fs::write(&path, &broken).unwrap();
        let store = open(dir.path());
        assert_eq!(store.stats().damages[0].path, path);
        assert!(verify(dir.path()).unwrap().damages.iter().any(|damage| damage.path == path));
    }
    let store = open(dir.path());
    store.maintain(3 * DAY_MS).unwrap();
    assert!(path.exists());
}
