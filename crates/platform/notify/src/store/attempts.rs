use db::{DbError, Tx};
use kernel::Time;
use sqlx::AnyPool;

use super::{number, optional_time, text, time};
use crate::{Attempt, DeliveryId, NotifyError, Outcome};

const OF_DELIVERY: &str = "
    SELECT number, started_at, finished_at, outcome, code, said
    FROM notify_attempt
    WHERE delivery_id = $1
    ORDER BY number
    LIMIT 100";

const LAST_STARTED: &str = "
    SELECT MAX(started_at)
    FROM notify_attempt
    -- one row
";

const BEGIN: &str = "
    INSERT INTO notify_attempt (delivery_id, number, started_at, outcome, code, said)
    VALUES ($1, $2, $3, 'running', '', '')";

const END: &str = "
    UPDATE notify_attempt
    SET finished_at = $1, outcome = $2, code = $3, said = $4
    WHERE delivery_id = $5 AND number = $6";

const DELETE: &str = "
    DELETE FROM notify_attempt
    WHERE delivery_id IN (SELECT id FROM notify_delivery WHERE message_id = $1)";

/// When anything was last tried.
pub(crate) async fn last_started(pool: &AnyPool) -> Result<Option<Time>, DbError> {
    let last: Option<i64> = sqlx::query_scalar(LAST_STARTED).fetch_one(pool).await?;
    Ok(last.map(Time::from_micros))
}

/// The attempts of a delivery, the first first.
pub(crate) async fn of_delivery(
    pool: &AnyPool,
    id: DeliveryId,
) -> Result<Vec<Attempt>, NotifyError> {
    let rows = sqlx::query(OF_DELIVERY).bind(id.to_string()).fetch_all(pool).await;
    let rows = rows.map_err(DbError::from)?;
    let mut attempts = Vec::with_capacity(rows.len());
    for row in &rows {
        let outcome = text(row, "outcome")?;
        attempts.push(Attempt {
            number: number(row, "number")?,
            started_at: time(row, "started_at")?,
            finished_at: optional_time(row, "finished_at")?,
            outcome: super::known(
                Outcome::from_name(&outcome),
                "the outcome of an attempt",
                outcome,
            )?,
            code: text(row, "code")?,
            said: text(row, "said")?,
        });
    }
    Ok(attempts)
}

/// Remembers that an attempt begins.
pub(crate) async fn begin(
    tx: &mut Tx,
    id: DeliveryId,
    number: i64,
    now: Time,
) -> Result<(), DbError> {
    sqlx::query(BEGIN)
        .bind(id.to_string())
        .bind(number)
        .bind(now.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Remembers how an attempt ended.
pub(crate) async fn end(tx: &mut Tx, id: DeliveryId, attempt: &Attempt) -> Result<(), DbError> {
    sqlx::query(END)
        .bind(attempt.finished_at.map(Time::micros))
        .bind(attempt.outcome.name())
        .bind(attempt.code.as_str())
        .bind(attempt.said.as_str())
        .bind(id.to_string())
        .bind(attempt.number)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Forgets the attempts of a message's deliveries.
pub(crate) async fn delete_of(tx: &mut Tx, message_id: &str) -> Result<(), DbError> {
    sqlx::query(DELETE).bind(message_id).execute(tx.connection()).await?;
    Ok(())
}
