//! What is asked of the records; nothing is decided here.

pub(crate) mod alerts;
pub(crate) mod alerts_write;
pub(crate) mod checks;
pub(crate) mod events;
pub(crate) mod incidents;
pub(crate) mod lessons;
pub(crate) mod members;
pub(crate) mod moved;
pub(crate) mod pages;
pub(crate) mod pending;
pub(crate) mod policies;
pub(crate) mod resources;
pub(crate) mod rules;
pub(crate) mod settings;
pub(crate) mod silences;

use sqlx::{Row as _, any::AnyRow};

/// A column that holds a number, a name or JSON that this release does not know.
pub(crate) fn unreadable(column: &str, found: impl std::fmt::Display) -> sqlx::Error {
    sqlx::Error::Decode(format!("column {column} holds `{found}`").into())
}

/// Two columns as a text.
pub(crate) fn text(row: &AnyRow, column: &str) -> Result<kernel::Text, sqlx::Error> {
    let en: String = row.try_get(format!("{column}_en").as_str())?;
    let zh: String = row.try_get(format!("{column}_zh").as_str())?;
    Ok(kernel::Text { en, zh })
}

/// A column that may hold a time.
pub(crate) fn time(row: &AnyRow, column: &str) -> Result<Option<kernel::Time>, sqlx::Error> {
    let micros: Option<i64> = row.try_get(column)?;
    Ok(micros.map(kernel::Time::from_micros))
}
