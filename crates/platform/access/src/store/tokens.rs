use kernel::{Page, PageOf, Time};
use sqlx::{Any, AnyConnection, AnyPool, Executor, Row as _, any::AnyRow};

use super::{id, role};
use crate::model::{
    token::{TOKENS_MAX, Token, TokenId},
    user::UserId,
};

const BY_HASH: &str = "
    SELECT t.id, t.user_id, u.name AS user_name, t.name, t.role, t.created_at, t.expires_at,
        t.last_used_at, t.revoked_at
    FROM access_token t
    JOIN access_user u ON u.id = t.user_id
    WHERE t.secret_hash = $1
    LIMIT 1";

const BY_ID: &str = "
    SELECT t.id, t.user_id, u.name AS user_name, t.name, t.role, t.created_at, t.expires_at,
        t.last_used_at, t.revoked_at
    FROM access_token t
    JOIN access_user u ON u.id = t.user_id
    WHERE t.id = $1
    LIMIT 1";

const LIST: &str = "
    SELECT t.id, t.user_id, u.name AS user_name, t.name, t.role, t.created_at, t.expires_at,
        t.last_used_at, t.revoked_at
    FROM access_token t
    JOIN access_user u ON u.id = t.user_id
    WHERE t.id > $1
    ORDER BY t.id
    LIMIT $2";

const LIVE_OF_USER: &str = "
    SELECT t.id, t.user_id, u.name AS user_name, t.name, t.role, t.created_at, t.expires_at,
        t.last_used_at, t.revoked_at
    FROM access_token t
    JOIN access_user u ON u.id = t.user_id
    WHERE t.user_id = $1 AND t.revoked_at IS NULL AND t.expires_at > $2
    ORDER BY t.id
    LIMIT $3";

const INSERT: &str = "
    INSERT INTO access_token (
        id, secret_hash, user_id, name, role, created_at, expires_at, last_used_at, revoked_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, NULL)";

const TOUCH: &str = "UPDATE access_token SET last_used_at = $2 WHERE id = $1";

const REVOKE: &str = "UPDATE access_token SET revoked_at = $2 WHERE id = $1";

/// The token whose secret has that hash, live or not.
pub(crate) async fn by_hash(
    pool: &AnyPool,
    secret_hash: &str,
) -> Result<Option<Token>, sqlx::Error> {
    let row = sqlx::query(BY_HASH).bind(secret_hash).fetch_optional(pool).await?;
    row.map(|row| read(&row)).transpose()
}

/// The token with that id.
pub(crate) async fn by_id(
    executor: impl Executor<'_, Database = Any>,
    token: &str,
) -> Result<Option<Token>, sqlx::Error> {
    let row = sqlx::query(BY_ID).bind(token).fetch_optional(executor).await?;
    row.map(|row| read(&row)).transpose()
}

/// A page of all tokens, in the order in which they were made; its key is the id.
pub(crate) async fn list(pool: &AnyPool, page: &Page) -> Result<PageOf<Token>, sqlx::Error> {
    let rows = sqlx::query(LIST)
        .bind(page.after.as_deref().unwrap_or_default())
        .bind(i64::from(page.limit) + 1)
        .fetch_all(pool)
        .await?;
    let tokens = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(PageOf::from_fetched(tokens, page.limit, |token| token.id.to_string()))
}

/// The tokens of a user that work, of which there are never more than [`TOKENS_MAX`].
pub(crate) async fn live_of_user(
    connection: &mut AnyConnection,
    user: UserId,
    now: Time,
) -> Result<Vec<Token>, sqlx::Error> {
    let rows = sqlx::query(LIVE_OF_USER)
        .bind(user.to_string())
        .bind(now.micros())
        .bind(TOKENS_MAX)
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

/// Adds a token.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    token: &Token,
    secret_hash: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(token.id.to_string())
        .bind(secret_hash)
        .bind(token.user_id.to_string())
        .bind(token.name.as_str())
        .bind(token.role.name())
        .bind(token.created_at.micros())
        .bind(token.expires_at.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps that the token was used.
pub(crate) async fn touch(
    connection: &mut AnyConnection,
    token: TokenId,
    now: Time,
) -> Result<(), sqlx::Error> {
    sqlx::query(TOUCH).bind(token.to_string()).bind(now.micros()).execute(connection).await?;
    Ok(())
}

/// Takes a token back.
pub(crate) async fn revoke(
    connection: &mut AnyConnection,
    token: TokenId,
    now: Time,
) -> Result<(), sqlx::Error> {
    sqlx::query(REVOKE).bind(token.to_string()).bind(now.micros()).execute(connection).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Token, sqlx::Error> {
    let time = |column: &str| -> Result<Option<Time>, sqlx::Error> {
        Ok(row.try_get::<Option<i64>, _>(column)?.map(Time::from_micros))
    };
    Ok(Token {
        id: id(row, "id")?,
        user_id: id(row, "user_id")?,
        user_name: row.try_get("user_name")?,
        name: row.try_get("name")?,
        role: role(row, "role")?,
        created_at: Time::from_micros(row.try_get("created_at")?),
        expires_at: Time::from_micros(row.try_get("expires_at")?),
        last_used_at: time("last_used_at")?,
        revoked_at: time("revoked_at")?,
    })
}
