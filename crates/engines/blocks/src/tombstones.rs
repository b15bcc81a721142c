//! `tombstones`: what has been deleted, and is still in the chunks.

use std::collections::HashMap;

use wire::crc32c::crc32c;

use crate::{
    Fault, Points,
    cursor::{Cursor, agree},
};

const MAGIC: u32 = 0x0130_ba30;
const VERSION: u8 = 1;
/// Magic and version, which the checksum does not cover.
const HEAD_BYTES: usize = 5;

/// The deleted times of each series.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tombstones(HashMap<u64, Vec<(i64, i64)>>);

impl Tombstones {
    /// Reads the file. Errors: it is another file, or damaged.
    pub fn read(bytes: &[u8]) -> Result<Self, Fault> {
        let mut head = Cursor::new(bytes, 0);
        let (magic, version) = (head.be32()?, head.byte()?);
        if magic != MAGIC {
            return Err(Fault::new(0, format!("expected {MAGIC:08x}, found {magic:08x}")));
        }
        if version != VERSION {
            return Err(Fault::new(4, format!("the version is {version}, expected {VERSION}")));
        }
        let Some(end) = bytes.len().checked_sub(4).filter(|end| *end >= HEAD_BYTES) else {
            return Err(Fault::new(HEAD_BYTES, "expected a checksum of 4 bytes"));
        };
        let expected = Cursor::new(bytes, end).be32()?;
        let found = crc32c(&bytes[HEAD_BYTES..end]);
        if !agree(found, expected) {
            let what = format!("the checksum is {found:08x}, expected {expected:08x}");
            return Err(Fault::new(HEAD_BYTES, what));
        }
        let mut stones = Cursor::new(&bytes[..end], HEAD_BYTES);
        let mut all: HashMap<u64, Vec<(i64, i64)>> = HashMap::new();
        while !stones.is_at_end() {
            let series = stones.uvarint()?;
            all.entry(series).or_default().push((stones.varint()?, stones.varint()?));
        }
        Ok(Self(all))
    }

    /// Takes out of `points` what is deleted of the series of that number.
    pub(crate) fn erase(&self, series: u64, points: &mut Points) {
        for (from_ms, to_ms) in self.0.get(&series).into_iter().flatten() {
            points.erase(*from_ms, *to_ms);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Series 3, from -1 to 2 ms.
    fn file() -> Vec<u8> {
        let stones = [3, 1, 4];
        let mut file = vec![0x01, 0x30, 0xba, 0x30, 1];
        file.extend(stones);
        file.extend(crc32c(&stones).to_be_bytes());
        file
    }

    #[test]
    fn what_is_covered_is_taken_out() {
        let stones = Tombstones::read(&file()).unwrap();
        let floats: Vec<(i64, f64)> = (-3..5).map(|at_ms| (at_ms, 0.0)).collect();
        let mut points = Points { floats, ..Points::default() };
        stones.erase(4, &mut points);
        assert_eq!(points.len(), 8);
        stones.erase(3, &mut points);
        let left: Vec<i64> = points.floats.iter().map(|(at_ms, _)| *at_ms).collect();
        assert_eq!(left, [-3, -2, 3, 4]);
    }

    #[test]
    fn every_flipped_bit_is_found() {
        for at in 0..file().len() * 8 {
            let mut file = file();
            file[at / 8] ^= 1 << (at % 8);
            assert!(Tombstones::read(&file).is_err(), "{at}");
        }
        for end in 0..file().len() {
            assert!(Tombstones::read(&file()[..end]).is_err(), "{end}");
        }
    }
}
