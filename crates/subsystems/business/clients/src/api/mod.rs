//! Routes and wire structs.

pub(crate) mod campaigns;
pub(crate) mod machines;

use std::str::FromStr;

use kernel::{Fault, Text};

/// A parameter that says something.
fn named(found: Option<String>) -> Option<String> {
    found.filter(|text| !text.is_empty())
}

/// An id that was given.
fn id_or_none<T: FromStr>(field: &str, found: Option<String>) -> Result<Option<T>, Fault> {
    named(found).map(|text| id_of(field, &text)).transpose()
}

/// An id that must be given.
fn id_of<T: FromStr>(field: &str, found: &str) -> Result<T, Fault> {
    let expected = Text::new("a UUID", "UUID 格式的编号");
    found.parse().map_err(|_| Fault::invalid(field, found, expected))
}
