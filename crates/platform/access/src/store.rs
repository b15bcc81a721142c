//! SQL of this crate: fetches and keeps, never decides.

pub(crate) mod attempts;
pub(crate) mod sessions;
pub(crate) mod tokens;
pub(crate) mod users;

use kernel::{Id, Role};
use sqlx::{Row as _, any::AnyRow};

/// The id in `column`.
fn id<K>(row: &AnyRow, column: &str) -> Result<Id<K>, sqlx::Error> {
    let text: String = row.try_get(column)?;
    text.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// The role in `column`.
fn role(row: &AnyRow, column: &str) -> Result<Role, sqlx::Error> {
    let name: String = row.try_get(column)?;
    Role::from_name(&name).ok_or_else(|| strange(column, &name))
}

/// A value that this program never writes.
fn strange(column: &str, found: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("column {column} holds `{found}`").into())
}
