use db::{Db, DbError, Tx};
use kernel::Time;
use sqlx::Row as _;

/// How far a job has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct JobState {
    /// The latest moment of its schedule that is done with.
    pub(crate) scheduled_at: Time,
    /// The latest fact it has seen.
    pub(crate) fact_seq: i64,
    /// Runs asked for by hand that were done.
    pub(crate) handled: i64,
}

const OF_JOB: &str = "
    SELECT scheduled_at, fact_seq, handled
    FROM jobs_state
    WHERE job = $1
    -- one row
";

const SAVE: &str = "
    INSERT INTO jobs_state (job, scheduled_at, fact_seq, handled)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (job) DO UPDATE
    SET scheduled_at = excluded.scheduled_at,
        fact_seq = excluded.fact_seq,
        handled = excluded.handled";

/// How far `job` has come; none before its first run.
pub(crate) async fn of_job(db: &Db, job: &str) -> Result<Option<JobState>, DbError> {
    let row = sqlx::query(OF_JOB).bind(job).fetch_optional(db.reader()).await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(JobState {
        scheduled_at: Time::from_micros(row.try_get("scheduled_at")?),
        fact_seq: row.try_get("fact_seq")?,
        handled: row.try_get("handled")?,
    }))
}

/// Writes how far `job` has come.
pub(crate) async fn save(tx: &mut Tx, job: &str, state: JobState) -> Result<(), DbError> {
    sqlx::query(SAVE)
        .bind(job)
        .bind(state.scheduled_at.micros())
        .bind(state.fact_seq)
        .bind(state.handled)
        .execute(tx.connection())
        .await?;
    Ok(())
}
