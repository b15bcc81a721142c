//! Tickets whose clocks could not be read.

use db::Tx;
use kernel::Time;

use crate::model::ticket::TicketId;

const PUT_OFF: &str = "
    UPDATE desk_ticket
    SET next_at = $2
    WHERE id = $1
    RETURNING number";

const REASON: &str = "
    SELECT reason
    FROM desk_set_aside
    WHERE ticket_id = $1
    LIMIT 1";

const PUT: &str = "
    INSERT INTO desk_set_aside (ticket_id, reason, since)
    VALUES ($1, $2, $3)
    ON CONFLICT (ticket_id) DO UPDATE SET reason = excluded.reason, since = excluded.since";

const FORGET: &str = "
    DELETE FROM desk_set_aside
    WHERE ticket_id = $1";

/// Puts off until when a ticket is looked at again, without reading it: what is wrong with it may
/// be that it cannot be read. Its number, unless it is gone.
pub(crate) async fn put_off(
    tx: &mut Tx,
    id: TicketId,
    until: Time,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(PUT_OFF)
        .bind(id.to_string())
        .bind(until.micros())
        .fetch_optional(tx.connection())
        .await
}

/// Remembers why; whether that is new.
pub(crate) async fn put(
    tx: &mut Tx,
    (id, reason): (TicketId, &str),
    now: Time,
) -> Result<bool, sqlx::Error> {
    let known: Option<String> =
        sqlx::query_scalar(REASON).bind(id.to_string()).fetch_optional(tx.connection()).await?;
    if known.as_deref() == Some(reason) {
        return Ok(false);
    }
    sqlx::query(PUT)
        .bind(id.to_string())
        .bind(reason.to_owned())
        .bind(now.micros())
        .execute(tx.connection())
        .await?;
    Ok(true)
}

/// Its clocks were read again.
pub(crate) async fn forget(tx: &mut Tx, id: TicketId) -> Result<(), sqlx::Error> {
    sqlx::query(FORGET).bind(id.to_string()).execute(tx.connection()).await?;
    Ok(())
}
