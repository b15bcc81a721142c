use db::{Db, DbError};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::{canon::RawRow, chain::Seal, checkpoint::Checkpoint, keys::KeyEntry};

const LAST_SEAL: &str = "
    SELECT number, first_seq, last_seq, key_id, tags, value, sealed_at
    FROM journal_seal
    ORDER BY number DESC
    LIMIT 1";

const LAST_SEAL_NUMBER: &str = "SELECT MAX(number) FROM journal_seal";

const SEALS_AFTER: &str = "
    SELECT number, first_seq, last_seq, key_id, tags, value, sealed_at
    FROM journal_seal
    WHERE number > $1
    ORDER BY number
    LIMIT $2";

const INSERT_SEAL: &str = "
    INSERT INTO journal_seal (number, first_seq, last_seq, key_id, tags, value, sealed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const LAST_CHECKPOINT: &str = "
    SELECT number, seal, seq, value, at, key_id, signature
    FROM journal_checkpoint
    ORDER BY number DESC
    LIMIT 1";

const CHECKPOINTS_AFTER: &str = "
    SELECT number, seal, seq, value, at, key_id, signature
    FROM journal_checkpoint
    WHERE number > $1
    ORDER BY number
    LIMIT $2";

const INSERT_CHECKPOINT: &str = "
    INSERT INTO journal_checkpoint (number, seal, seq, value, at, key_id, signature)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const KEYS: &str = "
    SELECT number, id, public_key, previous_id, from_seal, since, signature, previous_signature
    FROM journal_key
    ORDER BY number
    LIMIT 1000";

const INSERT_KEY: &str = "
    INSERT INTO journal_key (
        number, id, public_key, previous_id, from_seal, since, signature, previous_signature)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

const ROWS_AFTER: &str = "
    SELECT seq, at, actor_kind, actor_id, actor_name, verb, subject_kind, subject_id,
        subject_name, resource_id, before, after, detail, cause, request_id, source
    FROM journal_row
    WHERE seq > $1
    ORDER BY seq
    LIMIT $2";

const HOLD: &str = "SELECT trusted_at, found_at FROM journal_hold WHERE id = 1 LIMIT 1";

const INSERT_HOLD: &str = "
    INSERT INTO journal_hold (id, trusted_at, found_at)
    VALUES (1, $1, $2)
    ON CONFLICT (id) DO NOTHING";

const DELETE_HOLD: &str = "
    DELETE FROM journal_hold
    WHERE id = 1";

pub(crate) async fn last_seal(db: &Db) -> Result<Option<Seal>, DbError> {
    let row = sqlx::query(LAST_SEAL).fetch_optional(db.reader()).await?;
    row.as_ref().map(read_seal).transpose()
}

pub(crate) async fn last_seal_number(connection: &mut AnyConnection) -> Result<i64, DbError> {
    let number: Option<i64> = sqlx::query_scalar(LAST_SEAL_NUMBER).fetch_one(connection).await?;
    Ok(number.unwrap_or(0))
}

pub(crate) async fn seals_after(
    connection: &mut AnyConnection,
    number: i64,
    limit: i64,
) -> Result<Vec<Seal>, DbError> {
    let rows = sqlx::query(SEALS_AFTER).bind(number).bind(limit).fetch_all(connection).await?;
    rows.iter().map(read_seal).collect()
}

pub(crate) async fn insert_seal(
    connection: &mut AnyConnection,
    seal: &Seal,
) -> Result<(), DbError> {
    sqlx::query(INSERT_SEAL)
        .bind(seal.number)
        .bind(seal.first_seq)
        .bind(seal.last_seq)
        .bind(seal.key_id.as_str())
        .bind(seal.tags.as_str())
        .bind(seal.value.as_str())
        .bind(seal.sealed_at)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn last_checkpoint(
    connection: &mut AnyConnection,
) -> Result<Option<Checkpoint>, DbError> {
    let row = sqlx::query(LAST_CHECKPOINT).fetch_optional(connection).await?;
    row.as_ref().map(read_checkpoint).transpose()
}

pub(crate) async fn checkpoints_after(
    connection: &mut AnyConnection,
    number: i64,
    limit: i64,
) -> Result<Vec<Checkpoint>, DbError> {
    let rows =
        sqlx::query(CHECKPOINTS_AFTER).bind(number).bind(limit).fetch_all(connection).await?;
    rows.iter().map(read_checkpoint).collect()
}

pub(crate) async fn insert_checkpoint(
    connection: &mut AnyConnection,
    checkpoint: &Checkpoint,
) -> Result<(), DbError> {
    sqlx::query(INSERT_CHECKPOINT)
        .bind(checkpoint.number)
        .bind(checkpoint.seal)
        .bind(checkpoint.seq)
        .bind(checkpoint.value.as_str())
        .bind(checkpoint.at)
        .bind(checkpoint.key_id.as_str())
        .bind(checkpoint.signature.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn keys(connection: &mut AnyConnection) -> Result<Vec<KeyEntry>, DbError> {
    let rows = sqlx::query(KEYS).fetch_all(connection).await?;
    rows.iter().map(read_key).collect()
}

pub(crate) async fn insert_key(
    connection: &mut AnyConnection,
    entry: &KeyEntry,
) -> Result<(), DbError> {
    sqlx::query(INSERT_KEY)
        .bind(entry.number)
        .bind(entry.id.as_str())
        .bind(entry.public_key.as_str())
        .bind(entry.previous_id.as_str())
        .bind(entry.from_seal)
        .bind(entry.since)
        .bind(entry.signature.as_str())
        .bind(entry.previous_signature.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

/// Rows after `seq` as they stand, in order.
pub(crate) async fn raw_rows(
    connection: &mut AnyConnection,
    seq: i64,
    limit: i64,
) -> Result<Vec<AnyRow>, DbError> {
    Ok(sqlx::query(ROWS_AFTER).bind(seq).bind(limit).fetch_all(connection).await?)
}

/// The same, read.
pub(crate) async fn rows_after(
    connection: &mut AnyConnection,
    seq: i64,
    limit: i64,
) -> Result<Vec<RawRow>, DbError> {
    raw_rows(connection, seq, limit).await?.iter().map(RawRow::read).collect()
}

/// Since when the archive is held: the time that was trusted then, and when it was found.
pub(crate) async fn hold(connection: &mut AnyConnection) -> Result<Option<(i64, i64)>, DbError> {
    let row = sqlx::query(HOLD).fetch_optional(connection).await?;
    row.map(|row| Ok((row.try_get("trusted_at")?, row.try_get("found_at")?))).transpose()
}

pub(crate) async fn insert_hold(
    connection: &mut AnyConnection,
    trusted_at: i64,
    found_at: i64,
) -> Result<(), DbError> {
    sqlx::query(INSERT_HOLD).bind(trusted_at).bind(found_at).execute(connection).await?;
    Ok(())
}

pub(crate) async fn delete_hold(connection: &mut AnyConnection) -> Result<(), DbError> {
    sqlx::query(DELETE_HOLD).execute(connection).await?;
    Ok(())
}

pub(crate) fn read_seal(row: &AnyRow) -> Result<Seal, DbError> {
    Ok(Seal {
        number: row.try_get("number")?,
        first_seq: row.try_get("first_seq")?,
        last_seq: row.try_get("last_seq")?,
        key_id: row.try_get("key_id")?,
        tags: row.try_get("tags")?,
        value: row.try_get("value")?,
        sealed_at: row.try_get("sealed_at")?,
    })
}

fn read_checkpoint(row: &AnyRow) -> Result<Checkpoint, DbError> {
    Ok(Checkpoint {
        number: row.try_get("number")?,
        seal: row.try_get("seal")?,
        seq: row.try_get("seq")?,
        value: row.try_get("value")?,
        at: row.try_get("at")?,
        key_id: row.try_get("key_id")?,
        signature: row.try_get("signature")?,
    })
}

fn read_key(row: &AnyRow) -> Result<KeyEntry, DbError> {
    Ok(KeyEntry {
        number: row.try_get("number")?,
        id: row.try_get("id")?,
        public_key: row.try_get("public_key")?,
        previous_id: row.try_get("previous_id")?,
        from_seal: row.try_get("from_seal")?,
        since: row.try_get("since")?,
        signature: row.try_get("signature")?,
        previous_signature: row.try_get("previous_signature")?,
    })
}
