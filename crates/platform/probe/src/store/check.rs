use std::time::Duration;

use db::{Db, DbError, Tx};
use kernel::{Id, Time};
use sqlx::{Row, any::AnyRow};

use crate::guard::Reach;
use crate::model::{
    CheckDefinition, CheckId, CheckSettings, CheckState, CheckStatus, LastRun, ResourceId,
    Standing, StateType,
};

const INSERT: &str = "
    INSERT INTO probe_check (
        id, resource_id, name, protocol, spec, interval_s, retry_interval_s, timeout_s,
        attempts_max, enabled, source, own_machine, version, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";

const INSERT_STATUS: &str = "
    INSERT INTO probe_status (check_id, state, state_type, hard_state, attempt, figures)
    VALUES ($1, 'pending', 'hard', 'pending', 0, '[]')";

const UPDATE: &str = "
    UPDATE probe_check
    SET name = $1, protocol = $2, spec = $3, interval_s = $4, retry_interval_s = $5,
        timeout_s = $6, attempts_max = $7, enabled = $8, own_machine = $9, version = $10,
        updated_at = $11
    WHERE id = $12";

const MOVE: &str = "
    UPDATE probe_check
    SET resource_id = $1, name = $2, enabled = $3, version = $4, updated_at = $5
    WHERE id = $6";

const OF_RESOURCE: &str = "
    SELECT id, resource_id, name, protocol, spec, interval_s, retry_interval_s, timeout_s,
        attempts_max, enabled, source, own_machine, version, created_at, updated_at
    FROM probe_check
    WHERE resource_id = $1
    ORDER BY id
    LIMIT $2";

const DELETE: &str = "DELETE FROM probe_check WHERE id = $1";

const ONE: &str = "
    SELECT id, resource_id, name, protocol, spec, interval_s, retry_interval_s, timeout_s,
        attempts_max, enabled, source, own_machine, version, created_at, updated_at
    FROM probe_check
    WHERE id = $1 -- one row";

const ONE_WITH_STATUS: &str = "
    SELECT id, resource_id, name, protocol, spec, interval_s, retry_interval_s, timeout_s,
        attempts_max, enabled, source, own_machine, version, created_at, updated_at,
        state, state_type, hard_state, attempt, since, last_run_at, duration_s, summary, figures
    FROM probe_check JOIN probe_status ON probe_status.check_id = probe_check.id
    WHERE id = $1 -- one row";

const PAGE_WITH_STATUS: &str = "
    SELECT id, resource_id, name, protocol, spec, interval_s, retry_interval_s, timeout_s,
        attempts_max, enabled, source, own_machine, version, created_at, updated_at,
        state, state_type, hard_state, attempt, since, last_run_at, duration_s, summary, figures
    FROM probe_check JOIN probe_status ON probe_status.check_id = probe_check.id
    WHERE id > $1
    ORDER BY id
    LIMIT $2";

const NAMED: &str = "
    SELECT id
    FROM probe_check
    WHERE resource_id = $1 AND name = $2
    LIMIT 1";

/// Keeps a new check, which has not answered yet.
pub(crate) async fn insert(tx: &mut Tx, definition: &CheckDefinition) -> Result<(), DbError> {
    let settings = &definition.settings;
    sqlx::query(INSERT)
        .bind(definition.id.to_string())
        .bind(definition.resource_id.to_string())
        .bind(settings.name.as_str())
        .bind(settings.protocol.as_str())
        .bind(settings.spec.to_string())
        .bind(i64::from(settings.interval_s))
        .bind(i64::from(settings.retry_interval_s))
        .bind(settings.timeout_s)
        .bind(i64::from(settings.attempts_max))
        .bind(i64::from(settings.enabled))
        .bind(definition.source.as_str())
        .bind(i64::from(definition.own_machine == Reach::Allowed))
        .bind(definition.version)
        .bind(definition.created_at.micros())
        .bind(definition.updated_at.micros())
        .execute(tx.connection())
        .await?;
    sqlx::query(INSERT_STATUS).bind(definition.id.to_string()).execute(tx.connection()).await?;
    Ok(())
}

/// Keeps a check's new settings and version.
pub(crate) async fn update(tx: &mut Tx, definition: &CheckDefinition) -> Result<(), DbError> {
    let settings = &definition.settings;
    sqlx::query(UPDATE)
        .bind(settings.name.as_str())
        .bind(settings.protocol.as_str())
        .bind(settings.spec.to_string())
        .bind(i64::from(settings.interval_s))
        .bind(i64::from(settings.retry_interval_s))
        .bind(settings.timeout_s)
        .bind(i64::from(settings.attempts_max))
        .bind(i64::from(settings.enabled))
        .bind(i64::from(definition.own_machine == Reach::Allowed))
        .bind(definition.version)
        .bind(definition.updated_at.micros())
        .bind(definition.id.to_string())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Lets a check be of another resource, with the name and the switch it has there.
pub(crate) async fn move_to(tx: &mut Tx, definition: &CheckDefinition) -> Result<(), DbError> {
    sqlx::query(MOVE)
        .bind(definition.resource_id.to_string())
        .bind(definition.settings.name.as_str())
        .bind(i64::from(definition.settings.enabled))
        .bind(definition.version)
        .bind(definition.updated_at.micros())
        .bind(definition.id.to_string())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The checks of a resource, inside the change that will alter them, at most `limit`.
pub(crate) async fn of_resource(
    tx: &mut Tx,
    resource_id: ResourceId,
    limit: u32,
) -> Result<Vec<CheckDefinition>, DbError> {
    let query = sqlx::query(OF_RESOURCE).bind(resource_id.to_string()).bind(i64::from(limit));
    query.fetch_all(tx.connection()).await?.iter().map(definition).collect()
}

/// Forgets a check and its status.
pub(crate) async fn remove(tx: &mut Tx, id: CheckId) -> Result<(), DbError> {
    sqlx::query(DELETE).bind(id.to_string()).execute(tx.connection()).await?;
    Ok(())
}

/// The check of that id, inside the change that will alter it.
pub(crate) async fn read_for_change(
    tx: &mut Tx,
    id: CheckId,
) -> Result<Option<CheckDefinition>, DbError> {
    let row = sqlx::query(ONE).bind(id.to_string()).fetch_optional(tx.connection()).await?;
    row.as_ref().map(definition).transpose()
}

/// Whether another check than `own` on that resource has that name.
pub(crate) async fn name_is_taken(
    tx: &mut Tx,
    resource_id: ResourceId,
    name: &str,
    own: CheckId,
) -> Result<bool, DbError> {
    let found: Option<String> = sqlx::query_scalar(NAMED)
        .bind(resource_id.to_string())
        .bind(name)
        .fetch_optional(tx.connection())
        .await?;
    Ok(found.is_some_and(|found| found != own.to_string()))
}

/// The check of that id with its status.
pub(crate) async fn find(
    db: &Db,
    id: CheckId,
) -> Result<Option<(CheckDefinition, CheckStatus)>, DbError> {
    let row = sqlx::query(ONE_WITH_STATUS).bind(id.to_string()).fetch_optional(db.reader()).await?;
    row.as_ref().map(definition_and_status).transpose()
}

/// Checks with their statuses in the order of their ids, after `after`.
pub(crate) async fn read_all(
    db: &Db,
    after: Option<CheckId>,
    limit: u32,
) -> Result<Vec<(CheckDefinition, CheckStatus)>, DbError> {
    let rows = sqlx::query(PAGE_WITH_STATUS)
        .bind(after.map_or_else(String::new, |after| after.to_string()))
        .bind(i64::from(limit))
        .fetch_all(db.reader())
        .await?;
    rows.iter().map(definition_and_status).collect()
}

fn definition_and_status(row: &AnyRow) -> Result<(CheckDefinition, CheckStatus), DbError> {
    Ok((definition(row)?, status(row)?))
}

fn definition(row: &AnyRow) -> Result<CheckDefinition, DbError> {
    let spec: String = row.try_get("spec")?;
    let settings = CheckSettings {
        name: row.try_get("name")?,
        protocol: row.try_get("protocol")?,
        spec: serde_json::from_str(&spec).map_err(|error| unreadable("spec", error))?,
        interval_s: number(row, "interval_s")?,
        retry_interval_s: number(row, "retry_interval_s")?,
        timeout_s: row.try_get("timeout_s")?,
        attempts_max: number(row, "attempts_max")?,
        enabled: row.try_get::<i64, _>("enabled")? != 0,
    };
    Ok(CheckDefinition {
        id: id(row, "id")?,
        resource_id: id(row, "resource_id")?,
        settings,
        source: row.try_get("source")?,
        own_machine: match row.try_get::<i64, _>("own_machine")? {
            0 => Reach::Refused,
            _ => Reach::Allowed,
        },
        version: row.try_get("version")?,
        created_at: Time::from_micros(row.try_get("created_at")?),
        updated_at: Time::from_micros(row.try_get("updated_at")?),
    })
}

fn status(row: &AnyRow) -> Result<CheckStatus, DbError> {
    let (state, hard): (String, String) = (row.try_get("state")?, row.try_get("hard_state")?);
    let state_type: String = row.try_get("state_type")?;
    let time = |column| -> Result<Option<Time>, DbError> {
        Ok(row.try_get::<Option<i64>, _>(column)?.map(Time::from_micros))
    };
    let standing = Standing {
        state: CheckState::from_name(&state).unwrap_or_default(),
        state_type: StateType::from_name(&state_type).unwrap_or_default(),
        hard_state: CheckState::from_name(&hard).unwrap_or_default(),
        attempt: number(row, "attempt")?,
        since: time("since")?,
    };
    let (summary, figures): (Option<String>, String) =
        (row.try_get("summary")?, row.try_get("figures")?);
    let duration_s: Option<f64> = row.try_get("duration_s")?;
    let last_run = time("last_run_at")?.map(|at| LastRun {
        at,
        duration: Duration::try_from_secs_f64(duration_s.unwrap_or(0.0)).unwrap_or_default(),
        // What an older release wrote and this one cannot read is measured again soon.
        summary: summary.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
        figures: serde_json::from_str(&figures).unwrap_or_default(),
    });
    Ok(CheckStatus { standing, last_run })
}

pub(super) fn id<K>(row: &AnyRow, column: &str) -> Result<Id<K>, DbError> {
    let text: String = row.try_get(column)?;
    text.parse().map_err(|error| unreadable(column, error))
}

fn number(row: &AnyRow, column: &str) -> Result<u32, DbError> {
    let number: i64 = row.try_get(column)?;
    u32::try_from(number).map_err(|error| unreadable(column, error))
}

fn unreadable(column: &str, source: impl std::error::Error + Send + Sync + 'static) -> DbError {
    sqlx::Error::ColumnDecode { index: column.to_owned(), source: Box::new(source) }.into()
}
