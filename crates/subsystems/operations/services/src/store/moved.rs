use db::{DbError, Tx};
use kernel::Time;
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

const MOVE_HOST: &str = "
    UPDATE services_discovered
    SET host_resource_id = $2
    WHERE id = $1";

const DELETE: &str = "
    DELETE FROM services_discovered
    WHERE id = $1";

const DELETE_SUGGESTED_SINCE: &str = "
    DELETE FROM services_discovered
    WHERE host_resource_id = $1 AND state = 'suggested' AND first_seen_at >= $2";

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
    VALUES ($1, $2)
    ON CONFLICT (merge_id, discovered_id) DO NOTHING";

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

/// Lets a service be one of another host.
pub(crate) async fn move_host(
    tx: &mut Tx,
    id: DiscoveredId,
    host: ResourceId,
) -> Result<(), DbError> {
    let query = sqlx::query(MOVE_HOST).bind(id.to_string()).bind(host.to_string());
    query.execute(tx.connection()).await?;
    Ok(())
}

/// Forgets a service.
pub(crate) async fn delete(tx: &mut Tx, id: DiscoveredId) -> Result<(), DbError> {
    sqlx::query(DELETE).bind(id.to_string()).execute(tx.connection()).await?;
    Ok(())
}

/// Forgets what was found on the host since a moment and nobody has decided about.
pub(crate) async fn delete_suggested_since(
    tx: &mut Tx,
    host: ResourceId,
    since: Time,
) -> Result<(), DbError> {
    let query = sqlx::query(DELETE_SUGGESTED_SINCE).bind(host.to_string()).bind(since.micros());
    query.execute(tx.connection()).await?;
    Ok(())
}
