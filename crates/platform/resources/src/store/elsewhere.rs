use std::collections::BTreeSet;

use db::{DbError, Dialect, QueryBuilder};
use sqlx::{Any, AnyConnection};

const OF_UNITS: &str = "
    SELECT id
    FROM resources_resource -- limit follows
    WHERE COALESCE(region_id, '') <> '' AND ";

/// Whether a resource of one of these units is in a region of its own that is none of these.
pub(crate) async fn any_elsewhere(
    reader: &mut AnyConnection,
    dialect: Dialect,
    units: &BTreeSet<String>,
    regions: &BTreeSet<String>,
) -> Result<bool, DbError> {
    let mut query = QueryBuilder::<Any>::new(OF_UNITS);
    dialect.push_one_of(&mut query, "unit_id", units.iter().map(String::as_str));
    query.push(" AND NOT (");
    dialect.push_one_of(&mut query, "region_id", regions.iter().map(String::as_str));
    query.push(") LIMIT 1");
    let found: Option<String> = query.build_query_scalar().fetch_optional(reader).await?;
    Ok(found.is_some())
}
