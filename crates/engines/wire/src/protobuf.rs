//! The protobuf wire format, read where it lies.
//!
//! Nothing is copied: texts and messages inside a message are [`Part`]s of the bytes that came in,
//! and whoever needs a field reads it. All messages of this crate stand on this one reader; what is
//! written goes through [`Message`].
//!
//! Source: Protocol Buffers, "Encoding". Groups, which proto3 does not have, are refused.

mod write;

pub use write::Message;
pub(crate) use write::zigzag;

use thiserror::Error;

/// Why bytes are no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("read protobuf at byte {at}: {what}")]
pub struct ProtobufFault {
    /// Where in the whole message.
    pub at: usize,
    /// What is wrong.
    pub what: &'static str,
}

/// Some bytes of a message, and where in it they begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Part<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Part<'b> {
    /// All of a message.
    #[must_use]
    pub fn whole(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(self) -> &'b [u8] {
        self.bytes
    }

    /// Where they begin in the whole message.
    #[must_use]
    pub fn at(self) -> usize {
        self.at
    }

    /// Where they end in the whole message.
    #[must_use]
    pub fn end(self) -> usize {
        self.at + self.bytes.len()
    }

    /// The bytes as text. Errors: they are no UTF-8.
    pub fn text(self) -> Result<&'b str, ProtobufFault> {
        std::str::from_utf8(self.bytes).map_err(|error| ProtobufFault {
            at: self.at + error.valid_up_to(),
            what: "a string that is not UTF-8",
        })
    }

    /// The fields of the message that these bytes are.
    #[must_use]
    pub fn fields(self) -> Fields<'b> {
        Fields { rest: self.bytes, end: self.end() }
    }
}

/// The fields of a message in the order in which they lie. After an error there are no more.
#[derive(Debug, Clone)]
pub struct Fields<'b> {
    rest: &'b [u8],
    /// Where `rest` ends in the whole message.
    end: usize,
}

/// One field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field<'b> {
    /// Its number.
    pub number: u32,
    /// What it holds.
    pub value: Value<'b>,
    /// Where it begins in the whole message.
    pub at: usize,
}

/// What a field holds, as far as the wire tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'b> {
    /// A number of variable length.
    Varint(u64),
    /// Eight bytes, little-endian.
    Fixed64(u64),
    /// A text, bytes, a message, or numbers one after the other.
    Bytes(Part<'b>),
    /// Four bytes, little-endian.
    Fixed32(u32),
}

impl<'b> Fields<'b> {
    fn at(&self) -> usize {
        self.end - self.rest.len()
    }

    fn fault(&self, what: &'static str) -> ProtobufFault {
        ProtobufFault { at: self.at(), what }
    }

    #[inline]
    fn varint(&mut self) -> Result<u64, ProtobufFault> {
        // Nearly all tags and lengths are one byte.
        if let [byte @ 0..0x80, rest @ ..] = self.rest {
            self.rest = rest;
            return Ok(u64::from(*byte));
        }
        self.long_varint()
    }

    /// Passes over the fields in a row that begin with this tag of one byte and whose length is one
    /// byte, too: as good as reading each and not looking at it, in a tenth of the time. Returns
    /// how many bytes they were.
    #[inline]
    pub(crate) fn pass_over(&mut self, tag: u8) -> usize {
        let whole = self.rest.len();
        while let [found, length @ 0..0x80, rest @ ..] = self.rest
            && *found == tag
            && let Some(rest) = rest.get(usize::from(*length)..)
        {
            self.rest = rest;
        }
        whole - self.rest.len()
    }

    fn long_varint(&mut self) -> Result<u64, ProtobufFault> {
        let mut value = 0;
        for (index, byte) in self.rest.iter().take(10).enumerate() {
            // The tenth byte has room for one bit.
            if index == 9 && *byte > 1 {
                return Err(self.fault("a varint of more than 64 bits"));
            }
            value |= u64::from(byte & 0x7f) << (7 * index);
            if *byte < 0x80 {
                self.rest = &self.rest[index + 1..];
                return Ok(value);
            }
        }
        Err(self.fault("a varint that is cut off"))
    }

