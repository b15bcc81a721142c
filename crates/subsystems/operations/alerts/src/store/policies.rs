use db::Tx;
use kernel::Time;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{
    incidents::{from_json, json},
    unreadable,
};
use crate::model::policy::{Policy, PolicyId};

const ALL: &str = "
    SELECT id, content, version, created_at, updated_at
    FROM alerts_policy
    ORDER BY id
    LIMIT $1";

const FIND: &str = "
    SELECT id, content, version, created_at, updated_at
    FROM alerts_policy
    WHERE id = $1
    LIMIT 1";

const PUT: &str = "
    INSERT INTO alerts_policy (id, name, content, version, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (id) DO UPDATE SET
        name = excluded.name, content = excluded.content, version = excluded.version,
        updated_at = excluded.updated_at";

const REMOVE: &str = "
    DELETE FROM alerts_policy
    WHERE id = $1";

/// All policies, the oldest first, at most `limit`.
pub(crate) async fn all<'e>(
    from: impl Executor<'e, Database = Any>,
    limit: u32,
) -> Result<Vec<Policy>, sqlx::Error> {
    let rows = sqlx::query(ALL).bind(i64::from(limit)).fetch_all(from).await?;
    rows.iter().map(read).collect()
}

/// The policy of that id.
pub(crate) async fn find<'e>(
    from: impl Executor<'e, Database = Any>,
    id: PolicyId,
) -> Result<Option<Policy>, sqlx::Error> {
    let query = sqlx::query(FIND).bind(id.to_string());
    query.fetch_optional(from).await?.as_ref().map(read).transpose()
}

/// Writes a policy as it has become.
pub(crate) async fn put(tx: &mut Tx, policy: &Policy) -> Result<(), sqlx::Error> {
    sqlx::query(PUT)
        .bind(policy.id.to_string())
        .bind(policy.content.name.clone())
        .bind(json(&policy.content)?)
        .bind(policy.version)
        .bind(policy.created_at.micros())
        .bind(policy.updated_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Removes a policy.
pub(crate) async fn remove(tx: &mut Tx, id: PolicyId) -> Result<(), sqlx::Error> {
    sqlx::query(REMOVE).bind(id.to_string()).execute(tx.connection()).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Policy, sqlx::Error> {
    let id: String = row.try_get("id")?;
    Ok(Policy {
        id: id.parse().map_err(|_| unreadable("id", &id))?,
        content: from_json(row, "content")?,
        version: row.try_get("version")?,
        created_at: Time::from_micros(row.try_get("created_at")?),
        updated_at: Time::from_micros(row.try_get("updated_at")?),
    })
}
