use db::{DbError, Tx};

use crate::model::{CheckId, CheckStatus};

const UPDATE: &str = "
    UPDATE probe_status
    SET state = $1, state_type = $2, hard_state = $3, attempt = $4, since = $5, last_run_at = $6,
        duration_s = NULLIF($7, 'NaN'), summary = $8, figures = $9
    WHERE check_id = $10";

/// Keeps a check's status. False when the check is gone.
pub(crate) async fn save(tx: &mut Tx, id: CheckId, status: &CheckStatus) -> Result<bool, DbError> {
    let (standing, run) = (&status.standing, status.last_run.as_ref());
    let json = |text: Result<String, serde_json::Error>| {
        text.map_err(|error| sqlx::Error::Encode(error.into()))
    };
    let summary = run.map(|run| json(serde_json::to_string(&run.summary))).transpose()?;
    let figures = run.map_or(&[][..], |run| &run.figures);
    let updated = sqlx::query(UPDATE)
        .bind(standing.state.name())
        .bind(standing.state_type.name())
        .bind(standing.hard_state.name())
        .bind(i64::from(standing.attempt))
        .bind(standing.since.map(kernel::Time::micros))
        .bind(run.map(|run| run.at.micros()))
        .bind(db::double_or_null(run.map(|run| run.duration.as_secs_f64())))
        .bind(summary)
        .bind(json(serde_json::to_string(figures))?)
        .bind(id.to_string())
        .execute(tx.connection())
        .await?;
    Ok(updated.rows_affected() > 0)
}
