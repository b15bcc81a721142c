use db::{DbError, Tx};
use kernel::Time;
use sqlx::{AnyConnection, AnyPool, Row as _, any::AnyRow};

use super::read_time;
use crate::{Content, VaultError, Verdict};

const BY_DIGEST: &str = "
    SELECT digest, size_bytes, media_type, verdict, verdict_note, scan_attempts, stored_at
    FROM vault_content
    WHERE digest = $1 -- one row";

const TO_SCAN: &str = "
    SELECT digest, size_bytes, media_type, verdict, verdict_note, scan_attempts, stored_at
    FROM vault_content
    WHERE verdict = 'pending' AND scan_due_at <= $1
        AND EXISTS (
            SELECT 1 FROM vault_attachment WHERE vault_attachment.digest = vault_content.digest)
    ORDER BY scan_due_at, digest
    LIMIT $2";

const INSERT: &str = "
    INSERT INTO vault_content (
        digest, size_bytes, media_type, verdict, verdict_note, scan_attempts, scan_due_at,
        stored_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (digest) DO UPDATE SET stored_at = excluded.stored_at";

const JUDGE: &str = "
    UPDATE vault_content
    SET verdict = $1, verdict_note = $2, scan_attempts = scan_attempts + 1, scan_due_at = $3
    WHERE digest = $4";

const ORPHANS: &str = "
    SELECT digest
    FROM vault_content
    WHERE stored_at < $1
        AND NOT EXISTS (
            SELECT 1 FROM vault_attachment WHERE vault_attachment.digest = vault_content.digest)
    ORDER BY digest
    LIMIT $2";

const DELETE: &str = "
    DELETE FROM vault_content
    WHERE digest = $1 AND stored_at < $2
        AND NOT EXISTS (
            SELECT 1 FROM vault_attachment WHERE vault_attachment.digest = vault_content.digest)";

const PENDING: &str = "
    SELECT COUNT(*)
    FROM vault_content
    WHERE verdict = 'pending'
        AND EXISTS (
            SELECT 1 FROM vault_attachment WHERE vault_attachment.digest = vault_content.digest)";

/// The content with that digest.
pub(crate) async fn load(
    connection: &mut AnyConnection,
    digest: &str,
) -> Result<Option<Content>, VaultError> {
    let row = sqlx::query(BY_DIGEST).bind(digest).fetch_optional(connection).await;
    row.map_err(DbError::from)?.as_ref().map(read).transpose()
}

/// At most `limit` contents whose scan is due.
pub(crate) async fn to_scan(
    pool: &AnyPool,
    now: Time,
    limit: u32,
) -> Result<Vec<Content>, VaultError> {
    let query = sqlx::query(TO_SCAN).bind(now.micros()).bind(i64::from(limit));
    let rows = query.fetch_all(pool).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
}

/// How many wait for the scanner.
pub(crate) async fn pending(pool: &AnyPool) -> Result<i64, DbError> {
    Ok(sqlx::query_scalar(PENDING).fetch_one(pool).await?)
}

/// Writes a new content; one that is there stays as it is, but counts as new: it is too young to be
/// taken away.
pub(crate) async fn insert(tx: &mut Tx, content: &Content) -> Result<(), DbError> {
    sqlx::query(INSERT)
        .bind(content.digest.as_str())
        .bind(i64::try_from(content.size_bytes).unwrap_or(i64::MAX))
        .bind(content.media_type.as_str())
        .bind(content.verdict.name())
        .bind(content.verdict_note.as_str())
        .bind(content.scan_attempts)
        .bind(content.stored_at.micros())
        .bind(content.stored_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Keeps what the scanner said; one that stays pending is due again at `due_at`.
pub(crate) async fn judge(
    tx: &mut Tx,
    digest: &str,
    verdict: Verdict,
    note: &str,
    due_at: Time,
) -> Result<(), DbError> {
    sqlx::query(JUDGE)
        .bind(verdict.name())
        .bind(note)
        .bind(due_at.micros())
        .bind(digest)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// At most `limit` digests that nothing is attached with, stored before `before`.
pub(crate) async fn orphans(
    pool: &AnyPool,
    before: Time,
    limit: u32,
) -> Result<Vec<String>, DbError> {
    let query = sqlx::query_scalar(ORPHANS).bind(before.micros()).bind(i64::from(limit));
    Ok(query.fetch_all(pool).await?)
}

/// Forgets a content last stored before `before`, unless something is attached with it again.
/// Returns whether it did.
pub(crate) async fn delete(tx: &mut Tx, digest: &str, before: Time) -> Result<bool, DbError> {
    let query = sqlx::query(DELETE).bind(digest).bind(before.micros());
    let done = query.execute(tx.connection()).await?;
    Ok(done.rows_affected() == 1)
}

pub(super) fn read(row: &AnyRow) -> Result<Content, VaultError> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(DbError::from);
    let number = |column: &str| row.try_get::<i64, _>(column).map_err(DbError::from);
    let verdict = text("verdict")?;
    let verdict = Verdict::from_name(&verdict)
        .ok_or(VaultError::Unreadable { what: "the verdict of a file", found: verdict })?;
    Ok(Content {
        digest: text("digest")?,
        size_bytes: u64::try_from(number("size_bytes")?).unwrap_or(0),
        media_type: text("media_type")?,
        verdict,
        verdict_note: text("verdict_note")?,
        scan_attempts: number("scan_attempts")?,
        stored_at: read_time(row, "stored_at")?,
    })
}
