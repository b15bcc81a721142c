use db::DbError;
use kernel::{Page, Text, Time};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::resources::read_id;
use crate::{
    Direction, Relation, RelationId, RelationKind, ResourceId, ResourceName, ResourcesError,
    SeenRelation, model::Ties,
};

const BY_ID: &str = "
    SELECT id, kind, source_id, target_id, created_at
    FROM resources_relation
    WHERE id = $1 -- one row";

const SAME: &str = "
    SELECT id, kind, source_id, target_id, created_at
    FROM resources_relation
    WHERE kind = $1 AND source_id = $2 AND target_id = $3 -- one row";

const HAS_TARGET: &str = "
    SELECT COUNT(*)
    FROM resources_relation
    WHERE kind = $1 AND source_id = $2";

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

const OF_RESOURCE: &str = "
    SELECT relation.id AS id, relation.kind AS kind, 'forward' AS direction,
        word.forward_en AS wording_en, word.forward_zh AS wording_zh,
        other.id AS other_id, other.kind AS other_kind, other.name AS other_name
    FROM resources_relation relation
    JOIN resources_relation_kind word ON word.name = relation.kind
    JOIN resources_resource other ON other.id = relation.target_id
    WHERE relation.source_id = $1 AND relation.id > $2
    UNION ALL
    SELECT relation.id, relation.kind, 'backward',
        word.backward_en, word.backward_zh,
        other.id, other.kind, other.name
    FROM resources_relation relation
    JOIN resources_relation_kind word ON word.name = relation.kind
    JOIN resources_resource other ON other.id = relation.source_id
    WHERE relation.target_id = $3 AND relation.id > $4
    ORDER BY id
    LIMIT $5";

const INSERT: &str = "
    INSERT INTO resources_relation (id, kind, source_id, target_id, created_at)
    VALUES ($1, $2, $3, $4, $5)";

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
    let same = load_same(connection, &kind.name, from, to).await?.is_some();
    Ok(Ties { same, has_target: targets > 0, leads_back: back > 0 })
}

/// One more than the page holds of the relations of a resource, both ways, in the order of ids.
pub(crate) async fn relations_of(
    connection: &mut AnyConnection,
    id: ResourceId,
    page: &Page,
) -> Result<Vec<SeenRelation>, ResourcesError> {
    let (id, after) = (id.to_string(), page.after.clone().unwrap_or_default());
    let rows = sqlx::query(OF_RESOURCE)
        .bind(id.as_str())
        .bind(after.as_str())
        .bind(id.as_str())
        .bind(after.as_str())
        .bind(i64::from(page.limit) + 1)
        .fetch_all(connection)
        .await
        .map_err(DbError::from)?;
    rows.iter().map(read_seen).collect()
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

fn read(row: &AnyRow) -> Result<Relation, ResourcesError> {
    Ok(Relation {
        id: read_id(row, "id")?,
        kind: row.try_get("kind").map_err(DbError::from)?,
        from: read_id(row, "source_id")?,
        to: read_id(row, "target_id")?,
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
    })
}
