use db::{DbError, Tx};
use sqlx::Row as _;

use super::check::id;
use crate::model::{CheckId, ResourceId};

/// A check that went to another resource with a merge, as it was before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moved {
    /// The check.
    pub(crate) check: CheckId,
    /// The resource it was of.
    pub(crate) from: ResourceId,
    /// What it was called there.
    pub(crate) name: String,
    /// Whether it ran.
    pub(crate) enabled: bool,
    /// The version that the move made of it.
    pub(crate) version: i64,
}

const INSERT: &str = "
    INSERT INTO probe_moved (
        merge_id, check_id, from_resource_id, name_before, enabled_before, version_after)
    VALUES ($1, $2, $3, $4, $5, $6)";

const OF_MERGE: &str = "
    SELECT check_id, from_resource_id, name_before, enabled_before, version_after
    FROM probe_moved
    WHERE merge_id = $1
    ORDER BY check_id
    LIMIT $2";

const FORGET: &str = "DELETE FROM probe_moved WHERE merge_id = $1";

/// Remembers that a check went with a merge.
pub(crate) async fn insert(tx: &mut Tx, merge: &str, moved: &Moved) -> Result<(), DbError> {
    sqlx::query(INSERT)
        .bind(merge)
        .bind(moved.check.to_string())
        .bind(moved.from.to_string())
        .bind(moved.name.as_str())
        .bind(i64::from(moved.enabled))
        .bind(moved.version)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The checks that went with a merge, at most `limit`.
pub(crate) async fn of_merge(tx: &mut Tx, merge: &str, limit: u32) -> Result<Vec<Moved>, DbError> {
    let query = sqlx::query(OF_MERGE).bind(merge).bind(i64::from(limit));
    let rows = query.fetch_all(tx.connection()).await?;
    let read = |row: &sqlx::any::AnyRow| {
        Ok(Moved {
            check: id(row, "check_id")?,
            from: id(row, "from_resource_id")?,
            name: row.try_get("name_before")?,
            enabled: row.try_get::<i64, _>("enabled_before")? != 0,
            version: row.try_get("version_after")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Forgets what went with a merge.
pub(crate) async fn forget(tx: &mut Tx, merge: &str) -> Result<(), DbError> {
    sqlx::query(FORGET).bind(merge).execute(tx.connection()).await?;
    Ok(())
}
