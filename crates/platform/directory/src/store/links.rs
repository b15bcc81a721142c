use db::DbError;
use kernel::Time;
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::kept::{read_id, read_text};
use crate::{DirectoryError, UnitId};

const INSERT: &str = "
    INSERT INTO directory_successor (unit_id, successor_id, how, effective_at, recorded_at)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (unit_id, successor_id) DO NOTHING";

const OF_UNIT: &str = "
    SELECT unit_id, successor_id, how, effective_at
    FROM directory_successor
    WHERE unit_id = $1 OR successor_id = $2
    ORDER BY effective_at, unit_id, successor_id
    LIMIT 1000";

const FORGET: &str = "
    DELETE FROM directory_successor
    WHERE (unit_id = $1 OR successor_id = $2) AND effective_at = $3";

/// That a unit took over from another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    /// The one before.
    pub(crate) unit: UnitId,
    /// The one after.
    pub(crate) successor: UnitId,
    /// `merge` or `split`.
    pub(crate) how: String,
    /// From when.
    pub(crate) effective_at: Time,
}

/// Writes that a unit took over from another one.
pub(crate) async fn insert_link(
    connection: &mut AnyConnection,
    link: &Link,
    now: Time,
) -> Result<(), DirectoryError> {
    sqlx::query(INSERT)
        .bind(link.unit.to_string())
        .bind(link.successor.to_string())
        .bind(link.how.as_str())
        .bind(link.effective_at.micros())
        .bind(now.micros())
        .execute(connection)
        .await
        .map_err(DbError::from)?;
    Ok(())
}

/// Forgets of whom the unit was to take over at that moment, and who was to take over from it.
pub(crate) async fn forget_links(
    connection: &mut AnyConnection,
    unit: UnitId,
    at: Time,
) -> Result<(), DirectoryError> {
    let id = unit.to_string();
    sqlx::query(FORGET)
        .bind(id.as_str())
        .bind(id.as_str())
        .bind(at.micros())
        .execute(connection)
        .await
        .map_err(DbError::from)?;
    Ok(())
}

/// From which units it took over, and which took over from it.
pub(crate) async fn links_of(
    connection: &mut AnyConnection,
    unit: UnitId,
) -> Result<Vec<Link>, DirectoryError> {
    let id = unit.to_string();
    let rows = sqlx::query(OF_UNIT)
        .bind(id.as_str())
        .bind(id.as_str())
        .fetch_all(connection)
        .await
        .map_err(DbError::from)?;
    let read = |row: &AnyRow| {
        Ok(Link {
            unit: read_id(row, "unit_id")?,
            successor: read_id(row, "successor_id")?,
            how: read_text(row, "how")?,
            effective_at: Time::from_micros(row.try_get("effective_at").map_err(DbError::from)?),
        })
    };
    rows.iter().map(read).collect()
}
