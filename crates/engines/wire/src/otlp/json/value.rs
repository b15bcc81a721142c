use std::fmt;

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::de::{Error, Unexpected, Visitor};

use super::shape::Holds;
use crate::protobuf::Message;

/// Base64 whose padding may be left out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Reads a value that is no message, and writes it as a field.
pub(super) struct Scalar<'s> {
    pub(super) holds: &'s Holds,
    pub(super) number: u32,
    pub(super) message: &'s mut Message,
}

impl Scalar<'_> {
    /// Writes a whole number; none where it does not fit, or none belongs here.
    fn whole(&mut self, value: i128) -> Option<()> {
        let number = self.number;
        match self.holds {
            Holds::Signed => self.message.signed(number, i64::try_from(value).ok()?),
            Holds::Enum => self.message.signed(number, i32::try_from(value).ok()?.into()),
            Holds::Unsigned => self.message.unsigned(number, u64::try_from(value).ok()?),
            Holds::Unsigned32 => self.message.unsigned(number, u32::try_from(value).ok()?.into()),
            Holds::Zigzag32 => self.message.zigzag(number, i32::try_from(value).ok()?.into()),
            Holds::Fixed => self.message.fixed64(number, u64::try_from(value).ok()?),
            Holds::SignedFixed => {
                self.message.fixed64(number, i64::try_from(value).ok()?.cast_unsigned())
            }
            #[expect(clippy::cast_precision_loss, reason = "what is to be a float was written so")]
            Holds::Double => self.message.double(number, value as f64),
            Holds::Text | Holds::Flag | Holds::Base64 | Holds::Hex | Holds::Message(_) => {
                return None;
            }
        };
        Some(())
    }

    /// Writes what a text says; none where it does not say what belongs here.
    fn text(&mut self, text: &str) -> Option<()> {
        match self.holds {
            Holds::Text => self.message.text(self.number, text),
            Holds::Base64 => {
                // The alphabet for addresses is taken as well.
                let text = text.replace('-', "+").replace('_', "/");
                self.message.bytes(self.number, &BASE64.decode(text).ok()?)
            }
            Holds::Hex => self.message.bytes(self.number, &hex(text)?),
            Holds::Double => self.message.double(self.number, double(text)?),
            Holds::Enum => return None,
            _ => return self.whole(text.parse().ok()?),
        };
        Some(())
    }
}

impl Visitor<'_> for Scalar<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.holds {
            Holds::Text => "a text",
            Holds::Flag => "true or false",
            Holds::Signed | Holds::SignedFixed => "a whole number of 64 bits",
            Holds::Unsigned | Holds::Fixed => "a whole number of 64 bits, unsigned",
            Holds::Unsigned32 => "a whole number of 32 bits, unsigned",
            Holds::Zigzag32 => "a whole number of 32 bits",
            Holds::Double => "a number, \"NaN\", \"Infinity\" or \"-Infinity\"",
            Holds::Enum => "an enum's number",
            Holds::Base64 => "bytes in base64",
            Holds::Hex => "bytes in hex",
            Holds::Message(shape) => shape.name,
        })
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        if !matches!(self.holds, Holds::Flag) {
            return Err(E::invalid_type(Unexpected::Bool(value), &self));
        }
        self.message.unsigned(self.number, value.into());
        Ok(())
    }

    fn visit_u64<E: Error>(mut self, value: u64) -> Result<(), E> {
        self.whole(value.into()).ok_or_else(|| E::invalid_value(Unexpected::Unsigned(value), &self))
    }

    fn visit_i64<E: Error>(mut self, value: i64) -> Result<(), E> {
        self.whole(value.into()).ok_or_else(|| E::invalid_value(Unexpected::Signed(value), &self))
    }

    fn visit_f64<E: Error>(mut self, value: f64) -> Result<(), E> {
        if matches!(self.holds, Holds::Double) {
            self.message.double(self.number, value);
            return Ok(());
        }
        // Some write 7.0 for 7.
        #[expect(clippy::cast_possible_truncation, reason = "larger ones fit into no field")]
        let whole = (value.fract() == 0.0).then_some(value as i128);
        whole
            .and_then(|whole| self.whole(whole))
            .ok_or_else(|| E::invalid_value(Unexpected::Float(value), &self))
    }

    fn visit_str<E: Error>(mut self, text: &str) -> Result<(), E> {
        self.text(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

/// A number written as text.
fn double(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => text.parse().ok().filter(|value: &f64| value.is_finite()),
    }
}

/// Bytes of their hex digits, in either case.
fn hex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = |pair: &[u8; 2]| u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).ok();
    rest.is_empty().then(|| pairs.iter().map(byte).collect())?
}
