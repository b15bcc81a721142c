use db::{DbError, Tx};
use kernel::Time;
use sqlx::{Any, AnyPool, Executor, Row as _, any::AnyRow};

use crate::{Destination, DestinationId, RemoteError};

const BY_ID: &str = "
    SELECT id, name, settings, enabled, version, created_at, updated_at
    FROM remote_destination
    WHERE id = $1 -- one row";

const ALL: &str = "
    SELECT id, name, settings, enabled, version, created_at, updated_at
    FROM remote_destination
    ORDER BY id
    LIMIT $1";

const INSERT: &str = "
    INSERT INTO remote_destination (
        id, name, name_folded, settings, enabled, version, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

const UPDATE: &str = "
    UPDATE remote_destination
    SET name = $1, name_folded = $2, settings = $3, enabled = $4, version = $5, updated_at = $6
    WHERE id = $7";

const DELETE: &str = "DELETE FROM remote_destination WHERE id = $1";

/// Destinations of one installation.
pub(crate) const DESTINATIONS_MAX: u32 = 8;

/// The destination with that id.
pub(crate) async fn load<'e>(
    executor: impl Executor<'e, Database = Any>,
    id: DestinationId,
) -> Result<Option<Destination>, RemoteError> {
    let row = sqlx::query(BY_ID).bind(id.to_string()).fetch_optional(executor).await;
    row.map_err(DbError::from)?.as_ref().map(read).transpose()
}

/// All destinations, the oldest first.
pub(crate) async fn all(pool: &AnyPool) -> Result<Vec<Destination>, RemoteError> {
    let rows = sqlx::query(ALL).bind(i64::from(DESTINATIONS_MAX)).fetch_all(pool).await;
    rows.map_err(DbError::from)?.iter().map(read).collect()
}

/// All destinations, as the change sees them.
pub(crate) async fn all_in(tx: &mut Tx) -> Result<Vec<Destination>, RemoteError> {
    let query = sqlx::query(ALL).bind(i64::from(DESTINATIONS_MAX));
    let rows = query.fetch_all(tx.connection()).await;
    rows.map_err(DbError::from)?.iter().map(read).collect()
}

/// Writes a new destination.
pub(crate) async fn insert(tx: &mut Tx, destination: &Destination) -> Result<(), DbError> {
    sqlx::query(INSERT)
        .bind(destination.id.to_string())
        .bind(destination.name.as_str())
        .bind(destination.name.to_lowercase())
        .bind(settings_text(destination)?)
        .bind(i64::from(destination.enabled))
        .bind(destination.version)
        .bind(destination.created_at.micros())
        .bind(destination.updated_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes what a destination has become.
pub(crate) async fn update(tx: &mut Tx, destination: &Destination) -> Result<(), DbError> {
    sqlx::query(UPDATE)
        .bind(destination.name.as_str())
        .bind(destination.name.to_lowercase())
        .bind(settings_text(destination)?)
        .bind(i64::from(destination.enabled))
        .bind(destination.version)
        .bind(destination.updated_at.micros())
        .bind(destination.id.to_string())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Removes a destination.
pub(crate) async fn delete(tx: &mut Tx, id: DestinationId) -> Result<(), DbError> {
    sqlx::query(DELETE).bind(id.to_string()).execute(tx.connection()).await?;
    Ok(())
}

fn settings_text(destination: &Destination) -> Result<String, DbError> {
    serde_json::to_string(&destination.settings)
        .map_err(|error| DbError::Sql(sqlx::Error::Encode(error.into())))
}

fn read(row: &AnyRow) -> Result<Destination, RemoteError> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(DbError::from);
    let number = |column: &str| row.try_get::<i64, _>(column).map_err(DbError::from);
    let id = text("id")?;
    let settings = text("settings")?;
    Ok(Destination {
        id: id.parse().map_err(|_| RemoteError::Unreadable { what: "an id", found: id })?,
        name: text("name")?,
        settings: serde_json::from_str(&settings).map_err(|error| RemoteError::Unreadable {
            what: "settings of a destination",
            found: error.to_string(),
        })?,
        enabled: number("enabled")? != 0,
        version: number("version")?,
        created_at: Time::from_micros(number("created_at")?),
        updated_at: Time::from_micros(number("updated_at")?),
    })
}
