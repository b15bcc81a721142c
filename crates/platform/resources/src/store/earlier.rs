use std::collections::HashMap;

use db::{DbError, QueryBuilder};
use kernel::Time;
use sqlx::{Any, AnyConnection, Row as _};

use super::resources::{IDS_AT_ONCE, push_ids, read_id};
use crate::{Resource, ResourceId, ResourcePlace, ResourcesError};

const LEAVE: &str = "
    INSERT INTO resources_earlier_place (resource_id, version, left_at, unit_id, region_id)
    VALUES ($1, $2, $3, $4, $5)";

const EARLIER: &str = "
    SELECT resource_id, left_at, unit_id, region_id
    FROM resources_earlier_place -- all rows: the moves of those asked for
    WHERE ";

/// Notes that the resource belonged where it did until `left_at`.
pub(crate) async fn note_left(
    connection: &mut AnyConnection,
    before: &Resource,
    left_at: Time,
) -> Result<(), DbError> {
    sqlx::query(LEAVE)
        .bind(before.id.to_string())
        .bind(before.version)
        .bind(left_at.micros())
        .bind(before.unit_id.as_deref())
        .bind(before.region_id.as_deref())
        .execute(connection)
        .await?;
    Ok(())
}

/// Where the resources belonged before they came to where they belong now, and until when, each
/// in the order of time.
pub(crate) async fn earlier_places(
    connection: &mut AnyConnection,
    ids: &[ResourceId],
) -> Result<HashMap<ResourceId, Vec<(Time, ResourcePlace)>>, ResourcesError> {
    let mut found: HashMap<ResourceId, Vec<(Time, ResourcePlace)>> = HashMap::new();
    for ids in ids.chunks(IDS_AT_ONCE) {
        let mut query = QueryBuilder::<Any>::new(EARLIER);
        push_ids(&mut query, "resource_id", ids);
        query.push(" ORDER BY resource_id, left_at, version");
        let rows = query.build().fetch_all(&mut *connection).await.map_err(DbError::from)?;
        for row in &rows {
            let id: ResourceId = read_id(row, "resource_id")?;
            let text =
                |column: &str| -> Result<Option<String>, DbError> { Ok(row.try_get(column)?) };
            let place = ResourcePlace::new(id, text("unit_id")?, text("region_id")?);
            let left_at: i64 = row.try_get("left_at").map_err(DbError::from)?;
            found.entry(id).or_default().push((Time::from_micros(left_at), place));
        }
    }
    Ok(found)
}
