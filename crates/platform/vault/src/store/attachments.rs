use db::{DbError, Tx};
use kernel::{Page, Time};
use sqlx::{AnyConnection, AnyPool, Row as _, any::AnyRow};

use super::{contents, read_id, read_time};
use crate::{Attachment, AttachmentId, VaultError};

const BY_ID: &str = "
    SELECT a.id, a.name, a.subject_kind, a.subject_id, a.created_at, a.created_by, c.digest,
        c.size_bytes, c.media_type, c.verdict, c.verdict_note, c.scan_attempts, c.stored_at
    FROM vault_attachment a
    JOIN vault_content c ON c.digest = a.digest
    WHERE a.id = $1 -- one row";

const OF_SUBJECT: &str = "
    SELECT a.id, a.name, a.subject_kind, a.subject_id, a.created_at, a.created_by, c.digest,
        c.size_bytes, c.media_type, c.verdict, c.verdict_note, c.scan_attempts, c.stored_at
    FROM vault_attachment a
    JOIN vault_content c ON c.digest = a.digest
    WHERE a.subject_kind = $1 AND a.subject_id = $2 AND a.id > $3
    ORDER BY a.id
    LIMIT $4";

const OLDER: &str = "
    SELECT a.id, a.name, a.subject_kind, a.subject_id, a.created_at, a.created_by, c.digest,
        c.size_bytes, c.media_type, c.verdict, c.verdict_note, c.scan_attempts, c.stored_at
    FROM vault_attachment a
    JOIN vault_content c ON c.digest = a.digest
    WHERE a.created_at < $1
    ORDER BY a.created_at, a.id
    LIMIT $2";

const COUNT_OF_SUBJECT: &str = "
    SELECT COUNT(*)
    FROM vault_attachment
    WHERE subject_kind = $1 AND subject_id = $2";

const INSERT: &str = "
    INSERT INTO vault_attachment (
        id, digest, name, subject_kind, subject_id, created_at, created_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const DELETE: &str = "DELETE FROM vault_attachment WHERE id = $1";

/// The attachment with that id.
pub(crate) async fn load(
    connection: &mut AnyConnection,
    id: AttachmentId,
) -> Result<Option<Attachment>, VaultError> {
    let row = sqlx::query(BY_ID).bind(id.to_string()).fetch_optional(connection).await;
    row.map_err(DbError::from)?.as_ref().map(read).transpose()
}

/// One more than the page holds of what is attached to a thing, by id.
pub(crate) async fn of_subject(
    pool: &AnyPool,
    kind: &str,
    id: &str,
    page: &Page,
) -> Result<Vec<Attachment>, VaultError> {
    let query = sqlx::query(OF_SUBJECT)
        .bind(kind)
        .bind(id)
        .bind(page.after.clone().unwrap_or_default())
        .bind(i64::from(page.limit) + 1);
    let rows = query.fetch_all(pool).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
}

/// At most `limit` attachments that were made before `before`.
pub(crate) async fn older(
    tx: &mut Tx,
    before: Time,
    limit: u32,
) -> Result<Vec<Attachment>, VaultError> {
    let query = sqlx::query(OLDER).bind(before.micros()).bind(i64::from(limit));
    let rows = query.fetch_all(tx.connection()).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
}

/// How many files are attached to a thing.
pub(crate) async fn count_of(tx: &mut Tx, kind: &str, id: &str) -> Result<i64, DbError> {
    let query = sqlx::query_scalar(COUNT_OF_SUBJECT).bind(kind).bind(id);
    Ok(query.fetch_one(tx.connection()).await?)
}

/// Writes a new attachment of a content that is there.
pub(crate) async fn insert(tx: &mut Tx, attachment: &Attachment) -> Result<(), DbError> {
    sqlx::query(INSERT)
        .bind(attachment.id.to_string())
        .bind(attachment.content.digest.as_str())
        .bind(attachment.name.as_str())
        .bind(attachment.subject_kind.as_str())
        .bind(attachment.subject_id.as_str())
        .bind(attachment.created_at.micros())
        .bind(attachment.created_by.as_str())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Removes an attachment; its content goes later, when nothing needs it.
pub(crate) async fn delete(tx: &mut Tx, id: AttachmentId) -> Result<(), DbError> {
    sqlx::query(DELETE).bind(id.to_string()).execute(tx.connection()).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Attachment, VaultError> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(DbError::from);
    Ok(Attachment {
        id: read_id(row, "id")?,
        name: text("name")?,
        subject_kind: text("subject_kind")?,
        subject_id: text("subject_id")?,
        created_at: read_time(row, "created_at")?,
        created_by: text("created_by")?,
        content: contents::read(row)?,
    })
}
