//! Columns of times and of values as bytes, without loss.

use crate::TsdbError;
use crate::codec::Cursor;
use pco::data_types::Number;
use pco::standalone::{simple_compress, simple_decompress_into};
use pco::{ChunkConfig, DeltaSpec};

/// A first number and a step or value: what many series are.
const PLAIN: u8 = 0;
/// Compressed as the type it is.
const PACKED: u8 = 1;
/// Values compressed as unsigned bit patterns.
const BITS: u8 = 2;

/// Writes times, which must not be empty.
pub(super) fn encode_times(times: &[i64]) -> Result<Vec<u8>, TsdbError> {
    let first = times[0];
    let step = times.get(1).map_or(0, |second| second.wrapping_sub(first));
    if times.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == step) {
        let mut bytes = vec![PLAIN];
        bytes.extend_from_slice(&first.to_le_bytes());
        bytes.extend_from_slice(&step.to_le_bytes());
        return Ok(bytes);
    }
    let config = ChunkConfig::default().with_delta_spec(DeltaSpec::TryConsecutive(1));
    pack(PACKED, times, &config)
}

/// Reads `count` times; `None` if they make no sense or do not ascend.
pub(super) fn decode_times(bytes: &[u8], count: usize) -> Option<Vec<i64>> {
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

/// Writes values, which must not be empty.
pub(super) fn encode_values(values: &[f64]) -> Result<Vec<u8>, TsdbError> {
    let first = values[0].to_bits();
    if values.iter().all(|value| value.to_bits() == first) {
        let mut bytes = vec![PLAIN];
        bytes.extend_from_slice(&first.to_le_bytes());
        return Ok(bytes);
    }
    let config = ChunkConfig::default();
    let bytes = pack(PACKED, values, &config)?;
    // Not trusted but checked: the compressor's float modes do arithmetic.
    let same =
        |back: &Vec<f64>| back.iter().map(|v| v.to_bits()).eq(values.iter().map(|v| v.to_bits()));
    if decode_values(&bytes, values.len()).as_ref().is_some_and(same) {
        return Ok(bytes);
    }
    let bits: Vec<u64> = values.iter().map(|value| value.to_bits()).collect();
    pack(BITS, &bits, &config)
}

/// Reads `count` values; `None` if they make no sense.
pub(super) fn decode_values(bytes: &[u8], count: usize) -> Option<Vec<f64>> {
    let mut cursor = Cursor::new(bytes);
    match cursor.byte()? {
        PLAIN => Some(vec![f64::from_bits(cursor.u64()?); count]),
        PACKED => unpack(&bytes[1..], count),
        BITS => Some(unpack(&bytes[1..], count)?.into_iter().map(f64::from_bits).collect()),
        _ => None,
    }
}

fn pack<T: Number>(mark: u8, numbers: &[T], config: &ChunkConfig) -> Result<Vec<u8>, TsdbError> {
    let packed = simple_compress(numbers, config)
        .map_err(|source| TsdbError::Compress { source: Box::new(source) })?;
    let mut bytes = Vec::with_capacity(packed.len() + 1);
    bytes.push(mark);
    bytes.extend_from_slice(&packed);
    Ok(bytes)
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

    fn values_survive(values: &[f64]) {
        let back = decode_values(&encode_values(values).unwrap(), values.len()).unwrap();
        let bits = |values: &[f64]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&back), bits(values));
    }

    #[test]
    fn odd_floats_keep_their_bits() {
        let stale = f64::from_bits(0x7ff0_0000_0000_0002);
        let odd = [0.0, -0.0, f64::NAN, -f64::NAN, stale, f64::INFINITY, f64::NEG_INFINITY];
        values_survive(&odd);
        for value in odd {
            values_survive(&[value; 3]);
            let mixed: Vec<f64> = (0..2000).map(|n| f64::from(n) * 0.1).chain([value]).collect();
            values_survive(&mixed);
            let mixed: Vec<f64> = (0..2000).map(f64::from).chain([value, 1e300]).collect();
            values_survive(&mixed);
        }
    }

    proptest! {
        #[test]
        fn any_values_keep_their_bits(bits in prop::collection::vec(any::<u64>(), 1..500)) {
            values_survive(&bits.into_iter().map(f64::from_bits).collect::<Vec<_>>());
        }

        #[test]
        fn any_times_come_back(times in prop::collection::btree_set(any::<i64>(), 1..500)) {
            let times: Vec<i64> = times.into_iter().collect();
            let back = decode_times(&encode_times(&times).unwrap(), times.len());
            prop_assert_eq!(back, Some(times));
        }

        #[test]
        fn any_bytes_are_read_without_panic(
            mut bytes in prop::collection::vec(any::<u8>(), 0..300),
            flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
            mark in 0u8..3,
        ) {
            let _ = decode_times(&bytes, 1000);
            let _ = decode_values(&bytes, 1000);
            bytes.insert(0, mark);
            let _ = decode_times(&bytes, 1000);
            let _ = decode_values(&bytes, 1000);
            let values: Vec<f64> = (0..1000).map(|n| f64::from(n % 37) * 0.25).collect();
            let mut packed = encode_values(&values).unwrap();
            for (at, byte) in flips {
                let at = at.index(packed.len());
                packed[at] ^= byte;
            }
            let _ = decode_values(&packed, values.len());
        }
    }
}
