//! What is asked of the records; nothing is decided here.

pub(crate) mod campaigns;
pub(crate) mod machines;

use std::str::FromStr;

use kernel::Time;
use sqlx::{Row as _, any::AnyRow};

/// A column that holds what this release does not know.
fn unreadable(column: &str, found: impl std::fmt::Display) -> sqlx::Error {
    sqlx::Error::Decode(format!("column {column} holds `{found}`").into())
}

/// A column of text, read as what it stands for.
fn parsed<T: FromStr>(row: &AnyRow, column: &str) -> Result<T, sqlx::Error> {
    let text: String = row.try_get(column)?;
    text.parse().map_err(|_| unreadable(column, &text))
}

/// A column of a time.
fn time(row: &AnyRow, column: &str) -> Result<Time, sqlx::Error> {
    Ok(Time::from_micros(row.try_get(column)?))
}

/// A column that may hold a time.
fn time_or_none(row: &AnyRow, column: &str) -> Result<Option<Time>, sqlx::Error> {
    let micros: Option<i64> = row.try_get(column)?;
    Ok(micros.map(Time::from_micros))
}
