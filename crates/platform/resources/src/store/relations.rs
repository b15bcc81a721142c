use db::{DbError, Dialect, QueryBuilder};
use kernel::{Page, Scope, Text, Time};
use sqlx::{Any, AnyConnection, Row as _, any::AnyRow};

use super::{
    resources::{read_id, read_source},
    visible::push_visible,
};
use crate::{
    Direction, Relation, RelationId, RelationKind, ResourceId, ResourceName, ResourcesError,
    SeenRelation, model::Ties,
};

const BY_ID: &str = "
    SELECT id, kind, source_id, target_id, source, confidence, weight, created_at
    FROM resources_relation
    WHERE id = $1 -- one row";

const SAME: &str = "
    SELECT id, kind, source_id, target_id, source, confidence, weight, created_at
    FROM resources_relation
    WHERE kind = $1 AND source_id = $2 AND target_id = $3 -- one row";

const HAS_TARGET: &str = "
    SELECT COUNT(*)
    FROM resources_relation
    WHERE kind = $1 AND source_id = $2";

const HAS_SOURCE: &str = "
    SELECT COUNT(*)
    FROM resources_relation
    WHERE kind = $1 AND target_id = $2";

const COLUMNS: &str = "
    SELECT id, kind, source_id, target_id, source, confidence, weight, created_at
    FROM resources_relation -- limit follows
    WHERE ";

// UNION forgets what it has seen: it ends even where the relations go in a circle.
const LEADS_BACK: &str = "
    WITH RECURSIVE onward (id) AS (
        SELECT target_id
        FROM resources_relation
        WHERE kind = $1 AND source_id = $2
        UNION
        SELECT relation.target_id
        FROM resources_relation relation
        JOIN onward ON onward.id = relation.source_id
        WHERE relation.kind = $3
    )
    SELECT COUNT(*)
    FROM onward
    WHERE id = $4";

// Both ways, each with the words for that way; a filter on the other end follows each half.
const FORWARD: &str = "
    SELECT relation.id AS id, relation.kind AS kind, 'forward' AS direction,
        word.forward_en AS wording_en, word.forward_zh AS wording_zh,
        relation.source AS source, relation.confidence AS confidence, relation.weight AS weight,
        relation.created_at AS created_at,
        other.id AS other_id, other.kind AS other_kind, other.name AS other_name
    FROM resources_relation relation
    JOIN resources_relation_kind word ON word.name = relation.kind
    JOIN resources_resource other ON other.id = relation.target_id -- limit follows
    WHERE relation.source_id = ";

const BACKWARD: &str = "
    UNION ALL
    SELECT relation.id, relation.kind, 'backward',
        word.backward_en, word.backward_zh,
        relation.source, relation.confidence, relation.weight, relation.created_at,
        other.id, other.kind, other.name
    FROM resources_relation relation
    JOIN resources_relation_kind word ON word.name = relation.kind
    JOIN resources_resource other ON other.id = relation.source_id
    WHERE relation.target_id = ";

