use db::{DbError, Tx};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::read_id;
use crate::{
    VaultError,
    model::{Seal, SealId, Sealed},
};

const BY_ID: &str = "
    SELECT id, master_id, wrapped_key, sealed_value
    FROM vault_seal
    WHERE id = $1 -- one row";

const UNDER_OTHERS: &str = "
    SELECT id, master_id, wrapped_key, sealed_value
    FROM vault_seal
    WHERE master_id <> $1 AND id > $2
    ORDER BY id
    LIMIT $3";

const INSERT: &str = "
    INSERT INTO vault_seal (id, master_id, wrapped_key, sealed_value)
    VALUES ($1, $2, $3, $4)";

const REWRAP: &str = "
    UPDATE vault_seal
    SET master_id = $1, wrapped_key = $2
    WHERE id = $3 AND master_id = $4";

const DELETE: &str = "DELETE FROM vault_seal WHERE id = $1";

/// The seal with that id.
pub(crate) async fn load(
    connection: &mut AnyConnection,
    id: SealId,
) -> Result<Option<Seal>, VaultError> {
    let row = sqlx::query(BY_ID).bind(id.to_string()).fetch_optional(connection).await;
    row.map_err(DbError::from)?.as_ref().map(read).transpose()
}

/// At most `limit` seals after `after` that are not under the key `master_id`.
pub(crate) async fn under_others(
    tx: &mut Tx,
    master_id: &str,
    after: &str,
    limit: u32,
) -> Result<Vec<Seal>, VaultError> {
    let query = sqlx::query(UNDER_OTHERS).bind(master_id).bind(after).bind(i64::from(limit));
    let rows = query.fetch_all(tx.connection()).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
}

/// Keeps a new seal.
pub(crate) async fn insert(tx: &mut Tx, seal: &Seal) -> Result<(), DbError> {
    sqlx::query(INSERT)
        .bind(seal.id.to_string())
        .bind(seal.sealed.master_id.as_str())
        .bind(seal.sealed.wrapped_key.as_str())
        .bind(seal.sealed.value.as_str())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Puts a seal under another master key.
pub(crate) async fn rewrap(tx: &mut Tx, seal: &Seal, sealed: &Sealed) -> Result<(), DbError> {
    sqlx::query(REWRAP)
        .bind(sealed.master_id.as_str())
        .bind(sealed.wrapped_key.as_str())
        .bind(seal.id.to_string())
        .bind(seal.sealed.master_id.as_str())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Removes a seal.
pub(crate) async fn delete(tx: &mut Tx, id: SealId) -> Result<(), DbError> {
    sqlx::query(DELETE).bind(id.to_string()).execute(tx.connection()).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Seal, VaultError> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(DbError::from);
    let sealed = Sealed {
        master_id: text("master_id")?,
        wrapped_key: text("wrapped_key")?,
        value: text("sealed_value")?,
    };
    Ok(Seal { id: read_id(row, "id")?, sealed })
}
