use db::DbError;
use serde::{Deserialize, Serialize};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

/// A range of rows that was written to a file, as the records remember it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveEntry {
    /// 1, 2, 3 …
    pub number: i64,
    /// The first row.
    pub first_seq: i64,
    /// The last row.
    pub last_seq: i64,
    /// The seal of the last row.
    pub last_seal: i64,
    /// The earliest time of its rows, in UTC µs.
    pub first_at: i64,
    /// The latest.
    pub last_at: i64,
    /// The file's name in the folder of archives.
    pub file: String,
    /// The file's SHA-256.
    pub sha256: String,
    /// The file's size.
    pub bytes: i64,
    /// When it was written, in UTC µs.
    pub archived_at: i64,
    /// The key that signed this entry.
    pub key_id: String,
    /// The signature over the entry.
    pub signature: String,
    /// Up to which row they are gone from the table.
    pub removed_to: i64,
}

const COLUMNS_ORDERED: &str = "
    SELECT number, first_seq, last_seq, last_seal, first_at, last_at, file, sha256, bytes,
        archived_at, key_id, signature, removed_to
    FROM journal_archive
    ORDER BY number
    LIMIT 100000";

const LAST: &str = "
    SELECT number, first_seq, last_seq, last_seal, first_at, last_at, file, sha256, bytes,
        archived_at, key_id, signature, removed_to
    FROM journal_archive
    ORDER BY number DESC
    LIMIT 1";

const INSERT: &str = "
    INSERT INTO journal_archive (
        number, first_seq, last_seq, last_seal, first_at, last_at, file, sha256, bytes,
        archived_at, key_id, signature, removed_to)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

const DELETE_ROWS: &str = "
    DELETE FROM journal_row
    WHERE seq <= $1";

const DELETE_SEALS: &str = "
    DELETE FROM journal_seal
    WHERE number < $1";

const MOVE_BORDER: &str = "
    UPDATE journal_archive
    SET removed_to = $2
    WHERE number = $1";

impl ArchiveEntry {
    /// What is signed: everything but how far the rows are gone already.
    pub(crate) fn statement(&self) -> String {
        let Self { number, first_seq, last_seq, last_seal, file, sha256, bytes, .. } = self;
        let (first_at, last_at, at) = (self.first_at, self.last_at, self.archived_at);
        format!(
            "mainstay-journal-archive v=1 number={number} first={first_seq} last={last_seq} \
             seal={last_seal} from={first_at} to={last_at} file={file} sha256={sha256} \
             bytes={bytes} at={at}"
        )
    }
}

/// Every archived range, in order.
pub(crate) async fn entries(connection: &mut AnyConnection) -> Result<Vec<ArchiveEntry>, DbError> {
    let rows = sqlx::query(COLUMNS_ORDERED).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// The newest archived range.
pub(crate) async fn last(connection: &mut AnyConnection) -> Result<Option<ArchiveEntry>, DbError> {
    let row = sqlx::query(LAST).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

pub(crate) async fn insert(
    connection: &mut AnyConnection,
    entry: &ArchiveEntry,
) -> Result<(), DbError> {
    sqlx::query(INSERT)
        .bind(entry.number)
        .bind(entry.first_seq)
        .bind(entry.last_seq)
        .bind(entry.last_seal)
        .bind(entry.first_at)
        .bind(entry.last_at)
        .bind(entry.file.as_str())
        .bind(entry.sha256.as_str())
        .bind(entry.bytes)
        .bind(entry.archived_at)
        .bind(entry.key_id.as_str())
        .bind(entry.signature.as_str())
        .bind(entry.removed_to)
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes the rows up to the last one of a seal, and the seals before that one, which stays as
/// the border from which the chain goes on.
pub(crate) async fn remove_to(
    connection: &mut AnyConnection,
    entry: i64,
    (seal, last_seq): (i64, i64),
) -> Result<(), DbError> {
    sqlx::query(DELETE_ROWS).bind(last_seq).execute(&mut *connection).await?;
    sqlx::query(DELETE_SEALS).bind(seal).execute(&mut *connection).await?;
    sqlx::query(MOVE_BORDER).bind(entry).bind(last_seq).execute(connection).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<ArchiveEntry, DbError> {
    Ok(ArchiveEntry {
        number: row.try_get("number")?,
        first_seq: row.try_get("first_seq")?,
        last_seq: row.try_get("last_seq")?,
        last_seal: row.try_get("last_seal")?,
        first_at: row.try_get("first_at")?,
        last_at: row.try_get("last_at")?,
        file: row.try_get("file")?,
        sha256: row.try_get("sha256")?,
        bytes: row.try_get("bytes")?,
        archived_at: row.try_get("archived_at")?,
        key_id: row.try_get("key_id")?,
        signature: row.try_get("signature")?,
        removed_to: row.try_get("removed_to")?,
    })
}