const INSERT: &str = "
    INSERT INTO resources_relation (
        id, kind, source_id, target_id, source, confidence, weight, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

const DELETE: &str = "
    DELETE FROM resources_relation
    WHERE id = $1";

/// The relation with that id.
pub(crate) async fn load_relation(
    connection: &mut AnyConnection,
    id: RelationId,
) -> Result<Option<Relation>, ResourcesError> {
    let row = sqlx::query(BY_ID).bind(id.to_string()).fetch_optional(connection).await;
    row.map_err(DbError::from)?.as_ref().map(read).transpose()
}

/// The relation of that kind between these two.
pub(crate) async fn load_same(
    connection: &mut AnyConnection,
    kind: &str,
    from: ResourceId,
    to: ResourceId,
) -> Result<Option<Relation>, ResourcesError> {
    let row = sqlx::query(SAME)
        .bind(kind)
        .bind(from.to_string())
        .bind(to.to_string())
        .fetch_optional(connection)
        .await;
    row.map_err(DbError::from)?.as_ref().map(read).transpose()
}

/// What there is already between and around these two.
pub(crate) async fn ties(
    connection: &mut AnyConnection,
    kind: &RelationKind,
    from: ResourceId,
    to: ResourceId,
) -> Result<Ties, ResourcesError> {
    let (from_text, to_text) = (from.to_string(), to.to_string());
    let targets: i64 = sqlx::query_scalar(HAS_TARGET)
        .bind(kind.name.as_str())
        .bind(from_text.as_str())
        .fetch_one(&mut *connection)
        .await
        .map_err(DbError::from)?;
    let back: i64 = sqlx::query_scalar(LEADS_BACK)
        .bind(kind.name.as_str())
        .bind(to_text)
        .bind(kind.name.as_str())
        .bind(from_text)
        .fetch_one(&mut *connection)
        .await
        .map_err(DbError::from)?;
    let sources: i64 = sqlx::query_scalar(HAS_SOURCE)
        .bind(kind.name.as_str())
        .bind(to.to_string())
        .fetch_one(&mut *connection)
        .await
        .map_err(DbError::from)?;
    let same = load_same(connection, &kind.name, from, to).await?.is_some();
    Ok(Ties { same, has_target: targets > 0, has_source: sources > 0, leads_back: back > 0 })
}

/// One more than the page holds of the relations of a resource to those that `scope` covers, both
/// ways, in the order of ids.
pub(crate) async fn relations_of(
    connection: &mut AnyConnection,
    dialect: Dialect,
    scope: &Scope,
    id: ResourceId,
    page: &Page,
) -> Result<Vec<SeenRelation>, ResourcesError> {
    let mut query = QueryBuilder::<Any>::new(FORWARD);
    let (id, after) = (id.to_string(), page.after.clone().unwrap_or_default());
    query.push_bind(id.clone()).push(" AND relation.id > ").push_bind(after.clone());
    push_visible(&mut query, dialect, "other.id", scope);
    query.push(BACKWARD);
    query.push_bind(id).push(" AND relation.id > ").push_bind(after);
    push_visible(&mut query, dialect, "other.id", scope);
    query.push(" ORDER BY id LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(read_seen).collect()
}

/// At most `limit` relations that a resource is an end of, in the order of ids.
pub(crate) async fn relations_at(
    connection: &mut AnyConnection,
    id: ResourceId,
    limit: i64,
) -> Result<Vec<Relation>, ResourcesError> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push("source_id = ").push_bind(id.to_string());
    query.push(" OR target_id = ").push_bind(id.to_string());
    query.push(" ORDER BY id LIMIT ").push_bind(limit);
    let rows = query.build().fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
}

/// At most two relations of that kind that have this source: one that a new one replaces.
pub(crate) async fn relations_from(
    connection: &mut AnyConnection,
    kind: &str,
    from: ResourceId,
) -> Result<Vec<Relation>, ResourcesError> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push("source_id = ").push_bind(from.to_string());
    query.push(" AND kind = ").push_bind(kind.to_owned());
    query.push(" ORDER BY id LIMIT 2");
    let rows = query.build().fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
}

/// Writes a new relation.
pub(crate) async fn insert_relation(
    connection: &mut AnyConnection,
    relation: &Relation,
) -> Result<(), DbError> {
    sqlx::query(INSERT)
        .bind(relation.id.to_string())
        .bind(relation.kind.as_str())
        .bind(relation.from.to_string())
        .bind(relation.to.to_string())
        .bind(relation.source.name())
        .bind(relation.confidence)
        .bind(relation.weight)
        .bind(relation.created_at.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes a relation.
pub(crate) async fn delete_relation(
    connection: &mut AnyConnection,
    id: RelationId,
) -> Result<(), DbError> {
    sqlx::query(DELETE).bind(id.to_string()).execute(connection).await?;
    Ok(())
}

/// A relation from a row with its columns.
pub(super) fn read(row: &AnyRow) -> Result<Relation, ResourcesError> {
    Ok(Relation {
        id: read_id(row, "id")?,
        kind: row.try_get("kind").map_err(DbError::from)?,
        from: read_id(row, "source_id")?,
        to: read_id(row, "target_id")?,
        source: read_source(row)?,
        confidence: row.try_get("confidence").map_err(DbError::from)?,
        weight: row.try_get("weight").map_err(DbError::from)?,
        created_at: Time::from_micros(row.try_get("created_at").map_err(DbError::from)?),
    })
}

fn read_seen(row: &AnyRow) -> Result<SeenRelation, ResourcesError> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(DbError::from);
    let direction = match text("direction")?.as_str() {
        "forward" => Direction::Forward,
        _ => Direction::Backward,
    };
    let other = ResourceName {
        id: read_id(row, "other_id")?,
        kind: text("other_kind")?,
        name: text("other_name")?,
    };
    Ok(SeenRelation {
        id: read_id(row, "id")?,
        kind: text("kind")?,
        direction,
        wording: Text::new(text("wording_en")?, text("wording_zh")?),
        other,
        source: read_source(row)?,
        confidence: row.try_get("confidence").map_err(DbError::from)?,
        weight: row.try_get("weight").map_err(DbError::from)?,
        created_at: Time::from_micros(row.try_get("created_at").map_err(DbError::from)?),
    })
}
