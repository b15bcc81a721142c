//! SQL as text beside the function that asks.

pub(crate) mod attachments;
pub(crate) mod contents;
pub(crate) mod leaving;
pub(crate) mod masters;
pub(crate) mod seals;
pub(crate) mod secrets;

use db::DbError;
use kernel::{Id, Time};
use sqlx::{Row as _, any::AnyRow};

use crate::VaultError;

/// The id in `column`.
fn read_id<K>(row: &AnyRow, column: &'static str) -> Result<Id<K>, VaultError> {
    let text: String = row.try_get(column).map_err(DbError::from)?;
    text.parse().map_err(|_| VaultError::Unreadable { what: column, found: text })
}

fn read_time(row: &AnyRow, column: &str) -> Result<Time, DbError> {
    Ok(Time::from_micros(row.try_get(column)?))
}

/// A LIKE pattern for folded names that contain `text`.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
