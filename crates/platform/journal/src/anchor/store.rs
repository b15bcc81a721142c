use db::DbError;
use sqlx::{AnyConnection, Row as _, any::AnyRow};

/// How far a place outside was told, and how it fares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnchorStatus {
    /// Its name: `file`, `syslog`, `http`, `forward`.
    pub name: String,
    /// Where it is.
    pub target: String,
    /// The last checkpoint it was told; 0 for one that gets facts.
    pub checkpoint: i64,
    /// The last row it was told of.
    pub seq: i64,
    /// When it was told last, in UTC µs.
    pub anchored_at: Option<i64>,
    /// Since when it fails, in UTC µs.
    pub failing_since: Option<i64>,
    /// Why.
    pub failure: Option<String>,
}

const ALL: &str = "
    SELECT name, target, checkpoint, seq, anchored_at, failing_since, failure
    FROM journal_anchor
    ORDER BY name
    LIMIT 100";

const ONE: &str = "
    SELECT name, target, checkpoint, seq, anchored_at, failing_since, failure
    FROM journal_anchor
    WHERE name = $1 -- one row";

const SAVE: &str = "
    INSERT INTO journal_anchor (
        name, target, checkpoint, seq, anchored_at, failing_since, failure)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (name) DO UPDATE SET
        target = excluded.target, checkpoint = excluded.checkpoint, seq = excluded.seq,
        anchored_at = excluded.anchored_at, failing_since = excluded.failing_since,
        failure = excluded.failure";

const ANCHORED: &str = "SELECT MAX(seq) FROM journal_anchor WHERE checkpoint > 0";

const INSERT_RECEIPT: &str = "
    INSERT INTO journal_receipt (anchor, checkpoint, at, receipt)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (anchor, checkpoint) DO NOTHING";

const DROP_RECEIPTS: &str = "
    DELETE FROM journal_receipt
    WHERE anchor = $1 AND checkpoint < $2";

/// Receipts kept for each anchor, the newest.
const RECEIPTS_MAX: i64 = 100_000;

/// All places that were ever told.
pub(crate) async fn all(connection: &mut AnyConnection) -> Result<Vec<AnchorStatus>, DbError> {
    let rows = sqlx::query(ALL).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

pub(crate) async fn one(
    connection: &mut AnyConnection,
    name: &str,
) -> Result<Option<AnchorStatus>, DbError> {
    let row = sqlx::query(ONE).bind(name).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

pub(crate) async fn save(
    connection: &mut AnyConnection,
    status: &AnchorStatus,
) -> Result<(), DbError> {
    sqlx::query(SAVE)
        .bind(status.name.as_str())
        .bind(status.target.as_str())
        .bind(status.checkpoint)
        .bind(status.seq)
        .bind(status.anchored_at)
        .bind(status.failing_since)
        .bind(status.failure.as_deref())
        .execute(connection)
        .await?;
    Ok(())
}

/// The last row of which some place outside was told a checkpoint.
pub(crate) async fn anchored_seq(connection: &mut AnyConnection) -> Result<i64, DbError> {
    let seq: Option<i64> = sqlx::query_scalar(ANCHORED).fetch_one(connection).await?;
    Ok(seq.unwrap_or(0))
}

pub(crate) async fn keep_receipt(
    connection: &mut AnyConnection,
    (anchor, checkpoint): (&str, i64),
    at: i64,
    receipt: &str,
) -> Result<(), DbError> {
    sqlx::query(INSERT_RECEIPT)
        .bind(anchor)
        .bind(checkpoint)
        .bind(at)
        .bind(receipt)
        .execute(&mut *connection)
        .await?;
    sqlx::query(DROP_RECEIPTS)
        .bind(anchor)
        .bind(checkpoint - RECEIPTS_MAX)
        .execute(connection)
        .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<AnchorStatus, DbError> {
    Ok(AnchorStatus {
        name: row.try_get("name")?,
        target: row.try_get("target")?,
        checkpoint: row.try_get("checkpoint")?,
        seq: row.try_get("seq")?,
        anchored_at: row.try_get("anchored_at")?,
        failing_since: row.try_get("failing_since")?,
        failure: row.try_get("failure")?,
    })
}
