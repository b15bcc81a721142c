use std::collections::BTreeMap;

use axum::extract::State;
use http_kit::{Body, Key, PageView, Problem, Query, Reply, Routes, TextView, Who, routes};
use kernel::{Fault, PageRequest, Text};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    Alerts,
    model::{
        alert::{Acknowledgement, Alert, AlertFilter, AlertState},
        event::is_event,
        permission::{ALERT_ACKNOWLEDGE, ALERT_CLOSE, ALERT_READ},
        severity::Severity,
        watchdog::is_watchdog,
    },
};

/// An alert.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Alert)]
pub(crate) struct AlertView {
    id: String,
    /// `rule`; `event` when another system sent it; `watchdog` when we are not heard.
    origin: String,
    /// The rule; of what another system sent one that stands for all alerts of its name.
    rule_id: String,
    rule_name: TextView,
    title: TextView,
    /// What is the matter, and whether there is no data.
    summary: TextView,
    /// `critical`, `warning` or `info`.
    severity: String,
    resource_id: Option<String>,
    /// Empty when it is not known.
    resource_name: String,
    check_id: Option<String>,
    /// `open` or `closed`.
    state: String,
    acknowledged: Option<AcknowledgementView>,
    /// The last known value of a series.
    value: Option<f64>,
    /// Whether the subject is silent: nothing says that it is well, so the alert stays.
    no_data: bool,
    raised_at: String,
    updated_at: String,
    closed_at: Option<String>,
    /// `recovered`, `closed_by_person`, `resource_retired`, `check_removed`, `check_disabled`,
    /// `rule_removed`, `rule_disabled`, `rule_changed`, `resource_merged`, `merge_undone` or
    /// `not_sent_again`.
    close_reason: Option<String>,
    close_comment: Option<String>,
    /// The labels of the series; of a check what names it.
    labels: BTreeMap<String, String>,
    version: i64,
}

/// Who cares for an alert.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertAcknowledgement)]
pub(crate) struct AcknowledgementView {
    by: String,
    at: String,
    comment: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlertsQuery {
    /// `open` or `closed`; both when not given.
    state: Option<String>,
    /// `critical`, `warning` or `info`.
    severity: Option<String>,
    /// On this resource.
    resource_id: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// An acknowledgement.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AcknowledgeAlert)]
#[serde(deny_unknown_fields)]
pub(crate) struct AcknowledgeBody {
    /// What to tell the others; at most 1,000 characters.
    comment: Option<String>,
}

/// The end of an alert.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CloseAlert)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloseBody {
    /// Why; at most 1,000 characters.
    comment: String,
}

/// The routes of alerts.
pub(crate) fn routes(alerts: Alerts) -> Routes {
    Routes::new()
        .read(ALERT_READ, routes!(list))
        .read(ALERT_READ, routes!(find))
        .write(ALERT_ACKNOWLEDGE, routes!(acknowledge))
        .write(ALERT_ACKNOWLEDGE, routes!(unacknowledge))
        .write(ALERT_CLOSE, routes!(close))
        .with_state(alerts)
}

/// Alerts, newest first.
#[utoipa::path(
    get, path = "/api/v1/alerts", tag = "alerts", operation_id = "list_alerts",
    params(AlertsQuery), responses((status = 200, body = PageView<AlertView>)))]
async fn list(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Query(query): Query<AlertsQuery>,
) -> Result<PageView<AlertView>, Problem> {
    let (filter, page) = query.read()?;
    Ok(PageView::of(alerts.alerts(&caller, &filter, &page).await?, AlertView::from))
}

/// One alert.
#[utoipa::path(
    get, path = "/api/v1/alerts/{id}", tag = "alerts", operation_id = "get_alert",
    params(("id" = String, Path)), responses((status = 200, body = AlertView), (status = 404)))]
async fn find(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Alert>,
) -> Result<Reply<AlertView>, Problem> {
    Ok(reply(alerts.alert_seen(&caller, id).await?))
}

