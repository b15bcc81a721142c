use std::{
    fs,
    path::{Path, PathBuf},
};

use forward::{ForwardError, Incoming, Queue};

use crate::house::{NOW_MS, drained, options, sample};

fn files(dir: &Path) -> Vec<PathBuf> {
    let lane = dir.join("000001-00");
    let mut files: Vec<PathBuf> = fs::read_dir(lane)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "queue"))
        .collect();
    files.sort();
    files
}

fn filled(dir: &Path) -> PathBuf {
    let queue = Queue::open(dir, options()).unwrap();
    for at in 1..=3 {
        queue.append(NOW_MS, Incoming::floats(&[sample("a", at)])).unwrap();
    }
    files(dir).remove(0)
}

#[test]
fn a_file_that_is_cut_anywhere_gives_what_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let path = filled(dir.path());
    let whole = fs::read(&path).unwrap();
    let mut counts = Vec::new();
    for end in (0..=whole.len()).rev() {
        fs::write(&path, &whole[..end]).unwrap();
        let queue = Queue::open(dir.path(), options()).unwrap();
        counts.push(queue.standing().samples);
        // It can be written to again.
        queue.append(NOW_MS, Incoming::floats(&[sample("b", 1)])).unwrap();
        let samples = queue.standing().samples;
        assert_eq!(samples, counts[counts.len() - 1] + 1);
    }
    counts.dedup();
    assert_eq!(counts, [3, 2, 1, 0]);
}

#[test]
fn a_record_that_was_changed_ends_its_file_and_is_counted() {
    let dir = tempfile::tempdir().unwrap();
    let path = filled(dir.path());
    let mut bytes = fs::read(&path).unwrap();
    let record = (bytes.len() - 16) / 3;
    // Within the packed samples of the second record.
    bytes[16 + record + 25] ^= 0x40;
    fs::write(&path, &bytes).unwrap();
    let queue = Queue::open(dir.path(), options()).unwrap();
    assert_eq!(drained(&queue), ["a 1"]);
    assert_eq!(queue.standing().dropped_damaged, 2);
    queue.append(NOW_MS, Incoming::floats(&[sample("a", 4)])).unwrap();
    assert_eq!(drained(&queue), ["a 4"]);
}

#[test]
fn a_damaged_cursor_begins_anew_and_a_newer_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = filled(dir.path());
    let cursor = path.with_file_name("cursor");
    {
        let queue = Queue::open(dir.path(), options()).unwrap();
        assert_eq!(drained(&queue).len(), 1);
    }
    fs::write(&cursor, [7; 72]).unwrap();
    let queue = Queue::open(dir.path(), options()).unwrap();
    assert_eq!(drained(&queue), ["a 1, a 2, a 3"]);
    drop(queue);
    let mut bytes = fs::read(&path).unwrap();
    bytes[8] = 3;
    let sum = crc32fast::hash(&bytes[..12]).to_le_bytes();
    bytes[12..16].copy_from_slice(&sum);
    fs::write(&path, &bytes).unwrap();
    let refused = Queue::open(dir.path(), options()).unwrap_err();
    assert!(matches!(refused, ForwardError::NewerVersion { found: 3, .. }), "{refused}");
    // Another kind of file is passed over.
    fs::write(&path, b"something else entirely").unwrap();
    let queue = Queue::open(dir.path(), options()).unwrap();
    queue.append(NOW_MS, Incoming::floats(&[sample("a", 9)])).unwrap();
    assert_eq!(drained(&queue), ["a 9"]);
}
