use db::Tx;
use kernel::Time;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{
    incidents::{from_json, json},
    unreadable,
};
use crate::model::silence::{Silence, SilenceId};

const ENDING_AFTER: &str = "
    SELECT id, content, owner, version, created_at, updated_at
    FROM alerts_silence
    WHERE ends_at > $1
    ORDER BY ends_at, id
    LIMIT $2";

const ENDED: &str = "
    SELECT id, content, owner, version, created_at, updated_at
    FROM alerts_silence
    WHERE ends_at <= $1
    ORDER BY ends_at DESC, id
    LIMIT $2";

const FIND: &str = "
    SELECT id, content, owner, version, created_at, updated_at
    FROM alerts_silence
    WHERE id = $1
    LIMIT 1";

const PUT: &str = "
    INSERT INTO alerts_silence (
        id, content, owner, starts_at, ends_at, created_at, updated_at, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (id) DO UPDATE SET
        content = excluded.content, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
        updated_at = excluded.updated_at, version = excluded.version";

const FORGET: &str = "
    DELETE FROM alerts_silence
    WHERE id IN (SELECT id FROM alerts_silence WHERE ends_at < $1 LIMIT $2)";

/// The silences that end after `now`, the first to end first.
pub(crate) async fn lasting<'e>(
    from: impl Executor<'e, Database = Any>,
    now: Time,
    limit: u32,
) -> Result<Vec<Silence>, sqlx::Error> {
    let query = sqlx::query(ENDING_AFTER).bind(now.micros()).bind(i64::from(limit));
    query.fetch_all(from).await?.iter().map(read).collect()
}

/// The silences that have ended, the last to end first.
pub(crate) async fn ended<'e>(
    from: impl Executor<'e, Database = Any>,
    now: Time,
    limit: u32,
) -> Result<Vec<Silence>, sqlx::Error> {
    let query = sqlx::query(ENDED).bind(now.micros()).bind(i64::from(limit));
    query.fetch_all(from).await?.iter().map(read).collect()
}

/// The silence of that id.
pub(crate) async fn find<'e>(
    from: impl Executor<'e, Database = Any>,
    id: SilenceId,
) -> Result<Option<Silence>, sqlx::Error> {
    let query = sqlx::query(FIND).bind(id.to_string());
    query.fetch_optional(from).await?.as_ref().map(read).transpose()
}

/// Writes a silence as it has become.
pub(crate) async fn put(tx: &mut Tx, silence: &Silence) -> Result<(), sqlx::Error> {
    sqlx::query(PUT)
        .bind(silence.id.to_string())
        .bind(json(&silence.content)?)
        .bind(silence.owner.clone())
        .bind(silence.content.starts_at.micros())
        .bind(silence.content.ends_at.micros())
        .bind(silence.created_at.micros())
        .bind(silence.updated_at.micros())
        .bind(silence.version)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Forgets silences that ended before `before`, at most `limit`. Returns how many.
pub(crate) async fn forget(tx: &mut Tx, before: Time, limit: u32) -> Result<u64, sqlx::Error> {
    let query = sqlx::query(FORGET).bind(before.micros()).bind(i64::from(limit));
    Ok(query.execute(tx.connection()).await?.rows_affected())
}

fn read(row: &AnyRow) -> Result<Silence, sqlx::Error> {
    let id: String = row.try_get("id")?;
    Ok(Silence {
        id: id.parse().map_err(|_| unreadable("id", &id))?,
        content: from_json(row, "content")?,
        owner: row.try_get("owner")?,
        created_at: Time::from_micros(row.try_get("created_at")?),
        updated_at: Time::from_micros(row.try_get("updated_at")?),
        version: row.try_get("version")?,
    })
}
