use db::Tx;
use directory::UnitId;
use kernel::Time;
use sqlx::AnyConnection;

use super::parsed;
use crate::model::roster::RosterId;

const FIND: &str = "
    SELECT roster_id
    FROM duty_import
    WHERE unit_id = $1 AND source = $2
    LIMIT 1";

const PUT: &str = "
    INSERT INTO duty_import (unit_id, source, roster_id, imported_at)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (unit_id, source) DO UPDATE
    SET roster_id = $3, imported_at = $4";

/// The roster that a schedule was taken over into.
pub(crate) async fn find(
    connection: &mut AnyConnection,
    (unit, source): (UnitId, &str),
) -> Result<Option<RosterId>, sqlx::Error> {
    let row = sqlx::query(FIND)
        .bind(unit.to_string())
        .bind(source.to_owned())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(|row| parsed(row, "roster_id")).transpose()
}

/// Keeps which roster a schedule was taken over into.
pub(crate) async fn put(
    tx: &mut Tx,
    (unit, source): (UnitId, &str),
    roster: RosterId,
    now: Time,
) -> Result<(), sqlx::Error> {
    sqlx::query(PUT)
        .bind(unit.to_string())
        .bind(source.to_owned())
        .bind(roster.to_string())
        .bind(now.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}
