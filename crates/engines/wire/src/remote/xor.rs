//! Prometheus' chunks of floats: times by the difference of differences, values by the bits that
//! changed.
//!
//! Source: Prometheus, `tsdb/docs/format/chunks.md`, "XOR chunk data"; Gorilla (Pelkonen et al.).

/// How wide a difference of differences may be, and how the width is written.
const WIDTHS: [(u32, u64, u32); 3] = [(14, 0b10, 2), (17, 0b110, 3), (20, 0b1110, 4)];

/// Writes points, ascending by time, as a chunk; at most 65,535 of them.
#[must_use]
pub fn encode(points: &[(i64, f64)]) -> Vec<u8> {
    let points = points.get(..usize::from(u16::MAX)).unwrap_or(points);
    let mut chunk = Writer::default();
    chunk.bits(points.len() as u64, 16);
    let mut window = None;
    let (mut before_ms, mut delta, mut value) = (0_i64, 0_u64, 0_u64);
    for (index, (at_ms, number)) in points.iter().enumerate() {
        let bits = number.to_bits();
        match index {
            0 => {
                chunk.varint(crate::protobuf::zigzag(*at_ms));
                chunk.bits(bits, 64);
            }
            _ => {
                let next = at_ms.wrapping_sub(before_ms).cast_unsigned();
                if index == 1 {
                    chunk.varint(next);
                } else {
                    chunk.time(next.wrapping_sub(delta).cast_signed());
                }
                chunk.value(bits ^ value, &mut window);
                delta = next;
            }
        }
        (before_ms, value) = (*at_ms, bits);
    }
    chunk.bytes
}

/// Bits one after the other, the highest first.
#[derive(Debug, Default)]
struct Writer {
    bytes: Vec<u8>,
    /// Bits of the last byte that are still free.
    free: u32,
}

impl Writer {
    fn bits(&mut self, value: u64, mut count: u32) {
        while count > 0 {
            if self.free == 0 {
                self.bytes.push(0);
                self.free = 8;
            }
            let taken = count.min(self.free);
            let part = value >> (count - taken) & ((1 << taken) - 1);
            if let Some(last) = self.bytes.last_mut() {
                *last |= (part << (self.free - taken)) as u8;
            }
            self.free -= taken;
            count -= taken;
        }
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bits(0x80 | value & 0x7f, 8);
            value >>= 7;
        }
        self.bits(value, 8);
    }

    fn time(&mut self, change: i64) {
        if change == 0 {
            return self.bits(0, 1);
        }
        for (width, mark, mark_width) in WIDTHS {
            let most = 1_i64 << (width - 1);
            if (1 - most..=most).contains(&change) {
                self.bits(mark, mark_width);
                return self.bits(change.cast_unsigned(), width);
            }
        }
        self.bits(0b1111, 4);
        self.bits(change.cast_unsigned(), 64);
    }

    /// `window`: how many bits at both ends were left out last time.
    fn value(&mut self, changed: u64, window: &mut Option<(u32, u32)>) {
        if changed == 0 {
            return self.bits(0, 1);
        }
        self.bits(1, 1);
        let (leading, trailing) = (changed.leading_zeros().min(31), changed.trailing_zeros());
        if let Some((before, after)) = *window
            && leading >= before
            && trailing >= after
        {
            self.bits(0, 1);
            return self.bits(changed >> after, 64 - before - after);
        }
        *window = Some((leading, trailing));
        let significant = 64 - leading - trailing;
        self.bits(1, 1);
        self.bits(u64::from(leading), 5);
        // 64 is written as 0.
        self.bits(u64::from(significant & 63), 6);
        self.bits(changed >> trailing, significant);
    }
}

#[cfg(test)]
#[path = "xor/tests.rs"]
mod tests;
