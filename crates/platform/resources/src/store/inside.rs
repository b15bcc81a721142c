use db::DbError;
use kernel::Time;
use sqlx::AnyConnection;

use super::resources::read_id;
use crate::{ResourceId, ResourcesError};

const IN_UNIT: &str = "
    SELECT DISTINCT resource_id
    FROM resources_version
    WHERE unit_id = $1 AND valid_to > $2
    ORDER BY resource_id
    LIMIT $3";

const IN_REGION: &str = "
    SELECT DISTINCT resource_id
    FROM resources_version
    WHERE region_id = $1 AND valid_to > $2
    ORDER BY resource_id
    LIMIT $3";

/// What versions name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    /// The unit with that id.
    Unit(String),
    /// The region with that id.
    Region(String),
}

/// The resources of which something was told that names it and holds after `from`, also what has
/// been overtaken since.
pub(crate) async fn told_to_be_in(
    connection: &mut AnyConnection,
    named: &Named,
    from: Time,
    limit: i64,
) -> Result<Vec<ResourceId>, ResourcesError> {
    let (sql, id) = match named {
        Named::Unit(id) => (IN_UNIT, id),
        Named::Region(id) => (IN_REGION, id),
    };
    let query = sqlx::query(sql).bind(id.as_str()).bind(from.micros()).bind(limit);
    let rows = query.fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(|row| read_id(row, "resource_id")).collect()
}
