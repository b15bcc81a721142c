use proptest::prelude::*;

use super::encode;
use crate::protobuf::unzigzag;

/// Reads a chunk back, as the format's document has it.
struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Reader<'_> {
    fn bits(&mut self, count: u32) -> u64 {
        (0..count).fold(0, |value, _| {
            let bit = self.bytes[self.at / 8] >> (7 - self.at % 8) & 1;
            self.at += 1;
            value << 1 | u64::from(bit)
        })
    }

    fn varint(&mut self) -> u64 {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = self.bits(8);
            value |= (byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                return value;
            }
        }
    }

    fn change(&mut self) -> i64 {
        let ones = (0..4).take_while(|_| self.bits(1) == 1).count();
        let width = [0, 14, 17, 20, 64][ones];
        let value = self.bits(width).cast_signed();
        // The upper half, its very first number left out, is below zero.
        if width > 0 && width < 64 && value > 1 << (width - 1) {
            value - (1 << width)
        } else {
            value
        }
    }
}

fn decode(bytes: &[u8]) -> Vec<(i64, f64)> {
    let mut reader = Reader { bytes, at: 0 };
    let count = reader.bits(16);
    let (mut at_ms, mut delta, mut value, mut window) = (0_i64, 0_i64, 0_u64, (0, 0));
    let mut points = Vec::new();
    for index in 0..count {
        if index == 0 {
            at_ms = unzigzag(reader.varint());
            value = reader.bits(64);
        } else {
            delta = match index {
                1 => reader.varint().cast_signed(),
                _ => delta.wrapping_add(reader.change()),
            };
            at_ms = at_ms.wrapping_add(delta);
            if reader.bits(1) == 1 {
                if reader.bits(1) == 1 {
                    let leading = reader.bits(5) as u32;
                    let significant = match reader.bits(6) as u32 {
                        0 => 64,
                        significant => significant,
                    };
                    window = (significant, 64 - leading - significant);
                }
                value ^= reader.bits(window.0) << window.1;
            }
        }
        points.push((at_ms, f64::from_bits(value)));
    }
    points
}

fn same(one: &[(i64, f64)], other: &[(i64, f64)]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).all(|(a, b)| a.0 == b.0 && a.1.to_bits() == b.1.to_bits())
}

#[test]
fn points_come_back_to_the_bit() {
    let odd = [0.0, -0.0, 1.5, f64::NAN, f64::INFINITY, 1e-300, -1.0, -1.0, f64::MAX];
    let times = (0..).map(|at| at * 15_000);
    let regular: Vec<(i64, f64)> = times.zip(odd).collect();
    assert!(same(&decode(&encode(&regular)), &regular));
    let mut at_ms = -1_000_000;
    let steps = [0, 1, 8_191, 8_193, 8_192, 70_000, 600_000, 1 << 40, 3];
    let uneven: Vec<_> = steps
        .iter()
        .map(|step| {
            at_ms += step;
            (at_ms, 2.0)
        })
        .collect();
    assert!(same(&decode(&encode(&uneven)), &uneven));
    assert_eq!(encode(&[]), [0, 0]);
}

proptest! {
    #[test]
    fn whatever_comes_back_is_what_was_written(
        points in prop::collection::vec((any::<i32>(), any::<u64>()), 0..50),
    ) {
        let mut points: Vec<_> = points
            .into_iter()
            .map(|(at, bits)| (i64::from(at), f64::from_bits(bits)))
            .collect();
        points.sort_by_key(|point| point.0);
        prop_assert!(same(&decode(&encode(&points)), &points));
    }
}
