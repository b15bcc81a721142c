use db::Tx;
use kernel::Text;
use sqlx::{Row as _, any::AnyRow};

use super::{text, unreadable};
use crate::model::check_state::SeenState;

/// A check as its facts told of it: kept while it is not fine, so that a rule that is made or
/// changed later knows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SeenCheck {
    /// The check's id.
    pub(crate) check_id: String,
    /// Its name.
    pub(crate) check_name: String,
    /// The resource it asks.
    pub(crate) resource_id: String,
    /// The resource's name.
    pub(crate) resource_name: String,
    /// How it asks.
    pub(crate) protocol: String,
    /// How it certainly stands.
    pub(crate) state: SeenState,
    /// What it found.
    pub(crate) summary: Text,
    /// Whether it does not run at present.
    pub(crate) paused: bool,
}

const FIND: &str = "
    SELECT check_id, check_name, resource_id, resource_name, protocol, state, summary_en,
        summary_zh, paused
    FROM alerts_check
    WHERE check_id = $1
    LIMIT 1";

const ALL: &str = "
    SELECT check_id, check_name, resource_id, resource_name, protocol, state, summary_en,
        summary_zh, paused
    FROM alerts_check
    WHERE paused = 0
    ORDER BY check_id
    LIMIT $1";

const PUT: &str = "
    INSERT INTO alerts_check (
        check_id, check_name, resource_id, resource_name, protocol, state, summary_en, summary_zh,
        paused)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (check_id) DO UPDATE SET
        check_name = excluded.check_name, resource_id = excluded.resource_id,
        resource_name = excluded.resource_name, protocol = excluded.protocol,
        state = excluded.state, summary_en = excluded.summary_en,
        summary_zh = excluded.summary_zh, paused = excluded.paused";

const REMOVE: &str = "
    DELETE FROM alerts_check
    WHERE check_id = $1";

const REMOVE_OF_RESOURCE: &str = "
    DELETE FROM alerts_check
    WHERE resource_id = $1";

/// The check of that id, if it is not fine.
pub(crate) async fn find(tx: &mut Tx, check_id: &str) -> Result<Option<SeenCheck>, sqlx::Error> {
    let query = sqlx::query(FIND).bind(check_id.to_owned());
    query.fetch_optional(tx.connection()).await?.as_ref().map(read).transpose()
}

/// The checks that run and are not fine.
pub(crate) async fn all(tx: &mut Tx, limit: u32) -> Result<Vec<SeenCheck>, sqlx::Error> {
    let rows = sqlx::query(ALL).bind(i64::from(limit)).fetch_all(tx.connection()).await?;
    rows.iter().map(read).collect()
}

/// Remembers how a check stands.
pub(crate) async fn put(tx: &mut Tx, check: &SeenCheck) -> Result<(), sqlx::Error> {
    sqlx::query(PUT)
        .bind(check.check_id.clone())
        .bind(check.check_name.clone())
        .bind(check.resource_id.clone())
        .bind(check.resource_name.clone())
        .bind(check.protocol.clone())
        .bind(check.state.name())
        .bind(check.summary.en.clone())
        .bind(check.summary.zh.clone())
        .bind(i64::from(check.paused))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Forgets a check.
pub(crate) async fn remove(tx: &mut Tx, check_id: &str) -> Result<(), sqlx::Error> {
    sqlx::query(REMOVE).bind(check_id.to_owned()).execute(tx.connection()).await?;
    Ok(())
}

/// Forgets the checks of a resource.
pub(crate) async fn remove_of_resource(tx: &mut Tx, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query(REMOVE_OF_RESOURCE).bind(id.to_owned()).execute(tx.connection()).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<SeenCheck, sqlx::Error> {
    let state: String = row.try_get("state")?;
    Ok(SeenCheck {
        check_id: row.try_get("check_id")?,
        check_name: row.try_get("check_name")?,
        resource_id: row.try_get("resource_id")?,
        resource_name: row.try_get("resource_name")?,
        protocol: row.try_get("protocol")?,
        state: SeenState::from_name(&state).ok_or_else(|| unreadable("state", &state))?,
        summary: text(row, "summary")?,
        paused: row.try_get::<i64, _>("paused")? != 0,
    })
}
