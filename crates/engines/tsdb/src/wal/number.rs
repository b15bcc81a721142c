//! Values in a record, each readable alone: a byte that says how, then up to eight bytes.
//!
//! The upper half of the byte is a kind, the lower the number of bytes that follow.

use crate::codec::Cursor;
use crate::decimal;

/// The whole number of these bytes by 10^0 to 10^3.
const EXPONENT_MAX: u8 = 3;
/// The bit pattern.
const BITS: u8 = 15;
/// Exponents in the order in which they are tried: hundredths are the most frequent.
const EXPONENTS: [u8; 4] = [0, 2, 3, 1];

/// Writes the kinds of all values, then the bytes of all.
pub(super) fn put(values: impl ExactSizeIterator<Item = f64>, to: &mut Vec<u8>) {
    let count = values.len();
    let kinds = to.len();
    let mut at = kinds + count;
    // Eight bytes are written each time, of which the next value covers what is too much.
    to.resize(at + count * 8, 0);
    for (number, value) in values.enumerate() {
        let (kind, length, bits) = describe(value);
        to[kinds + number] = kind << 4 | length as u8;
        to[at..at + 8].copy_from_slice(&bits.to_le_bytes());
        at += length;
    }
    to.truncate(at);
}

fn describe(value: f64) -> (u8, usize, u64) {
    if (0.0..1e15).contains(&value) {
        for exponent in EXPONENTS {
            let whole = decimal::to_whole(value, exponent).map(i64::cast_unsigned);
            if let Some(whole) = whole.filter(|whole| *whole < 1 << 56) {
                return (exponent, (64 - whole.leading_zeros()).div_ceil(8) as usize, whole);
            }
        }
    }
    (BITS, 8, value.to_bits())
}

/// Reads what [`put`] wrote; `None` if it makes no sense.
pub(super) fn take(cursor: &mut Cursor<'_>, count: usize, mut sink: impl FnMut(f64)) -> Option<()> {
    let kinds = cursor.take(count)?;
    for kind in kinds {
        let (kind, length) = (kind >> 4, usize::from(kind & 15));
        let bits = cursor.whole(length)?;
        if kind == BITS {
            sink(f64::from_bits(bits));
        } else if kind <= EXPONENT_MAX {
            sink(decimal::one_from_whole(bits.cast_signed(), kind)?);
        } else {
            return None;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn size(values: &[f64]) -> usize {
        let mut bytes = Vec::new();
        put(values.iter().copied(), &mut bytes);
        let mut back = Vec::new();
        take(&mut Cursor::new(&bytes), values.len(), |value| back.push(value.to_bits())).unwrap();
        assert_eq!(back, values.iter().map(|value| value.to_bits()).collect::<Vec<_>>());
        bytes.len()
    }

    #[test]
    fn usual_values_are_short() {
        assert_eq!(size(&[0.0, 1.0, 255.0, 256.0]), 4 + 1 + 1 + 2);
        assert_eq!(size(&[0.25, 1234.56]), 2 + 1 + 3);
        assert_eq!(size(&[f64::NAN, -0.0, -1.0, 0.1 + 0.2, f64::INFINITY, 1e15]), 54);
    }

    proptest! {
        #[test]
        fn any_values_keep_their_bits(bits in prop::collection::vec(any::<u64>(), 0..50)) {
            size(&bits.into_iter().map(f64::from_bits).collect::<Vec<_>>());
        }
    }
}
