//! Snappy's block format, as remote write and read use it.

use thiserror::Error;

/// No element of the format makes more of a byte than this: a copy of 64 bytes takes three.
const GROWTH_MAX: usize = 22;

/// Why a block cannot be unpacked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SnappyFault {
    /// It would be longer than the caller allows.
    #[error("unpack snappy: {bytes} bytes, at most {max} are taken")]
    TooLong {
        /// The length that the block says.
        bytes: usize,
        /// What the caller allows.
        max: usize,
    },
    /// It says a length that it cannot have.
    #[error("unpack snappy: {bytes} bytes are said to be in {packed}")]
    Bomb {
        /// The length that the block says.
        bytes: usize,
        /// The length that it has.
        packed: usize,
    },
    /// The bytes are no block.
    #[error("unpack snappy: corrupt input ({what})")]
    Corrupt {
        /// What the reader says.
        what: String,
    },
}

/// Unpacks a block. Its length is looked at before anything is allocated.
///
/// Errors: as [`SnappyFault`] says.
pub fn unpack(packed: &[u8], bytes_max: usize) -> Result<Vec<u8>, SnappyFault> {
    let mut room = Vec::new();
    let bytes = unpack_into(packed, bytes_max, &mut room)?.len();
    room.truncate(bytes);
    Ok(room)
}

/// The same into room that is used again: it grows as far as it must, and is not made blank.
///
/// Errors: as [`SnappyFault`] says.
pub fn unpack_into<'r>(
    packed: &[u8],
    bytes_max: usize,
    room: &'r mut Vec<u8>,
) -> Result<&'r [u8], SnappyFault> {
    let bytes = snap::raw::decompress_len(packed).map_err(|error| corrupt(&error))?;
    if bytes > bytes_max {
        return Err(SnappyFault::TooLong { bytes, max: bytes_max });
    }
    if bytes > packed.len().saturating_mul(GROWTH_MAX) {
        return Err(SnappyFault::Bomb { bytes, packed: packed.len() });
    }
    if room.len() < bytes {
        // Not by `resize`, which would copy what nobody needs.
        *room = vec![0; bytes];
    }
    let bytes = snap::raw::Decoder::new().decompress(packed, room);
    Ok(&room[..bytes.map_err(|error| corrupt(&error))?])
}

/// Packs a block. Errors: it is longer than 4 GiB.
pub fn pack(bytes: &[u8]) -> Result<Vec<u8>, SnappyFault> {
    snap::raw::Encoder::new().compress_vec(bytes).map_err(|error| corrupt(&error))
}

fn corrupt(error: &snap::Error) -> SnappyFault {
    SnappyFault::Corrupt { what: error.to_string() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn blocks_come_back_and_bombs_do_not() {
        let zeros = vec![0; 1 << 16];
        let packed = pack(&zeros).unwrap();
        assert_eq!(unpack(&packed, 1 << 16), Ok(zeros));
        assert_eq!(
            unpack(&packed, 1 << 15).unwrap_err().to_string(),
            "unpack snappy: 65536 bytes, at most 32768 are taken"
        );
        // It says four gigabytes and brings none.
        let bomb = [0xff, 0xff, 0xff, 0xff, 0x0f, 0x00];
        assert_eq!(
            unpack(&bomb, usize::MAX),
            Err(SnappyFault::Bomb { bytes: 4_294_967_295, packed: 6 })
        );
        assert!(matches!(unpack(&[], 10), Err(SnappyFault::Corrupt { .. })));
        for end in 1..packed.len() {
            assert!(unpack(&packed[..end], 1 << 20).is_err(), "{end}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_packed_comes_back(bytes in prop::collection::vec(0_u8..4, 0..4_000)) {
            let packed = pack(&bytes).unwrap();
            let mut used = vec![7; 2_000];
            prop_assert_eq!(unpack_into(&packed, 4_000, &mut used).unwrap(), &bytes);
            prop_assert_eq!(unpack(&packed, 4_000).unwrap(), bytes);
        }

        #[test]
        fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            if let Ok(unpacked) = unpack(&bytes, 10_000) {
                prop_assert!(unpacked.len() <= bytes.len() * GROWTH_MAX);
            }
        }
    }
}
