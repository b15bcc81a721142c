use db::{DbError, Dialect, QueryBuilder};
use kernel::{Page, Scope, Time};
use sqlx::{Any, AnyConnection, Row as _, any::AnyRow};

use super::{
    kinds::{json, text as json_text},
    resources::{IDS_AT_ONCE, push_ids, read, read_id},
    visible::push_visible,
};
use crate::{AsOf, Resource, ResourceId, ResourcesError, Version, model::Stretch};

/// A resource has at most so many versions that are read at once.
const VERSIONS_MAX: i64 = 10_000;

const INSERT: &str = "
    INSERT INTO resources_version (
        resource_id, entry, version, valid_from, valid_to, recorded_at, recorded_by, kind, name,
        named_by_hand, description, attributes, origins, source, confidence, unit_id, region_id,
        life_cycle, tags, retired_at, merged_into, told)
    VALUES ($1,
        (SELECT COALESCE(MAX(entry), 0) + 1 FROM resources_version WHERE resource_id = $2),
        $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
        $22)";

const AHEAD: &str = "
    SELECT COUNT(*)
    FROM resources_version
    WHERE resource_id = $1 AND valid_from > $2";

// `updated_at` of a version is when it was recorded.
const COLUMNS: &str = "
    SELECT version.resource_id AS id, version.entry AS entry, version.valid_from AS valid_from,
        version.valid_to AS valid_to, version.recorded_at AS recorded_at,
        version.recorded_by AS recorded_by, version.kind AS kind, version.name AS name,
        version.named_by_hand AS named_by_hand, resource.identity AS identity,
        version.description AS description, version.attributes AS attributes,
        version.origins AS origins, version.source AS source, version.confidence AS confidence,
        version.unit_id AS unit_id, version.region_id AS region_id,
        version.life_cycle AS life_cycle, version.tags AS tags, version.retired_at AS retired_at,
        version.merged_into AS merged_into, version.told AS told, version.version AS version,
        resource.created_at AS created_at, version.recorded_at AS updated_at
    FROM resources_version version
    JOIN resources_resource resource ON resource.id = version.resource_id -- limit follows
    WHERE ";

const SPANS: &str = "
    SELECT entry, valid_from, valid_to
    FROM resources_version
    WHERE resource_id = $1 AND entry > $2
    ORDER BY entry
    LIMIT $3";

const MOVED: &str = "
    SELECT DISTINCT version.resource_id AS id
    FROM resources_version version -- limit follows
    WHERE version.valid_from > ";

/// Records that in a stretch of its life the resource is as it says.
pub(crate) async fn insert_version(
    connection: &mut AnyConnection,
    stretch: &Stretch,
    recorded_at: Time,
    recorded_by: &str,
) -> Result<(), DbError> {
    let Stretch { from, to, told, resource } = stretch;
    sqlx::query(INSERT)
        .bind(resource.id.to_string())
        .bind(resource.id.to_string())
        .bind(resource.version)
        .bind(from.micros())
        .bind(to.micros())
        .bind(recorded_at.micros())
        .bind(recorded_by)
        .bind(resource.kind.as_str())
        .bind(resource.name.as_str())
        .bind(i64::from(resource.named_by_hand))
        .bind(resource.description.as_str())
        .bind(json_text(&resource.attributes)?)
        .bind(json_text(&resource.origins)?)
        .bind(resource.source.name())
        .bind(resource.confidence)
        .bind(resource.unit_id.as_deref())
        .bind(resource.region_id.as_deref())
        .bind(resource.life_cycle.as_str())
        .bind(json_text(&resource.tags)?)
        .bind(resource.retired_at.map(Time::micros))
        .bind(resource.merged_into.map(|id| id.to_string()))
        .bind(json_text(told)?)
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether something is recorded of the resource that begins after `moment`.
pub(crate) async fn has_ahead(
    connection: &mut AnyConnection,
    id: ResourceId,
    moment: Time,
) -> Result<bool, DbError> {
    let query = sqlx::query_scalar::<_, i64>(AHEAD).bind(id.to_string()).bind(moment.micros());
    Ok(query.fetch_one(connection).await? > 0)
}

/// All that was recorded of a resource, in the order of recording.
pub(crate) async fn versions_of(
    connection: &mut AnyConnection,
    id: ResourceId,
) -> Result<Vec<Version>, ResourcesError> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push("version.resource_id = ").push_bind(id.to_string());
    query.push(" ORDER BY version.entry LIMIT ").push_bind(VERSIONS_MAX);
    let rows = query.build().fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(read_version).collect()
}

