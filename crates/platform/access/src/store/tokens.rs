use kernel::{Page, PageOf, Time};
use serde_json::{Value, json};
use sqlx::{Any, AnyConnection, AnyPool, Executor, Row as _, any::AnyRow};

use super::{id, strange, time_of, users};
use crate::model::{
    grant::GrantScope,
    token::{TOKENS_MAX, Token, TokenId, TokenLimits},
    user::{User, UserId},
};

const RECOGNISE: &str = "
    SELECT t.id AS token_id, t.user_id, u.name AS user_name, t.name AS token_name, t.limits,
        t.created_at AS made_at, t.expires_at, t.last_used_at, t.revoked_at, u.id, u.name,
        u.display_name, u.person_id, u.disabled, u.language, u.theme, u.version, u.created_at,
        u.last_sign_in_at, g.generation
    FROM access_token t
    JOIN access_user u ON u.id = t.user_id
    JOIN access_generation g ON g.id = 1
    WHERE t.secret_hash = $1
    LIMIT 1";

const BY_ID: &str = "
    SELECT t.id, t.user_id, u.name AS user_name, t.name, t.limits, t.created_at, t.expires_at,
        t.last_used_at, t.revoked_at
    FROM access_token t
    JOIN access_user u ON u.id = t.user_id
    WHERE t.id = $1
    LIMIT 1";

const LIST: &str = "
    SELECT t.id, t.user_id, u.name AS user_name, t.name, t.limits, t.created_at, t.expires_at,
        t.last_used_at, t.revoked_at
    FROM access_token t
    JOIN access_user u ON u.id = t.user_id
    WHERE t.id > $1
    ORDER BY t.id
    LIMIT $2";

const LIVE_OF_USER: &str = "
    SELECT t.id, t.user_id, u.name AS user_name, t.name, t.limits, t.created_at, t.expires_at,
        t.last_used_at, t.revoked_at
    FROM access_token t
    JOIN access_user u ON u.id = t.user_id
    WHERE t.user_id = $1 AND t.revoked_at IS NULL AND t.expires_at > $2
    ORDER BY t.id
    LIMIT $3";

const LIVE_LIMITED: &str = "
    SELECT t.id, t.user_id, u.name AS user_name, t.name, t.limits, t.created_at, t.expires_at,
        t.last_used_at, t.revoked_at
    FROM access_token t
    JOIN access_user u ON u.id = t.user_id
    WHERE t.limits IS NOT NULL AND t.revoked_at IS NULL
        AND t.expires_at > $1
    ORDER BY t.id -- all rows: any of them may be let do more by the role that is changed";

const IDS_OF_USER: &str = "
    SELECT id
    FROM access_token -- all rows: what a user did by any of them is theirs
    WHERE user_id = $1
    ORDER BY id";

const IDS_CALLED: &str = "
    SELECT t.id
    FROM access_token t
    JOIN access_user u ON u.id = t.user_id
    WHERE u.name_folded || '/' || LOWER(t.name) LIKE $1 ESCAPE '\\'
    ORDER BY t.id
    LIMIT $2";

const INSERT: &str = "
    INSERT INTO access_token (
        id, secret_hash, user_id, name, limits, created_at, expires_at, role)
    VALUES ($1, $2, $3, $4, $5, $6, $7, '')";

const TOUCH: &str = "UPDATE access_token SET last_used_at = $2 WHERE id = $1";

const REVOKE: &str = "UPDATE access_token SET revoked_at = $2 WHERE id = $1";

/// The token whose secret has that hash, live or not, its user, and the generation of rights.
pub(crate) async fn recognise(
    pool: &AnyPool,
    secret_hash: &str,
) -> Result<Option<(Token, User, i64)>, sqlx::Error> {
    let row = sqlx::query(RECOGNISE).bind(secret_hash).fetch_optional(pool).await?;
    let Some(row) = row else { return Ok(None) };
    let token = read_as(&row, "token_id", "token_name", "made_at")?;
    Ok(Some((token, users::read(&row)?, row.try_get("generation")?)))
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

/// The tokens that work and are limited to roles.
pub(crate) async fn live_limited(
    connection: &mut AnyConnection,
    now: Time,
) -> Result<Vec<Token>, sqlx::Error> {
    let rows = sqlx::query(LIVE_LIMITED).bind(now.micros()).fetch_all(connection).await?;
    rows.iter().map(read).collect()
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

/// The ids of all tokens that a user ever had.
pub(crate) async fn ids_of_user(pool: &AnyPool, user: &str) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(IDS_OF_USER).bind(user).fetch_all(pool).await
}

/// The ids of tokens whose name after their user's (`lin/backup`) contains `text`, in any case.
pub(crate) async fn ids_called(
    pool: &AnyPool,
    text: &str,
    limit: u32,
) -> Result<Vec<String>, sqlx::Error> {
    let query = sqlx::query_scalar(IDS_CALLED).bind(users::containing(text));
    query.bind(i64::from(limit)).fetch_all(pool).await
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
        .bind(token.limits.as_ref().map(limits_text))
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
    read_as(row, "id", "name", "created_at")
}

fn read_as(row: &AnyRow, key: &str, name: &str, made: &str) -> Result<Token, sqlx::Error> {
    let limits: Option<String> = row.try_get("limits")?;
    Ok(Token {
        id: id(row, key)?,
        user_id: id(row, "user_id")?,
        user_name: row.try_get("user_name")?,
        name: row.try_get(name)?,
        limits: limits.as_deref().map(limits_of).transpose()?,
        created_at: Time::from_micros(row.try_get(made)?),
        expires_at: Time::from_micros(row.try_get("expires_at")?),
        last_used_at: time_of(row, "last_used_at")?,
        revoked_at: time_of(row, "revoked_at")?,
    })
}

fn limits_text(limits: &TokenLimits) -> String {
    let scope = limits.scope.as_ref();
    let scope = scope.map(|scope| json!({ "kind": scope.kind(), "ids": scope.ids() }));
    let TokenLimits { roles, permissions, .. } = limits;
    json!({ "roles": roles, "permissions": permissions, "scope": scope }).to_string()
}

/// What cannot be read limits the token to nothing: an error, and never all that its user may do.
fn limits_of(text: &str) -> Result<TokenLimits, sqlx::Error> {
    let wrong = || strange("limits", text);
    let value: Value = serde_json::from_str(text).map_err(|_| wrong())?;
    let list = |value: &Value| -> Result<Option<Vec<String>>, sqlx::Error> {
        serde_json::from_value(value.clone()).map_err(|_| wrong())
    };
    let scope = match value["scope"]["kind"].as_str() {
        None => None,
        Some(kind) => {
            let ids = list(&value["scope"]["ids"])?.unwrap_or_default();
            Some(GrantScope::parse(kind, &ids).map_err(|_| wrong())?)
        }
    };
    let (roles, permissions) = (list(&value["roles"])?, list(&value["permissions"])?);
    Ok(TokenLimits { roles, permissions, scope })
}
