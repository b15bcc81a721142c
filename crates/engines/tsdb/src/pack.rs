//! Short columns of values in memory: small, quick to write and very quick to read.

use crate::bits::{self, RUN};
use crate::codec::{Cursor, put_varint, put_zigzag};
use crate::decimal;

/// The same value everywhere.
const SAME: u8 = 0;
/// Decimal numbers as whole ones, and what they change by.
const DECIMAL: u8 = 1;
/// Each value's bits against those of the one before.
const TWISTED: u8 = 2;
/// One in so many values may be something else than a decimal number.
const ODD_SHARE: usize = 8;

/// Writes 1 to [`RUN`] values; every bit is kept.
pub(crate) fn encode(values: &[f64], to: &mut Vec<u8>) {
    let first = values[0].to_bits();
    if values.iter().all(|value| value.to_bits() == first) {
        to.push(SAME);
        to.extend_from_slice(&first.to_le_bytes());
        return;
    }
    let odd_max = values.len() / ODD_SHARE;
    match decimal::exponent_of(values, odd_max) {
        Some(exponent) if encode_decimal(values, exponent, odd_max, to) => {}
        _ => encode_twisted(values, to),
    }
}

/// Reads `count` values; `None` if they make no sense.
pub(crate) fn decode(bytes: &[u8], count: usize, to: &mut Vec<f64>) -> Option<()> {
    let mut cursor = Cursor::new(bytes);
    if count == 0 || count > RUN {
        return None;
    }
    match cursor.byte()? {
        SAME => {
            let value = f64::from_bits(cursor.u64()?);
            to.resize(to.len() + count, value);
        }
        DECIMAL => decode_decimal(&mut cursor, count, to)?,
        TWISTED => decode_twisted(&mut cursor, count, to)?,
        _ => return None,
    }
    cursor.is_empty().then_some(())
}

/// Tells whether it could; what was written before stays as it was if not.
fn encode_decimal(values: &[f64], exponent: u8, odd_max: usize, to: &mut Vec<u8>) -> bool {
    let mut wholes = [0i64; RUN];
    let mut odd: Vec<(u8, u64)> = Vec::new();
    let mut last = values.iter().find_map(|value| decimal::to_whole(*value, exponent)).unwrap_or(0);
    for (at, value) in values.iter().enumerate() {
        match decimal::to_whole(*value, exponent) {
            Some(whole) => last = whole,
            None => odd.push((at as u8, value.to_bits())),
        }
        wholes[at] = last;
    }
    if odd.len() > odd_max {
        return false;
    }
    let wholes = &wholes[..values.len()];
    let (order, changes) = least_changes(wholes);
    to.extend_from_slice(&[DECIMAL, exponent, order as u8, odd.len() as u8]);
    for (at, bits) in odd {
        to.push(at);
        to.extend_from_slice(&bits.to_le_bytes());
    }
    put_changes(wholes, order, &changes[..wholes.len() - order], to);
    true
}

/// Writes 1 to [`RUN`] whole numbers.
pub(crate) fn encode_wholes(wholes: &[i64], to: &mut Vec<u8>) {
    let (order, changes) = least_changes(wholes);
    to.push(order as u8);
    put_changes(wholes, order, &changes[..wholes.len() - order], to);
}

/// Reads `count` whole numbers; `None` if they make no sense.
pub(crate) fn decode_wholes(bytes: &[u8], count: usize, to: &mut Vec<i64>) -> Option<()> {
    let mut cursor = Cursor::new(bytes);
    if count == 0 || count > RUN {
        return None;
    }
    let order = usize::from(cursor.byte()?);
    let wholes = take_changes(&mut cursor, order, count)?;
    to.extend_from_slice(&wholes[..count]);
    cursor.is_empty().then_some(())
}

fn put_changes(wholes: &[i64], order: usize, changes: &[i64], to: &mut Vec<u8>) {
    let least = changes.iter().min().copied().unwrap_or(0);
    let mut above = [0u64; RUN];
    for (above, change) in above.iter_mut().zip(changes) {
        *above = change.wrapping_sub(least).cast_unsigned();
    }
    let above = &mut above[..changes.len()];
    let factor = greatest_factor(above);
    if factor > 1 {
        above.iter_mut().for_each(|number| *number /= factor);
    }
    let width = bits::width_of(above.iter().fold(0, |all, number| all | number));
    if order > 0 {
        put_zigzag(to, wholes[0]);
    }
    if order > 1 {
        put_zigzag(to, wholes[1].wrapping_sub(wholes[0]));
    }
    put_zigzag(to, least);
    put_varint(to, factor);
    to.push(width as u8);
    bits::pack(above, width, to);
}

