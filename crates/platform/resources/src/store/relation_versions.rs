use db::{DbError, QueryBuilder};
use kernel::Time;
use sqlx::{Any, AnyConnection, Row as _, any::AnyRow};

use super::{
    relations,
    resources::{IDS_AT_ONCE, push_ids},
    versions::push_covers,
};
use crate::{AsOf, FOREVER, Relation, RelationVersion, ResourceId, ResourcesError};

/// At most so many relations of a set of resources are read at once.
const RELATIONS_MAX: i64 = 50_000;

const INSERT: &str = "
    INSERT INTO resources_relation_version (
        relation_id, entry, kind, source_id, target_id, present, valid_from, valid_to, recorded_at,
        recorded_by, source, confidence, weight, created_at)
    VALUES ($1,
        (SELECT COALESCE(MAX(entry), 0) + 1 FROM resources_relation_version WHERE relation_id = $2),
        $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

const COLUMNS: &str = "
    SELECT version.relation_id AS id, version.entry AS entry, version.kind AS kind,
        version.source_id AS source_id, version.target_id AS target_id,
        version.present AS present, version.valid_from AS valid_from,
        version.valid_to AS valid_to, version.recorded_at AS recorded_at,
        version.recorded_by AS recorded_by, version.source AS source,
        version.confidence AS confidence, version.weight AS weight,
        version.created_at AS created_at
    FROM resources_relation_version version -- limit follows
    WHERE ";

/// What is recorded of a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// It is there.
    There,
    /// It has ended.
    Ended,
}

/// Records that from `from` on the relation is there, or has ended.
pub(crate) async fn insert_relation_version(
    connection: &mut AnyConnection,
    relation: &Relation,
    presence: Presence,
    from: Time,
    recorded_at: Time,
    recorded_by: &str,
) -> Result<(), DbError> {
    sqlx::query(INSERT)
        .bind(relation.id.to_string())
        .bind(relation.id.to_string())
        .bind(relation.kind.as_str())
        .bind(relation.from.to_string())
        .bind(relation.to.to_string())
        .bind(i64::from(presence == Presence::There))
        .bind(from.micros())
        .bind(FOREVER.micros())
        .bind(recorded_at.micros())
        .bind(recorded_by)
        .bind(relation.source.name())
        .bind(relation.confidence)
        .bind(relation.weight)
        .bind(relation.created_at.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// The relations that have an end among `ids`, as they were by `as_of`, in the order of ids.
pub(crate) async fn relations_as_of(
    connection: &mut AnyConnection,
    ids: &[ResourceId],
    as_of: AsOf,
) -> Result<Vec<Relation>, ResourcesError> {
    let mut found = Vec::new();
    for end in ["version.source_id", "version.target_id"] {
        for ids in ids.chunks(IDS_AT_ONCE) {
            let mut query = QueryBuilder::<Any>::new(COLUMNS);
            push_ids(&mut query, end, ids);
            query.push(" AND version.present = 1");
            push_covers(&mut query, "version", as_of);
            query.push(
                " AND NOT EXISTS (
                    SELECT 1
                    FROM resources_relation_version later
                    WHERE later.relation_id = version.relation_id AND later.entry > version.entry",
            );
            push_covers(&mut query, "later", as_of);
            query.push(") ORDER BY version.relation_id LIMIT ").push_bind(RELATIONS_MAX);
            let rows = query.build().fetch_all(&mut *connection).await.map_err(DbError::from)?;
            for row in &rows {
                found.push(relations::read(row)?);
            }
        }
    }
    found.sort_by_key(|relation| relation.id);
    found.dedup_by_key(|relation| relation.id);
    Ok(found)
}

/// All that was recorded of the relations of a resource, the latest first, at most `limit`.
pub(crate) async fn relation_history(
    connection: &mut AnyConnection,
    id: ResourceId,
    limit: i64,
) -> Result<Vec<RelationVersion>, ResourcesError> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push("version.source_id = ").push_bind(id.to_string());
    query.push(" OR version.target_id = ").push_bind(id.to_string());
    query
        .push(" ORDER BY version.recorded_at DESC, version.relation_id, version.entry DESC LIMIT ");
    query.push_bind(limit);
    let rows = query.build().fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(read_version).collect()
}

fn read_version(row: &AnyRow) -> Result<RelationVersion, ResourcesError> {
    let number = |column: &str| row.try_get::<i64, _>(column).map_err(DbError::from);
    Ok(RelationVersion {
        entry: number("entry")?,
        present: number("present")? != 0,
        valid_from: Time::from_micros(number("valid_from")?),
        valid_to: Time::from_micros(number("valid_to")?),
        recorded_at: Time::from_micros(number("recorded_at")?),
        recorded_by: row.try_get("recorded_by").map_err(DbError::from)?,
        relation: relations::read(row)?,
    })
}
