use std::time::Duration;

use db::{Db, DbError, Tx};
use kernel::{Fault, Page, PageOf, Text, Time};
use sqlx::{Row as _, any::AnyRow};

use crate::{Outcome, Run, StartedBy, Status, model::run::REMEMBERED_MAX};

const NEXT_NUMBER: &str = "
    SELECT COALESCE(MAX(number), 0) + 1
    FROM jobs_run
    WHERE job = $1";

const INSERT: &str = "
    INSERT INTO jobs_run (
        job, number, started_at, finished_at, duration_us, outcome, done_count, left_count,
        oldest_s, message_en, message_zh, started_by, attempt, server, token)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";

const FORGET: &str = "
    DELETE FROM jobs_run
    WHERE job = $1 AND number <= $2";

const BEFORE: &str = "
    SELECT number, started_at, finished_at, duration_us, outcome, done_count, left_count,
        oldest_s, message_en, message_zh, started_by, attempt, server, token
    FROM jobs_run
    WHERE job = $1 AND number < $2
    ORDER BY number DESC
    LIMIT $3";

/// Writes `run` as the newest of `job` and forgets those beyond the last hundred. Its number is
/// given here; the caller's is ignored.
pub(crate) async fn append(tx: &mut Tx, job: &str, run: &Run) -> Result<(), DbError> {
    let number: i64 = sqlx::query_scalar(NEXT_NUMBER).bind(job).fetch_one(tx.connection()).await?;
    let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    sqlx::query(INSERT)
        .bind(job)
        .bind(number)
        .bind(run.started_at.micros())
        .bind(run.finished_at.micros())
        .bind(i64::try_from(run.took.as_micros()).unwrap_or(i64::MAX))
        .bind(run.outcome.name())
        .bind(signed(run.status.done))
        .bind(signed(run.status.left))
        .bind(run.status.oldest_s.map(signed))
        .bind(run.status.message.as_ref().map(|text| text.en.clone()))
        .bind(run.status.message.as_ref().map(|text| text.zh.clone()))
        .bind(run.started_by.name())
        .bind(i64::from(run.attempt))
        .bind(run.server.as_str())
        .bind(run.token)
        .execute(tx.connection())
        .await?;
    let kept = i64::try_from(REMEMBERED_MAX).expect("a hundred fits");
    sqlx::query(FORGET).bind(job).bind(number - kept).execute(tx.connection()).await?;
    Ok(())
}

/// The newest run of `job`.
pub(crate) async fn latest(db: &Db, job: &str) -> Result<Option<Run>, DbError> {
    let row = sqlx::query(BEFORE)
        .bind(job)
        .bind(i64::MAX)
        .bind(1_i64)
        .fetch_optional(db.reader())
        .await?;
    row.as_ref().map(read).transpose()
}

/// The runs of `job`, newest first.
pub(crate) async fn list(db: &Db, job: &str, page: &Page) -> Result<PageOf<Run>, Fault> {
    let rows = sqlx::query(BEFORE)
        .bind(job)
        .bind(before(page)?)
        .bind(i64::from(page.limit) + 1)
        .fetch_all(db.reader())
        .await
        .map_err(DbError::from)?;
    let runs = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(PageOf::from_fetched(runs, page.limit, |run| run.number.to_string()))
}

/// The number before which the page begins.
///
/// Errors: [`Fault`] naming `after` when it is not a number.
pub(crate) fn before(page: &Page) -> Result<i64, Fault> {
    let Some(after) = &page.after else { return Ok(i64::MAX) };
    after.parse().map_err(|_| Fault::invalid("after", after, Text::new("a number", "数字")))
}

fn read(row: &AnyRow) -> Result<Run, DbError> {
    let count = |column: &str| -> Result<u64, DbError> {
        Ok(u64::try_from(row.try_get::<i64, _>(column)?).unwrap_or(0))
    };
    let outcome: String = row.try_get("outcome")?;
    let started_by: String = row.try_get("started_by")?;
    let oldest_s: Option<i64> = row.try_get("oldest_s")?;
    let en: Option<String> = row.try_get("message_en")?;
    let zh: Option<String> = row.try_get("message_zh")?;
    Ok(Run {
        number: row.try_get("number")?,
        started_at: Time::from_micros(row.try_get("started_at")?),
        finished_at: Time::from_micros(row.try_get("finished_at")?),
        took: Duration::from_micros(count("duration_us")?),
        outcome: Outcome::from_name(&outcome).unwrap_or(Outcome::Failed),
        status: Status {
            done: count("done_count")?,
            left: count("left_count")?,
            oldest_s: oldest_s.and_then(|age| u64::try_from(age).ok()),
            message: en.zip(zh).map(|(en, zh)| Text::new(en, zh)),
        },
        started_by: StartedBy::from_name(&started_by).unwrap_or(StartedBy::Schedule),
        attempt: u32::try_from(count("attempt")?).unwrap_or(u32::MAX),
        server: row.try_get("server")?,
        token: row.try_get("token")?,
    })
}
