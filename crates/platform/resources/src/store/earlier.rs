use std::collections::HashMap;

use db::{DbError, QueryBuilder};
use kernel::Time;
use sqlx::{Any, AnyConnection, Row as _};

use super::resources::{IDS_AT_ONCE, push_ids, read_id};
use crate::{EarlierPlace, ResourceId, ResourcePlace, ResourcesError};

const EARLIER: &str = "
    SELECT resource_id, until, unit_id, region_id
    FROM (
        SELECT version.resource_id AS resource_id, version.unit_id AS unit_id,
            version.region_id AS region_id, resource.unit_id AS unit_now,
            resource.region_id AS region_now,
            LEAD(version.recorded_at) OVER (
                PARTITION BY version.resource_id ORDER BY version.entry) AS until
        -- all rows: the versions of those asked for
        FROM resources_version version
        JOIN resources_resource resource ON resource.id = version.resource_id
        WHERE ";

const ELSEWHERE: &str = ") placed
    WHERE until IS NOT NULL AND (COALESCE(unit_id, '') <> COALESCE(unit_now, '')
        OR COALESCE(region_id, '') <> COALESCE(region_now, ''))
    ORDER BY resource_id, until";

/// Where the resources were recorded to belong before they came to where they belong now, each in
/// the order of time.
pub(crate) async fn earlier_places(
    connection: &mut AnyConnection,
    ids: &[ResourceId],
) -> Result<HashMap<ResourceId, Vec<EarlierPlace>>, ResourcesError> {
    let mut found: HashMap<ResourceId, Vec<EarlierPlace>> = HashMap::new();
    for ids in ids.chunks(IDS_AT_ONCE) {
        let mut query = QueryBuilder::<Any>::new(EARLIER);
        push_ids(&mut query, "version.resource_id", ids);
        query.push(ELSEWHERE);
        let rows = query.build().fetch_all(&mut *connection).await.map_err(DbError::from)?;
        for row in &rows {
            let id: ResourceId = read_id(row, "resource_id")?;
            let text =
                |column: &str| -> Result<Option<String>, DbError> { Ok(row.try_get(column)?) };
            let place = ResourcePlace::new(id, text("unit_id")?, text("region_id")?);
            let until: i64 = row.try_get("until").map_err(DbError::from)?;
            let earlier = EarlierPlace { until: Time::from_micros(until), place };
            found.entry(id).or_default().push(earlier);
        }
    }
    Ok(found)
}
