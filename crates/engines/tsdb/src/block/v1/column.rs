//! Columns of times and of values as version 1 wrote them.

use crate::codec::Cursor;
use pco::data_types::Number;
use pco::standalone::simple_decompress_into;

/// A first number and a step or value: what many series are.
const PLAIN: u8 = 0;
/// Compressed as the type it is.
const PACKED: u8 = 1;
/// Values compressed as unsigned bit patterns.
const BITS: u8 = 2;

/// Reads `count` times; `None` if they make no sense or do not ascend.
pub(in crate::block) fn decode_times(bytes: &[u8], count: usize) -> Option<Vec<i64>> {
    let mut cursor = Cursor::new(bytes);
    let times = match cursor.byte()? {
        PLAIN => {
            let (mut next, step) = (cursor.i64()?, cursor.i64()?);
            let mut times = Vec::with_capacity(count);
            for _ in 0..count {
                times.push(next);
                next = next.wrapping_add(step);
            }
            times
        }
        PACKED => unpack(&bytes[1..], count)?,
        _ => return None,
    };
    times.is_sorted_by(|a, b| a < b).then_some(times)
}

/// Reads `count` values; `None` if they make no sense.
pub(in crate::block) fn decode_values(bytes: &[u8], count: usize) -> Option<Vec<f64>> {
    let mut cursor = Cursor::new(bytes);
    match cursor.byte()? {
        PLAIN => Some(vec![f64::from_bits(cursor.u64()?); count]),
        PACKED => unpack(&bytes[1..], count),
        BITS => Some(unpack(&bytes[1..], count)?.into_iter().map(f64::from_bits).collect()),
        _ => None,
    }
}

fn unpack<T: Number + Default>(bytes: &[u8], count: usize) -> Option<Vec<T>> {
    let mut numbers = vec![T::default(); count];
    let progress = simple_decompress_into(bytes, &mut numbers).ok()?;
    (progress.n_processed == count && progress.finished).then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(
            mut bytes in prop::collection::vec(any::<u8>(), 0..300), mark in 0u8..3,
        ) {
            let _ = decode_times(&bytes, 1000);
            let _ = decode_values(&bytes, 1000);
            bytes.insert(0, mark);
            let _ = decode_times(&bytes, 1000);
            let _ = decode_values(&bytes, 1000);
        }
    }
}
