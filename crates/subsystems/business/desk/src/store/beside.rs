//! Orders of supervision, and more time that was asked for.

use db::Tx;
use kernel::Time;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{named, small, time, time_or_none};
use crate::model::{
    beside::{Extension, ExtensionState, Order},
    ticket::TicketId,
};

/// A ticket has no more orders, and no more extensions, than this.
pub(crate) const BESIDE_MAX: u32 = 200;

const ORDERS: &str = "
    SELECT number, text, ordered_by, ordered_at, due_at, report, reported_by, reported_at
    FROM desk_order
    WHERE ticket_id = $1
    ORDER BY number
    LIMIT $2";

const PUT_ORDER: &str = "
    INSERT INTO desk_order (
        ticket_id, number, text, ordered_by, ordered_at, due_at, report, reported_by, reported_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (ticket_id, number) DO UPDATE SET
        report = excluded.report, reported_by = excluded.reported_by,
        reported_at = excluded.reported_at";

const EXTENSIONS: &str = "
    SELECT number, minutes, reason, state, asked_by, asked_id, asked_at, decided_by, decided_at
    FROM desk_extension
    WHERE ticket_id = $1
    ORDER BY number
    LIMIT $2";

const PUT_EXTENSION: &str = "
    INSERT INTO desk_extension (
        ticket_id, number, minutes, reason, state, asked_by, asked_id, asked_at, decided_by,
        decided_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (ticket_id, number) DO UPDATE SET
        state = excluded.state, decided_by = excluded.decided_by,
        decided_at = excluded.decided_at";

/// The orders of a ticket.
pub(crate) async fn orders<'e>(
    from: impl Executor<'e, Database = Any>,
    id: TicketId,
) -> Result<Vec<Order>, sqlx::Error> {
    let rows = sqlx::query(ORDERS)
        .bind(id.to_string())
        .bind(i64::from(BESIDE_MAX))
        .fetch_all(from)
        .await?;
    rows.iter().map(read_order).collect()
}

/// Writes an order as it has become.
pub(crate) async fn put_order(tx: &mut Tx, id: TicketId, one: &Order) -> Result<(), sqlx::Error> {
    let report = one.report.as_ref();
    sqlx::query(PUT_ORDER)
        .bind(id.to_string())
        .bind(i64::from(one.number))
        .bind(one.text.clone())
        .bind(one.ordered_by.clone())
        .bind(one.ordered_at.micros())
        .bind(one.due_at.micros())
        .bind(report.map(|(text, _, _)| text.clone()))
        .bind(report.map(|(_, by, _)| by.clone()))
        .bind(report.map(|(_, _, at)| at.micros()))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The extensions of a ticket, whatever became of them.
pub(crate) async fn extensions<'e>(
    from: impl Executor<'e, Database = Any>,
    id: TicketId,
) -> Result<Vec<Extension>, sqlx::Error> {
    let rows = sqlx::query(EXTENSIONS)
        .bind(id.to_string())
        .bind(i64::from(BESIDE_MAX))
        .fetch_all(from)
        .await?;
    rows.iter().map(read_extension).collect()
}

/// Writes an extension as it has become.
pub(crate) async fn put_extension(
    tx: &mut Tx,
    id: TicketId,
    one: &Extension,
) -> Result<(), sqlx::Error> {
    let decided = one.decided.as_ref();
    sqlx::query(PUT_EXTENSION)
        .bind(id.to_string())
        .bind(i64::from(one.number))
        .bind(i64::from(one.minutes))
        .bind(one.reason.clone())
        .bind(one.state.name())
        .bind(one.asked_by.clone())
        .bind(one.asked_id.clone())
        .bind(one.asked_at.micros())
        .bind(decided.map(|(by, _)| by.clone()))
        .bind(decided.map(|(_, at)| at.micros()))
        .execute(tx.connection())
        .await?;
    Ok(())
}

fn read_order(row: &AnyRow) -> Result<Order, sqlx::Error> {
    let at: Option<Time> = time_or_none(row, "reported_at")?;
    let report = match at {
        Some(at) => Some((row.try_get("report")?, row.try_get("reported_by")?, at)),
        None => None,
    };
    Ok(Order {
        number: small(row, "number")?,
        text: row.try_get("text")?,
        ordered_by: row.try_get("ordered_by")?,
        ordered_at: time(row, "ordered_at")?,
        due_at: time(row, "due_at")?,
        report,
    })
}

fn read_extension(row: &AnyRow) -> Result<Extension, sqlx::Error> {
    let at: Option<Time> = time_or_none(row, "decided_at")?;
    let decided = match at {
        Some(at) => Some((row.try_get("decided_by")?, at)),
        None => None,
    };
    Ok(Extension {
        number: small(row, "number")?,
        minutes: small(row, "minutes")?,
        reason: row.try_get("reason")?,
        state: named(row, "state", ExtensionState::from_name)?,
        asked_by: row.try_get("asked_by")?,
        asked_id: row.try_get("asked_id")?,
        asked_at: time(row, "asked_at")?,
        decided,
    })
}
