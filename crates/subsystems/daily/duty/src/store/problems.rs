use db::Tx;
use kernel::Time;
use sqlx::{Row as _, any::AnyRow};

use super::time;
use crate::model::roster::RosterId;

const PROBLEMS_MAX: i64 = 10_000;

const OF_ROSTER: &str = "
    SELECT problem, from_at
    FROM duty_problem
    WHERE roster_id = $1
    ORDER BY problem
    LIMIT $2";

const INSERT: &str = "
    INSERT INTO duty_problem (roster_id, problem, from_at, found_at)
    VALUES ($1, $2, $3, $4)";

const DELETE: &str = "
    DELETE FROM duty_problem
    WHERE roster_id = $1 AND problem = $2";

/// What was found wrong with a roster at the last look, and when it begins.
pub(crate) async fn of_roster(
    tx: &mut Tx,
    roster: RosterId,
) -> Result<Vec<(String, Time)>, sqlx::Error> {
    let rows = sqlx::query(OF_ROSTER)
        .bind(roster.to_string())
        .bind(PROBLEMS_MAX)
        .fetch_all(tx.connection())
        .await?;
    let read = |row: &AnyRow| Ok((row.try_get("problem")?, time(row, "from_at")?));
    rows.iter().map(read).collect()
}

/// Notes what was found.
pub(crate) async fn insert(
    tx: &mut Tx,
    roster: RosterId,
    (problem, from): (&str, Time),
    now: Time,
) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(roster.to_string())
        .bind(problem.to_owned())
        .bind(from.micros())
        .bind(now.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// It is no longer so.
pub(crate) async fn delete(
    tx: &mut Tx,
    roster: RosterId,
    problem: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(DELETE)
        .bind(roster.to_string())
        .bind(problem.to_owned())
        .execute(tx.connection())
        .await?;
    Ok(())
}
