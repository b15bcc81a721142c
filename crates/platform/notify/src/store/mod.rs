//! SQL as text beside the function that asks.

pub(crate) mod attempts;
pub(crate) mod channels;
pub(crate) mod deliveries;
pub(crate) mod messages;
pub(crate) mod notifications;
pub(crate) mod preferences;
pub(crate) mod templates;

use db::DbError;
use kernel::{Id, Language, Time};
use sqlx::{Row as _, any::AnyRow};

use crate::NotifyError;

fn text(row: &AnyRow, column: &str) -> Result<String, DbError> {
    Ok(row.try_get(column)?)
}

fn number(row: &AnyRow, column: &str) -> Result<i64, DbError> {
    Ok(row.try_get(column)?)
}

fn time(row: &AnyRow, column: &str) -> Result<Time, DbError> {
    Ok(Time::from_micros(row.try_get(column)?))
}

fn optional_time(row: &AnyRow, column: &str) -> Result<Option<Time>, DbError> {
    Ok(row.try_get::<Option<i64>, _>(column)?.map(Time::from_micros))
}

fn id<K>(row: &AnyRow, column: &'static str) -> Result<Id<K>, NotifyError> {
    let found = text(row, column)?;
    found.parse().map_err(|_| NotifyError::Unreadable { what: column, found })
}

fn optional_id<K>(row: &AnyRow, column: &'static str) -> Result<Option<Id<K>>, NotifyError> {
    let found: Option<String> = row.try_get(column).map_err(DbError::from)?;
    let Some(found) = found else { return Ok(None) };
    match found.parse() {
        Ok(id) => Ok(Some(id)),
        Err(_) => Err(NotifyError::Unreadable { what: column, found }),
    }
}

/// `None` when nothing that is known stands there.
fn known<T>(found: Option<T>, what: &'static str, text: String) -> Result<T, NotifyError> {
    found.ok_or(NotifyError::Unreadable { what, found: text })
}

const fn language_name(language: Language) -> &'static str {
    match language {
        Language::English => "en",
        Language::Chinese => "zh",
    }
}

fn language(name: &str) -> Language {
    if name == "zh" { Language::Chinese } else { Language::English }
}

fn json<T: serde::de::DeserializeOwned>(
    row: &AnyRow,
    column: &'static str,
) -> Result<T, NotifyError> {
    let found = text(row, column)?;
    serde_json::from_str(&found)
        .map_err(|error| NotifyError::Unreadable { what: column, found: error.to_string() })
}

fn optional_json<T: serde::de::DeserializeOwned>(
    row: &AnyRow,
    column: &'static str,
) -> Result<Option<T>, NotifyError> {
    let found: Option<String> = row.try_get(column).map_err(DbError::from)?;
    let read = |found: String| {
        serde_json::from_str(&found)
            .map_err(|error| NotifyError::Unreadable { what: column, found: error.to_string() })
    };
    found.map(read).transpose()
}

fn json_text(value: &impl serde::Serialize) -> Result<String, DbError> {
    serde_json::to_string(value).map_err(|error| DbError::Sql(sqlx::Error::Encode(error.into())))
}
