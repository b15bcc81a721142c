//! Whole bytes, read where they lie; places are those in the file.

use wire::crc32c::crc32c;

use crate::Fault;

#[derive(Debug, Clone)]
pub(crate) struct Cursor<'b> {
    bytes: &'b [u8],
    at: usize,
}

/// Tells whether a checksum is the one that stands in the file.
pub(crate) fn agree(found: u32, told: u32) -> bool {
    #[cfg(test)]
    if crate::fuzz::trusts() {
        return true;
    }
    found == told
}

impl<'b> Cursor<'b> {
    /// Reads `bytes`, which begin a file, from `at` on.
    pub(crate) fn new(bytes: &'b [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// The section that begins at `at`: its length in four bytes, itself, its checksum.
    pub(crate) fn section(bytes: &'b [u8], at: usize, name: &str) -> Result<Self, Fault> {
        let mut head = Self::new(bytes, at);
        let length = head.be32()? as usize;
        head.checked(length, name)
    }

    /// So many bytes, behind which their checksum stands.
    pub(crate) fn checked(&mut self, length: usize, name: &str) -> Result<Self, Fault> {
        let from = self.at;
        let content = self.take(length)?;
        let (found, expected) = (crc32c(content), self.be32()?);
        if !agree(found, expected) {
            let what = format!("the checksum of {name} is {found:08x}, expected {expected:08x}");
            return Err(Fault::new(from, what));
        }
        Ok(Self { bytes: &self.bytes[..from + length], at: from })
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'b [u8], Fault> {
        let end = self.at.checked_add(count);
        let Some(taken) = end.and_then(|end| self.bytes.get(self.at..end)) else {
            let left = self.bytes.len().saturating_sub(self.at);
            return Err(Fault::new(self.at, format!("expected {count} bytes, {left} are left")));
        };
        self.at += count;
        Ok(taken)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Fault> {
        Ok(self.take(1)?[0])
    }

    pub(crate) fn be32(&mut self) -> Result<u32, Fault> {
        let bytes = self.take(4)?;
        Ok(bytes.iter().fold(0, |value, byte| value << 8 | u32::from(*byte)))
    }

    pub(crate) fn be64(&mut self) -> Result<u64, Fault> {
        Ok(u64::from(self.be32()?) << 32 | u64::from(self.be32()?))
    }

    pub(crate) fn uvarint(&mut self) -> Result<u64, Fault> {
        let from = self.at;
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(Fault::new(from, "a number has more than 64 bits"))
    }

    pub(crate) fn varint(&mut self) -> Result<i64, Fault> {
        let bits = self.uvarint()?;
        Ok((bits >> 1).cast_signed() ^ -(bits & 1).cast_signed())
    }

    pub(crate) fn text(&mut self) -> Result<&'b str, Fault> {
        let length = usize::try_from(self.uvarint()?).unwrap_or(usize::MAX);
        let from = self.at;
        let bytes = self.take(length)?;
        std::str::from_utf8(bytes).map_err(|_| Fault::new(from, "a text is not UTF-8"))
    }
}
