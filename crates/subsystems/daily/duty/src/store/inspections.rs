use db::Tx;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{from_json, parsed, time, to_json};
use crate::model::inspection::{Inspection, InspectionId};

/// There are no more plans than this.
pub(crate) const INSPECTIONS_MAX: u32 = 2_000;

const FIND: &str = "
    SELECT id, draft, version, retired, created_at, changed_at, made_until
    FROM duty_inspection
    WHERE id = $1
    LIMIT 1";

const ALL: &str = "
    SELECT id, draft, version, retired, created_at, changed_at, made_until
    FROM duty_inspection
    WHERE retired = 0
    ORDER BY id
    LIMIT $1";

const INSERT: &str = "
    INSERT INTO duty_inspection (
        id, unit_id, draft, version, retired, created_at, changed_at, made_until)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

const UPDATE: &str = "
    UPDATE duty_inspection
    SET unit_id = $2, draft = $3, version = $4, retired = $5, changed_at = $6, made_until = $7
    WHERE id = $1";

/// The plan of that id.
pub(crate) async fn find<'e>(
    from: impl Executor<'e, Database = Any>,
    id: InspectionId,
) -> Result<Option<Inspection>, sqlx::Error> {
    let row = sqlx::query(FIND).bind(id.to_string()).fetch_optional(from).await?;
    row.as_ref().map(read).transpose()
}

/// All plans that are not given up, in the order they were made.
pub(crate) async fn all<'e>(
    from: impl Executor<'e, Database = Any>,
) -> Result<Vec<Inspection>, sqlx::Error> {
    let rows = sqlx::query(ALL).bind(i64::from(INSPECTIONS_MAX)).fetch_all(from).await?;
    rows.iter().map(read).collect()
}

/// Writes a new plan.
pub(crate) async fn insert(tx: &mut Tx, one: &Inspection) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(one.id.to_string())
        .bind(one.draft.unit_id.to_string())
        .bind(to_json(&one.draft)?)
        .bind(one.version)
        .bind(i64::from(one.retired))
        .bind(one.created_at.micros())
        .bind(one.changed_at.micros())
        .bind(one.made_until.to_string())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes what a plan has become.
pub(crate) async fn update(tx: &mut Tx, one: &Inspection) -> Result<(), sqlx::Error> {
    sqlx::query(UPDATE)
        .bind(one.id.to_string())
        .bind(one.draft.unit_id.to_string())
        .bind(to_json(&one.draft)?)
        .bind(one.version)
        .bind(i64::from(one.retired))
        .bind(one.changed_at.micros())
        .bind(one.made_until.to_string())
        .execute(tx.connection())
        .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Inspection, sqlx::Error> {
    Ok(Inspection {
        id: parsed(row, "id")?,
        draft: from_json(row, "draft")?,
        version: row.try_get("version")?,
        retired: row.try_get::<i64, _>("retired")? != 0,
        created_at: time(row, "created_at")?,
        changed_at: time(row, "changed_at")?,
        made_until: parsed(row, "made_until")?,
    })
}
