use db::{DbError, Tx};
use probe::model::ResourceId;

use super::read::from_row;
use crate::{
    error::ServicesError,
    model::{Discovered, DiscoveredId},
};

const OF_RESOURCE: &str = "
    SELECT id, host_resource_id, proto, port, name, addresses, process, kind, title_en, title_zh,
        confidence, suggested_check, state, listening, resource_id, check_id, first_seen_at,
        last_seen_at
    FROM services_discovered
    WHERE resource_id = $1
    ORDER BY id
    LIMIT $2";

const OF_MERGE: &str = "
    SELECT id, host_resource_id, proto, port, name, addresses, process, kind, title_en, title_zh,
        confidence, suggested_check, state, listening, resource_id, check_id, first_seen_at,
        last_seen_at
    FROM services_discovered
    WHERE id IN (SELECT discovered_id FROM services_moved WHERE merge_id = $1)
    ORDER BY id
    LIMIT $2";

const INSERT: &str = "
    INSERT INTO services_moved (merge_id, discovered_id)
    VALUES ($1, $2)";

const FORGET: &str = "
    DELETE FROM services_moved
    WHERE merge_id = $1";

/// The discovered services that became the resource, at most `limit`.
pub(crate) async fn of_resource(
    tx: &mut Tx,
    resource_id: ResourceId,
    limit: u32,
) -> Result<Vec<Discovered>, ServicesError> {
    let query = sqlx::query(OF_RESOURCE).bind(resource_id.to_string()).bind(i64::from(limit));
    let rows = query.fetch_all(tx.connection()).await.map_err(DbError::from)?;
    rows.iter().map(from_row).collect()
}

/// Those that went to another resource with a merge.
pub(crate) async fn of_merge(
    tx: &mut Tx,
    merge: &str,
    limit: u32,
) -> Result<Vec<Discovered>, ServicesError> {
    let query = sqlx::query(OF_MERGE).bind(merge).bind(i64::from(limit));
    let rows = query.fetch_all(tx.connection()).await.map_err(DbError::from)?;
    rows.iter().map(from_row).collect()
}

/// Remembers that a service went with a merge.
pub(crate) async fn insert(tx: &mut Tx, merge: &str, id: DiscoveredId) -> Result<(), DbError> {
    let query = sqlx::query(INSERT).bind(merge).bind(id.to_string());
    query.execute(tx.connection()).await?;
    Ok(())
}

/// Forgets what went with a merge.
pub(crate) async fn forget(tx: &mut Tx, merge: &str) -> Result<(), DbError> {
    sqlx::query(FORGET).bind(merge).execute(tx.connection()).await?;
    Ok(())
}
