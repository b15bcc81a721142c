use db::{Db, DbError, QueryBuilder};
use kernel::{Page, Scope, Time};
use probe::model::ResourceId;
use resources::push_visible;
use sqlx::{Any, AnyConnection, Executor};

use super::read::{addresses_text, from_row, process_text, suggestion_text};
use crate::{
    error::ServicesError,
    model::{Discovered, DiscoveredId, DiscoveryState, confidence_name},
};

const BY_ID: &str = "
    SELECT id, host_resource_id, proto, port, name, addresses, process, kind, title_en, title_zh,
        confidence, suggested_check, state, listening, resource_id, check_id, first_seen_at,
        last_seen_at
    FROM services_discovered
    WHERE id = $1
    LIMIT 1";

const OF_HOST: &str = "
    SELECT id, host_resource_id, proto, port, name, addresses, process, kind, title_en, title_zh,
        confidence, suggested_check, state, listening, resource_id, check_id, first_seen_at,
        last_seen_at
    FROM services_discovered
    WHERE host_resource_id = $1
    ORDER BY id
    LIMIT $2";

const WAITING: &str = "
    SELECT id, host_resource_id, proto, port, name, addresses, process, kind, title_en, title_zh,
        confidence, suggested_check, state, listening, resource_id, check_id, first_seen_at,
        last_seen_at
    FROM services_discovered
    WHERE state = 'suggested' AND listening = 1 AND host_resource_id = $1
    ORDER BY id
    LIMIT $2";

const LIST: &str = "
    SELECT id, host_resource_id, proto, port, name, addresses, process, kind, title_en, title_zh,
        confidence, suggested_check, state, listening, resource_id, check_id, first_seen_at,
        last_seen_at
    FROM services_discovered
    -- limit follows
";

const INSERT: &str = "
    INSERT INTO services_discovered (
        id, host_resource_id, proto, port, name, addresses, process, kind, title_en, title_zh,
        confidence, suggested_check, state, listening, resource_id, check_id, first_seen_at,
        last_seen_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";

const SAVE_SIGHT: &str = "
    UPDATE services_discovered
    SET addresses = $2, process = $3, kind = $4, title_en = $5, title_zh = $6, confidence = $7,
        suggested_check = $8, listening = $9, last_seen_at = $10
    WHERE id = $1";

const SAVE_DECISION: &str = "
    UPDATE services_discovered
    SET state = $2, resource_id = $3, check_id = $4
    WHERE id = $1";

const TOUCH: &str = "
    UPDATE services_discovered
    SET last_seen_at = $2
    WHERE id = $1";

const DELETE_FORGOTTEN: &str = "
    DELETE FROM services_discovered
    WHERE host_resource_id = $1 AND state = 'suggested' AND listening = 0 AND last_seen_at < $2";

/// The service with that id.
///
/// Errors: [`ServicesError::ServiceNotFound`].
pub(crate) async fn find(
    connection: &mut AnyConnection,
    id: DiscoveredId,
) -> Result<Discovered, ServicesError> {
    let row = sqlx::query(BY_ID).bind(id.to_string()).fetch_optional(connection).await;
    let row = row.map_err(DbError::from)?;
    row.as_ref().map(from_row).transpose()?.ok_or(ServicesError::ServiceNotFound { id })
}

/// The services of a host, at most `limit`.
pub(crate) async fn of_host<'e>(
    from: impl Executor<'e, Database = Any>,
    host: ResourceId,
    limit: u32,
) -> Result<Vec<Discovered>, ServicesError> {
    let query = sqlx::query(OF_HOST).bind(host.to_string()).bind(i64::from(limit));
    let rows = query.fetch_all(from).await.map_err(DbError::from)?;
    rows.iter().map(from_row).collect()
}

/// The host's services that listen and wait for a decision, oldest first, at most `limit`.
pub(crate) async fn waiting(
    connection: &mut AnyConnection,
    host: ResourceId,
    limit: u32,
) -> Result<Vec<Discovered>, ServicesError> {
    let query = sqlx::query(WAITING).bind(host.to_string()).bind(i64::from(limit));
    let rows = query.fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(from_row).collect()
}

/// One more than the page holds, in the order in which they were found.
pub(crate) async fn list(
    db: &Db,
    scope: &Scope,
    state: Option<DiscoveryState>,
    page: &Page,
) -> Result<Vec<Discovered>, ServicesError> {
    let mut query = QueryBuilder::<Any>::new(LIST);
    query.push(" WHERE id > ").push_bind(page.after.clone().unwrap_or_default());
    if let Some(state) = state {
        query.push(" AND state = ").push_bind(state.name());
    }
    push_visible(&mut query, db.dialect(), "host_resource_id", scope);
    query.push(" ORDER BY id LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(db.reader()).await.map_err(DbError::from)?;
    rows.iter().map(from_row).collect()
}

/// Writes a service that was just found.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    item: &Discovered,
) -> Result<(), DbError> {
    sqlx::query(INSERT)
        .bind(item.id.to_string())
        .bind(item.host_resource_id.to_string())
        .bind(item.key.proto)
        .bind(i64::from(item.key.port))
        .bind(item.key.name.as_str())
        .bind(addresses_text(item)?)
        .bind(process_text(item)?)
        .bind(item.kind.as_str())
        .bind(item.title.en.as_str())
        .bind(item.title.zh.as_str())
        .bind(confidence_name(item.confidence))
        .bind(suggestion_text(item)?)
        .bind(item.state.name())
        .bind(i64::from(item.listening))
        .bind(item.resource_id.map(|id| id.to_string()))
        .bind(item.check_id.map(|id| id.to_string()))
        .bind(item.first_seen_at.micros())
        .bind(item.last_seen_at.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes what a scan sees of a service, and nothing of what people decided.
pub(crate) async fn save_sight(
    connection: &mut AnyConnection,
    item: &Discovered,
) -> Result<(), DbError> {
    sqlx::query(SAVE_SIGHT)
        .bind(item.id.to_string())
        .bind(addresses_text(item)?)
        .bind(process_text(item)?)
        .bind(item.kind.as_str())
        .bind(item.title.en.as_str())
        .bind(item.title.zh.as_str())
        .bind(confidence_name(item.confidence))
        .bind(suggestion_text(item)?)
        .bind(i64::from(item.listening))
        .bind(item.last_seen_at.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes what was decided about a service.
pub(crate) async fn save_decision(
    connection: &mut AnyConnection,
    item: &Discovered,
) -> Result<(), DbError> {
    sqlx::query(SAVE_DECISION)
        .bind(item.id.to_string())
        .bind(item.state.name())
        .bind(item.resource_id.map(|id| id.to_string()))
        .bind(item.check_id.map(|id| id.to_string()))
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes when a service was last seen.
pub(crate) async fn touch(
    connection: &mut AnyConnection,
    id: DiscoveredId,
    at: Time,
) -> Result<(), DbError> {
    sqlx::query(TOUCH).bind(id.to_string()).bind(at.micros()).execute(connection).await?;
    Ok(())
}

/// Forgets services that nobody decided about and that were last seen before `before`.
pub(crate) async fn delete_forgotten(
    connection: &mut AnyConnection,
    host: ResourceId,
    before: Time,
) -> Result<(), DbError> {
    let query = sqlx::query(DELETE_FORGOTTEN).bind(host.to_string()).bind(before.micros());
    query.execute(connection).await?;
    Ok(())
}
