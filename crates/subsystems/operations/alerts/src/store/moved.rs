use db::Tx;
use sqlx::Row as _;

use super::unreadable;
use crate::model::alert::AlertId;

const INSERT: &str = "
    INSERT INTO alerts_moved (merge_id, alert_id, subject)
    VALUES ($1, $2, $3)";

const OF_MERGE: &str = "
    SELECT alert_id, subject
    FROM alerts_moved
    WHERE merge_id = $1
    ORDER BY alert_id
    LIMIT $2";

const FORGET: &str = "
    DELETE FROM alerts_moved
    WHERE merge_id = $1";

/// Remembers that an alert went with a merge, and what its subject was.
pub(crate) async fn insert(
    tx: &mut Tx,
    merge: &str,
    alert: AlertId,
    subject: &str,
) -> Result<(), sqlx::Error> {
    let query = sqlx::query(INSERT).bind(merge).bind(alert.to_string()).bind(subject);
    query.execute(tx.connection()).await?;
    Ok(())
}

/// The alerts that went with a merge, with the subjects they had.
pub(crate) async fn of_merge(
    tx: &mut Tx,
    merge: &str,
    limit: u32,
) -> Result<Vec<(AlertId, String)>, sqlx::Error> {
    let query = sqlx::query(OF_MERGE).bind(merge).bind(i64::from(limit));
    let rows = query.fetch_all(tx.connection()).await?;
    let read = |row: &sqlx::any::AnyRow| {
        let id: String = row.try_get("alert_id")?;
        let id = id.parse().map_err(|_| unreadable("alert_id", &id))?;
        Ok((id, row.try_get("subject")?))
    };
    rows.iter().map(read).collect()
}

/// Forgets what went with a merge.
pub(crate) async fn forget(tx: &mut Tx, merge: &str) -> Result<(), sqlx::Error> {
    sqlx::query(FORGET).bind(merge).execute(tx.connection()).await?;
    Ok(())
}
