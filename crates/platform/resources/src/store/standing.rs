use std::collections::HashMap;

use db::{DbError, QueryBuilder};
use sqlx::{Any, AnyConnection};

use super::resources::{IDS_AT_ONCE, read_id};
use crate::{ResourceId, ResourcesError};

const TURNED_OUT: &str = "
    SELECT id, merged_into
    FROM resources_resource -- all rows: one at most for each id asked for
    WHERE merged_into IS NOT NULL AND id IN (";

const WENT: &str = "
    SELECT gone_id
    FROM resources_merge
    WHERE kept_id = $1 AND undone_at IS NULL
    ORDER BY gone_id
    LIMIT $2";

/// Those of `ids` that turned out to be others, each with the next one.
pub(crate) async fn turned_out(
    connection: &mut AnyConnection,
    ids: &[ResourceId],
) -> Result<HashMap<ResourceId, ResourceId>, ResourcesError> {
    let mut found = HashMap::new();
    for ids in ids.chunks(IDS_AT_ONCE) {
        let mut query = QueryBuilder::<Any>::new(TURNED_OUT);
        let mut list = query.separated(", ");
        for id in ids {
            list.push_bind(id.to_string());
        }
        query.push(")");
        let rows = query.build().fetch_all(&mut *connection).await.map_err(DbError::from)?;
        for row in &rows {
            found.insert(read_id(row, "id")?, read_id(row, "merged_into")?);
        }
    }
    Ok(found)
}

/// Those that turned out to be the resource, at most `limit`.
pub(crate) async fn went_into(
    connection: &mut AnyConnection,
    kept: ResourceId,
    limit: i64,
) -> Result<Vec<ResourceId>, ResourcesError> {
    let query = sqlx::query(WENT).bind(kept.to_string()).bind(limit);
    let rows = query.fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(|row| read_id(row, "gone_id")).collect()
}
