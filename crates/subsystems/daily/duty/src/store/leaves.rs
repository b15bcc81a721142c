use db::Tx;
use kernel::Time;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{parsed, time, unreadable};
use crate::model::changes::{Leave, LeaveId, LeaveState};

/// No more leaves than this lie ahead.
pub(crate) const LEAVES_MAX: u32 = 20_000;

const AFTER: &str = "
    SELECT id, person_id, from_at, to_at, reason, state, version, decided_by, asked_at
    FROM duty_leave
    WHERE to_at > $1
    ORDER BY id
    LIMIT $2";

const FIND: &str = "
    SELECT id, person_id, from_at, to_at, reason, state, version, decided_by, asked_at
    FROM duty_leave
    WHERE id = $1
    LIMIT 1";

const INSERT: &str = "
    INSERT INTO duty_leave (
        id, person_id, from_at, to_at, reason, state, version, decided_by, asked_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

const UPDATE: &str = "
    UPDATE duty_leave
    SET state = $2, version = $3, decided_by = $4
    WHERE id = $1";

/// Everybody's leave that ends after a moment.
pub(crate) async fn after<'e>(
    from: impl Executor<'e, Database = Any>,
    after: Time,
) -> Result<Vec<Leave>, sqlx::Error> {
    let rows =
        sqlx::query(AFTER).bind(after.micros()).bind(i64::from(LEAVES_MAX)).fetch_all(from).await?;
    rows.iter().map(read).collect()
}

/// The leave of that id.
pub(crate) async fn find(tx: &mut Tx, id: LeaveId) -> Result<Option<Leave>, sqlx::Error> {
    let row = sqlx::query(FIND).bind(id.to_string()).fetch_optional(tx.connection()).await?;
    row.as_ref().map(read).transpose()
}

/// Writes a new leave.
pub(crate) async fn insert(tx: &mut Tx, leave: &Leave) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(leave.id.to_string())
        .bind(leave.person_id.to_string())
        .bind(leave.from.micros())
        .bind(leave.to.micros())
        .bind(leave.reason.clone())
        .bind(leave.state.name())
        .bind(leave.version)
        .bind(leave.decided_by.clone())
        .bind(leave.asked_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes what a leave has become.
pub(crate) async fn update(tx: &mut Tx, leave: &Leave) -> Result<(), sqlx::Error> {
    sqlx::query(UPDATE)
        .bind(leave.id.to_string())
        .bind(leave.state.name())
        .bind(leave.version)
        .bind(leave.decided_by.clone())
        .execute(tx.connection())
        .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Leave, sqlx::Error> {
    let state: String = row.try_get("state")?;
    Ok(Leave {
        id: parsed(row, "id")?,
        person_id: parsed(row, "person_id")?,
        from: time(row, "from_at")?,
        to: time(row, "to_at")?,
        reason: row.try_get("reason")?,
        state: LeaveState::from_name(&state).ok_or_else(|| unreadable("state", &state))?,
        version: row.try_get("version")?,
        decided_by: row.try_get("decided_by")?,
        asked_at: time(row, "asked_at")?,
    })
}
