//! What is asked of the records; nothing is decided here.

pub(crate) mod articles;
pub(crate) mod revisions;
pub(crate) mod terms;
pub(crate) mod tickets;
pub(crate) mod votes;

use std::str::FromStr;

use db::{Dialect, QueryBuilder};
use kernel::{Scope, Time};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{Any, Row as _, any::AnyRow};

use crate::model::sight::Sight;

/// A column that holds what this release does not know.
fn unreadable(column: &str, found: impl std::fmt::Display) -> sqlx::Error {
    sqlx::Error::Decode(format!("column {column} holds `{found}`").into())
}

/// A column of text, read as what it stands for.
fn parsed<T: FromStr>(row: &AnyRow, column: &str) -> Result<T, sqlx::Error> {
    let text: String = row.try_get(column)?;
    text.parse().map_err(|_| unreadable(column, &text))
}

/// A column of a small number.
fn small(row: &AnyRow, column: &str) -> Result<u32, sqlx::Error> {
    let number: i64 = row.try_get(column)?;
    u32::try_from(number).map_err(|_| unreadable(column, number))
}

/// A column of JSON.
fn from_json<T: DeserializeOwned>(row: &AnyRow, column: &str) -> Result<T, sqlx::Error> {
    let text: String = row.try_get(column)?;
    serde_json::from_str(&text).map_err(|_| unreadable(column, &text))
}

/// What is kept as JSON.
fn to_json(value: &impl Serialize) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(error.into()))
}

/// A column of a time.
fn time(row: &AnyRow, column: &str) -> Result<Time, sqlx::Error> {
    Ok(Time::from_micros(row.try_get(column)?))
}

/// Limits a query to what belongs to the units of a scope.
fn push_scope(query: &mut QueryBuilder<Any>, dialect: Dialect, column: &str, scope: &Scope) {
    let Scope::Within(within) = scope else { return };
    query.push(" AND ");
    let units = within.units.iter().chain(&within.answering).map(String::as_str);
    dialect.push_one_of(query, column, units);
}

/// Limits a query of revisions `r` to those that somebody reads.
fn push_sight(query: &mut QueryBuilder<Any>, dialect: Dialect, sight: &Sight) {
    match sight {
        Sight::Stranger => {
            query.push(" AND r.audience = 'public'");
        }
        Sight::SignedIn(Scope::Everywhere) => {}
        Sight::SignedIn(scope @ Scope::Within(_)) => {
            query.push(" AND (r.audience IN ('public', 'staff') OR (r.audience = 'agents'");
            push_scope(query, dialect, "r.unit_id", scope);
            query.push("))");
        }
    }
}
