//! Tickets that were merged into others.

use db::Tx;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{named, parsed, time};
use crate::model::{merge::Merge, phase::Phase, ticket::TicketId};

/// No more tickets than this are merged into one.
pub(crate) const MERGED_MAX: u32 = 100;

const OF: &str = "
    SELECT ticket_id, master_id, state, phase, merged_by, merged_at
    FROM desk_merge
    WHERE ticket_id = $1
    LIMIT $2";

const INTO: &str = "
    SELECT ticket_id, master_id, state, phase, merged_by, merged_at
    FROM desk_merge
    WHERE master_id = $1
    ORDER BY ticket_id
    LIMIT $2";

const ADD: &str = "
    INSERT INTO desk_merge (ticket_id, master_id, state, phase, merged_by, merged_at)
    VALUES ($1, $2, $3, $4, $5, $6)";

const REMOVE: &str = "
    DELETE FROM desk_merge
    WHERE ticket_id = $1";

/// Into what a ticket was merged.
pub(crate) async fn of<'e>(
    from: impl Executor<'e, Database = Any>,
    id: TicketId,
) -> Result<Option<Merge>, sqlx::Error> {
    Ok(merges(from, OF, id).await?.pop())
}

/// What was merged into a ticket.
pub(crate) async fn into<'e>(
    from: impl Executor<'e, Database = Any>,
    master: TicketId,
) -> Result<Vec<Merge>, sqlx::Error> {
    merges(from, INTO, master).await
}

async fn merges<'e>(
    from: impl Executor<'e, Database = Any>,
    statement: &'static str,
    id: TicketId,
) -> Result<Vec<Merge>, sqlx::Error> {
    let rows = sqlx::query(statement)
        .bind(id.to_string())
        .bind(i64::from(MERGED_MAX))
        .fetch_all(from)
        .await?;
    let read = |row: &AnyRow| {
        Ok(Merge {
            ticket_id: parsed(row, "ticket_id")?,
            master_id: parsed(row, "master_id")?,
            state: row.try_get("state")?,
            phase: named(row, "phase", Phase::from_name)?,
            merged_by: row.try_get("merged_by")?,
            merged_at: time(row, "merged_at")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Writes that a ticket was merged.
pub(crate) async fn add(tx: &mut Tx, merge: &Merge) -> Result<(), sqlx::Error> {
    sqlx::query(ADD)
        .bind(merge.ticket_id.to_string())
        .bind(merge.master_id.to_string())
        .bind(merge.state.clone())
        .bind(merge.phase.name())
        .bind(merge.merged_by.clone())
        .bind(merge.merged_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// A ticket is merged no more.
pub(crate) async fn remove(tx: &mut Tx, id: TicketId) -> Result<(), sqlx::Error> {
    sqlx::query(REMOVE).bind(id.to_string()).execute(tx.connection()).await?;
    Ok(())
}
