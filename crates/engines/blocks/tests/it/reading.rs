use std::fs;

use blocks::Block;
use wire::crc32c::crc32c;

use crate::house::{Truth, all, blocks_in, truth, written};

#[test]
fn everything_that_promtool_wrote_is_read() {
    let Some(folder) = written() else { return };
    let mut held = Truth::new();
    let mut samples = 0;
    for block in blocks_in(&folder) {
        let (part, damages) = all(&block);
        assert!(damages.is_empty(), "{damages:?}");
        samples += Block::open(&block).unwrap().meta().stats.num_samples;
        for (labels, points) in part {
            held.entry(labels).or_default().extend(points);
        }
    }
    held.values_mut().for_each(|points| points.sort_unstable());
    assert_eq!(held, truth());
    assert_eq!(samples, truth().values().map(|points| points.len() as u64).sum::<u64>());
}

#[test]
fn a_folder_that_is_a_block_itself_is_found() {
    let Some(folder) = written() else { return };
    let block = blocks_in(&folder).remove(0);
    assert_eq!(blocks::find(&block).unwrap(), [block]);
    assert!(blocks::find(&folder.path().join("nowhere")).is_err());
}

#[test]
fn what_tombstones_cover_is_left_out() {
    let Some(folder) = written() else { return };
    let block = blocks_in(&folder).remove(0);
    let (before, _) = all(&block);
    let number = Block::open(&block).unwrap().series().next().unwrap().unwrap().number;
    let mut stone = Vec::new();
    // Everything of the first series: from the first to the last millisecond there is.
    let mut put = |mut value: u64| {
        while value >= 0x80 {
            stone.push(value as u8 | 0x80);
            value >>= 7;
        }
        stone.push(value as u8);
    };
    put(number);
    put(u64::MAX);
    put(u64::MAX - 1);
    let mut file = vec![0x01, 0x30, 0xba, 0x30, 1];
    file.extend(&stone);
    file.extend(crc32c(&stone).to_be_bytes());
    fs::write(block.join("tombstones"), file).unwrap();
    let (after, damages) = all(&block);
    assert!(damages.is_empty(), "{damages:?}");
    for (at, (labels, points)) in before.iter().enumerate() {
        let left = if at == 0 { &[][..] } else { &points[..] };
        assert_eq!(after[labels], left, "{labels}");
    }
}
