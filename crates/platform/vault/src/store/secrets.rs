use db::{DbError, Dialect, QueryBuilder, Tx};
use kernel::{Page, Scope, Time};
use sqlx::{AnyConnection, AnyPool, Row as _, any::AnyRow};

use super::{containing, read_id, read_time};
use crate::{Secret, SecretFilter, SecretId, SecretKind, VaultError, model::Sealed};

const BY_ID: &str = "
    SELECT id, name, kind, description, owner, unit_id, expires_at, master_id, wrapped_key,
        sealed_value, value_version, value_set_at, version, created_at, updated_at
    FROM vault_secret
    WHERE id = $1 -- one row";

const LIST: &str = "
    SELECT id, name, kind, description, owner, unit_id, expires_at, master_id, wrapped_key,
        sealed_value, value_version, value_set_at, version, created_at, updated_at
    FROM vault_secret -- limit follows
    WHERE id > ";

const UNDER_OTHERS: &str = "
    SELECT id, name, kind, description, owner, unit_id, expires_at, master_id, wrapped_key,
        sealed_value, value_version, value_set_at, version, created_at, updated_at
    FROM vault_secret
    WHERE master_id <> $1 AND id > $2
    ORDER BY id
    LIMIT $3";

const EXPIRING: &str = "
    SELECT id, name, kind, description, owner, unit_id, expires_at, master_id, wrapped_key,
        sealed_value, value_version, value_set_at, version, created_at, updated_at
    FROM vault_secret
    WHERE expires_at < $1 AND (warned_of IS NULL OR warned_of <> expires_at)
    ORDER BY expires_at, id
    LIMIT $2";

const NAME_OWNER: &str = "SELECT id FROM vault_secret WHERE name_folded = $1 -- one row";

const COUNT: &str = "SELECT COUNT(*) FROM vault_secret";

