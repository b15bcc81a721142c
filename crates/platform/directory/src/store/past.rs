use std::collections::HashMap;

use db::DbError;
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::kept::read_text;
use crate::{
    DirectoryError,
    model::{InTree, Told},
};

const UNITS: &str = "
    SELECT id, parent_id, region_id, valid_from, valid_to, recorded_at, superseded_at
    FROM directory_unit -- all rows: those of the units that were ever elsewhere
    WHERE valid_from < valid_to AND id IN (
        SELECT id
        FROM directory_unit
        GROUP BY id
        HAVING COUNT(DISTINCT COALESCE(parent_id, '')) > 1
            OR COUNT(DISTINCT COALESCE(region_id, '')) > 1)
    ORDER BY id, version, valid_from";

const REGIONS: &str = "
    SELECT id, parent_id, CAST(NULL AS TEXT) AS region_id, valid_from, valid_to, recorded_at,
        superseded_at
    FROM directory_region -- all rows: those of the regions that were ever elsewhere
    WHERE valid_from < valid_to AND id IN (
        SELECT id
        FROM directory_region
        GROUP BY id
        HAVING COUNT(DISTINCT COALESCE(parent_id, '')) > 1)
    ORDER BY id, version, valid_from";

/// All that was ever known of where those units were that were ever elsewhere, by their ids.
pub(crate) async fn units_told(
    connection: &mut AnyConnection,
) -> Result<HashMap<String, Vec<Told>>, DirectoryError> {
    told(connection, UNITS).await
}

/// The same of regions.
pub(crate) async fn regions_told(
    connection: &mut AnyConnection,
) -> Result<HashMap<String, Vec<Told>>, DirectoryError> {
    told(connection, REGIONS).await
}

async fn told(
    connection: &mut AnyConnection,
    sql: &'static str,
) -> Result<HashMap<String, Vec<Told>>, DirectoryError> {
    let rows = sqlx::query(sql).fetch_all(connection).await.map_err(DbError::from)?;
    let mut told: HashMap<String, Vec<Told>> = HashMap::new();
    for row in &rows {
        told.entry(read_text(row, "id")?).or_default().push(read(row).map_err(DbError::from)?);
    }
    Ok(told)
}

fn read(row: &AnyRow) -> Result<Told, sqlx::Error> {
    Ok(Told {
        from: row.try_get("valid_from")?,
        to: row.try_get("valid_to")?,
        known_from: row.try_get("recorded_at")?,
        known_to: row.try_get("superseded_at")?,
        place: InTree { parent: row.try_get("parent_id")?, region: row.try_get("region_id")? },
    })
}
