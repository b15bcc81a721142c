use db::Tx;
use kernel::Time;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{from_json, named, small, time, to_json};
use crate::model::{
    entry::{Entry, EntryKind},
    phase::Phase,
    ticket::{Ticket, TicketId},
};

/// Of a ticket no more changes of state are counted than this.
const STATES_MAX: u32 = 10_000;

const LAST: &str = "
    SELECT COALESCE(MAX(number), 0)
    FROM desk_entry
    WHERE ticket_id = $1";

const ADD: &str = "
    INSERT INTO desk_entry (
        ticket_id, number, at, actor_id, actor_name, kind, is_public, state, phase, text, detail)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

const LIST: &str = "
    SELECT number, at, actor_id, actor_name, kind, is_public, state, phase, text, detail
    FROM desk_entry
    WHERE ticket_id = $1 AND number > $2
    ORDER BY number
    LIMIT $3";

const PUBLIC: &str = "
    SELECT number, at, actor_id, actor_name, kind, is_public, state, phase, text, detail
    FROM desk_entry
    WHERE ticket_id = $1 AND is_public = 1
    ORDER BY number
    LIMIT $2";

const STATE_BEFORE: &str = "
    SELECT state
    FROM desk_entry
    WHERE ticket_id = $1 AND state IS NOT NULL AND state <> $2
    ORDER BY number DESC
    LIMIT 1";

const STATES: &str = "
    SELECT at, state, phase
    FROM desk_entry
    WHERE ticket_id = $1 AND state IS NOT NULL
    ORDER BY number
    LIMIT $2";

/// The state that a ticket was in before the one it is in; none where it has been in no other.
pub(crate) async fn state_before<'e>(
    from: impl Executor<'e, Database = Any>,
    ticket: &Ticket,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(STATE_BEFORE)
        .bind(ticket.id.to_string())
        .bind(ticket.state.clone())
        .fetch_optional(from)
        .await
}

/// Adds an entry; its number is the next of its ticket's.
pub(crate) async fn add(tx: &mut Tx, id: TicketId, entry: &Entry) -> Result<(), sqlx::Error> {
    let (state, phase) = match &entry.state {
        Some((state, phase)) => (Some(state.clone()), Some(phase.name())),
        None => (None, None),
    };
    let last: i64 =
        sqlx::query_scalar(LAST).bind(id.to_string()).fetch_one(tx.connection()).await?;
    sqlx::query(ADD)
        .bind(id.to_string())
        .bind(last + 1)
        .bind(entry.at.micros())
        .bind(entry.principal.clone())
        .bind(entry.actor_name.clone())
        .bind(entry.kind.name())
        .bind(i64::from(entry.public))
        .bind(state)
        .bind(phase)
        .bind(entry.text.clone())
        .bind(to_json(&entry.detail)?)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The entries of a ticket in their order, after a number.
pub(crate) async fn list<'e>(
    from: impl Executor<'e, Database = Any>,
    id: TicketId,
    (after, limit): (i64, u32),
) -> Result<Vec<Entry>, sqlx::Error> {
    let rows = sqlx::query(LIST)
        .bind(id.to_string())
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(from)
        .await?;
    rows.iter().map(read).collect()
}

/// The entries of a ticket that whoever asks sees, in their order.
pub(crate) async fn public<'e>(
    from: impl Executor<'e, Database = Any>,
    id: TicketId,
    limit: u32,
) -> Result<Vec<Entry>, sqlx::Error> {
    let rows =
        sqlx::query(PUBLIC).bind(id.to_string()).bind(i64::from(limit)).fetch_all(from).await?;
    rows.iter().map(read).collect()
}

/// From when on a ticket was in which state.
pub(crate) async fn states<'e>(
    from: impl Executor<'e, Database = Any>,
    id: TicketId,
) -> Result<Vec<(Time, String, Phase)>, sqlx::Error> {
    let rows = sqlx::query(STATES)
        .bind(id.to_string())
        .bind(i64::from(STATES_MAX))
        .fetch_all(from)
        .await?;
    let read = |row: &AnyRow| {
        Ok((time(row, "at")?, row.try_get("state")?, named(row, "phase", Phase::from_name)?))
    };
    rows.iter().map(read).collect()
}

pub(super) fn read(row: &AnyRow) -> Result<Entry, sqlx::Error> {
    let state: Option<String> = row.try_get("state")?;
    let state = match state {
        Some(state) => Some((state, named(row, "phase", Phase::from_name)?)),
        None => None,
    };
    Ok(Entry {
        number: small(row, "number")?,
        at: time(row, "at")?,
        principal: row.try_get("actor_id")?,
        actor_name: row.try_get("actor_name")?,
        kind: named(row, "kind", EntryKind::from_name)?,
        public: row.try_get::<i64, _>("is_public")? != 0,
        state,
        text: row.try_get("text")?,
        detail: from_json(row, "detail")?,
    })
}
