//! SQL of this crate: fetches and keeps, never decides.

pub(crate) mod attempts;
pub(crate) mod emergencies;
pub(crate) mod generation;
pub(crate) mod grants;
pub(crate) mod groups;
pub(crate) mod identities;
pub(crate) mod own;
pub(crate) mod passkeys;
pub(crate) mod policy;
pub(crate) mod providers;
pub(crate) mod provisioned;
pub(crate) mod reviews;
pub(crate) mod roles;
pub(crate) mod second_factors;
pub(crate) mod sessions;
pub(crate) mod tokens;
pub(crate) mod users;

use kernel::{Id, Time};
use sqlx::{Row as _, any::AnyRow};

use crate::model::grant::GrantScope;

/// The id in `column`.
fn id<K>(row: &AnyRow, column: &str) -> Result<Id<K>, sqlx::Error> {
    let text: String = row.try_get(column)?;
    text.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// The id in `column`, if there is one.
fn other_id<K>(row: &AnyRow, column: &str) -> Result<Option<Id<K>>, sqlx::Error> {
    let text: Option<String> = row.try_get(column)?;
    text.map(|text| text.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))).transpose()
}

/// The time in `column`, if there is one.
fn time_of(row: &AnyRow, column: &str) -> Result<Option<Time>, sqlx::Error> {
    Ok(row.try_get::<Option<i64>, _>(column)?.map(Time::from_micros))
}

/// The list of texts that `column` holds as JSON.
fn list_of(row: &AnyRow, column: &str) -> Result<Vec<String>, sqlx::Error> {
    let text: String = row.try_get(column)?;
    serde_json::from_str(&text).map_err(|_| strange(column, &text))
}

/// A list of texts as JSON.
fn text_of(list: &[String]) -> String {
    serde_json::Value::from(list).to_string()
}

/// The scope in `scope_kind` and `scope_ids`.
fn scope_of(row: &AnyRow) -> Result<GrantScope, sqlx::Error> {
    let kind: String = row.try_get("scope_kind")?;
    GrantScope::parse(&kind, &list_of(row, "scope_ids")?)
        .map_err(|fault| strange(&fault.field, &fault.found))
}

/// A value that this program never writes.
fn strange(column: &str, found: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("column {column} holds `{found}`").into())
}
