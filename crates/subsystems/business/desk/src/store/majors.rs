//! Tickets that were declared major.

use db::Tx;
use kernel::Time;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{parsed, small, time, time_or_none};
use crate::model::{major::Major, ticket::TicketId};

const FIND: &str = "
    SELECT ticket_id, lead_id, every_minutes, declared_by, declared_at, update_due_at, warned,
        ended_by, ended_at, summary
    FROM desk_major
    WHERE ticket_id = $1
    LIMIT 1";

const DUE: &str = "
    SELECT ticket_id, lead_id, every_minutes, declared_by, declared_at, update_due_at, warned,
        ended_by, ended_at, summary
    FROM desk_major
    WHERE warned = 0 AND update_due_at <= $1
    ORDER BY update_due_at
    LIMIT $2";

const GOING_ON: &str = "
    SELECT ticket_id, lead_id, every_minutes, declared_by, declared_at, update_due_at, warned,
        ended_by, ended_at, summary
    FROM desk_major
    WHERE update_due_at > $1
    ORDER BY update_due_at
    LIMIT $2";

const PUT: &str = "
    INSERT INTO desk_major (
        ticket_id, lead_id, every_minutes, declared_by, declared_at, update_due_at, warned,
        ended_by, ended_at, summary)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (ticket_id) DO UPDATE SET
        lead_id = excluded.lead_id, every_minutes = excluded.every_minutes,
        declared_by = excluded.declared_by, declared_at = excluded.declared_at,
        update_due_at = excluded.update_due_at, warned = excluded.warned,
        ended_by = excluded.ended_by, ended_at = excluded.ended_at, summary = excluded.summary";

/// What was declared of a ticket.
pub(crate) async fn find<'e>(
    from: impl Executor<'e, Database = Any>,
    id: TicketId,
) -> Result<Option<Major>, sqlx::Error> {
    let row = sqlx::query(FIND).bind(id.to_string()).fetch_optional(from).await?;
    row.as_ref().map(read).transpose()
}

/// Those of which people should have been told how they stand, and of which nobody was warned.
pub(crate) async fn due<'e>(
    from: impl Executor<'e, Database = Any>,
    now: Time,
    limit: u32,
) -> Result<Vec<Major>, sqlx::Error> {
    several(from, DUE, (now.micros(), limit)).await
}

/// Those that go on, what is due first.
pub(crate) async fn going_on<'e>(
    from: impl Executor<'e, Database = Any>,
    limit: u32,
) -> Result<Vec<Major>, sqlx::Error> {
    several(from, GOING_ON, (i64::MIN, limit)).await
}

async fn several<'e>(
    from: impl Executor<'e, Database = Any>,
    statement: &'static str,
    (at, limit): (i64, u32),
) -> Result<Vec<Major>, sqlx::Error> {
    let rows = sqlx::query(statement).bind(at).bind(i64::from(limit)).fetch_all(from).await?;
    rows.iter().map(read).collect()
}

/// Writes what was declared as it has become.
pub(crate) async fn put(tx: &mut Tx, major: &Major) -> Result<(), sqlx::Error> {
    sqlx::query(PUT)
        .bind(major.ticket_id.to_string())
        .bind(major.lead_id.to_string())
        .bind(i64::from(major.every_minutes))
        .bind(major.declared_by.clone())
        .bind(major.declared_at.micros())
        .bind(major.update_due_at.map(Time::micros))
        .bind(i64::from(major.warned))
        .bind(major.ended.as_ref().map(|(by, _)| by.clone()))
        .bind(major.ended.as_ref().map(|(_, at)| at.micros()))
        .bind(major.summary.clone())
        .execute(tx.connection())
        .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Major, sqlx::Error> {
    let ended_at: Option<Time> = time_or_none(row, "ended_at")?;
    let ended = match ended_at {
        Some(at) => Some((row.try_get("ended_by")?, at)),
        None => None,
    };
    Ok(Major {
        ticket_id: parsed(row, "ticket_id")?,
        lead_id: parsed(row, "lead_id")?,
        every_minutes: small(row, "every_minutes")?,
        declared_by: row.try_get("declared_by")?,
        declared_at: time(row, "declared_at")?,
        update_due_at: time_or_none(row, "update_due_at")?,
        warned: row.try_get::<i64, _>("warned")? != 0,
        ended,
        summary: row.try_get("summary")?,
    })
}
