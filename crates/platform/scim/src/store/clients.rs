use directory::SourceId;
use kernel::Time;
use sqlx::{Any, AnyConnection, AnyPool, Executor, any::AnyRow};

use super::{id, text, time};
use crate::ScimError;

const BY_USER: &str = "
    SELECT user_id, source_id, name, created_at, last_call_at, last_call
    FROM scim_client
    WHERE user_id = $1 -- one row";

const ALL: &str = "
    SELECT user_id, source_id, name, created_at, last_call_at, last_call
    FROM scim_client
    ORDER BY user_id
    LIMIT 500";

const INSERT: &str = "
    INSERT INTO scim_client (user_id, source_id, name, created_at, last_call_at, last_call)
    VALUES ($1, $2, $3, $4, $5, $6)";

const TOUCH: &str = "
    UPDATE scim_client
    SET name = $2, last_call_at = $3, last_call = $4
    WHERE user_id = $1";

/// A provider: the account with whose token it calls, and the source that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Client {
    pub(crate) user_id: String,
    pub(crate) source: SourceId,
    pub(crate) name: String,
    pub(crate) created_at: Time,
    pub(crate) last_call_at: Time,
    pub(crate) last_call: String,
}

/// The provider that calls with that account.
pub(crate) async fn of_user(
    executor: impl Executor<'_, Database = Any>,
    user_id: &str,
) -> Result<Option<Client>, ScimError> {
    let row = sqlx::query(BY_USER).bind(user_id).fetch_optional(executor).await?;
    row.as_ref().map(read).transpose()
}

/// All providers.
pub(crate) async fn all(pool: &AnyPool) -> Result<Vec<Client>, ScimError> {
    sqlx::query(ALL).fetch_all(pool).await?.iter().map(read).collect()
}

/// Adds a provider.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    client: &Client,
) -> Result<(), ScimError> {
    sqlx::query(INSERT)
        .bind(client.user_id.as_str())
        .bind(client.source.to_string())
        .bind(client.name.as_str())
        .bind(client.created_at.micros())
        .bind(client.last_call_at.micros())
        .bind(client.last_call.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps when it called last, and what.
pub(crate) async fn touch(
    connection: &mut AnyConnection,
    client: &Client,
) -> Result<(), ScimError> {
    sqlx::query(TOUCH)
        .bind(client.user_id.as_str())
        .bind(client.name.as_str())
        .bind(client.last_call_at.micros())
        .bind(client.last_call.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Client, ScimError> {
    Ok(Client {
        user_id: text(row, "user_id")?,
        source: id(row, "source_id")?,
        name: text(row, "name")?,
        created_at: time(row, "created_at")?,
        last_call_at: time(row, "last_call_at")?,
        last_call: text(row, "last_call")?,
    })
}