/// The numbers themselves, their differences, or the differences of these: what spans least.
fn least_changes(wholes: &[i64]) -> (usize, [i64; RUN]) {
    let mut order0 = [0i64; RUN];
    order0[..wholes.len()].copy_from_slice(wholes);
    let order1 = differences(&order0, wholes.len());
    let order2 = differences(&order1, wholes.len() - 1);
    let span = |changes: &[i64]| {
        let least = changes.iter().min().copied().unwrap_or(0);
        let most = changes.iter().max().copied().unwrap_or(0);
        bits::width_of(most.wrapping_sub(least).cast_unsigned())
    };
    let width0 = span(&order0[..wholes.len()]);
    let width1 = span(&order1[..wholes.len() - 1]);
    let width2 = if wholes.len() > 2 { span(&order2[..wholes.len() - 2]) } else { u32::MAX };
    if width2 < width1.min(width0) {
        (2, order2)
    } else if width1 < width0 {
        (1, order1)
    } else {
        (0, order0)
    }
}

fn differences(of: &[i64; RUN], count: usize) -> [i64; RUN] {
    let mut found = [0; RUN];
    for at in 1..count {
        found[at - 1] = of[at].wrapping_sub(of[at - 1]);
    }
    found
}

/// The greatest number that divides all; at least 1.
fn greatest_factor(numbers: &[u64]) -> u64 {
    let mut factor = 0u64;
    for number in numbers {
        let (mut a, mut b) = (factor, *number);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        factor = a;
        if factor == 1 {
            return 1;
        }
    }
    factor.max(1)
}

fn decode_decimal(cursor: &mut Cursor<'_>, count: usize, to: &mut Vec<f64>) -> Option<()> {
    let (exponent, order) = (cursor.byte()?, usize::from(cursor.byte()?));
    let odd = usize::from(cursor.byte()?);
    let odd = cursor.take(odd * 9)?;
    let wholes = take_changes(cursor, order, count)?;
    let start = to.len();
    decimal::from_whole(&wholes[..count], exponent, to)?;
    for one in odd.chunks_exact(9) {
        let bits = Cursor::new(&one[1..]).u64()?;
        *to[start..].get_mut(usize::from(one[0]))? = f64::from_bits(bits);
    }
    Some(())
}

fn take_changes(cursor: &mut Cursor<'_>, order: usize, count: usize) -> Option<[i64; RUN]> {
    if order > 2 || order > count {
        return None;
    }
    let first = if order > 0 { cursor.zigzag()? } else { 0 };
    let change = if order > 1 { cursor.zigzag()? } else { 0 };
    let (least, factor) = (cursor.zigzag()?, cursor.varint()?.cast_signed());
    let width = u32::from(cursor.byte()?);
    let packed = count - order;
    let mut above = [0u64; RUN];
    let bytes = cursor.take(bits::packed_bytes(packed, width.min(64)))?;
    bits::unpack(bytes, width, packed, &mut above)?;
    let mut wholes = [0i64; RUN];
    let changed = |at: usize| least.wrapping_add(above[at].cast_signed().wrapping_mul(factor));
    match order {
        0 => (0..count).for_each(|at| wholes[at] = changed(at)),
        1 => {
            let mut whole = first;
            for (at, to) in wholes[..packed].iter_mut().enumerate() {
                *to = whole;
                whole = whole.wrapping_add(changed(at));
            }
            wholes[packed] = whole;
        }
        _ => {
            let (mut whole, mut change) = (first, change);
            wholes[0] = whole;
            for at in 0..packed {
                whole = whole.wrapping_add(change);
                wholes[at + 1] = whole;
                change = change.wrapping_add(changed(at));
            }
            wholes[packed + 1] = whole.wrapping_add(change);
        }
    }
    Some(wholes)
}

