use db::Tx;
use kernel::Time;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{named, parsed, parsed_or_none, small, time, time_or_none};
use crate::model::{
    hop::{Hop, HopEnd, HopKind},
    ticket::TicketId,
};

/// A ticket has no more hops than this.
pub(crate) const HOPS_MAX: u32 = 1_000;

const OF_TICKET: &str = "
    SELECT number, kind, unit_id, given_by, begun_at, ended_at, ending, text, answer
    FROM desk_hop
    WHERE ticket_id = $1
    ORDER BY number
    LIMIT $2";

const PUT: &str = "
    INSERT INTO desk_hop (
        ticket_id, number, kind, unit_id, given_by, begun_at, ended_at, ending, text, answer)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (ticket_id, number) DO UPDATE SET
        ended_at = excluded.ended_at, ending = excluded.ending, answer = excluded.answer";

/// The units that have or had a ticket, in the order in which they got it.
pub(crate) async fn of_ticket<'e>(
    from: impl Executor<'e, Database = Any>,
    id: TicketId,
) -> Result<Vec<Hop>, sqlx::Error> {
    let rows = sqlx::query(OF_TICKET)
        .bind(id.to_string())
        .bind(i64::from(HOPS_MAX))
        .fetch_all(from)
        .await?;
    rows.iter().map(read).collect()
}

/// Writes a hop as it has become.
pub(crate) async fn put(tx: &mut Tx, id: TicketId, hop: &Hop) -> Result<(), sqlx::Error> {
    sqlx::query(PUT)
        .bind(id.to_string())
        .bind(i64::from(hop.number))
        .bind(hop.kind.name())
        .bind(hop.unit_id.to_string())
        .bind(hop.given_by.map(|unit| unit.to_string()))
        .bind(hop.begun_at.micros())
        .bind(hop.ended.map(|(at, _)| at.micros()))
        .bind(hop.ended.map(|(_, end)| end.name()))
        .bind(hop.text.clone())
        .bind(hop.answer.clone())
        .execute(tx.connection())
        .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Hop, sqlx::Error> {
    let ended_at: Option<Time> = time_or_none(row, "ended_at")?;
    let ended = match ended_at {
        Some(at) => Some((at, named(row, "ending", HopEnd::from_name)?)),
        None => None,
    };
    Ok(Hop {
        number: small(row, "number")?,
        kind: named(row, "kind", HopKind::from_name)?,
        unit_id: parsed(row, "unit_id")?,
        given_by: parsed_or_none(row, "given_by")?,
        begun_at: time(row, "begun_at")?,
        ended,
        text: row.try_get("text")?,
        answer: row.try_get("answer")?,
    })
}
