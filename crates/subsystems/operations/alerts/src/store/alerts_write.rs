use db::Tx;
use kernel::Time;

use crate::model::alert::{Alert, CloseReason};

const INSERT: &str = "
    INSERT INTO alerts_alert (
        id, rule_id, rule_name_en, rule_name_zh, subject, title_en, title_zh, summary_en,
        summary_zh, severity, resource_id, resource_name, check_id, state, no_data, value, labels,
        raised_at, updated_at, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
        NULLIF($16, 'NaN'), $17, $18, $19, $20)
    ON CONFLICT DO NOTHING";

const UPDATE: &str = "
    UPDATE alerts_alert
    SET title_en = $2, title_zh = $3, summary_en = $4, summary_zh = $5, severity = $6, state = $7,
        no_data = $8, value = NULLIF($9, 'NaN'), acknowledged_by = $10, acknowledged_at = $11,
        acknowledged_comment = $12, updated_at = $13, closed_at = $14, close_reason = $15,
        close_comment = $16, version = $17
    WHERE id = $1";

const MOVE: &str = "
    UPDATE alerts_alert
    SET subject = $2, resource_id = $3, resource_name = $4, labels = $5, updated_at = $6,
        version = $7
    WHERE id = $1";

const FORGET: &str = "
    DELETE FROM alerts_alert
    WHERE id IN (
        SELECT id FROM alerts_alert WHERE state = 'closed' AND closed_at < $1 LIMIT $2)";

/// Writes a new open alert. False when the rule has one for the subject already.
pub(crate) async fn insert(tx: &mut Tx, alert: &Alert) -> Result<bool, sqlx::Error> {
    let labels =
        serde_json::to_string(&alert.labels).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let done = sqlx::query(INSERT)
        .bind(alert.id.to_string())
        .bind(alert.rule_id.to_string())
        .bind(alert.rule_name.en.clone())
        .bind(alert.rule_name.zh.clone())
        .bind(alert.subject.clone())
        .bind(alert.title.en.clone())
        .bind(alert.title.zh.clone())
        .bind(alert.summary.en.clone())
        .bind(alert.summary.zh.clone())
        .bind(alert.severity.name())
        .bind(alert.resource_id.clone())
        .bind(alert.resource_name.clone())
        .bind(alert.check_id.clone())
        .bind(alert.state.name())
        .bind(i64::from(alert.no_data))
        .bind(db::double_or_null(alert.value))
        .bind(labels)
        .bind(alert.raised_at.micros())
        .bind(alert.updated_at.micros())
        .bind(alert.version)
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Writes what an alert has become.
pub(crate) async fn update(tx: &mut Tx, alert: &Alert) -> Result<(), sqlx::Error> {
    let given = alert.acknowledged.as_ref();
    sqlx::query(UPDATE)
        .bind(alert.id.to_string())
        .bind(alert.title.en.clone())
        .bind(alert.title.zh.clone())
        .bind(alert.summary.en.clone())
        .bind(alert.summary.zh.clone())
        .bind(alert.severity.name())
        .bind(alert.state.name())
        .bind(i64::from(alert.no_data))
        .bind(db::double_or_null(alert.value))
        .bind(given.map(|given| given.by.clone()))
        .bind(given.map(|given| given.at.micros()))
        .bind(given.and_then(|given| given.comment.clone()))
        .bind(alert.updated_at.micros())
        .bind(alert.closed_at.map(Time::micros))
        .bind(alert.close_reason.map(CloseReason::name))
        .bind(alert.close_comment.clone())
        .bind(alert.version)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes what an open alert is about now.
pub(crate) async fn move_to(tx: &mut Tx, alert: &Alert) -> Result<(), sqlx::Error> {
    let labels =
        serde_json::to_string(&alert.labels).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query(MOVE)
        .bind(alert.id.to_string())
        .bind(alert.subject.clone())
        .bind(alert.resource_id.clone())
        .bind(alert.resource_name.clone())
        .bind(labels)
        .bind(alert.updated_at.micros())
        .bind(alert.version)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Forgets alerts that were closed before `before`, at most `limit`. Returns how many.
pub(crate) async fn forget(tx: &mut Tx, before: Time, limit: u32) -> Result<u64, sqlx::Error> {
    let done = sqlx::query(FORGET)
        .bind(before.micros())
        .bind(i64::from(limit))
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected())
}
