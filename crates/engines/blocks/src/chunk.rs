//! Chunks: some points of one series.

mod histogram;

use thiserror::Error;
use wire::remote::HistogramMessage;

use crate::bits::{Bits, Steps, Xor};

/// What chunks hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Points {
    /// Milliseconds since 1970 and values.
    pub floats: Vec<(i64, f64)>,
    /// Native histograms, as remote write carries them.
    pub histograms: Vec<HistogramMessage>,
}

/// Why a chunk cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ChunkFault {
    /// Another encoding than those that are known.
    #[error("the chunk's encoding is {number}, expected 1 (XOR), 2 or 3 (histograms)")]
    Encoding {
        /// The number as it stands there.
        number: u8,
    },
    /// It ends within a point.
    #[error("the chunk ends before its last point")]
    Cut,
    /// A number that cannot be.
    #[error("the chunk holds a number of more than 64 bits")]
    Number,
    /// A schema of buckets that is not known.
    #[error("the histograms have the schema {schema}, expected -4 to 8 or -53")]
    Schema {
        /// The schema as it stands there.
        schema: i64,
    },
    /// More buckets than are taken.
    #[error("the histograms have more than {max} buckets")]
    Buckets {
        /// What is taken.
        max: usize,
    },
    /// More buckets in all its histograms together than are taken.
    #[error("the spans and buckets of all histograms are more than {max} numbers")]
    Numbers {
        /// What is taken.
        max: u64,
    },
}

impl Points {
    /// How many there are of both kinds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.floats.len() + self.histograms.len()
    }

    /// Tells whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes out all points between both times, both included.
    pub(crate) fn erase(&mut self, from_ms: i64, to_ms: i64) {
        let stays = |at_ms: i64| at_ms < from_ms || to_ms < at_ms;
        self.floats.retain(|(at_ms, _)| stays(*at_ms));
        self.histograms.retain(|histogram| stays(histogram.at_ms));
    }
}

/// Adds the points of a chunk, `data`, of that encoding.
///
/// Errors: as [`ChunkFault`] says; nothing is added then.
/// Source: Prometheus, `tsdb/docs/format/chunks.md`.
pub fn decode(encoding: u8, data: &[u8], points: &mut Points) -> Result<(), ChunkFault> {
    match encoding {
        1 => points.floats.extend(floats(data)?),
        2 => points.histograms.extend(histogram::whole(data)?),
        3 => points.histograms.extend(histogram::floats(data)?),
        number => return Err(ChunkFault::Encoding { number }),
    }
    Ok(())
}

fn floats(data: &[u8]) -> Result<Vec<(i64, f64)>, ChunkFault> {
    let mut bits = Bits::new(data);
    let count = bits.bits(16)?;
    let mut points = Vec::new();
    if count == 0 {
        return Ok(points);
    }
    let mut at_ms = Steps::new(bits.varint()?);
    let mut value = Xor::new(bits.float()?);
    points.push((at_ms.value, value.value()));
    for index in 1..count {
        // The second time is written as its distance from the first.
        let change = if index == 1 { bits.uvarint()?.cast_signed() } else { bits.time()? };
        at_ms.next(change);
        value.next(&mut bits)?;
        points.push((at_ms.value, value.value()));
    }
    Ok(points)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use wire::remote::xor;

    use super::*;

    fn told(points: &[(i64, f64)]) -> Vec<(i64, u64)> {
        points.iter().map(|(at_ms, value)| (*at_ms, value.to_bits())).collect()
    }

    #[test]
    fn an_empty_chunk_and_a_strange_one_are_told_apart() {
        let mut points = Points::default();
        assert_eq!(decode(1, &[0, 0], &mut points), Ok(()));
        assert!(points.is_empty());
        assert_eq!(decode(1, &[0], &mut points), Err(ChunkFault::Cut));
        assert_eq!(decode(9, &[0, 0], &mut points), Err(ChunkFault::Encoding { number: 9 }));
    }

    proptest! {
        #[test]
        fn floats_come_back_bit_by_bit(
            points in prop::collection::vec((any::<i64>(), any::<u64>()), 0..200)
        ) {
            let points: Vec<(i64, f64)> =
                points.into_iter().map(|(at_ms, bits)| (at_ms, f64::from_bits(bits))).collect();
            let chunk = xor::encode(&points);
            let mut read = Points::default();
            prop_assert_eq!(decode(1, &chunk, &mut read), Ok(()));
            prop_assert_eq!(told(&read.floats), told(&points));
            for end in (0..chunk.len()).step_by(97) {
                prop_assert!(decode(1, &chunk[..end], &mut Points::default()).is_err());
            }
        }

        #[test]
        fn small_steps_come_back(
            points in prop::collection::vec((-9_000_i64..9_000_000, -5.0..5.0), 0..200)
        ) {
            let mut at_ms = 1_700_000_000_000;
            let points: Vec<(i64, f64)> = points
                .into_iter()
                .map(|(step, value): (i64, f64)| {
                    at_ms += step;
                    (at_ms, (value * 4.0).round())
                })
                .collect();
            let mut read = Points::default();
            prop_assert_eq!(decode(1, &xor::encode(&points), &mut read), Ok(()));
            prop_assert_eq!(told(&read.floats), told(&points));
        }

        #[test]
        fn any_bytes_are_answered(
            encoding in 0_u8..5,
            data in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            let _ = decode(encoding, &data, &mut Points::default());
        }
    }
}
