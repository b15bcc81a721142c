use db::DbError;
use kernel::Time;
use sqlx::AnyConnection;

use super::resources::read_id;
use crate::{ResourceId, ResourcesError};

const NOTE: &str = "
    INSERT INTO resources_due (resource_id, due_at)
    VALUES ($1, $2)
    ON CONFLICT (due_at, resource_id) DO NOTHING";

const DUE: &str = "
    SELECT resource_id
    FROM resources_due
    WHERE due_at <= $1
    ORDER BY due_at
    LIMIT $2";

const DONE: &str = "
    DELETE FROM resources_due
    WHERE resource_id = $1 AND due_at <= $2";

const LEFT: &str = "
    SELECT COUNT(*)
    FROM resources_due
    WHERE due_at <= $1";

/// Notes that at `due_at` the resource becomes another.
pub(crate) async fn note_due(
    connection: &mut AnyConnection,
    id: ResourceId,
    due_at: Time,
) -> Result<(), DbError> {
    sqlx::query(NOTE).bind(id.to_string()).bind(due_at.micros()).execute(connection).await?;
    Ok(())
}

/// The resources that have become others by `now`, the longest overdue first.
pub(crate) async fn due(
    connection: &mut AnyConnection,
    now: Time,
    limit: i64,
) -> Result<Vec<ResourceId>, ResourcesError> {
    let query = sqlx::query(DUE).bind(now.micros()).bind(limit);
    let rows = query.fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(|row| read_id(row, "resource_id")).collect()
}

/// Forgets what is due of the resource: its row has followed.
pub(crate) async fn done(
    connection: &mut AnyConnection,
    id: ResourceId,
    now: Time,
) -> Result<(), DbError> {
    sqlx::query(DONE).bind(id.to_string()).bind(now.micros()).execute(connection).await?;
    Ok(())
}

/// How many are due.
pub(crate) async fn due_left(connection: &mut AnyConnection, now: Time) -> Result<i64, DbError> {
    Ok(sqlx::query_scalar(LEFT).bind(now.micros()).fetch_one(connection).await?)
}