/// One more than the page holds of what was recorded of a resource, the latest first; pages by
/// the entry.
pub(crate) async fn history_of(
    connection: &mut AnyConnection,
    id: ResourceId,
    page: &Page,
) -> Result<Vec<Version>, ResourcesError> {
    let before = page.after.as_ref().and_then(|after| after.parse::<i64>().ok());
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push("version.resource_id = ").push_bind(id.to_string());
    query.push(" AND version.entry < ").push_bind(before.unwrap_or(i64::MAX));
    query.push(" ORDER BY version.entry DESC LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(read_version).collect()
}

/// From when until when each version is told to be so that was recorded after `entry`, by entries.
pub(crate) async fn spans_after(
    connection: &mut AnyConnection,
    id: ResourceId,
    entry: i64,
) -> Result<Vec<(i64, (Time, Time))>, ResourcesError> {
    let query = sqlx::query(SPANS).bind(id.to_string()).bind(entry).bind(VERSIONS_MAX);
    let rows = query.fetch_all(connection).await.map_err(DbError::from)?;
    let read = |row: &AnyRow| {
        let number = |column: &str| row.try_get::<i64, _>(column).map_err(DbError::from);
        let span =
            (Time::from_micros(number("valid_from")?), Time::from_micros(number("valid_to")?));
        Ok((number("entry")?, span))
    };
    rows.iter().map(read).collect()
}

/// The resources as they were, by `as_of`; those that were not there yet are left out.
pub(crate) async fn resources_as_of(
    connection: &mut AnyConnection,
    ids: &[ResourceId],
    as_of: AsOf,
) -> Result<Vec<Resource>, ResourcesError> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(IDS_AT_ONCE) {
        let mut query = QueryBuilder::<Any>::new(COLUMNS);
        push_ids(&mut query, "version.resource_id", ids);
        push_covers(&mut query, "version", as_of);
        query.push(
            " AND NOT EXISTS (
                SELECT 1
                FROM resources_version later
                WHERE later.resource_id = version.resource_id AND later.entry > version.entry",
        );
        push_covers(&mut query, "later", as_of);
        query.push(")");
        let rows = query.build().fetch_all(&mut *connection).await.map_err(DbError::from)?;
        for row in &rows {
            found.push(read(row)?);
        }
    }
    found.sort_by_key(|resource| resource.id);
    Ok(found)
}

/// One more than the page holds of the ids of resources of which something begins between `from`
/// and `to`, in their order.
pub(crate) async fn moved_between(
    connection: &mut AnyConnection,
    dialect: Dialect,
    scope: &Scope,
    (from, to): (Time, Time),
    kind: Option<&str>,
    page: &Page,
) -> Result<Vec<ResourceId>, ResourcesError> {
    let mut query = QueryBuilder::<Any>::new(MOVED);
    query.push_bind(from.micros());
    query.push(" AND version.valid_from <= ").push_bind(to.micros());
    query.push(" AND version.resource_id > ").push_bind(page.after.clone().unwrap_or_default());
    if let Some(kind) = kind {
        query.push(" AND version.kind = ").push_bind(kind.to_owned());
    }
    push_visible(&mut query, dialect, "version.resource_id", scope);
    query.push(" ORDER BY id LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(|row| read_id(row, "id")).collect()
}

/// Adds that the version `alias` covers that moment, as it was known.
pub(super) fn push_covers(query: &mut QueryBuilder<Any>, alias: &str, as_of: AsOf) {
    query.push(format!(" AND {alias}.valid_from <= ")).push_bind(as_of.valid_at.micros());
    query.push(format!(" AND {alias}.valid_to > ")).push_bind(as_of.valid_at.micros());
    query.push(format!(" AND {alias}.recorded_at <= ")).push_bind(as_of.known_at.micros());
}

fn read_version(row: &AnyRow) -> Result<Version, ResourcesError> {
    let number = |column: &str| row.try_get::<i64, _>(column).map_err(DbError::from);
    Ok(Version {
        entry: number("entry")?,
        valid_from: Time::from_micros(number("valid_from")?),
        valid_to: Time::from_micros(number("valid_to")?),
        recorded_at: Time::from_micros(number("recorded_at")?),
        recorded_by: row.try_get("recorded_by").map_err(DbError::from)?,
        told: json(row, "told")?,
        resource: read(row)?,
    })
}
