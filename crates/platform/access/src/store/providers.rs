use kernel::Time;
use sqlx::{Any, AnyConnection, Executor, Row as _, any::AnyRow};
use vault::SealId;

use super::{id, other_id};
use crate::model::{
    provider::{PROVIDERS_MAX, Provider, ProviderId},
    user::UserId,
};

const ALL: &str = "
    SELECT id, label, settings, seal_id, version, created_at, updated_at
    FROM access_provider
    ORDER BY label, id
    LIMIT $1";

const BY_ID: &str = "
    SELECT id, label, settings, seal_id, version, created_at, updated_at
    FROM access_provider
    WHERE id = $1 -- one row";

const INSERT: &str = "
    INSERT INTO access_provider (id, label, settings, seal_id, version, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const UPDATE: &str = "
    UPDATE access_provider
    SET label = $2, settings = $3, seal_id = $4, version = $5, updated_at = $6
    WHERE id = $1";

const REMOVE: &str = "DELETE FROM access_provider WHERE id = $1";

const BEGIN_TRIP: &str = "
    INSERT INTO access_provider_trip (
        state_hash, provider_id, provider_version, browser_hash, user_id, redirect_uri, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const TRIP: &str = "
    SELECT provider_id, provider_version, browser_hash, user_id, redirect_uri, created_at
    FROM access_provider_trip
    WHERE state_hash = $1 -- one row";

const END_TRIP: &str = "DELETE FROM access_provider_trip WHERE state_hash = $1";

const PURGE_TRIPS: &str = "DELETE FROM access_provider_trip WHERE created_at < $1";

/// A sign-in on its way through a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trip {
    pub(crate) provider_id: ProviderId,
    pub(crate) provider_version: i64,
    pub(crate) browser_hash: String,
    /// Whose account is to be linked; nobody's when it is a sign-in.
    pub(crate) user_id: Option<UserId>,
    pub(crate) redirect_uri: String,
    pub(crate) created_at: Time,
}

/// All providers, by what their buttons say.
pub(crate) async fn all(
    executor: impl Executor<'_, Database = Any>,
) -> Result<Vec<Provider>, sqlx::Error> {
    let rows = sqlx::query(ALL).bind(i64::from(PROVIDERS_MAX)).fetch_all(executor).await?;
    rows.iter().map(read).collect()
}

/// The provider with that id.
pub(crate) async fn by_id(
    executor: impl Executor<'_, Database = Any>,
    provider: ProviderId,
) -> Result<Option<Provider>, sqlx::Error> {
    let row = sqlx::query(BY_ID).bind(provider.to_string()).fetch_optional(executor).await?;
    row.as_ref().map(read).transpose()
}

/// Adds a provider.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    provider: &Provider,
) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(provider.id.to_string())
        .bind(provider.label.as_str())
        .bind(settings(provider)?)
        .bind(provider.seal_id.map(|id| id.to_string()))
        .bind(provider.version)
        .bind(provider.created_at.micros())
        .bind(provider.updated_at.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps what may change of a provider.
pub(crate) async fn update(
    connection: &mut AnyConnection,
    provider: &Provider,
) -> Result<(), sqlx::Error> {
    sqlx::query(UPDATE)
        .bind(provider.id.to_string())
        .bind(provider.label.as_str())
        .bind(settings(provider)?)
        .bind(provider.seal_id.map(|id| id.to_string()))
        .bind(provider.version)
        .bind(provider.updated_at.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes a provider.
pub(crate) async fn remove(
    connection: &mut AnyConnection,
    provider: ProviderId,
) -> Result<(), sqlx::Error> {
    sqlx::query(REMOVE).bind(provider.to_string()).execute(connection).await?;
    Ok(())
}

/// Keeps a sign-in that sets out; forgets those that did before `before`.
pub(crate) async fn begin_trip(
    connection: &mut AnyConnection,
    state_hash: &str,
    trip: &Trip,
    before: Time,
) -> Result<(), sqlx::Error> {
    sqlx::query(PURGE_TRIPS).bind(before.micros()).execute(&mut *connection).await?;
    sqlx::query(BEGIN_TRIP)
        .bind(state_hash)
        .bind(trip.provider_id.to_string())
        .bind(trip.provider_version)
        .bind(trip.browser_hash.as_str())
        .bind(trip.user_id.map(|id| id.to_string()))
        .bind(trip.redirect_uri.as_str())
        .bind(trip.created_at.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes a sign-in that comes back: nobody else can take it after that.
pub(crate) async fn end_trip(
    connection: &mut AnyConnection,
    state_hash: &str,
) -> Result<Option<Trip>, sqlx::Error> {
    let row = sqlx::query(TRIP).bind(state_hash).fetch_optional(&mut *connection).await?;
    let Some(row) = row else { return Ok(None) };
    let done = sqlx::query(END_TRIP).bind(state_hash).execute(connection).await?;
    if done.rows_affected() != 1 {
        return Ok(None);
    }
    Ok(Some(Trip {
        provider_id: id(&row, "provider_id")?,
        provider_version: row.try_get("provider_version")?,
        browser_hash: row.try_get("browser_hash")?,
        user_id: other_id(&row, "user_id")?,
        redirect_uri: row.try_get("redirect_uri")?,
        created_at: Time::from_micros(row.try_get("created_at")?),
    }))
}

fn settings(provider: &Provider) -> Result<String, sqlx::Error> {
    serde_json::to_string(&provider.settings).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}

fn read(row: &AnyRow) -> Result<Provider, sqlx::Error> {
    let settings: String = row.try_get("settings")?;
    let seal_id: Option<SealId> = other_id(row, "seal_id")?;
    Ok(Provider {
        id: id(row, "id")?,
        label: row.try_get("label")?,
        settings: serde_json::from_str(&settings)
            .map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        seal_id,
        version: row.try_get("version")?,
        created_at: Time::from_micros(row.try_get("created_at")?),
        updated_at: Time::from_micros(row.try_get("updated_at")?),
    })
}
