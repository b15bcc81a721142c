use axum::extract::State;
use http_kit::{Body, IfMatch, Key, PageView, Problem, Query, Reply, Routes, Who, routes};
use kernel::{Caller, Fault, FieldFault, PageRequest, Text, Time};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::incident_views::{IncidentAlertView, IncidentView, LessonView, PageRowView};
use crate::{
    Alerts, AlertsError,
    actions::Moved,
    model::{
        alert::AlertState,
        incident::Incident,
        lesson::{Lesson, LessonState},
        permission::{ALERT_ACKNOWLEDGE, ALERT_CORRECT, ALERT_READ},
        severity::Severity,
    },
    store::incidents::IncidentFilter,
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct IncidentsQuery {
    /// `open` or `closed`; both when not given.
    state: Option<String>,
    /// `critical`, `warning` or `info`.
    severity: Option<String>,
    /// With an alert on this resource.
    resource_id: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// An acknowledgement.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AcknowledgeIncident)]
#[serde(deny_unknown_fields)]
pub(crate) struct AcknowledgeBody {
    /// What to tell the others; at most 1,000 characters.
    comment: Option<String>,
    /// Until when it counts (RFC 3339); while the incident is open when not given.
    until: Option<String>,
}

/// Who an incident is given to.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AssignIncident)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssignBody {
    /// A name; nobody when null.
    assignee: Option<String>,
}

/// Another incident that is the same.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = MergeIncident)]
#[serde(deny_unknown_fields)]
pub(crate) struct MergeBody {
    /// The id of the incident whose alerts come here.
    from: String,
}

/// Alerts that are something else.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SplitIncident)]
#[serde(deny_unknown_fields)]
pub(crate) struct SplitBody {
    /// The ids of the alerts that become an incident of their own.
    alerts: Vec<String>,
}

/// What the cause is.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CorrectIncident)]
#[serde(deny_unknown_fields)]
pub(crate) struct CauseBody {
    /// The id of a resource.
    resource_id: String,
}

/// Whether a lesson counts.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DecideLesson)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecideBody {
    /// `confirmed` or `dismissed`.
    state: String,
}

/// The routes of incidents.
pub(crate) fn routes(alerts: Alerts) -> Routes {
    Routes::new()
        .read(ALERT_READ, routes!(list))
        .read(ALERT_READ, routes!(find))
        .read(ALERT_READ, routes!(alerts_of))
        .read(ALERT_READ, routes!(pages_of))
        .write(ALERT_ACKNOWLEDGE, routes!(acknowledge))
        .write(ALERT_ACKNOWLEDGE, routes!(unacknowledge))
        .write(ALERT_ACKNOWLEDGE, routes!(assign))
        .write(ALERT_CORRECT, routes!(merge))
        .write(ALERT_CORRECT, routes!(split))
        .write(ALERT_CORRECT, routes!(cause))
        .read_everywhere(ALERT_READ, routes!(lessons))
        .write_everywhere(ALERT_CORRECT, routes!(decide))
        .with_state(alerts)
}

/// Incidents, newest first.
#[utoipa::path(
    get, path = "/api/v1/incidents", tag = "alerts", operation_id = "list_incidents",
    params(IncidentsQuery), responses((status = 200, body = PageView<IncidentView>)))]
async fn list(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Query(query): Query<IncidentsQuery>,
) -> Result<PageView<IncidentView>, Problem> {
    let (filter, page) = query.read()?;
    Ok(PageView::of(alerts.incidents(&caller, &filter, &page).await?, IncidentView::from))
}

/// One incident.
#[utoipa::path(
    get, path = "/api/v1/incidents/{id}", tag = "alerts", operation_id = "get_incident",
    params(("id" = String, Path)), responses((status = 200, body = IncidentView), (status = 404)))]
async fn find(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Incident>,
) -> Result<Reply<IncidentView>, Problem> {
    let seen = alerts.incident_seen(&caller, id).await?;
    let version = seen.incident.version;
    Ok(Reply::new(seen.into(), version))
}

