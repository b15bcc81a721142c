pub(crate) mod clients;
pub(crate) mod groups;
pub(crate) mod users;

use kernel::{Id, Time};
use serde_json::{Map, Value};
use sqlx::{Row as _, any::AnyRow};

use crate::ScimError;

fn text(row: &AnyRow, column: &'static str) -> Result<String, ScimError> {
    Ok(row.try_get(column)?)
}

fn some_text(row: &AnyRow, column: &'static str) -> Result<Option<String>, ScimError> {
    Ok(row.try_get(column)?)
}

fn time(row: &AnyRow, column: &'static str) -> Result<Time, ScimError> {
    Ok(Time::from_micros(row.try_get(column)?))
}

fn id<K>(row: &AnyRow, column: &'static str) -> Result<Id<K>, ScimError> {
    text(row, column)?.parse().map_err(|_| ScimError::Unreadable { what: column })
}

fn some_id<K>(row: &AnyRow, column: &'static str) -> Result<Option<Id<K>>, ScimError> {
    let text = some_text(row, column)?;
    text.map(|text| text.parse().map_err(|_| ScimError::Unreadable { what: column })).transpose()
}

fn told(row: &AnyRow) -> Result<Map<String, Value>, ScimError> {
    let text = text(row, "told")?;
    serde_json::from_str(&text).map_err(|_| ScimError::Unreadable { what: "told" })
}

/// No text that is stored has NUL in it, and PostgreSQL takes none in a question.
fn can_be_stored(text: &str) -> bool {
    !text.contains('\0')
}
