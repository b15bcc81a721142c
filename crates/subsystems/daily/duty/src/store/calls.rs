//! Chains and calls.

use db::Tx;
use kernel::{FactSeq, Time};
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{from_json, parsed, time, time_or_none, to_json, unreadable};
use crate::model::{
    call::{About, Call, CallId, CallState, Escalation},
    chain::{Chain, ChainId},
};

/// There are no more chains than this.
pub(crate) const CHAINS_MAX: u32 = 1_000;
/// More calls for one incident are not looked at.
const CALLS_OF_INCIDENT_MAX: u32 = 10_000;

const CHAINS: &str = "
    SELECT id, draft, version, simulated_version, enabled, created_at, changed_at
    FROM duty_chain
    ORDER BY id
    LIMIT $1";

const INSERT_CHAIN: &str = "
    INSERT INTO duty_chain (
        id, unit_id, draft, version, simulated_version, enabled, created_at, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

const UPDATE_CHAIN: &str = "
    UPDATE duty_chain
    SET unit_id = $2, draft = $3, version = $4, simulated_version = $5, enabled = $6,
        changed_at = $7
    WHERE id = $1";

const DELETE_CHAIN: &str = "
    DELETE FROM duty_chain
    WHERE id = $1";

const CALLS: &str = "
    SELECT id, chain_id, unit_id, chain, title, state, step, next_at, started_by, started_at,
        ended_by, ended_at, log, version, incident_id, incident, fact_seq, told_over_at
    FROM duty_call
    WHERE id < $1
    ORDER BY id DESC
    LIMIT $2";

const DUE: &str = "
    SELECT id, chain_id, unit_id, chain, title, state, step, next_at, started_by, started_at,
        ended_by, ended_at, log, version, incident_id, incident, fact_seq, told_over_at
    FROM duty_call
    WHERE state = 'running' AND next_at <= $1
    ORDER BY next_at
    LIMIT $2";

const CALL: &str = "
    SELECT id, chain_id, unit_id, chain, title, state, step, next_at, started_by, started_at,
        ended_by, ended_at, log, version, incident_id, incident, fact_seq, told_over_at
    FROM duty_call
    WHERE id = $1
    LIMIT 1";

const INSERT_CALL: &str = "
    INSERT INTO duty_call (
        id, chain_id, unit_id, chain, title, state, step, next_at, started_by, started_at,
        ended_by, ended_at, log, version, incident_id, incident, fact_seq, told_over_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";

const UPDATE_CALL: &str = "
    UPDATE duty_call
    SET state = $2, step = $3, next_at = $4, ended_by = $5, ended_at = $6, log = $7, version = $8,
        incident_id = $9, told_over_at = $10
    WHERE id = $1";

const OF_INCIDENT: &str = "
    SELECT id, chain_id, unit_id, chain, title, state, step, next_at, started_by, started_at,
        ended_by, ended_at, log, version, incident_id, incident, fact_seq, told_over_at
    FROM duty_call
    WHERE incident_id = $1
    ORDER BY id
    LIMIT $2";

const INSERT_ESCALATION: &str = "
    INSERT INTO duty_escalation (fact_seq, incident_id, chain_id, call_id, at)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (fact_seq) DO NOTHING";

/// All chains, in the order they were made.
pub(crate) async fn chains<'e>(
    from: impl Executor<'e, Database = Any>,
) -> Result<Vec<Chain>, sqlx::Error> {
    let rows = sqlx::query(CHAINS).bind(i64::from(CHAINS_MAX)).fetch_all(from).await?;
    rows.iter().map(read_chain).collect()
}

/// Writes a new chain.
pub(crate) async fn insert_chain(tx: &mut Tx, chain: &Chain) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT_CHAIN)
        .bind(chain.id.to_string())
        .bind(chain.draft.unit_id.to_string())
        .bind(to_json(&chain.draft)?)
        .bind(chain.version)
        .bind(chain.simulated_version)
        .bind(i64::from(chain.enabled))
        .bind(chain.created_at.micros())
        .bind(chain.changed_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes what a chain has become.
pub(crate) async fn update_chain(tx: &mut Tx, chain: &Chain) -> Result<(), sqlx::Error> {
    sqlx::query(UPDATE_CHAIN)
        .bind(chain.id.to_string())
        .bind(chain.draft.unit_id.to_string())
        .bind(to_json(&chain.draft)?)
        .bind(chain.version)
        .bind(chain.simulated_version)
        .bind(i64::from(chain.enabled))
        .bind(chain.changed_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Removes a chain.
pub(crate) async fn delete_chain(tx: &mut Tx, id: ChainId) -> Result<(), sqlx::Error> {
    sqlx::query(DELETE_CHAIN).bind(id.to_string()).execute(tx.connection()).await?;
    Ok(())
}

/// Calls, the newest first, before an id.
pub(crate) async fn calls<'e>(
    from: impl Executor<'e, Database = Any>,
    before: &str,
    limit: u32,
) -> Result<Vec<Call>, sqlx::Error> {
    let rows =
        sqlx::query(CALLS).bind(before.to_owned()).bind(i64::from(limit)).fetch_all(from).await?;
    rows.iter().map(read_call).collect()
}

/// Calls whose next step is due.
pub(crate) async fn due(tx: &mut Tx, now: Time, limit: u32) -> Result<Vec<Call>, sqlx::Error> {
    let rows = sqlx::query(DUE)
        .bind(now.micros())
        .bind(i64::from(limit))
        .fetch_all(tx.connection())
        .await?;
    rows.iter().map(read_call).collect()
}

/// The call of that id.
pub(crate) async fn call(tx: &mut Tx, id: CallId) -> Result<Option<Call>, sqlx::Error> {
    let row = sqlx::query(CALL).bind(id.to_string()).fetch_optional(tx.connection()).await?;
    row.as_ref().map(read_call).transpose()
}

/// The calls for an incident, the oldest first.
pub(crate) async fn of_incident(tx: &mut Tx, incident: &str) -> Result<Vec<Call>, sqlx::Error> {
    let rows = sqlx::query(OF_INCIDENT)
        .bind(incident.to_owned())
        .bind(i64::from(CALLS_OF_INCIDENT_MAX))
        .fetch_all(tx.connection())
        .await?;
    rows.iter().map(read_call).collect()
}

/// Keeps what becomes of an escalation. False when that was kept before: then it is done.
pub(crate) async fn insert_escalation(
    tx: &mut Tx,
    escalation: &Escalation,
    call: Option<CallId>,
    now: Time,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(INSERT_ESCALATION)
        .bind(escalation.fact_seq.0)
        .bind(escalation.incident_id.clone())
        .bind(escalation.chain_id.clone())
        .bind(call.map(|id| id.to_string()))
        .bind(now.micros())
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes a new call.
pub(crate) async fn insert_call(tx: &mut Tx, call: &Call) -> Result<(), sqlx::Error> {
    let about = call.about.as_ref();
    sqlx::query(INSERT_CALL)
        .bind(call.id.to_string())
        .bind(call.chain_id.to_string())
        .bind(call.unit_id.to_string())
        .bind(to_json(&call.steps)?)
        .bind(call.title.clone())
        .bind(call.state.name())
        .bind(i64::from(call.step))
        .bind(call.next_at.map(Time::micros))
        .bind(call.started_by.clone())
        .bind(call.started_at.micros())
        .bind(call.ended_by.clone())
        .bind(call.ended_at.map(Time::micros))
        .bind(to_json(&call.log)?)
        .bind(call.version)
        .bind(about.map(|about| about.incident_id.clone()))
        .bind(about.map(|about| to_json(&about.incident)).transpose()?)
        .bind(about.map(|about| about.fact_seq.0))
        .bind(about.and_then(|about| about.told_over_at).map(Time::micros))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes what a call has become.
pub(crate) async fn update_call(tx: &mut Tx, call: &Call) -> Result<(), sqlx::Error> {
    let about = call.about.as_ref();
    sqlx::query(UPDATE_CALL)
        .bind(call.id.to_string())
        .bind(call.state.name())
        .bind(i64::from(call.step))
        .bind(call.next_at.map(Time::micros))
        .bind(call.ended_by.clone())
        .bind(call.ended_at.map(Time::micros))
        .bind(to_json(&call.log)?)
        .bind(call.version)
        .bind(about.map(|about| about.incident_id.clone()))
        .bind(about.and_then(|about| about.told_over_at).map(Time::micros))
        .execute(tx.connection())
        .await?;
    Ok(())
}

fn read_chain(row: &AnyRow) -> Result<Chain, sqlx::Error> {
    Ok(Chain {
        id: parsed(row, "id")?,
        draft: from_json(row, "draft")?,
        version: row.try_get("version")?,
        simulated_version: row.try_get("simulated_version")?,
        enabled: row.try_get::<i64, _>("enabled")? != 0,
        created_at: time(row, "created_at")?,
        changed_at: time(row, "changed_at")?,
    })
}

fn read_call(row: &AnyRow) -> Result<Call, sqlx::Error> {
    let state: String = row.try_get("state")?;
    let step: i64 = row.try_get("step")?;
    Ok(Call {
        id: parsed(row, "id")?,
        chain_id: parsed(row, "chain_id")?,
        unit_id: parsed(row, "unit_id")?,
        steps: from_json(row, "chain")?,
        title: row.try_get("title")?,
        state: CallState::from_name(&state).ok_or_else(|| unreadable("state", &state))?,
        step: u32::try_from(step).map_err(|_| unreadable("step", step))?,
        next_at: time_or_none(row, "next_at")?,
        started_by: row.try_get("started_by")?,
        started_at: time(row, "started_at")?,
        ended_by: row.try_get("ended_by")?,
        ended_at: time_or_none(row, "ended_at")?,
        log: from_json(row, "log")?,
        about: read_about(row)?,
        version: row.try_get("version")?,
    })
}

/// What a call is about; none for one that somebody started by hand.
fn read_about(row: &AnyRow) -> Result<Option<About>, sqlx::Error> {
    let incident: Option<String> = row.try_get("incident_id")?;
    let Some(incident_id) = incident else { return Ok(None) };
    Ok(Some(About {
        incident_id,
        incident: from_json(row, "incident")?,
        fact_seq: FactSeq(row.try_get("fact_seq")?),
        told_over_at: time_or_none(row, "told_over_at")?,
    }))
}
