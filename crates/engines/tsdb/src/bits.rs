//! Whole numbers of few bits, packed in four lanes so that four can be read at once.
//!
//! Value `n` stands in lane `n % 4`, row `n / 4`; each lane is a row of 32-bit words, and word `w`
//! of all four lanes comes before word `w + 1` of any. Numbers of more than 32 bits are packed
//! twice: their low 32 bits, then the others.

/// Most numbers of one run.
pub(crate) const RUN: usize = 128;
const LANES: usize = 4;
const ROWS: usize = RUN / LANES;

/// How many bytes `count` numbers of `width` bits take.
pub(crate) fn packed_bytes(count: usize, width: u32) -> usize {
    let rows = count.div_ceil(LANES);
    let bytes = |width: u32| 16 * (rows * width as usize).div_ceil(32);
    bytes(width.min(32)) + bytes(width.saturating_sub(32))
}

/// How many bits the number takes.
pub(crate) fn width_of(number: u64) -> u32 {
    u64::BITS - number.leading_zeros()
}

/// Writes up to [`RUN`] numbers, each below 2^`width`.
pub(crate) fn pack(numbers: &[u64], width: u32, to: &mut Vec<u8>) {
    pack_half(numbers, 0, width.min(32), to);
    if width > 32 {
        pack_half(numbers, 32, width - 32, to);
    }
}

fn pack_half(numbers: &[u64], shift: u32, width: u32, to: &mut Vec<u8>) {
    let mut quads = [[0u32; LANES]; ROWS + 1];
    let mask = (1u64 << width) - 1;
    for (row, four) in numbers.chunks(LANES).enumerate() {
        let bit = row * width as usize;
        let (quad, offset) = (bit / 32, bit % 32);
        for (lane, number) in four.iter().enumerate() {
            let spread = ((number >> shift) & mask) << offset;
            quads[quad][lane] |= spread as u32;
            quads[quad + 1][lane] |= (spread >> 32) as u32;
        }
    }
    let used = (numbers.len().div_ceil(LANES) * width as usize).div_ceil(32);
    for quad in &quads[..used] {
        for word in quad {
            to.extend_from_slice(&word.to_le_bytes());
        }
    }
}

/// Reads `count` numbers; `None` if there are fewer bytes than they take.
pub(crate) fn unpack(bytes: &[u8], width: u32, count: usize, to: &mut [u64; RUN]) -> Option<()> {
    if count > RUN || width > 64 || bytes.len() < packed_bytes(count, width) {
        return None;
    }
    let rows = count.div_ceil(LANES);
    unpack_half(bytes, width.min(32), rows, |number, part| *number = part, to);
    if width > 32 {
        let rest = &bytes[packed_bytes(count, 32)..];
        unpack_half(rest, width - 32, rows, |number, part| *number |= part << 32, to);
    }
    Some(())
}

fn unpack_half(
    bytes: &[u8],
    width: u32,
    rows: usize,
    put: impl Fn(&mut u64, u64),
    to: &mut [u64; RUN],
) {
    let mut quads = [[0u32; LANES]; ROWS + 1];
    let used = (rows * width as usize).div_ceil(32);
    for (quad, raw) in quads.iter_mut().zip(bytes.chunks_exact(16)).take(used) {
        for (word, raw) in quad.iter_mut().zip(raw.as_chunks::<4>().0) {
            *word = u32::from_le_bytes(*raw);
        }
    }
    let mask = (1u64 << width) - 1;
    for (row, four) in to.as_chunks_mut::<LANES>().0.iter_mut().take(rows).enumerate() {
        let bit = row * width as usize;
        let (quad, offset) = (bit / 32, bit % 32);
        let (low, high) = (&quads[quad], &quads[quad + 1]);
        for lane in 0..LANES {
            let both = u64::from(low[lane]) | u64::from(high[lane]) << 32;
            put(&mut four[lane], (both >> offset) & mask);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_come_back(
            width in 0u32..=64, raw in prop::collection::vec(any::<u64>(), 0..=128),
        ) {
            let mask = if width == 64 { u64::MAX } else { (1 << width) - 1 };
            let numbers: Vec<u64> = raw.iter().map(|number| number & mask).collect();
            let mut bytes = Vec::new();
            pack(&numbers, width, &mut bytes);
            prop_assert_eq!(bytes.len(), packed_bytes(numbers.len(), width));
            let mut back = [7; RUN];
            prop_assert_eq!(unpack(&bytes, width, numbers.len(), &mut back), Some(()));
            prop_assert_eq!(&back[..numbers.len()], &numbers[..]);
            if !bytes.is_empty() {
                prop_assert_eq!(unpack(&bytes[1..], width, numbers.len(), &mut back), None);
            }
        }
    }
}