    #[inline]
    fn take(&mut self, count: u64) -> Result<Part<'b>, ProtobufFault> {
        let at = self.at();
        let split = usize::try_from(count).ok().and_then(|count| self.rest.split_at_checked(count));
        let Some((bytes, rest)) = split else {
            return Err(self.fault("a field longer than what is left"));
        };
        self.rest = rest;
        Ok(Part { bytes, at })
    }

    #[inline]
    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], ProtobufFault> {
        let Some((bytes, rest)) = self.rest.split_first_chunk::<N>() else {
            return Err(self.fault("a number that is cut off"));
        };
        self.rest = rest;
        Ok(*bytes)
    }

    #[inline]
    fn field(&mut self) -> Result<Field<'b>, ProtobufFault> {
        let at = self.at();
        let tag = self.varint()?;
        let Ok(number @ 1..=0x1fff_ffff) = u32::try_from(tag >> 3) else {
            return Err(ProtobufFault { at, what: "a field number out of range" });
        };
        let value = match tag & 7 {
            0 => Value::Varint(self.varint()?),
            1 => Value::Fixed64(u64::from_le_bytes(self.fixed()?)),
            2 => {
                let length = self.varint()?;
                Value::Bytes(self.take(length)?)
            }
            5 => Value::Fixed32(u32::from_le_bytes(self.fixed()?)),
            _ => return Err(ProtobufFault { at, what: "a kind of field that proto3 has not" }),
        };
        Ok(Field { number, value, at })
    }
}

impl<'b> Iterator for Fields<'b> {
    type Item = Result<Field<'b>, ProtobufFault>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.rest = &[];
        }
        Some(field)
    }
}

impl<'b> Field<'b> {
    fn wrong<T>(&self, what: &'static str) -> Result<T, ProtobufFault> {
        Err(ProtobufFault { at: self.at, what })
    }

    /// The field as bytes, a text or a message. Errors: it is none.
    #[inline]
    pub fn part(&self) -> Result<Part<'b>, ProtobufFault> {
        match self.value {
            Value::Bytes(part) => Ok(part),
            _ => self.wrong("a number where a string or a message belongs"),
        }
    }

    /// The field as text. Errors: it is none, or no UTF-8.
    #[inline]
    pub fn text(&self) -> Result<&'b str, ProtobufFault> {
        self.part()?.text()
    }

    /// The field as an unsigned number. Errors: it is none.
    #[inline]
    pub fn unsigned(&self) -> Result<u64, ProtobufFault> {
        match self.value {
            Value::Varint(value) => Ok(value),
            _ => self.wrong("another kind of field where a whole number belongs"),
        }
    }

    /// The field as `int64`. Errors: it is no number.
    #[inline]
    pub fn signed(&self) -> Result<i64, ProtobufFault> {
        self.unsigned().map(u64::cast_signed)
    }

    /// The field as `sint64`. Errors: it is no number.
    #[inline]
    pub fn zigzag(&self) -> Result<i64, ProtobufFault> {
        self.unsigned().map(unzigzag)
    }

    /// The field as `fixed64`. Errors: it has not eight bytes.
    #[inline]
    pub fn fixed64(&self) -> Result<u64, ProtobufFault> {
        match self.value {
            Value::Fixed64(bits) => Ok(bits),
            _ => self.wrong("another kind of field where eight bytes belong"),
        }
    }

    /// The field as `double`, with every bit. Errors: it is none.
    #[inline]
    pub fn double(&self) -> Result<f64, ProtobufFault> {
        self.fixed64().map(f64::from_bits)
    }

    /// Hands over each number of a repeated field of whole numbers, packed or not.
    ///
    /// Errors: it is no such field.
    pub fn each_unsigned(&self, mut each: impl FnMut(u64)) -> Result<(), ProtobufFault> {
        match self.value {
            Value::Varint(value) => each(value),
            Value::Bytes(part) => {
                let mut packed = part.fields();
                while !packed.rest.is_empty() {
                    each(packed.varint()?);
                }
            }
            _ => return self.wrong("another kind of field where whole numbers belong"),
        }
        Ok(())
    }

    /// Hands over each number of a repeated field of `fixed64`, packed or not.
    ///
    /// Errors: it is no such field.
    pub fn each_fixed64(&self, mut each: impl FnMut(u64)) -> Result<(), ProtobufFault> {
        match self.value {
            Value::Fixed64(bits) => each(bits),
            Value::Bytes(part) => {
                let mut packed = part.fields();
                while !packed.rest.is_empty() {
                    each(u64::from_le_bytes(packed.fixed()?));
                }
            }
            _ => return self.wrong("another kind of field where numbers of eight bytes belong"),
        }
        Ok(())
    }

    /// Hands over each number of a repeated field of `double`, packed or not.
    ///
    /// Errors: it is no such field.
    pub fn each_double(&self, mut each: impl FnMut(f64)) -> Result<(), ProtobufFault> {
        self.each_fixed64(|bits| each(f64::from_bits(bits)))
    }
}

/// A `sint64` of its bits.
#[must_use]
pub fn unzigzag(bits: u64) -> i64 {
    (bits >> 1).cast_signed() ^ -(bits & 1).cast_signed()
}

#[cfg(test)]
#[path = "protobuf/tests.rs"]
mod tests;
