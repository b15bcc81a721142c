//! Telephone calls.

use db::Tx;
use kernel::Time;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{named, parsed, parsed_or_none, time, time_or_none};
use crate::model::call::{Call, CallId, Direction};

const FIND: &str = "
    SELECT id, call_id, direction, from_number, to_number, person_id, began_at, answered_at,
        answered_by, ended_at, cause
    FROM desk_call
    WHERE id = $1
    LIMIT 1";

const BY_CALL: &str = "
    SELECT id, call_id, direction, from_number, to_number, person_id, began_at, answered_at,
        answered_by, ended_at, cause
    FROM desk_call
    WHERE call_id = $1
    LIMIT 1";

const LIST: &str = "
    SELECT id, call_id, direction, from_number, to_number, person_id, began_at, answered_at,
        answered_by, ended_at, cause
    FROM desk_call
    WHERE id < $1
    ORDER BY id DESC
    LIMIT $2";

const PUT: &str = "
    INSERT INTO desk_call (
        id, call_id, direction, from_number, to_number, person_id, began_at, answered_at,
        answered_by, ended_at, cause)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT (id) DO UPDATE SET
        answered_at = excluded.answered_at, answered_by = excluded.answered_by,
        ended_at = excluded.ended_at, cause = excluded.cause";

/// The call of that id.
pub(crate) async fn find<'e>(
    from: impl Executor<'e, Database = Any>,
    id: CallId,
) -> Result<Option<Call>, sqlx::Error> {
    let row = sqlx::query(FIND).bind(id.to_string()).fetch_optional(from).await?;
    row.as_ref().map(read).transpose()
}

/// The call that the exchange calls so.
pub(crate) async fn by_call<'e>(
    from: impl Executor<'e, Database = Any>,
    call_id: &str,
) -> Result<Option<Call>, sqlx::Error> {
    let row = sqlx::query(BY_CALL).bind(call_id.to_owned()).fetch_optional(from).await?;
    row.as_ref().map(read).transpose()
}

/// The calls before one, the newest first.
pub(crate) async fn list<'e>(
    from: impl Executor<'e, Database = Any>,
    (before, limit): (String, u32),
) -> Result<Vec<Call>, sqlx::Error> {
    let rows = sqlx::query(LIST).bind(before).bind(i64::from(limit)).fetch_all(from).await?;
    rows.iter().map(read).collect()
}

/// Writes a call as it has become.
pub(crate) async fn put(tx: &mut Tx, call: &Call) -> Result<(), sqlx::Error> {
    sqlx::query(PUT)
        .bind(call.id.to_string())
        .bind(call.call_id.clone())
        .bind(call.direction.name())
        .bind(call.from.clone())
        .bind(call.to.clone())
        .bind(call.person_id.map(|id| id.to_string()))
        .bind(call.began_at.micros())
        .bind(call.answered_at.map(Time::micros))
        .bind(call.answered_by.clone())
        .bind(call.ended_at.map(Time::micros))
        .bind(call.cause.clone())
        .execute(tx.connection())
        .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Call, sqlx::Error> {
    Ok(Call {
        id: parsed(row, "id")?,
        call_id: row.try_get("call_id")?,
        direction: named(row, "direction", Direction::from_name)?,
        from: row.try_get("from_number")?,
        to: row.try_get("to_number")?,
        person_id: parsed_or_none(row, "person_id")?,
        began_at: time(row, "began_at")?,
        answered_at: time_or_none(row, "answered_at")?,
        answered_by: row.try_get("answered_by")?,
        ended_at: time_or_none(row, "ended_at")?,
        cause: row.try_get("cause")?,
    })
}
