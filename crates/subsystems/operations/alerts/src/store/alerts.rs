use db::{Db, QueryBuilder, Tx};
use kernel::{Page, PageOf, Scope, Time};
use resources::push_visible;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{text, time, unreadable};
use crate::model::{
    alert::{Acknowledgement, Alert, AlertFilter, AlertId, AlertState, CloseReason},
    rule::RuleId,
    severity::Severity,
};

pub(super) const COLUMNS: &str = "
    SELECT id, rule_id, rule_name_en, rule_name_zh, subject, title_en, title_zh, summary_en,
        summary_zh, severity, resource_id, resource_name, check_id, state, no_data, value, labels,
        acknowledged_by, acknowledged_at, acknowledged_comment, raised_at, updated_at, closed_at,
        close_reason, close_comment, version
    FROM alerts_alert
    -- limit follows
";

/// Whose open alerts are asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Owner<'a> {
    /// Everybody's.
    All,
    /// Those that are not of another system.
    Own,
    /// Those that a rule opened.
    Rule(RuleId),
    /// Those of a check.
    Check(&'a str),
    /// Those of a resource.
    Resource(&'a str),
}

/// The alert of that id.
pub(crate) async fn find<'e>(
    from: impl Executor<'e, Database = Any>,
    id: AlertId,
) -> Result<Option<Alert>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push(" WHERE id = ").push_bind(id.to_string()).push(" LIMIT 1");
    query.build().fetch_optional(from).await?.as_ref().map(read).transpose()
}

/// The alerts of those ids that are open, in no order.
pub(crate) async fn still_open(
    db: &Db,
    tx: &mut Tx,
    ids: &[String],
) -> Result<Vec<Alert>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push(" WHERE state = 'open' AND ");
    db.dialect().push_one_of(&mut query, "id", ids.iter().map(String::as_str));
    query.push(" LIMIT ").push_bind(ids.len() as i64);
    query.build().fetch_all(tx.connection()).await?.iter().map(read).collect()
}

/// The open alert of a rule for a subject.
pub(crate) async fn open_of<'e>(
    from: impl Executor<'e, Database = Any>,
    rule_id: RuleId,
    subject: &str,
) -> Result<Option<Alert>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push(" WHERE state = 'open' AND rule_id = ").push_bind(rule_id.to_string());
    query.push(" AND subject = ").push_bind(subject.to_owned()).push(" LIMIT 1");
    query.build().fetch_optional(from).await?.as_ref().map(read).transpose()
}

/// Open alerts, the newest first.
pub(crate) async fn open<'e>(
    from: impl Executor<'e, Database = Any>,
    owner: Owner<'_>,
    limit: u32,
) -> Result<Vec<Alert>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push(" WHERE state = 'open'");
    match owner {
        Owner::All => {}
        Owner::Own => {
            query.push(" AND subject NOT LIKE 'event:%'");
        }
        Owner::Rule(id) => {
            query.push(" AND rule_id = ").push_bind(id.to_string());
        }
        Owner::Check(id) => {
            query.push(" AND check_id = ").push_bind(id.to_owned());
        }
        Owner::Resource(id) => {
            query.push(" AND resource_id = ").push_bind(id.to_owned());
        }
    }
    query.push(" ORDER BY id DESC LIMIT ").push_bind(i64::from(limit));
    query.build().fetch_all(from).await?.iter().map(read).collect()
}

/// The alerts that match and that `scope` covers, newest first; pages by id.
pub(crate) async fn list(
    db: &Db,
    scope: &Scope,
    filter: &AlertFilter,
    page: &Page,
) -> Result<PageOf<Alert>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    // Ids are lower-case hexadecimal: every one is less than this.
    let before = page.after.clone().unwrap_or_else(|| "g".to_owned());
    query.push(" WHERE id < ").push_bind(before);
    let conditions = [
        (" AND state = ", filter.state.map(|state| state.name().to_owned())),
        (" AND severity = ", filter.severity.map(|severity| severity.name().to_owned())),
        (" AND resource_id = ", filter.resource_id.clone()),
    ];
    for (condition, value) in conditions {
        if let Some(value) = value {
            query.push(condition).push_bind(value);
        }
    }
    push_visible(&mut query, db.dialect(), "resource_id", scope);
    query.push(" ORDER BY id DESC LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(db.reader()).await?;
    let alerts = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(PageOf::from_fetched(alerts, page.limit, |alert| alert.id.to_string()))
}

pub(super) fn read(row: &AnyRow) -> Result<Alert, sqlx::Error> {
    let id: String = row.try_get("id")?;
    let rule_id: String = row.try_get("rule_id")?;
    let severity: String = row.try_get("severity")?;
    let state: String = row.try_get("state")?;
    let labels: String = row.try_get("labels")?;
    let close_reason: Option<String> = row.try_get("close_reason")?;
    Ok(Alert {
        id: id.parse().map_err(|_| unreadable("id", &id))?,
        rule_id: rule_id.parse().map_err(|_| unreadable("rule_id", &rule_id))?,
        rule_name: text(row, "rule_name")?,
        subject: row.try_get("subject")?,
        title: text(row, "title")?,
        summary: text(row, "summary")?,
        severity: Severity::from_name(&severity)
            .ok_or_else(|| unreadable("severity", &severity))?,
        resource_id: row.try_get("resource_id")?,
        resource_name: row.try_get("resource_name")?,
        check_id: row.try_get("check_id")?,
        state: AlertState::from_name(&state).ok_or_else(|| unreadable("state", &state))?,
        no_data: row.try_get::<i64, _>("no_data")? != 0,
        value: row.try_get("value")?,
        labels: serde_json::from_str(&labels).map_err(|_| unreadable("labels", &labels))?,
        acknowledged: acknowledgement(row)?,
        raised_at: Time::from_micros(row.try_get("raised_at")?),
        updated_at: Time::from_micros(row.try_get("updated_at")?),
        closed_at: time(row, "closed_at")?,
        close_reason: close_reason.as_deref().and_then(CloseReason::from_name),
        close_comment: row.try_get("close_comment")?,
        version: row.try_get("version")?,
    })
}

fn acknowledgement(row: &AnyRow) -> Result<Option<Acknowledgement>, sqlx::Error> {
    let by: Option<String> = row.try_get("acknowledged_by")?;
    let comment = row.try_get("acknowledged_comment")?;
    let given = by.zip(time(row, "acknowledged_at")?);
    Ok(given.map(|(by, at)| Acknowledgement { by, at, comment }))
}