/// The alerts of an incident, what is wrong before what follows; at most 500.
#[utoipa::path(
    get, path = "/api/v1/incidents/{id}/alerts", tag = "alerts", operation_id = "incident_alerts",
    params(("id" = String, Path)),
    responses((status = 200, body = PageView<IncidentAlertView>), (status = 404)))]
async fn alerts_of(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Incident>,
) -> Result<PageView<IncidentAlertView>, Problem> {
    let found = alerts.incident_alerts(&caller, id).await?;
    Ok(PageView::whole(found.into_iter().map(IncidentAlertView::from).collect()))
}

/// Who was told of an incident and what came of it, the last first; at most 100.
#[utoipa::path(
    get, path = "/api/v1/incidents/{id}/pages", tag = "alerts", operation_id = "incident_pages",
    params(("id" = String, Path)),
    responses((status = 200, body = PageView<PageRowView>), (status = 404)))]
async fn pages_of(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Incident>,
) -> Result<PageView<PageRowView>, Problem> {
    let found = alerts.incident_pages(&caller, id).await?;
    Ok(PageView::whole(found.into_iter().map(PageRowView::from).collect()))
}

/// Says that the caller cares for an incident, for good or until a moment.
#[utoipa::path(
    post, path = "/api/v1/incidents/{id}/acknowledge", tag = "alerts",
    operation_id = "acknowledge_incident",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = AcknowledgeBody,
    responses((status = 200, body = IncidentView), (status = 404), (status = 409), (status = 412)))]
async fn acknowledge(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Incident>,
    IfMatch(version): IfMatch,
    Body(body): Body<AcknowledgeBody>,
) -> Result<Reply<IncidentView>, Problem> {
    let until = body.until.map(|until| moment("until", &until)).transpose()?;
    let changed = alerts.acknowledge_incident(&caller, (id, version), body.comment, until).await?;
    shown(&alerts, &caller, changed).await
}

/// Takes an acknowledgement back.
#[utoipa::path(
    post, path = "/api/v1/incidents/{id}/unacknowledge", tag = "alerts",
    operation_id = "unacknowledge_incident",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 200, body = IncidentView), (status = 404), (status = 409), (status = 412)))]
async fn unacknowledge(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Incident>,
    IfMatch(version): IfMatch,
) -> Result<Reply<IncidentView>, Problem> {
    let changed = alerts.unacknowledge_incident(&caller, (id, version)).await?;
    shown(&alerts, &caller, changed).await
}

/// Gives an incident to somebody, or to nobody.
#[utoipa::path(
    post, path = "/api/v1/incidents/{id}/assign", tag = "alerts",
    operation_id = "assign_incident",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = AssignBody,
    responses((status = 200, body = IncidentView), (status = 404), (status = 409), (status = 412)))]
async fn assign(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Incident>,
    IfMatch(version): IfMatch,
    Body(body): Body<AssignBody>,
) -> Result<Reply<IncidentView>, Problem> {
    let changed = alerts.assign_incident(&caller, (id, version), body.assignee).await?;
    shown(&alerts, &caller, changed).await
}

/// Takes the alerts of another incident into this one; they stay here.
#[utoipa::path(
    post, path = "/api/v1/incidents/{id}/merge", tag = "alerts",
    operation_id = "merge_incident",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = MergeBody,
    responses((status = 200, body = IncidentView), (status = 404), (status = 409), (status = 412)))]
async fn merge(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Incident>,
    IfMatch(version): IfMatch,
    Body(body): Body<MergeBody>,
) -> Result<Reply<IncidentView>, Problem> {
    let from = body.from.parse().map_err(|_| not_an_id("from", &body.from))?;
    let changed = alerts.move_alerts(&caller, (id, version), Moved::From(from)).await?;
    shown(&alerts, &caller, changed).await
}

/// Makes some of the alerts an incident of their own, which is the answer.
#[utoipa::path(
    post, path = "/api/v1/incidents/{id}/split", tag = "alerts",
    operation_id = "split_incident",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = SplitBody,
    responses((status = 200, body = IncidentView), (status = 404), (status = 409), (status = 412)))]
