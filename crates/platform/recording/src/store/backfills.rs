use db::Tx;
use kernel::Time;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::unreadable;
use crate::model::{
    backfill::{Backfill, BackfillId, BackfillState},
    groups::RuleGroupsId,
};

const FIND: &str = "
    SELECT id, groups_id, groups_name, group_name, rules, state, from_ms, next_ms, to_ms, samples,
        refused, message, created_at, updated_at
    FROM recording_backfill
    WHERE id = $1
    LIMIT 1";

const IN_STATE: &str = "
    SELECT id, groups_id, groups_name, group_name, rules, state, from_ms, next_ms, to_ms, samples,
        refused, message, created_at, updated_at
    FROM recording_backfill
    WHERE state = $1
    ORDER BY id
    LIMIT $2";

const OF_GROUPS: &str = "
    SELECT id, groups_id, groups_name, group_name, rules, state, from_ms, next_ms, to_ms, samples,
        refused, message, created_at, updated_at
    FROM recording_backfill
    WHERE groups_id = $1
    ORDER BY id DESC
    LIMIT $2";

const INSERT: &str = "
    INSERT INTO recording_backfill (
        id, groups_id, groups_name, group_name, rules, state, from_ms, next_ms, to_ms, samples,
        refused, message, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

const UPDATE: &str = "
    UPDATE recording_backfill
    SET state = $2, next_ms = $3, samples = $4, refused = $5, message = $6, updated_at = $7
    WHERE id = $1";

const FORGET: &str = "
    DELETE FROM recording_backfill
    WHERE state <> 'running' AND updated_at < $1";

/// The back-fill of that id.
pub(crate) async fn find<'e>(
    from: impl Executor<'e, Database = Any>,
    id: BackfillId,
) -> Result<Option<Backfill>, sqlx::Error> {
    let row = sqlx::query(FIND).bind(id.to_string()).fetch_optional(from).await?;
    row.as_ref().map(read).transpose()
}

/// Those that run, the oldest first.
pub(crate) async fn running<'e>(
    from: impl Executor<'e, Database = Any>,
    limit: u32,
) -> Result<Vec<Backfill>, sqlx::Error> {
    let running = BackfillState::Running.name();
    let rows = sqlx::query(IN_STATE).bind(running).bind(i64::from(limit)).fetch_all(from).await?;
    rows.iter().map(read).collect()
}

/// Those of rule groups, the newest first.
pub(crate) async fn of_groups<'e>(
    from: impl Executor<'e, Database = Any>,
    id: RuleGroupsId,
    limit: u32,
) -> Result<Vec<Backfill>, sqlx::Error> {
    let rows =
        sqlx::query(OF_GROUPS).bind(id.to_string()).bind(i64::from(limit)).fetch_all(from).await?;
    rows.iter().map(read).collect()
}

/// Writes a new back-fill.
pub(crate) async fn insert(tx: &mut Tx, backfill: &Backfill) -> Result<(), sqlx::Error> {
    let rules = serde_json::to_string(&backfill.rules)
        .map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query(INSERT)
        .bind(backfill.id.to_string())
        .bind(backfill.groups_id.to_string())
        .bind(backfill.groups_name.clone())
        .bind(backfill.group.clone())
        .bind(rules)
        .bind(backfill.state.name())
        .bind(backfill.from_ms)
        .bind(backfill.next_ms)
        .bind(backfill.to_ms)
        .bind(count(backfill.samples))
        .bind(count(backfill.refused))
        .bind(backfill.message.clone())
        .bind(backfill.created_at.micros())
        .bind(backfill.updated_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes how far a back-fill has come.
pub(crate) async fn update(tx: &mut Tx, backfill: &Backfill) -> Result<(), sqlx::Error> {
    sqlx::query(UPDATE)
        .bind(backfill.id.to_string())
        .bind(backfill.state.name())
        .bind(backfill.next_ms)
        .bind(count(backfill.samples))
        .bind(count(backfill.refused))
        .bind(backfill.message.clone())
        .bind(backfill.updated_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Forgets those that ended before a moment; says how many.
pub(crate) async fn forget(tx: &mut Tx, before: Time) -> Result<u64, sqlx::Error> {
    let done = sqlx::query(FORGET).bind(before.micros()).execute(tx.connection()).await?;
    Ok(done.rows_affected())
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn read(row: &AnyRow) -> Result<Backfill, sqlx::Error> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let number = |column: &str| -> Result<u64, sqlx::Error> {
        let found: i64 = row.try_get(column)?;
        u64::try_from(found).map_err(|_| unreadable(column, found))
    };
    let (id, groups_id, state, rules) =
        (text("id")?, text("groups_id")?, text("state")?, text("rules")?);
    Ok(Backfill {
        id: id.parse().map_err(|_| unreadable("id", &id))?,
        groups_id: groups_id.parse().map_err(|_| unreadable("groups_id", &groups_id))?,
        groups_name: text("groups_name")?,
        group: text("group_name")?,
        rules: serde_json::from_str(&rules).map_err(|_| unreadable("rules", &rules))?,
        state: BackfillState::from_name(&state).ok_or_else(|| unreadable("state", &state))?,
        from_ms: row.try_get("from_ms")?,
        next_ms: row.try_get("next_ms")?,
        to_ms: row.try_get("to_ms")?,
        samples: number("samples")?,
        refused: number("refused")?,
        message: text("message")?,
        created_at: Time::from_micros(row.try_get("created_at")?),
        updated_at: Time::from_micros(row.try_get("updated_at")?),
    })
}
