//! What is asked of the records; nothing is decided here.

pub(crate) mod calls;
pub(crate) mod changes;
pub(crate) mod feeds;
pub(crate) mod found;
pub(crate) mod hand_overs;
pub(crate) mod imports;
pub(crate) mod inspections;
pub(crate) mod leaves;
pub(crate) mod problems;
pub(crate) mod qualifications;
pub(crate) mod rosters;
pub(crate) mod rounds;
pub(crate) mod spans;
pub(crate) mod work_items;

use std::str::FromStr;

use kernel::Time;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{Row as _, any::AnyRow};

/// A column that holds what this release does not know.
pub(crate) fn unreadable(column: &str, found: impl std::fmt::Display) -> sqlx::Error {
    sqlx::Error::Decode(format!("column {column} holds `{found}`").into())
}

/// A column of text, read as what it stands for.
pub(crate) fn parsed<T: FromStr>(row: &AnyRow, column: &str) -> Result<T, sqlx::Error> {
    let text: String = row.try_get(column)?;
    text.parse().map_err(|_| unreadable(column, &text))
}

/// The same of a column that may be empty.
pub(crate) fn parsed_or_none<T: FromStr>(
    row: &AnyRow,
    column: &str,
) -> Result<Option<T>, sqlx::Error> {
    let text: Option<String> = row.try_get(column)?;
    text.map(|text| text.parse().map_err(|_| unreadable(column, &text))).transpose()
}

/// A column of JSON.
pub(crate) fn from_json<T: DeserializeOwned>(row: &AnyRow, column: &str) -> Result<T, sqlx::Error> {
    let text: String = row.try_get(column)?;
    serde_json::from_str(&text).map_err(|_| unreadable(column, &text))
}

/// What is kept as JSON.
pub(crate) fn to_json(value: &impl Serialize) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(error.into()))
}

/// A column of a time.
pub(crate) fn time(row: &AnyRow, column: &str) -> Result<Time, sqlx::Error> {
    Ok(Time::from_micros(row.try_get(column)?))
}

/// A column that may hold a time.
pub(crate) fn time_or_none(row: &AnyRow, column: &str) -> Result<Option<Time>, sqlx::Error> {
    let micros: Option<i64> = row.try_get(column)?;
    Ok(micros.map(Time::from_micros))
}
