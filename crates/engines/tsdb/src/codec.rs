//! Numbers and texts as bytes: LEB128 varints, zigzag, little endian.

/// Reads forward through bytes that may be anything; `None` means they make no sense.
pub(crate) struct Cursor<'b> {
    bytes: &'b [u8],
}

impl<'b> Cursor<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    /// What has not been read yet.
    pub(crate) fn rest(&self) -> &'b [u8] {
        self.bytes
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(crate) fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        self.array::<1>().map(|bytes| bytes[0])
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub(crate) fn i64(&mut self) -> Option<i64> {
        self.array().map(i64::from_le_bytes)
    }

    /// A whole number of so many bytes, at most 8.
    #[inline]
    pub(crate) fn whole(&mut self, length: usize) -> Option<u64> {
        let rest = self.bytes.get(length..)?;
        let number = match self.bytes.first_chunk::<8>() {
            Some(raw) if length < 8 => u64::from_le_bytes(*raw) & ((1 << (length * 8)) - 1),
            Some(raw) if length == 8 => u64::from_le_bytes(*raw),
            _ => {
                let mut raw = [0; 8];
                raw.get_mut(..length)?.copy_from_slice(&self.bytes[..length]);
                u64::from_le_bytes(raw)
            }
        };
        self.bytes = rest;
        Some(number)
    }

    pub(crate) fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            if shift == 63 && part > 1 {
                return None;
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    pub(crate) fn varint_u32(&mut self) -> Option<u32> {
        u32::try_from(self.varint()?).ok()
    }

    pub(crate) fn zigzag(&mut self) -> Option<i64> {
        let raw = self.varint()?;
        Some((raw >> 1).cast_signed() ^ -(raw & 1).cast_signed())
    }

    /// A count of things of at least `bytes_each` bytes; one that cannot fit in what is left is
    /// refused, so that nobody allocates for it.
    pub(crate) fn count(&mut self, bytes_each: usize) -> Option<usize> {
        let count = usize::try_from(self.varint()?).ok()?;
        (count.checked_mul(bytes_each)? <= self.bytes.len()).then_some(count)
    }

    pub(crate) fn text(&mut self) -> Option<&'b str> {
        let length = self.count(1)?;
        std::str::from_utf8(self.take(length)?).ok()
    }
}

pub(crate) fn put_varint(to: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        to.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    to.push(value as u8);
}

pub(crate) fn put_zigzag(to: &mut Vec<u8>, value: i64) {
    put_varint(to, ((value << 1) ^ (value >> 63)).cast_unsigned());
}

pub(crate) fn put_text(to: &mut Vec<u8>, text: &str) {
    put_varint(to, text.len() as u64);
    to.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_come_back(unsigned: u64, signed: i64, text: String) {
            let mut bytes = Vec::new();
            put_varint(&mut bytes, unsigned);
            put_zigzag(&mut bytes, signed);
            put_text(&mut bytes, &text);
            let mut cursor = Cursor::new(&bytes);
            prop_assert_eq!(cursor.varint(), Some(unsigned));
            prop_assert_eq!(cursor.zigzag(), Some(signed));
            prop_assert_eq!(cursor.text(), Some(&*text));
            prop_assert!(cursor.is_empty());
        }

        #[test]
        fn short_numbers_come_back(number: u64, length in 0usize..=8, behind in 0usize..12) {
            let mut bytes = number.to_le_bytes()[..length].to_vec();
            bytes.extend(std::iter::repeat_n(0xff, behind));
            let mut cursor = Cursor::new(&bytes);
            let wanted = if length == 8 { number } else { number & ((1 << (length * 8)) - 1) };
            prop_assert_eq!(cursor.whole(length), Some(wanted));
            prop_assert_eq!(cursor.rest().len(), behind);
            prop_assert_eq!(Cursor::new(&[0; 20]).whole(9), None);
        }
    }

    #[test]
    fn counts_beyond_the_bytes_are_refused() {
        let mut bytes = Vec::new();
        put_varint(&mut bytes, u64::MAX);
        assert_eq!(Cursor::new(&bytes).count(2), None);
        assert_eq!(Cursor::new(&[0xff; 12]).varint(), None);
    }
}
