//! What is asked of the records; nothing is decided here.

pub(crate) mod backfills;
pub(crate) mod groups;

/// A column that holds what this release does not know.
pub(crate) fn unreadable(column: &str, found: impl std::fmt::Display) -> sqlx::Error {
    sqlx::Error::Decode(format!("column {column} holds `{found}`").into())
}