fn encode_twisted(values: &[f64], to: &mut Vec<u8>) {
    let mut twists = [0u64; RUN];
    let mut all = 0;
    for (at, pair) in values.windows(2).enumerate() {
        twists[at] = pair[0].to_bits() ^ pair[1].to_bits();
        all |= twists[at];
    }
    let shift = all.trailing_zeros().min(63);
    let width = bits::width_of(all >> shift);
    let twists = &mut twists[..values.len() - 1];
    twists.iter_mut().for_each(|twist| *twist >>= shift);
    to.push(TWISTED);
    to.extend_from_slice(&values[0].to_bits().to_le_bytes());
    to.extend_from_slice(&[shift as u8, width as u8]);
    bits::pack(twists, width, to);
}

fn decode_twisted(cursor: &mut Cursor<'_>, count: usize, to: &mut Vec<f64>) -> Option<()> {
    let mut bits = cursor.u64()?;
    let (shift, width) = (u32::from(cursor.byte()?), u32::from(cursor.byte()?));
    if shift > 63 || width > 64 {
        return None;
    }
    let mut twists = [0u64; RUN];
    let bytes = cursor.take(bits::packed_bytes(count - 1, width))?;
    bits::unpack(bytes, width, count - 1, &mut twists)?;
    to.push(f64::from_bits(bits));
    for twist in &twists[..count - 1] {
        bits ^= twist << shift;
        to.push(f64::from_bits(bits));
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn survives(values: &[f64]) -> usize {
        let mut bytes = Vec::new();
        encode(values, &mut bytes);
        let mut back = Vec::new();
        decode(&bytes, values.len(), &mut back).unwrap();
        let bits = |values: &[f64]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&back), bits(values));
        bytes.len()
    }

    #[test]
    fn columns_of_every_kind_come_back_and_are_small() {
        let of = |f: &dyn Fn(f64) -> f64| (0..128).map(|n| f(f64::from(n))).collect::<Vec<f64>>();
        assert_eq!(survives(&of(&|_| 4.5)), 9);
        assert!(survives(&of(&|n| n * 15.0)) < 16, "a straight line");
        assert!(survives(&of(&|n| 1e9 + n * n)) < 20, "a parabola");
        assert!(survives(&of(&|n| (n * 0.37 % 1.0 * 100.0).round() / 100.0)) < 130);
        assert!(survives(&of(&|n| 4096.0 * (n * 7.0 % 16.0))) < 90, "pages");
        survives(&of(&f64::sin));
        let mut mixed = of(&|n| n);
        (mixed[3], mixed[4]) = (f64::from_bits(0x7ff0_0000_0000_0002), -0.0);
        (mixed[0], mixed[127]) = (f64::NEG_INFINITY, f64::NAN);
        assert!(survives(&mixed) < 100);
        survives(&[i64::MAX as f64, i64::MIN as f64, 0.0]);
        survives(&[1.0]);
        survives(&[1.0, 2.5]);
    }

    proptest! {
        #[test]
        fn any_values_keep_their_bits(bits in prop::collection::vec(any::<u64>(), 1..=128)) {
            survives(&bits.into_iter().map(f64::from_bits).collect::<Vec<_>>());
        }

        #[test]
        fn decimals_keep_their_bits(
            wholes in prop::collection::vec(-100_000i64..100_000, 1..=128),
            exponent in 0i32..6,
            odd in prop::collection::vec((any::<prop::sample::Index>(), any::<u64>()), 0..4),
        ) {
            let value = |whole: i64| whole as f64 / 10f64.powi(exponent);
            let mut values: Vec<f64> = wholes.into_iter().map(value).collect();
            for (at, bits) in odd {
                let at = at.index(values.len());
                values[at] = f64::from_bits(bits);
            }
            survives(&values);
        }

        #[test]
        fn any_whole_numbers_come_back(wholes in prop::collection::vec(any::<i64>(), 1..=128)) {
            let (mut bytes, mut back) = (Vec::new(), Vec::new());
            encode_wholes(&wholes, &mut bytes);
            prop_assert_eq!(decode_wholes(&bytes, wholes.len(), &mut back), Some(()));
            prop_assert_eq!(back, wholes);
        }

        #[test]
        fn any_bytes_are_read_without_panic(
            mut bytes in prop::collection::vec(any::<u8>(), 0..200), count in 0usize..140,
        ) {
            let mut to = Vec::new();
            let _ = decode(&bytes, count, &mut to);
            let _ = decode_wholes(&bytes, count, &mut Vec::new());
            for mark in 0..3 {
                bytes.insert(0, mark);
                to.clear();
                let _ = decode(&bytes, count, &mut to);
                bytes.remove(0);
            }
        }
    }
}
