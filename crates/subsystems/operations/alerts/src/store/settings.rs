use db::Tx;
use kernel::Time;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{Any, Executor, Row as _};

use super::incidents::{from_json, json};

const FIND: &str = "
    SELECT content, version
    FROM alerts_setting
    WHERE name = $1
    LIMIT 1";

const PUT: &str = "
    INSERT INTO alerts_setting (name, content, version, updated_at)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (name) DO UPDATE SET
        content = excluded.content, version = excluded.version, updated_at = excluded.updated_at";

/// What was set under a name, and how often.
pub(crate) async fn find<'e, T: DeserializeOwned>(
    from: impl Executor<'e, Database = Any>,
    name: &str,
) -> Result<Option<(T, i64)>, sqlx::Error> {
    let row = sqlx::query(FIND).bind(name.to_owned()).fetch_optional(from).await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some((from_json(&row, "content")?, row.try_get("version")?)))
}

/// Sets what stands under a name.
pub(crate) async fn put(
    tx: &mut Tx,
    name: &str,
    content: &impl Serialize,
    version: i64,
    now: Time,
) -> Result<(), sqlx::Error> {
    sqlx::query(PUT)
        .bind(name.to_owned())
        .bind(json(content)?)
        .bind(version)
        .bind(now.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}
