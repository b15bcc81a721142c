use db::Tx;
use kernel::Time;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{from_json, parsed, time, to_json};
use crate::model::roster::{Roster, RosterId};

/// There are no more rosters than this.
pub(crate) const ROSTERS_MAX: u32 = 2_000;

const FIND: &str = "
    SELECT id, draft, version, revision, retired, created_at, changed_at, frozen_until
    FROM duty_roster
    WHERE id = $1
    LIMIT 1";

const ALL: &str = "
    SELECT id, draft, version, revision, retired, created_at, changed_at, frozen_until
    FROM duty_roster
    WHERE retired = 0
    ORDER BY id
    LIMIT $1";

const INSERT: &str = "
    INSERT INTO duty_roster (
        id, unit_id, draft, version, revision, retired, created_at, changed_at, frozen_until)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

const UPDATE: &str = "
    UPDATE duty_roster
    SET unit_id = $2, draft = $3, version = $4, revision = $5, retired = $6, changed_at = $7,
        frozen_until = $8
    WHERE id = $1";

const INSERT_VERSION: &str = "
    INSERT INTO duty_version (roster_id, version, draft, said_at, said_by)
    VALUES ($1, $2, $3, $4, $5)";

const VERSIONS: &str = "
    SELECT version, draft, said_at, said_by
    FROM duty_version
    WHERE roster_id = $1
    ORDER BY version DESC
    LIMIT $2";

/// What a roster said from a moment on.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    pub(crate) version: i64,
    pub(crate) draft: crate::model::roster::RosterDraft,
    pub(crate) said_at: Time,
    pub(crate) said_by: String,
}

/// The roster of that id.
pub(crate) async fn find<'e>(
    from: impl Executor<'e, Database = Any>,
    id: RosterId,
) -> Result<Option<Roster>, sqlx::Error> {
    let row = sqlx::query(FIND).bind(id.to_string()).fetch_optional(from).await?;
    row.as_ref().map(read).transpose()
}

/// All rosters that are not given up, in the order they were made.
pub(crate) async fn all<'e>(
    from: impl Executor<'e, Database = Any>,
) -> Result<Vec<Roster>, sqlx::Error> {
    let rows = sqlx::query(ALL).bind(i64::from(ROSTERS_MAX)).fetch_all(from).await?;
    rows.iter().map(read).collect()
}

/// Writes a new roster.
pub(crate) async fn insert(tx: &mut Tx, roster: &Roster) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(roster.id.to_string())
        .bind(roster.draft.unit_id.to_string())
        .bind(to_json(&roster.draft)?)
        .bind(roster.version)
        .bind(roster.revision)
        .bind(i64::from(roster.retired))
        .bind(roster.created_at.micros())
        .bind(roster.changed_at.micros())
        .bind(roster.frozen_until.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes what a roster has become.
pub(crate) async fn update(tx: &mut Tx, roster: &Roster) -> Result<(), sqlx::Error> {
    sqlx::query(UPDATE)
        .bind(roster.id.to_string())
        .bind(roster.draft.unit_id.to_string())
        .bind(to_json(&roster.draft)?)
        .bind(roster.version)
        .bind(roster.revision)
        .bind(i64::from(roster.retired))
        .bind(roster.changed_at.micros())
        .bind(roster.frozen_until.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Keeps what a roster says from now on.
pub(crate) async fn insert_version(
    tx: &mut Tx,
    roster: &Roster,
    said_by: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT_VERSION)
        .bind(roster.id.to_string())
        .bind(roster.version)
        .bind(to_json(&roster.draft)?)
        .bind(roster.changed_at.micros())
        .bind(said_by.to_owned())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// What a roster said, the newest first.
pub(crate) async fn versions<'e>(
    from: impl Executor<'e, Database = Any>,
    id: RosterId,
    limit: u32,
) -> Result<Vec<Version>, sqlx::Error> {
    let rows =
        sqlx::query(VERSIONS).bind(id.to_string()).bind(i64::from(limit)).fetch_all(from).await?;
    let read = |row: &AnyRow| {
        Ok(Version {
            version: row.try_get("version")?,
            draft: from_json(row, "draft")?,
            said_at: time(row, "said_at")?,
            said_by: row.try_get("said_by")?,
        })
    };
    rows.iter().map(read).collect()
}

fn read(row: &AnyRow) -> Result<Roster, sqlx::Error> {
    Ok(Roster {
        id: parsed(row, "id")?,
        draft: from_json(row, "draft")?,
        version: row.try_get("version")?,
        revision: row.try_get("revision")?,
        retired: row.try_get::<i64, _>("retired")? != 0,
        created_at: time(row, "created_at")?,
        changed_at: time(row, "changed_at")?,
        frozen_until: time(row, "frozen_until")?,
    })
}
