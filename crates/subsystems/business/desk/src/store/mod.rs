//! What is asked of the records; nothing is decided here.

pub(crate) mod beside;
pub(crate) mod calls;
pub(crate) mod canned;
pub(crate) mod enquiries;
pub(crate) mod entries;
pub(crate) mod figures;
pub(crate) mod hops;
pub(crate) mod links;
pub(crate) mod list;
pub(crate) mod mail_threads;
pub(crate) mod mailboxes;
pub(crate) mod mails;
pub(crate) mod majors;
pub(crate) mod merges;
pub(crate) mod policies;
pub(crate) mod publications;
pub(crate) mod satisfaction;
pub(crate) mod set_aside;
pub(crate) mod thread;
pub(crate) mod tickets;
pub(crate) mod types;
pub(crate) mod work_lists;

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

/// A column that holds the name of one of several things.
pub(crate) fn named<T>(
    row: &AnyRow,
    column: &str,
    from_name: impl FnOnce(&str) -> Option<T>,
) -> Result<T, sqlx::Error> {
    let name: String = row.try_get(column)?;
    from_name(&name).ok_or_else(|| unreadable(column, &name))
}

/// A column of a small number.
pub(crate) fn small(row: &AnyRow, column: &str) -> Result<u32, sqlx::Error> {
    let number: i64 = row.try_get(column)?;
    u32::try_from(number).map_err(|_| unreadable(column, number))
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
