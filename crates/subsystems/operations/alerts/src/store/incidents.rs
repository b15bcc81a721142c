use db::{Db, QueryBuilder, Tx};
use kernel::{Page, PageOf, Scope, Time};
use resources::push_visible;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{text, time, unreadable};
use crate::model::{
    alert::{Acknowledgement, AlertState},
    cause::Certainty,
    incident::{Incident, IncidentEnd, IncidentId},
    severity::Severity,
};

const COLUMNS: &str = "
    SELECT i.id, i.state, i.title_en, i.title_zh, i.severity, i.cause_id, i.certainty, i.verdict,
        i.acknowledged_by, i.acknowledged_at, i.acknowledged_comment, i.acknowledged_until,
        i.assignee, i.opened_at, i.updated_at, i.quiet_since, i.closed_at, i.close_reason,
        i.merged_into, i.told_at, i.told_severity, i.told_left, i.version
    FROM alerts_incident i
    -- limit follows
";

const PUT: &str = "
    INSERT INTO alerts_incident (
        id, state, title_en, title_zh, severity, cause_id, certainty, verdict, acknowledged_by,
        acknowledged_at, acknowledged_comment, acknowledged_until, assignee, opened_at, updated_at,
        quiet_since, closed_at, close_reason, merged_into, told_at, told_severity, told_left,
        version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $20, $21, $22, $23)
    ON CONFLICT (id) DO UPDATE SET
        state = excluded.state, title_en = excluded.title_en, title_zh = excluded.title_zh,
        severity = excluded.severity, cause_id = excluded.cause_id,
        certainty = excluded.certainty, verdict = excluded.verdict,
        acknowledged_by = excluded.acknowledged_by, acknowledged_at = excluded.acknowledged_at,
        acknowledged_comment = excluded.acknowledged_comment,
        acknowledged_until = excluded.acknowledged_until, assignee = excluded.assignee,
        updated_at = excluded.updated_at, quiet_since = excluded.quiet_since,
        closed_at = excluded.closed_at, close_reason = excluded.close_reason,
        merged_into = excluded.merged_into, told_at = excluded.told_at,
        told_severity = excluded.told_severity, told_left = excluded.told_left,
        version = excluded.version";

const FORGET: &str = "
    DELETE FROM alerts_incident
    WHERE id IN (
        SELECT id FROM alerts_incident WHERE state = 'closed' AND closed_at < $1 LIMIT $2)";

/// Which incidents are asked for; every field that is set narrows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct IncidentFilter {
    /// Open or closed.
    pub(crate) state: Option<AlertState>,
    /// So bad.
    pub(crate) severity: Option<Severity>,
    /// With an alert on this resource.
    pub(crate) resource_id: Option<String>,
}

/// The incident of that id.
pub(crate) async fn find<'e>(
    from: impl Executor<'e, Database = Any>,
    id: IncidentId,
) -> Result<Option<Incident>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push(" WHERE i.id = ").push_bind(id.to_string()).push(" LIMIT 1");
    query.build().fetch_optional(from).await?.as_ref().map(read).transpose()
}

/// All open incidents, the oldest first, at most `limit`.
pub(crate) async fn open<'e>(
    from: impl Executor<'e, Database = Any>,
    limit: u32,
) -> Result<Vec<Incident>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push(" WHERE i.state = 'open' ORDER BY i.id LIMIT ").push_bind(i64::from(limit));
    query.build().fetch_all(from).await?.iter().map(read).collect()
}

/// The incidents that match and of which `scope` covers an alert, newest first; pages by id.
pub(crate) async fn list(
    db: &Db,
    scope: &Scope,
    filter: &IncidentFilter,
    page: &Page,
) -> Result<PageOf<Incident>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    // Ids are lower-case hexadecimal: every one is less than this.
    let before = page.after.clone().unwrap_or_else(|| "g".to_owned());
    query.push(" WHERE i.id < ").push_bind(before);
    let conditions = [
        (" AND i.state = ", filter.state.map(AlertState::name)),
        (" AND i.severity = ", filter.severity.map(Severity::name)),
    ];
    for (condition, value) in conditions {
        if let Some(value) = value {
            query.push(condition).push_bind(value);
        }
    }
    if filter.resource_id.is_some() || *scope != Scope::Everywhere {
        query.push(" AND EXISTS (SELECT 1 FROM alerts_alert a WHERE a.incident_id = i.id");
        if let Some(id) = &filter.resource_id {
            query.push(" AND a.resource_id = ").push_bind(id.clone());
        }
        push_visible(&mut query, db.dialect(), "a.resource_id", scope);
        query.push(")");
    }
    query.push(" ORDER BY i.id DESC LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(db.reader()).await?;
    let found = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(PageOf::from_fetched(found, page.limit, |incident| incident.id.to_string()))
}

