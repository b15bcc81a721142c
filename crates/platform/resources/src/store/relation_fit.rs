use db::{DbError, Dialect, QueryBuilder};
use sqlx::{Any, AnyConnection};

use crate::{Cardinality, RelationKind};

const COUNT: &str = "
    SELECT COUNT(*)
    FROM resources_relation relation
    JOIN resources_resource source ON source.id = relation.source_id
    JOIN resources_resource target ON target.id = relation.target_id
    WHERE relation.kind = ";

const SECOND_TARGETS: &str = "
    SELECT COUNT(*)
    FROM resources_relation one
    JOIN resources_relation other
        ON other.source_id = one.source_id AND other.kind = one.kind AND other.id > one.id
    WHERE one.kind = $1";

const SECOND_SOURCES: &str = "
    SELECT COUNT(*)
    FROM resources_relation one
    JOIN resources_relation other
        ON other.target_id = one.target_id AND other.kind = one.kind AND other.id > one.id
    WHERE one.kind = $1";

// Pairs of which each reaches the other; UNION forgets what it has seen.
const CIRCLES: &str = "
    WITH RECURSIVE onward (first_id, id) AS (
        SELECT source_id, target_id
        FROM resources_relation
        WHERE kind = $1
        UNION
        SELECT onward.first_id, relation.target_id
        FROM resources_relation relation
        JOIN onward ON onward.id = relation.source_id
        WHERE relation.kind = $2
    )
    SELECT COUNT(*)
    FROM onward
    WHERE first_id = id";

/// How many relations contradict their kind as it is now; the ends are the names of all kinds
/// allowed, empty: any.
pub(crate) async fn relation_misfits(
    connection: &mut AnyConnection,
    dialect: Dialect,
    kind: &RelationKind,
    (sources, targets): &(Vec<String>, Vec<String>),
) -> Result<i64, DbError> {
    let mut misfits: i64 = 0;
    for (column, names) in [("source.kind", sources), ("target.kind", targets)] {
        if !names.is_empty() {
            let mut query = QueryBuilder::<Any>::new(COUNT);
            query.push_bind(kind.name.clone()).push(" AND NOT ");
            dialect.push_one_of(&mut query, column, names.iter().map(String::as_str));
            let count: i64 = query.build_query_scalar().fetch_one(&mut *connection).await?;
            misfits += count;
        }
    }
    for (limit, sql) in [(kind.targets, SECOND_TARGETS), (kind.sources, SECOND_SOURCES)] {
        if limit != Cardinality::Many {
            let query = sqlx::query_scalar::<_, i64>(sql).bind(kind.name.as_str());
            misfits += query.fetch_one(&mut *connection).await?;
        }
    }
    Ok(misfits)
}

/// Whether relations of that kind lead back to where they begin.
pub(crate) async fn has_circle(
    connection: &mut AnyConnection,
    kind: &str,
) -> Result<bool, DbError> {
    let query = sqlx::query_scalar::<_, i64>(CIRCLES).bind(kind).bind(kind);
    Ok(query.fetch_one(connection).await? > 0)
}
