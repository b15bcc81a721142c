use std::fs;

use crate::house::{all, blocks_in, truth, written};

#[test]
fn a_flipped_byte_is_named_or_changes_nothing() {
    let Some(folder) = written() else { return };
    let block = blocks_in(&folder).remove(0);
    let ((whole, _), truth) = (all(&block), truth());
    for name in ["index", "chunks/000001", "tombstones"] {
        let path = block.join(name);
        let bytes = fs::read(&path).unwrap();
        let mut named = 0;
        for at in (0..bytes.len()).step_by(bytes.len().div_ceil(200)) {
            let mut broken = bytes.clone();
            broken[at] ^= 0x10;
            fs::write(&path, broken).unwrap();
            let (held, damages) = all(&block);
            assert!(damages.iter().all(|damage| damage.file == path), "{damages:?}");
            assert!(!damages.is_empty() || held == whole, "{name} at {at}");
            for (labels, points) in &held {
                let true_ones = &truth[labels];
                let is_true = |point| true_ones.binary_search(point).is_ok();
                assert!(points.iter().all(is_true), "{name} at {at}");
            }
            named += usize::from(!damages.is_empty());
        }
        assert!(named > 0, "{name}");
        fs::write(&path, bytes).unwrap();
    }
}

#[test]
fn what_is_missing_or_cut_off_is_named_and_the_rest_is_read() {
    let Some(folder) = written() else { return };
    let found = blocks_in(&folder);
    let block = &found[0];
    let chunks = block.join("chunks/000001");
    let bytes = fs::read(&chunks).unwrap();
    fs::write(&chunks, &bytes[..bytes.len() / 2]).unwrap();
    let (held, damages) = all(block);
    assert!(!damages.is_empty() && held.values().any(|points| !points.is_empty()));
    fs::remove_file(&chunks).unwrap();
    let (_, damages) = all(block);
    assert!(damages[0].to_string().ends_with("000001, byte 0: is missing"), "{}", damages[0]);
    let index = block.join("index");
    let bytes = fs::read(&index).unwrap();
    fs::write(&index, &bytes[..bytes.len() - 1]).unwrap();
    let (_, damages) = all(block);
    assert_eq!((damages.len(), &damages[0].file), (1, &index));
    fs::remove_file(block.join("meta.json")).unwrap();
    let (_, damages) = all(block);
    assert!(damages[0].what.starts_with("cannot be read"), "{}", damages[0]);
    // The others are as they were.
    for other in &found[1..] {
        assert!(all(other).1.is_empty(), "{}", other.display());
    }
}
