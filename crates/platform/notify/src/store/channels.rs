use db::{DbError, Tx};
use sqlx::{Any, AnyPool, Executor, any::AnyRow};

use super::{id, json, json_text, number, text, time};
use crate::{Channel, ChannelId, NotifyError};

const BY_ID: &str = "
    SELECT id, name, kind, settings, enabled, rate_per_minute, version, created_at, updated_at
    FROM notify_channel
    WHERE id = $1 -- one row";

const ALL: &str = "
    SELECT id, name, kind, settings, enabled, rate_per_minute, version, created_at, updated_at
    FROM notify_channel
    ORDER BY id
    LIMIT $1";

const NAME_OWNER: &str = "SELECT id FROM notify_channel WHERE name_folded = $1 -- one row";

const COUNT: &str = "SELECT COUNT(*) FROM notify_channel";

const INSERT: &str = "
    INSERT INTO notify_channel (
        id, name, name_folded, kind, settings, enabled, rate_per_minute, version, created_at,
        updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

const UPDATE: &str = "
    UPDATE notify_channel
    SET name = $1, name_folded = $2, settings = $3, enabled = $4, rate_per_minute = $5,
        version = $6, updated_at = $7
    WHERE id = $8";

const DELETE: &str = "DELETE FROM notify_channel WHERE id = $1";

/// Channels of one installation.
pub(crate) const CHANNELS_MAX: u32 = 200;

/// The channel with that id.
pub(crate) async fn load<'e>(
    executor: impl Executor<'e, Database = Any>,
    id: ChannelId,
) -> Result<Option<Channel>, NotifyError> {
    let row = sqlx::query(BY_ID).bind(id.to_string()).fetch_optional(executor).await;
    row.map_err(DbError::from)?.as_ref().map(read).transpose()
}

/// All channels, the oldest first.
pub(crate) async fn all(pool: &AnyPool) -> Result<Vec<Channel>, NotifyError> {
    let rows = sqlx::query(ALL).bind(i64::from(CHANNELS_MAX)).fetch_all(pool).await;
    rows.map_err(DbError::from)?.iter().map(read).collect()
}

/// Whether another channel than `id` has that name, in any case.
pub(crate) async fn name_taken(tx: &mut Tx, name: &str, id: ChannelId) -> Result<bool, DbError> {
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

/// Writes a new channel.
pub(crate) async fn insert(tx: &mut Tx, channel: &Channel) -> Result<(), DbError> {
    sqlx::query(INSERT)
        .bind(channel.id.to_string())
        .bind(channel.name.as_str())
        .bind(channel.name.to_lowercase())
        .bind(channel.kind.name())
        .bind(json_text(&channel.settings)?)
        .bind(i64::from(channel.enabled))
        .bind(i64::from(channel.rate_per_minute))
        .bind(channel.version)
        .bind(channel.created_at.micros())
        .bind(channel.updated_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes what a channel has become.
pub(crate) async fn update(tx: &mut Tx, channel: &Channel) -> Result<(), DbError> {
    sqlx::query(UPDATE)
        .bind(channel.name.as_str())
        .bind(channel.name.to_lowercase())
        .bind(json_text(&channel.settings)?)
        .bind(i64::from(channel.enabled))
        .bind(i64::from(channel.rate_per_minute))
        .bind(channel.version)
        .bind(channel.updated_at.micros())
        .bind(channel.id.to_string())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Removes a channel.
pub(crate) async fn delete(tx: &mut Tx, id: ChannelId) -> Result<(), DbError> {
    sqlx::query(DELETE).bind(id.to_string()).execute(tx.connection()).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Channel, NotifyError> {
    let kind = text(row, "kind")?;
    Ok(Channel {
        id: id(row, "id")?,
        name: text(row, "name")?,
        kind: super::known(kind.parse().ok(), "the kind of a channel", kind)?,
        settings: json(row, "settings")?,
        enabled: number(row, "enabled")? != 0,
        rate_per_minute: u32::try_from(number(row, "rate_per_minute")?).unwrap_or(1),
        version: number(row, "version")?,
        created_at: time(row, "created_at")?,
        updated_at: time(row, "updated_at")?,
    })
}
