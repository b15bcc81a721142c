use std::collections::HashSet;

use db::Tx;
use kernel::Time;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{
    incidents::{from_json, json},
    unreadable,
};
use crate::model::incident::{CallState, IncidentId, Occasion, Page, PageCall, PageId, TimesTold};

const OF_INCIDENT: &str = "
    SELECT id, incident_id, policy_id, policy_name, occasion, recipient_kind, recipient_id,
        recipient_name, message_id, call_state, call_answered_by, call_reason, at
    FROM alerts_page
    WHERE incident_id = $1
    ORDER BY id DESC
    LIMIT $2";

const OF_CALL: &str = "
    SELECT id, incident_id, policy_id, policy_name, occasion, recipient_kind, recipient_id,
        recipient_name, message_id, call_state, call_answered_by, call_reason, at
    FROM alerts_page
    WHERE message_id = $1 AND call_state IS NOT NULL
    ORDER BY id
    LIMIT 1000";

const CALLING: &str = "
    SELECT recipient_id
    FROM alerts_page
    WHERE incident_id = $1 AND call_state IN ('waiting', 'running')
    LIMIT 10000";

const DECIDE_CALL: &str = "
    UPDATE alerts_page
    SET message_id = $2, call_state = $3, call_reason = $4
    WHERE id = $1 AND call_state = 'waiting'";

const END_CALL: &str = "
    UPDATE alerts_page
    SET call_state = $2, call_answered_by = $3
    WHERE message_id = $1 AND call_state = 'running'";

const INSERT: &str = "
    INSERT INTO alerts_page (
        id, incident_id, policy_id, policy_name, occasion, recipient_kind, recipient_id,
        recipient_name, message_id, call_state, call_answered_by, call_reason, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

const COUNT: &str = "
    SELECT COUNT(*) AS pages,
        CAST(COALESCE(SUM(CASE WHEN recipient_kind = 'chain' THEN 1 ELSE 0 END), 0) AS BIGINT)
            AS calls
    FROM alerts_page
    WHERE incident_id = $1 AND occasion <> 'resolved'
        AND (call_state IS NULL OR call_state <> 'not_started') -- one row";

const FORGET: &str = "
    DELETE FROM alerts_page
    WHERE id IN (SELECT id FROM alerts_page WHERE at < $1 ORDER BY id LIMIT $2)";

/// Who was told of an incident, the last first.
pub(crate) async fn of_incident<'e>(
    from: impl Executor<'e, Database = Any>,
    id: IncidentId,
    limit: u32,
) -> Result<Vec<Page>, sqlx::Error> {
    let query = sqlx::query(OF_INCIDENT).bind(id.to_string()).bind(i64::from(limit));
    query.fetch_all(from).await?.iter().map(read).collect()
}

/// How often somebody was told that something is wrong: by messages, and by chains called.
pub(crate) async fn count<'e>(
    from: impl Executor<'e, Database = Any>,
    id: IncidentId,
) -> Result<TimesTold, sqlx::Error> {
    let row = sqlx::query(COUNT).bind(id.to_string()).fetch_one(from).await?;
    let (pages, calls): (i64, i64) = (row.try_get("pages")?, row.try_get("calls")?);
    let number = |count: i64| usize::try_from(count).unwrap_or_default();
    Ok(TimesTold { messages: number(pages - calls), calls: number(calls) })
}

/// Keeps that somebody is told.
pub(crate) async fn insert(tx: &mut Tx, page: &Page) -> Result<(), sqlx::Error> {
    let (kind, id, name) = page.recipient.clone();
    let call = page.call.as_ref();
    sqlx::query(INSERT)
        .bind(page.id.to_string())
        .bind(page.incident.to_string())
        .bind(page.policy_id.clone())
        .bind(page.policy_name.clone())
        .bind(page.occasion.name())
        .bind(kind)
        .bind(id)
        .bind(name)
        .bind(page.message.clone())
        .bind(call.map(|call| call.state.name()))
        .bind(call.and_then(|call| call.answered_by.clone()))
        .bind(call.map(reason_of).transpose()?.flatten())
        .bind(page.at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The chains that are being called for an incident.
pub(crate) async fn calling<'e>(
    from: impl Executor<'e, Database = Any>,
    id: IncidentId,
) -> Result<HashSet<String>, sqlx::Error> {
    let rows = sqlx::query(CALLING).bind(id.to_string()).fetch_all(from).await?;
    rows.iter().map(|row| row.try_get("recipient_id")).collect()
}

/// The pages that stand for a call, in the order they were made.
pub(crate) async fn of_call<'e>(
    from: impl Executor<'e, Database = Any>,
    call_id: &str,
) -> Result<Vec<Page>, sqlx::Error> {
    let query = sqlx::query(OF_CALL).bind(call_id.to_owned());
    query.fetch_all(from).await?.iter().map(read).collect()
}

/// Writes what became of the call that a page waits for; nothing when it does not wait any more.
pub(crate) async fn decide_call(
    tx: &mut Tx,
    page: PageId,
    call_id: &str,
    call: &PageCall,
) -> Result<(), sqlx::Error> {
    sqlx::query(DECIDE_CALL)
        .bind(page.to_string())
        .bind(call_id.to_owned())
        .bind(call.state.name())
        .bind(reason_of(call)?)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes how a running call ended. False when none was running.
pub(crate) async fn end_call(
    tx: &mut Tx,
    call_id: &str,
    call: &PageCall,
) -> Result<bool, sqlx::Error> {
    let query = sqlx::query(END_CALL).bind(call_id.to_owned()).bind(call.state.name());
    let done = query.bind(call.answered_by.clone()).execute(tx.connection()).await?;
    Ok(done.rows_affected() > 0)
}

/// Forgets who was told before `before`, at most `limit`. Returns how many.
pub(crate) async fn forget(tx: &mut Tx, before: Time, limit: u32) -> Result<u64, sqlx::Error> {
    let query = sqlx::query(FORGET).bind(before.micros()).bind(i64::from(limit));
    Ok(query.execute(tx.connection()).await?.rows_affected())
}

fn read(row: &AnyRow) -> Result<Page, sqlx::Error> {
    let word = |column: &str| row.try_get::<String, _>(column);
    let (id, incident, occasion) = (word("id")?, word("incident_id")?, word("occasion")?);
    Ok(Page {
        id: id.parse().map_err(|_| unreadable("id", &id))?,
        incident: incident.parse().map_err(|_| unreadable("incident_id", &incident))?,
        policy_id: word("policy_id")?,
        policy_name: word("policy_name")?,
        occasion: Occasion::from_name(&occasion)
            .ok_or_else(|| unreadable("occasion", &occasion))?,
        recipient: (word("recipient_kind")?, word("recipient_id")?, word("recipient_name")?),
        message: word("message_id")?,
        call: read_call(row)?,
        at: Time::from_micros(row.try_get("at")?),
    })
}

/// How far the call is; none where somebody was told.
fn read_call(row: &AnyRow) -> Result<Option<PageCall>, sqlx::Error> {
    let state: Option<String> = row.try_get("call_state")?;
    let Some(state) = state else { return Ok(None) };
    let reason: Option<String> = row.try_get("call_reason")?;
    Ok(Some(PageCall {
        state: CallState::from_name(&state).ok_or_else(|| unreadable("call_state", &state))?,
        answered_by: row.try_get("call_answered_by")?,
        reason: reason.map(|_| from_json(row, "call_reason")).transpose()?,
    }))
}

fn reason_of(call: &PageCall) -> Result<Option<String>, sqlx::Error> {
    call.reason.as_ref().map(json).transpose()
}