/// Writes an incident as it has become.
pub(crate) async fn put(tx: &mut Tx, incident: &Incident) -> Result<(), sqlx::Error> {
    let given = incident.acknowledged.as_ref();
    sqlx::query(PUT)
        .bind(incident.id.to_string())
        .bind(incident.state.name())
        .bind(incident.title.en.clone())
        .bind(incident.title.zh.clone())
        .bind(incident.severity.name())
        .bind(incident.cause_id.clone())
        .bind(certainty_name(incident.certainty))
        .bind(json(&incident.verdict)?)
        .bind(given.map(|given| given.by.clone()))
        .bind(given.map(|given| given.at.micros()))
        .bind(given.and_then(|given| given.comment.clone()))
        .bind(incident.acknowledged_until.map(Time::micros))
        .bind(incident.assignee.clone())
        .bind(incident.opened_at.micros())
        .bind(incident.updated_at.micros())
        .bind(incident.quiet_since.map(Time::micros))
        .bind(incident.closed_at.map(Time::micros))
        .bind(incident.close_reason.map(IncidentEnd::name))
        .bind(incident.merged_into.map(|id| id.to_string()))
        .bind(incident.told_at.map(Time::micros))
        .bind(incident.told_severity.map(Severity::name))
        .bind(i64::from(incident.told_left))
        .bind(incident.version)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Forgets incidents that were closed before `before`, at most `limit`. Returns how many.
pub(crate) async fn forget(tx: &mut Tx, before: Time, limit: u32) -> Result<u64, sqlx::Error> {
    let query = sqlx::query(FORGET).bind(before.micros()).bind(i64::from(limit));
    Ok(query.execute(tx.connection()).await?.rows_affected())
}

/// A value as the text of a column.
pub(crate) fn json(value: &impl Serialize) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(error.into()))
}

/// A value from the text of a column.
pub(crate) fn from_json<T: DeserializeOwned>(row: &AnyRow, column: &str) -> Result<T, sqlx::Error> {
    let text: String = row.try_get(column)?;
    serde_json::from_str(&text).map_err(|_| unreadable(column, &text))
}

/// The name of a certainty in the database and on the wire.
pub(crate) const fn certainty_name(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Observed => "observed",
        Certainty::Suspected => "suspected",
        Certainty::Corrected => "corrected",
    }
}

fn read(row: &AnyRow) -> Result<Incident, sqlx::Error> {
    let word = |column: &str| row.try_get::<String, _>(column);
    let id = word("id")?;
    let (state, severity, certainty) = (word("state")?, word("severity")?, word("certainty")?);
    let by: Option<String> = row.try_get("acknowledged_by")?;
    let comment = row.try_get("acknowledged_comment")?;
    let given = by.zip(time(row, "acknowledged_at")?);
    let (reason, told): (Option<String>, Option<String>) =
        (row.try_get("close_reason")?, row.try_get("told_severity")?);
    let merged: Option<String> = row.try_get("merged_into")?;
    Ok(Incident {
        id: id.parse().map_err(|_| unreadable("id", &id))?,
        state: AlertState::from_name(&state).ok_or_else(|| unreadable("state", &state))?,
        title: text(row, "title")?,
        severity: Severity::from_name(&severity)
            .ok_or_else(|| unreadable("severity", &severity))?,
        cause_id: row.try_get("cause_id")?,
        certainty: [Certainty::Observed, Certainty::Suspected, Certainty::Corrected]
            .into_iter()
            .find(|one| certainty_name(*one) == certainty)
            .ok_or_else(|| unreadable("certainty", &certainty))?,
        verdict: from_json(row, "verdict")?,
        acknowledged: given.map(|(by, at)| Acknowledgement { by, at, comment }),
        acknowledged_until: time(row, "acknowledged_until")?,
        assignee: row.try_get("assignee")?,
        opened_at: Time::from_micros(row.try_get("opened_at")?),
        updated_at: Time::from_micros(row.try_get("updated_at")?),
        quiet_since: time(row, "quiet_since")?,
        closed_at: time(row, "closed_at")?,
        close_reason: reason.as_deref().and_then(IncidentEnd::from_name),
        merged_into: merged.and_then(|id| id.parse().ok()),
        told_at: time(row, "told_at")?,
        told_severity: told.as_deref().and_then(Severity::from_name),
        told_left: row.try_get::<i64, _>("told_left")? != 0,
        version: row.try_get("version")?,
    })
}
