//! Routes and wire structs.

pub(crate) mod chains;
pub(crate) mod changes;
pub(crate) mod feeds;
pub(crate) mod hand_overs;
pub(crate) mod imports;
pub(crate) mod inspections;
pub(crate) mod leaves;
pub(crate) mod rosters;
pub(crate) mod rounds;
pub(crate) mod swaps;
mod views;
pub(crate) mod work_items;

use std::str::FromStr;

use kernel::{Fault, Text, Time};

/// A time that was given, or another.
fn time_or(field: &str, found: Option<&str>, other: Time) -> Result<Time, Fault> {
    let expected = || Text::new("RFC 3339, such as 2026-01-31T08:00:00Z", "RFC 3339 时间");
    match found.filter(|text| !text.is_empty()) {
        Some(text) => text.parse().map_err(|_| Fault::invalid(field, text, expected())),
        None => Ok(other),
    }
}

/// An id that was given.
fn id_or_none<T: FromStr>(field: &str, found: Option<&str>) -> Result<Option<T>, Fault> {
    let expected = || Text::new("a UUID", "UUID 格式的编号");
    let found = found.filter(|text| !text.is_empty());
    found.map(|text| text.parse().map_err(|_| Fault::invalid(field, text, expected()))).transpose()
}

/// An id that must be given.
fn id_of<T: FromStr>(field: &str, found: &str) -> Result<T, Fault> {
    let expected = Text::new("a UUID", "UUID 格式的编号");
    found.parse().map_err(|_| Fault::invalid(field, found, expected))
}
