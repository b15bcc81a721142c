//! What those say who asked: ratings and calls back.

use db::Tx;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{named, small, time, unreadable};
use crate::model::{
    satisfaction::{CallBack, CallResult, Rating},
    ticket::TicketId,
};

/// A ticket has no more calls back than this.
pub(crate) const CALLS_MAX: u32 = 100;

const RATING: &str = "
    SELECT score, text, rated_at
    FROM desk_rating
    WHERE ticket_id = $1
    LIMIT 1";

const RATE: &str = "
    INSERT INTO desk_rating (ticket_id, score, text, rated_at)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (ticket_id) DO UPDATE SET
        score = excluded.score, text = excluded.text, rated_at = excluded.rated_at";

const CALLS: &str = "
    SELECT number, result, text, called_by, called_at
    FROM desk_call_back
    WHERE ticket_id = $1
    ORDER BY number
    LIMIT $2";

const ADD_CALL: &str = "
    INSERT INTO desk_call_back (ticket_id, number, result, text, called_by, called_at)
    VALUES ($1, $2, $3, $4, $5, $6)";

/// What was last said of a ticket by whoever asked.
pub(crate) async fn rating<'e>(
    from: impl Executor<'e, Database = Any>,
    id: TicketId,
) -> Result<Option<Rating>, sqlx::Error> {
    let row = sqlx::query(RATING).bind(id.to_string()).fetch_optional(from).await?;
    let read = |row: &AnyRow| {
        let score = small(row, "score")?;
        Ok(Rating {
            score: u8::try_from(score).map_err(|_| unreadable("score", score))?,
            text: row.try_get("text")?,
            rated_at: time(row, "rated_at")?,
        })
    };
    row.as_ref().map(read).transpose()
}

/// Writes what is said of a ticket, instead of what was said before.
pub(crate) async fn rate(tx: &mut Tx, id: TicketId, rating: &Rating) -> Result<(), sqlx::Error> {
    sqlx::query(RATE)
        .bind(id.to_string())
        .bind(i64::from(rating.score))
        .bind(rating.text.clone())
        .bind(rating.rated_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The calls back of a ticket.
pub(crate) async fn calls<'e>(
    from: impl Executor<'e, Database = Any>,
    id: TicketId,
) -> Result<Vec<CallBack>, sqlx::Error> {
    let rows =
        sqlx::query(CALLS).bind(id.to_string()).bind(i64::from(CALLS_MAX)).fetch_all(from).await?;
    let read = |row: &AnyRow| {
        Ok(CallBack {
            number: small(row, "number")?,
            result: named(row, "result", CallResult::from_name)?,
            text: row.try_get("text")?,
            called_by: row.try_get("called_by")?,
            called_at: time(row, "called_at")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Adds a call back.
pub(crate) async fn add_call(
    tx: &mut Tx,
    id: TicketId,
    call: &CallBack,
) -> Result<(), sqlx::Error> {
    sqlx::query(ADD_CALL)
        .bind(id.to_string())
        .bind(i64::from(call.number))
        .bind(call.result.name())
        .bind(call.text.clone())
        .bind(call.called_by.clone())
        .bind(call.called_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}