const INSERT: &str = "
    INSERT INTO vault_secret (
        id, name, name_folded, kind, description, owner, unit_id, expires_at, master_id,
        wrapped_key, sealed_value, value_version, value_set_at, version, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";

const UPDATE: &str = "
    UPDATE vault_secret
    SET name = $1, name_folded = $2, description = $3, owner = $4, unit_id = $5, expires_at = $6,
        master_id = $7, wrapped_key = $8, sealed_value = $9, value_version = $10,
        value_set_at = $11, version = $12, updated_at = $13
    WHERE id = $14";

const REWRAP: &str = "
    UPDATE vault_secret
    SET master_id = $1, wrapped_key = $2
    WHERE id = $3 AND master_id = $4 AND value_version = $5";

const WARNED: &str = "UPDATE vault_secret SET warned_of = expires_at WHERE id = $1";

const DELETE: &str = "DELETE FROM vault_secret WHERE id = $1";

/// The secret with that id.
pub(crate) async fn load(
    connection: &mut AnyConnection,
    id: SecretId,
) -> Result<Option<Secret>, VaultError> {
    let row = sqlx::query(BY_ID).bind(id.to_string()).fetch_optional(connection).await;
    row.map_err(DbError::from)?.as_ref().map(read).transpose()
}

/// One more than the page holds of those that match and lie within `scope`, by id.
pub(crate) async fn list(
    pool: &AnyPool,
    dialect: Dialect,
    filter: &SecretFilter,
    scope: &Scope,
    page: &Page,
) -> Result<Vec<Secret>, VaultError> {
    let mut query = QueryBuilder::<sqlx::Any>::new(LIST);
    query.push_bind(page.after.clone().unwrap_or_default());
    if let Scope::Within(within) = scope {
        query.push(" AND ");
        // A secret has no region of its own: it is where its unit is.
        let units = within.units.union(&within.answering).map(String::as_str);
        dialect.push_one_of(&mut query, "unit_id", units);
    }
    if let Some(kind) = filter.kind {
        query.push(" AND kind = ").push_bind(kind.name());
    }
    if let Some(text) = &filter.text {
        query.push(" AND name_folded LIKE ").push_bind(containing(text)).push(" ESCAPE '!'");
    }
    if let Some(before) = filter.expires_before {
        query.push(" AND expires_at < ").push_bind(before.micros());
    }
    query.push(" ORDER BY id LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(pool).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
}

/// At most `limit` secrets after `after` that are not under the key `master_id`.
pub(crate) async fn under_others(
    tx: &mut Tx,
    master_id: &str,
    after: &str,
    limit: u32,
) -> Result<Vec<Secret>, VaultError> {
    let query = sqlx::query(UNDER_OTHERS).bind(master_id).bind(after).bind(i64::from(limit));
    let rows = query.fetch_all(tx.connection()).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
}

/// At most `limit` secrets that expire before `before` and were not warned of.
pub(crate) async fn expiring(
    tx: &mut Tx,
    before: Time,
    limit: u32,
) -> Result<Vec<Secret>, VaultError> {
    let query = sqlx::query(EXPIRING).bind(before.micros()).bind(i64::from(limit));
    let rows = query.fetch_all(tx.connection()).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
}

/// The id of the secret of that name, in any case.
pub(crate) async fn id_of(
    connection: &mut AnyConnection,
    name: &str,
) -> Result<Option<SecretId>, VaultError> {
    let query = sqlx::query(NAME_OWNER).bind(name.to_lowercase());
    let row = query.fetch_optional(connection).await.map_err(DbError::from)?;
    row.map(|row| read_id(&row, "id")).transpose()
}

/// Whether another secret than `id` has that name, in any case.
pub(crate) async fn name_taken(tx: &mut Tx, name: &str, id: SecretId) -> Result<bool, DbError> {
    let owner: Option<String> = sqlx::query_scalar(NAME_OWNER)
        .bind(name.to_lowercase())
        .fetch_optional(tx.connection())
        .await?;
    Ok(owner.is_some_and(|owner| owner != id.to_string()))
}

/// How many there are.
pub(crate) async fn count(tx: &mut Tx) -> Result<i64, DbError> {
    Ok(sqlx::query_scalar(COUNT).fetch_one(tx.connection()).await?)
}

/// Writes a new secret.
pub(crate) async fn insert(tx: &mut Tx, secret: &Secret) -> Result<(), DbError> {
    sqlx::query(INSERT)
        .bind(secret.id.to_string())
        .bind(secret.name.as_str())
        .bind(secret.name.to_lowercase())
        .bind(secret.kind.name())
        .bind(secret.description.as_str())
        .bind(secret.owner.as_str())
        .bind(secret.unit_id.as_deref())
        .bind(secret.expires_at.map(Time::micros))
        .bind(secret.sealed.master_id.as_str())
        .bind(secret.sealed.wrapped_key.as_str())
        .bind(secret.sealed.value.as_str())
        .bind(secret.value_version)
        .bind(secret.value_set_at.micros())
        .bind(secret.version)
        .bind(secret.created_at.micros())
        .bind(secret.updated_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes what a secret has become.
pub(crate) async fn update(tx: &mut Tx, secret: &Secret) -> Result<(), DbError> {
    sqlx::query(UPDATE)
        .bind(secret.name.as_str())
        .bind(secret.name.to_lowercase())
        .bind(secret.description.as_str())
        .bind(secret.owner.as_str())
        .bind(secret.unit_id.as_deref())
        .bind(secret.expires_at.map(Time::micros))
        .bind(secret.sealed.master_id.as_str())
        .bind(secret.sealed.wrapped_key.as_str())
        .bind(secret.sealed.value.as_str())
        .bind(secret.value_version)
        .bind(secret.value_set_at.micros())
        .bind(secret.version)
        .bind(secret.updated_at.micros())
        .bind(secret.id.to_string())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Puts a secret under another master key: no change that anybody sees.
pub(crate) async fn rewrap(tx: &mut Tx, secret: &Secret, sealed: &Sealed) -> Result<(), DbError> {
    sqlx::query(REWRAP)
        .bind(sealed.master_id.as_str())
        .bind(sealed.wrapped_key.as_str())
        .bind(secret.id.to_string())
        .bind(secret.master_id.as_str())
        .bind(secret.value_version)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Remembers that the present expiry was warned of.
pub(crate) async fn warned(tx: &mut Tx, id: SecretId) -> Result<(), DbError> {
    sqlx::query(WARNED).bind(id.to_string()).execute(tx.connection()).await?;
    Ok(())
}

/// Removes a secret.
pub(crate) async fn delete(tx: &mut Tx, id: SecretId) -> Result<(), DbError> {
    sqlx::query(DELETE).bind(id.to_string()).execute(tx.connection()).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Secret, VaultError> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(DbError::from);
    let number = |column: &str| row.try_get::<i64, _>(column).map_err(DbError::from);
    let kind = text("kind")?;
    let kind = SecretKind::from_name(&kind)
        .ok_or(VaultError::Unreadable { what: "the kind of a secret", found: kind })?;
    let expires_at: Option<i64> = row.try_get("expires_at").map_err(DbError::from)?;
    let master_id = text("master_id")?;
    Ok(Secret {
        id: read_id(row, "id")?,
        name: text("name")?,
        kind,
        description: text("description")?,
        owner: text("owner")?,
        unit_id: row.try_get("unit_id").map_err(DbError::from)?,
        expires_at: expires_at.map(Time::from_micros),
        value_set_at: read_time(row, "value_set_at")?,
        value_version: number("value_version")?,
        version: number("version")?,
        created_at: read_time(row, "created_at")?,
        updated_at: read_time(row, "updated_at")?,
        sealed: Sealed {
            master_id: master_id.clone(),
            wrapped_key: text("wrapped_key")?,
            value: text("sealed_value")?,
        },
        master_id,
    })
}