/// Says that the caller cares for an alert.
#[utoipa::path(
    post, path = "/api/v1/alerts/{id}/acknowledge", tag = "alerts",
    operation_id = "acknowledge_alert", params(("id" = String, Path)),
    request_body = AcknowledgeBody,
    responses((status = 200, body = AlertView), (status = 404), (status = 409)))]
async fn acknowledge(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Alert>,
    Body(body): Body<AcknowledgeBody>,
) -> Result<Reply<AlertView>, Problem> {
    Ok(reply(alerts.acknowledge(&caller, id, body.comment).await?))
}

/// Takes an acknowledgement back.
#[utoipa::path(
    post, path = "/api/v1/alerts/{id}/unacknowledge", tag = "alerts",
    operation_id = "unacknowledge_alert", params(("id" = String, Path)),
    responses((status = 200, body = AlertView), (status = 404), (status = 409)))]
async fn unacknowledge(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Alert>,
) -> Result<Reply<AlertView>, Problem> {
    Ok(reply(alerts.unacknowledge(&caller, id).await?))
}

/// Ends an alert by hand; its subject is let alone until it has been fine once.
#[utoipa::path(
    post, path = "/api/v1/alerts/{id}/close", tag = "alerts", operation_id = "close_alert",
    params(("id" = String, Path)), request_body = CloseBody,
    responses((status = 200, body = AlertView), (status = 404), (status = 409)))]
async fn close(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Alert>,
    Body(body): Body<CloseBody>,
) -> Result<Reply<AlertView>, Problem> {
    Ok(reply(alerts.close(&caller, id, body.comment).await?))
}

fn reply(alert: Alert) -> Reply<AlertView> {
    let version = alert.version;
    Reply::new(AlertView::from(alert), version)
}

impl AlertsQuery {
    fn read(self) -> Result<(AlertFilter, kernel::Page), Fault> {
        let page = PageRequest { after: self.after, limit: self.limit }.checked()?;
        let state = match self.state {
            None => None,
            Some(name) => Some(AlertState::from_name(&name).ok_or_else(|| {
                Fault::invalid("state", &name, Text::new("open or closed", "open 或 closed"))
            })?),
        };
        let severity = match self.severity {
            None => None,
            Some(name) => Some(Severity::from_name(&name).ok_or_else(|| {
                Fault::invalid("severity", &name, Text::same("critical | warning | info"))
            })?),
        };
        Ok((AlertFilter { state, severity, resource_id: self.resource_id }, page))
    }
}

impl From<Alert> for AlertView {
    fn from(alert: Alert) -> Self {
        Self {
            id: alert.id.to_string(),
            origin: origin_of(&alert.subject).to_owned(),
            rule_id: alert.rule_id.to_string(),
            summary: alert.shown_summary().into(),
            rule_name: alert.rule_name.into(),
            title: alert.title.into(),
            severity: alert.severity.name().to_owned(),
            resource_id: alert.resource_id,
            resource_name: alert.resource_name,
            check_id: alert.check_id,
            state: alert.state.name().to_owned(),
            acknowledged: alert.acknowledged.map(AcknowledgementView::from),
            value: alert.value,
            no_data: alert.no_data,
            raised_at: alert.raised_at.to_string(),
            updated_at: alert.updated_at.to_string(),
            closed_at: alert.closed_at.map(|at| at.to_string()),
            close_reason: alert.close_reason.map(|reason| reason.name().to_owned()),
            close_comment: alert.close_comment,
            labels: alert.labels,
            version: alert.version,
        }
    }
}

fn origin_of(subject: &str) -> &'static str {
    match subject {
        _ if is_event(subject) => "event",
        _ if is_watchdog(subject) => "watchdog",
        _ => "rule",
    }
}

impl From<Acknowledgement> for AcknowledgementView {
    fn from(given: Acknowledgement) -> Self {
        Self { by: given.by, at: given.at.to_string(), comment: given.comment }
    }
}
