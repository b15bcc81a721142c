use db::Tx;
use sqlx::{Any, Executor, any::AnyRow};

use super::{named, parsed, time};
use crate::model::{
    link::{Link, LinkKind},
    ticket::TicketId,
};

/// A ticket has no more links than this, in either direction.
pub(crate) const LINKS_MAX: u32 = 500;

const FROM: &str = "
    SELECT ticket_id, kind, other_id, linked_at
    FROM desk_link
    WHERE ticket_id = $1
    ORDER BY linked_at, other_id
    LIMIT $2";

const TO: &str = "
    SELECT ticket_id, kind, other_id, linked_at
    FROM desk_link
    WHERE other_id = $1
    ORDER BY linked_at, ticket_id
    LIMIT $2";

const ADD: &str = "
    INSERT INTO desk_link (ticket_id, kind, other_id, linked_at)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (ticket_id, kind, other_id) DO NOTHING";

const REMOVE: &str = "
    DELETE FROM desk_link
    WHERE ticket_id = $1 AND kind = $2 AND other_id = $3";

/// The links that lead from a ticket.
pub(crate) async fn from_ticket<'e>(
    from: impl Executor<'e, Database = Any>,
    id: TicketId,
) -> Result<Vec<Link>, sqlx::Error> {
    links(from, FROM, id).await
}

/// The links that lead to a ticket.
pub(crate) async fn to_ticket<'e>(
    from: impl Executor<'e, Database = Any>,
    id: TicketId,
) -> Result<Vec<Link>, sqlx::Error> {
    links(from, TO, id).await
}

async fn links<'e>(
    from: impl Executor<'e, Database = Any>,
    statement: &'static str,
    id: TicketId,
) -> Result<Vec<Link>, sqlx::Error> {
    let rows = sqlx::query(statement)
        .bind(id.to_string())
        .bind(i64::from(LINKS_MAX))
        .fetch_all(from)
        .await?;
    rows.iter().map(read).collect()
}

/// Adds a link; whether it was not there.
pub(crate) async fn add(tx: &mut Tx, link: &Link) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(ADD)
        .bind(link.ticket_id.to_string())
        .bind(link.kind.name())
        .bind(link.other_id.to_string())
        .bind(link.linked_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Removes a link; whether it was there.
pub(crate) async fn remove(
    tx: &mut Tx,
    (id, kind, other): (TicketId, LinkKind, TicketId),
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(REMOVE)
        .bind(id.to_string())
        .bind(kind.name())
        .bind(other.to_string())
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() > 0)
}

fn read(row: &AnyRow) -> Result<Link, sqlx::Error> {
    Ok(Link {
        ticket_id: parsed(row, "ticket_id")?,
        kind: named(row, "kind", LinkKind::from_name)?,
        other_id: parsed(row, "other_id")?,
        linked_at: time(row, "linked_at")?,
    })
}
