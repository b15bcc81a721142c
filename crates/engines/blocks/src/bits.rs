//! Bits one after the other, the highest of a byte first, and the numbers that chunks hold.

use crate::ChunkFault;

/// Widths of a difference of times and how many ones stand before each.
const TIME_WIDTHS: [u32; 5] = [0, 14, 17, 20, 64];
/// Widths of the numbers of histograms, likewise.
const WIDTHS: [u32; 9] = [0, 3, 6, 9, 12, 18, 25, 56, 64];

#[derive(Debug, Clone)]
pub(crate) struct Bits<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Bits<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next `count` bits, at most 64.
    pub(crate) fn bits(&mut self, mut count: u32) -> Result<u64, ChunkFault> {
        if self.at + count as usize > self.bytes.len() * 8 {
            return Err(ChunkFault::Cut);
        }
        let mut value = 0;
        while count > 0 {
            let free = 8 - (self.at % 8) as u32;
            let taken = count.min(free);
            let part = u64::from(self.bytes[self.at / 8]) >> (free - taken) & ((1 << taken) - 1);
            value = value << taken | part;
            self.at += taken as usize;
            count -= taken;
        }
        Ok(value)
    }

    pub(crate) fn bit(&mut self) -> Result<bool, ChunkFault> {
        Ok(self.bits(1)? == 1)
    }

    pub(crate) fn float(&mut self) -> Result<f64, ChunkFault> {
        Ok(f64::from_bits(self.bits(64)?))
    }

    pub(crate) fn uvarint(&mut self) -> Result<u64, ChunkFault> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.bits(8)?;
            value |= (byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(ChunkFault::Number)
    }

    pub(crate) fn varint(&mut self) -> Result<i64, ChunkFault> {
        let bits = self.uvarint()?;
        Ok((bits >> 1).cast_signed() ^ -(bits & 1).cast_signed())
    }

    /// `varbit_ts`: a difference of differences of times.
    pub(crate) fn time(&mut self) -> Result<i64, ChunkFault> {
        self.signed(&TIME_WIDTHS)
    }

    /// `varbit_int`.
    pub(crate) fn varbit(&mut self) -> Result<i64, ChunkFault> {
        self.signed(&WIDTHS)
    }

    /// `varbit_uint`.
    pub(crate) fn varbit_unsigned(&mut self) -> Result<u64, ChunkFault> {
        let width = self.width(&WIDTHS)?;
        self.bits(width)
    }

    /// Ones up to a zero, or up to the last width, say how wide the number is.
    fn width(&mut self, widths: &[u32]) -> Result<u32, ChunkFault> {
        let mut ones = 0;
        while ones + 1 < widths.len() && self.bit()? {
            ones += 1;
        }
        Ok(widths[ones])
    }

    /// A number of `width` bits reaches from `1 - 2^(width-1)` to `2^(width-1)`.
    fn signed(&mut self, widths: &[u32]) -> Result<i64, ChunkFault> {
        let width = self.width(widths)?;
        let value = self.bits(width)?.cast_signed();
        let beyond = (1..64).contains(&width) && value > 1 << (width - 1);
        Ok(if beyond { value - (1 << width) } else { value })
    }
}

/// A float by the bits that changed since the one before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Xor {
    bits: u64,
    leading: u32,
    significant: u32,
}

impl Xor {
    pub(crate) fn new(first: f64) -> Self {
        Self { bits: first.to_bits(), leading: 0, significant: 64 }
    }

    pub(crate) fn value(self) -> f64 {
        f64::from_bits(self.bits)
    }

    /// `varbit_xor`: the next value.
    pub(crate) fn next(&mut self, from: &mut Bits<'_>) -> Result<(), ChunkFault> {
        if !from.bit()? {
            return Ok(());
        }
        if from.bit()? {
            self.leading = from.bits(5)? as u32;
            // 64 is written as 0.
            self.significant = match from.bits(6)? as u32 {
                0 => 64,
                significant => significant,
            };
        }
        if self.leading + self.significant > 64 {
            return Err(ChunkFault::Number);
        }
        let trailing = 64 - self.leading - self.significant;
        self.bits ^= from.bits(self.significant)? << trailing;
        Ok(())
    }
}

/// A whole number by the change of its change.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Steps {
    pub(crate) value: i64,
    pub(crate) delta: i64,
}

impl Steps {
    pub(crate) fn new(value: i64) -> Self {
        Self { value, delta: 0 }
    }

    pub(crate) fn next(&mut self, change: i64) {
        self.delta = self.delta.wrapping_add(change);
        self.value = self.value.wrapping_add(self.delta);
    }
}
