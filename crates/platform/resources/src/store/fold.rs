use db::DbError;
use sqlx::AnyConnection;

use super::resources::read_id;
use crate::{
    Resource, ResourceId, ResourcesError,
    model::{FOLDED_AS, folded, searched},
};

const NOT_FOLDED: &str = "
    SELECT id
    FROM resources_resource
    WHERE folded_as < $1
    ORDER BY folded_as, id
    LIMIT $2";

const COUNT: &str = "
    SELECT COUNT(*)
    FROM resources_resource
    WHERE folded_as < $1";

const FOLD: &str = "
    UPDATE resources_resource
    SET folded = $1, folded_as = $2, searched = $3
    WHERE id = $4 AND version = $5";

/// At most `limit` resources of which what filters compare follows older rules.
pub(crate) async fn not_folded(
    connection: &mut AnyConnection,
    rules: i64,
    limit: usize,
) -> Result<Vec<ResourceId>, ResourcesError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = sqlx::query(NOT_FOLDED).bind(rules).bind(limit).fetch_all(connection).await;
    rows.map_err(DbError::from)?.iter().map(|row| read_id(row, "id")).collect()
}

/// How many there are of these.
pub(crate) async fn not_folded_count(
    connection: &mut AnyConnection,
    rules: i64,
) -> Result<u64, DbError> {
    let count: i64 = sqlx::query_scalar(COUNT).bind(rules).fetch_one(connection).await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Writes what filters compare of the resource.
pub(crate) async fn fold(
    connection: &mut AnyConnection,
    resource: &Resource,
) -> Result<(), DbError> {
    sqlx::query(FOLD)
        .bind(folded(resource).to_string())
        .bind(FOLDED_AS)
        .bind(searched(resource))
        .bind(resource.id.to_string())
        .bind(resource.version)
        .execute(connection)
        .await?;
    Ok(())
}
