//! The same request written as JSON.
//!
//! It is made the protobuf message that says the same, so that there is one reader of metrics and
//! both encodings end as the same series. Nothing is kept in between but that message.
//!
//! Source: OTLP 1.x, "JSON Protobuf Encoding", and the JSON mapping of proto3 where it says
//! nothing else: names in lowerCamelCase alone, whole numbers as numbers or decimal texts, enums as
//! numbers, ids of traces and spans in hex, other bytes in base64, `null` as if it were not there,
//! unknown names passed over.

mod place;
mod shape;
mod value;

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess};
use thiserror::Error;

use self::{
    place::Place,
    shape::{Entry, Holds, Many, REQUEST, Shape},
    value::Scalar,
};
use crate::protobuf::Message;

/// Longest that the words of a fault are: they may quote a text of any length.
const WHAT_CHARS_MAX: usize = 300;

/// Why a text is no request.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("read JSON at line {line}, column {column}, in {place}: {what}")]
pub struct JsonFault {
    /// The line, from 1.
    pub line: usize,
    /// The column in it in bytes, from 1.
    pub column: usize,
    /// The field, from the outermost on: `resourceMetrics[0].scopeMetrics[2]`.
    pub place: String,
    /// What is wrong, and what was expected.
    pub what: String,
}

/// The protobuf message that says the same as `ExportMetricsServiceRequest` in JSON, for
/// [`resources`](super::resources).
///
/// Errors: it is no JSON, or a field holds something else than the protocol has there.
pub fn message(text: &[u8]) -> Result<Vec<u8>, JsonFault> {
    let (place, mut message) = (Place::default(), Message::new());
    let mut reader = serde_json::Deserializer::from_slice(text);
    Inside { shape: &REQUEST, message: &mut message, place: &place }
        .deserialize(&mut reader)
        .and_then(|()| reader.end())
        .map_err(|error| fault(&error, &place))?;
    Ok(message.into_bytes())
}

fn fault(error: &serde_json::Error, place: &Place) -> JsonFault {
    let (line, column) = (error.line(), error.column());
    let said = error.to_string();
    // It is said where that is already.
    let what = said.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&said);
    let what = match what.char_indices().nth(WHAT_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &what[..end]),
        None => what.to_owned(),
    };
    JsonFault { line, column, place: place.to_string(), what }
}

/// Reads an object into a message.
struct Inside<'s> {
    shape: &'static Shape,
    message: &'s mut Message,
    place: &'s Place,
}

impl<'de> DeserializeSeed<'de> for Inside<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> serde::de::Visitor<'de> for Inside<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object: {}", self.shape.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while let Some(entry) = fields.next_key_seed(Named(self.shape))? {
            let Some(entry) = entry else {
                fields.next_value::<IgnoredAny>()?;
                continue;
            };
            self.place.enter_field(entry.name);
            fields.next_value_seed(Whole { entry, message: self.message, place: self.place })?;
            self.place.leave();
        }
        Ok(())
    }
}

/// Reads a name as the entry that has it; none has it where it is not known.
struct Named(&'static Shape);

impl<'de> DeserializeSeed<'de> for Named {
    type Value = Option<&'static Entry>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_identifier(self)
    }
}

impl serde::de::Visitor<'_> for Named {
    type Value = Option<&'static Entry>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.entries.iter().find(|entry| entry.name == name))
    }
}

/// Reads all that a field holds: nothing, one value, or a list.
struct Whole<'s> {
    entry: &'static Entry,
    message: &'s mut Message,
    place: &'s Place,
}

impl<'de> DeserializeSeed<'de> for Whole<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_option(self)
    }
}

impl<'de> serde::de::Visitor<'de> for Whole<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.entry.many {
            Many::One => "a value",
            Many::List => "a list",
        })
    }

    fn visit_none<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        match self.entry.many {
            Many::List => reader.deserialize_seq(self),
            Many::One => {
                let Self { entry, message, place } = self;
                One { entry, message, place }.deserialize(reader)
            }
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Self { entry, message, place } = self;
        for index in 0.. {
            place.enter_item(index);
            let item = items.next_element_seed(One { entry, message: &mut *message, place })?;
            place.leave();
            if item.is_none() {
                break;
            }
        }
        Ok(())
    }
}

/// Reads one value.
struct One<'s> {
    entry: &'static Entry,
    message: &'s mut Message,
    place: &'s Place,
}

impl<'de> DeserializeSeed<'de> for One<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        let Self { entry, message, place } = self;
        let Holds::Message(shape) = entry.holds else {
            let scalar = Scalar { holds: &entry.holds, number: entry.number, message };
            return reader.deserialize_any(scalar);
        };
        if place.is_too_deep() {
            return Err(D::Error::custom("values that lie too deep in each other"));
        }
        let mut inside = Message::new();
        Inside { shape, message: &mut inside, place }.deserialize(reader)?;
        message.bytes(entry.number, &inside.into_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests;