async fn split(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Incident>,
    IfMatch(version): IfMatch,
    Body(body): Body<SplitBody>,
) -> Result<Reply<IncidentView>, Problem> {
    let mut out = Vec::new();
    for alert in &body.alerts {
        out.push(alert.parse().map_err(|_| not_an_id("alerts", alert))?);
    }
    let changed = alerts.move_alerts(&caller, (id, version), Moved::Out(out)).await?;
    shown(&alerts, &caller, changed).await
}

/// Says what the cause of an incident is, whatever was found.
#[utoipa::path(
    post, path = "/api/v1/incidents/{id}/cause", tag = "alerts",
    operation_id = "cause_incident",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = CauseBody,
    responses((status = 200, body = IncidentView), (status = 404), (status = 409), (status = 412)))]
async fn cause(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Incident>,
    IfMatch(version): IfMatch,
    Body(body): Body<CauseBody>,
) -> Result<Reply<IncidentView>, Problem> {
    let changed = alerts.correct_cause(&caller, (id, version), &body.resource_id).await?;
    shown(&alerts, &caller, changed).await
}

/// What was learned from corrections by hand, the newest first.
#[utoipa::path(
    get, path = "/api/v1/incident-lessons", tag = "alerts", operation_id = "list_incident_lessons",
    responses((status = 200, body = PageView<LessonView>)))]
async fn lessons(
    State(alerts): State<Alerts>,
    Who(caller): Who,
) -> Result<PageView<LessonView>, Problem> {
    let found = alerts.lessons(&caller).await?;
    Ok(PageView::whole(found.into_iter().map(LessonView::from).collect()))
}

/// Lets what was learned from a correction count from now on, or not.
#[utoipa::path(
    post, path = "/api/v1/incident-lessons/{id}/decide", tag = "alerts",
    operation_id = "decide_incident_lesson",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = DecideBody,
    responses((status = 200, body = LessonView), (status = 404), (status = 412)))]
async fn decide(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Lesson>,
    IfMatch(version): IfMatch,
    Body(body): Body<DecideBody>,
) -> Result<Reply<LessonView>, Problem> {
    let wanted = LessonState::from_name(&body.state).filter(|one| *one != LessonState::Proposed);
    let expected = Text::same("confirmed | dismissed");
    let state = wanted.ok_or_else(|| Fault::invalid("state", &body.state, expected))?;
    let lesson = alerts.decide_lesson(&caller, (id, version), state).await?;
    let version = lesson.version;
    Ok(Reply::new(lesson.into(), version))
}

async fn shown(
    alerts: &Alerts,
    caller: &Caller,
    incident: Incident,
) -> Result<Reply<IncidentView>, Problem> {
    let seen = alerts.seen(caller, incident).await?;
    let version = seen.incident.version;
    Ok(Reply::new(seen.into(), version))
}

/// A moment that somebody wrote. Errors: names the field.
pub(super) fn moment(field: &str, text: &str) -> Result<Time, Fault> {
    let expected =
        Text::new("a time such as 2026-01-31T08:00:00Z", "时间，例如 2026-01-31T08:00:00Z");
    text.parse().map_err(|_| Fault::invalid(field, text, expected))
}

fn not_an_id(field: &str, found: &str) -> AlertsError {
    let expected = Text::new("an id", "编号");
    AlertsError::Invalid(vec![FieldFault::new(field, found, expected)])
}

impl IncidentsQuery {
    fn read(self) -> Result<(IncidentFilter, kernel::Page), Fault> {
        let page = PageRequest { after: self.after, limit: self.limit }.checked()?;
        let state = self.state.map(|name| {
            let expected = Text::new("open or closed", "open 或 closed");
            AlertState::from_name(&name).ok_or_else(|| Fault::invalid("state", &name, expected))
        });
        let severity = self.severity.map(|name| {
            let expected = Text::same("critical | warning | info");
            Severity::from_name(&name).ok_or_else(|| Fault::invalid("severity", &name, expected))
        });
        let (state, severity) = (state.transpose()?, severity.transpose()?);
        Ok((IncidentFilter { state, severity, resource_id: self.resource_id }, page))
    }
}
