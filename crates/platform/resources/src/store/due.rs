use db::DbError;
use kernel::{FactSeq, Time};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::{
    kinds::{json, text},
    resources::read_id,
};
use crate::{ResourceId, ResourcesError};

const NOTE: &str = "
    INSERT INTO resources_told (
        due_at, resource_id, told_by, told_in, told_by_name, told_at, fields)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (due_at, resource_id, told_by) DO UPDATE SET fields = excluded.fields";

const OF_MOMENT: &str = "
    SELECT due_at, told_by, told_in, fields
    FROM resources_told
    WHERE resource_id = $1 AND due_at = $2
    ORDER BY told_by -- all rows: each has fields of its own";

const REFIELD: &str = "
    UPDATE resources_told
    SET fields = $4
    WHERE resource_id = $1 AND due_at = $2 AND told_by = $3";

const DROP: &str = "
    DELETE FROM resources_told
    WHERE resource_id = $1 AND due_at = $2 AND told_by = $3";

const DUE: &str = "
    SELECT resource_id
    FROM resources_told
    WHERE due_at <= $1
    GROUP BY resource_id
    ORDER BY MIN(due_at)
    LIMIT $2";

const TOLD: &str = "
    SELECT due_at, told_by, told_in, fields
    FROM resources_told
    WHERE resource_id = $1 AND due_at <= $2
    ORDER BY due_at, told_by -- all rows: one that is not judged would come true";

const DONE: &str = "
    DELETE FROM resources_told
    WHERE resource_id = $1 AND due_at <= $2";

const LEFT: &str = "
    SELECT COUNT(*)
    FROM resources_told
    WHERE due_at <= $1";

/// A moment at which a resource becomes another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Due {
    /// The moment.
    pub(crate) at: Time,
    /// The user who told it; none where nobody who signs in did.
    pub(crate) told_by: Option<String>,
    /// The fact by which they did.
    pub(crate) told_in: Option<FactSeq>,
    /// What they told; nothing where an earlier version noted it: all that changes then.
    pub(crate) fields: Vec<String>,
}

/// Notes that the resource becomes another, as somebody of that name told at that time. What they
/// told to be another than others had for that moment, the fields of `taken`, is theirs alone.
pub(crate) async fn note_due(
    connection: &mut AnyConnection,
    id: ResourceId,
    (due, taken): (&Due, &[String]),
    (name, now): (&str, Time),
) -> Result<(), ResourcesError> {
    let mut fields = due.fields.clone();
    for other in of_moment(connection, id, due.at).await? {
        if other.told_by == due.told_by {
            let more = other.fields.into_iter().filter(|field| !due.fields.contains(field));
            fields.extend(more);
            continue;
        }
        let left = other.fields.iter().filter(|field| !taken.contains(field));
        let left: Vec<&String> = left.collect();
        if left.len() == other.fields.len() {
            continue;
        }
        let by = other.told_by.as_deref().unwrap_or_default();
        // A row without fields would stand for all of them.
        let query = sqlx::query(if left.is_empty() { DROP } else { REFIELD });
        let query = query.bind(id.to_string()).bind(due.at.micros()).bind(by.to_owned());
        let query = if left.is_empty() { query } else { query.bind(text(&left)?) };
        query.execute(&mut *connection).await.map_err(DbError::from)?;
    }
    sqlx::query(NOTE)
        .bind(due.at.micros())
        .bind(id.to_string())
        .bind(due.told_by.as_deref().unwrap_or_default())
        .bind(due.told_in.map(|seq| seq.0))
        .bind(name)
        .bind(now.micros())
        .bind(text(&fields)?)
        .execute(connection)
        .await
        .map_err(DbError::from)?;
    Ok(())
}

async fn of_moment(
    connection: &mut AnyConnection,
    id: ResourceId,
    at: Time,
) -> Result<Vec<Due>, ResourcesError> {
    let query = sqlx::query(OF_MOMENT).bind(id.to_string()).bind(at.micros());
    let rows = query.fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
}

fn read(row: &AnyRow) -> Result<Due, ResourcesError> {
    let told_by: String = row.try_get("told_by").map_err(DbError::from)?;
    let told_in: Option<i64> = row.try_get("told_in").map_err(DbError::from)?;
    Ok(Due {
        at: Time::from_micros(row.try_get("due_at").map_err(DbError::from)?),
        told_by: Some(told_by).filter(|by| !by.is_empty()),
        told_in: told_in.map(FactSeq),
        fields: json(row, "fields")?,
    })
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

/// The moments up to `now` at which the resource became another, earliest first.
pub(crate) async fn told(
    connection: &mut AnyConnection,
    id: ResourceId,
    now: Time,
) -> Result<Vec<Due>, ResourcesError> {
    let query = sqlx::query(TOLD).bind(id.to_string()).bind(now.micros());
    let rows = query.fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
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
