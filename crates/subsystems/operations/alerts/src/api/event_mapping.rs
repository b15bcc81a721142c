use std::collections::BTreeMap;

use axum::extract::State;
use http_kit::{Body, IfMatch, Key, Problem, Reply, Routes, Who, routes};
use kernel::{Fault, FieldFault, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Alerts,
    model::{
        alert::Alert,
        event::{EventMapping, SeenEvent},
        permission::{ALERT_READ, ALERT_RULE_CHANGE, ALERT_RULE_READ},
        severity::Severity,
    },
};

/// How labels of alerts of other systems are read.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = EventMapping)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventMappingView {
    /// The label that says how bad an alert is.
    severity_label: String,
    /// What its values mean, whatever their letters' case: `critical`, `warning` or `info`.
    severities: BTreeMap<String, String>,
    /// How bad it is without that label, or with another value.
    severity_default: String,
    /// Labels that name a resource by its id, its name or its host, the first first.
    resource_labels: Vec<String>,
    /// An alert without an end is over after so many seconds unless it is sent again; 10 to 86400.
    resolve_timeout_s: u32,
}

/// What another system said of an alert.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertEvent)]
pub(crate) struct EventView {
    /// What tells it from others: of its labels, as Alertmanager has it.
    fingerprint: String,
    /// Who sent it last.
    sender: String,
    annotations: BTreeMap<String, String>,
    /// Where the sender shows it; may be empty.
    generator_url: String,
    /// Since then, by the sender's clock.
    starts_at: String,
    /// It is over then, unless it is sent again.
    ends_at: String,
    /// How often it was sent.
    tally: i64,
    /// How many alerts it opened.
    opened: i64,
    first_seen_at: String,
    last_seen_at: String,
}

/// The routes of what others send.
pub(crate) fn routes(alerts: Alerts) -> Routes {
    Routes::new()
        .read(ALERT_RULE_READ, routes!(find))
        .write_everywhere(ALERT_RULE_CHANGE, routes!(change))
        .read(ALERT_READ, routes!(event))
        .with_state(alerts)
}

/// How labels of alerts of other systems are read.
#[utoipa::path(
    get, path = "/api/v1/event-mapping", tag = "alerts", operation_id = "get_event_mapping",
    responses((status = 200, body = EventMappingView)))]
async fn find(
    State(alerts): State<Alerts>,
    Who(caller): Who,
) -> Result<Reply<EventMappingView>, Problem> {
    Ok(reply(alerts.event_mapping(&caller).await?))
}

/// Says how labels of alerts of other systems are read from now on, as a whole.
#[utoipa::path(
    put, path = "/api/v1/event-mapping", tag = "alerts", operation_id = "change_event_mapping",
    params(("If-Match" = String, Header, description = "the ETag")),
    request_body = EventMappingView, responses((status = 200, body = EventMappingView)))]
async fn change(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    IfMatch(version): IfMatch,
    Body(body): Body<EventMappingView>,
) -> Result<Reply<EventMappingView>, Problem> {
    let content = body.read()?;
    Ok(reply(alerts.change_event_mapping(&caller, version, content).await?))
}

/// What another system said of an alert, with how often, first and last.
#[utoipa::path(
    get, path = "/api/v1/alerts/{id}/event", tag = "alerts", operation_id = "get_alert_event",
    params(("id" = String, Path)), responses((status = 200, body = EventView), (status = 404)))]
async fn event(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Alert>,
) -> Result<axum::Json<EventView>, Problem> {
    Ok(axum::Json(alerts.event_of(&caller, id).await?.into()))
}

fn reply((content, version): (EventMapping, i64)) -> Reply<EventMappingView> {
    Reply::new(content.into(), version)
}

impl EventMappingView {
    fn read(self) -> Result<EventMapping, Fault> {
        let mut faults = Vec::new();
        let mut severity = |field: String, name: &str| {
            let found = Severity::from_name(name);
            if found.is_none() {
                let expected = Text::new("critical, warning or info", "critical、warning 或 info");
                faults.push(FieldFault::new(field, name, expected));
            }
            found.unwrap_or(Severity::Warning)
        };
        let severity_default = severity("severity_default".to_owned(), &self.severity_default);
        let severities = self.severities.into_iter().map(|(said, name)| {
            let found = severity(format!("severities.{said}"), &name);
            (said, found)
        });
        let severities = severities.collect();
        match faults.is_empty() {
            true => Ok(EventMapping {
                severity_label: self.severity_label,
                severities,
                severity_default,
                resource_labels: self.resource_labels,
                resolve_timeout_s: self.resolve_timeout_s,
            }),
            false => Err(Fault::invalid_fields(faults)),
        }
    }
}

impl From<EventMapping> for EventMappingView {
    fn from(content: EventMapping) -> Self {
        let severities = content.severities.into_iter();
        Self {
            severity_label: content.severity_label,
            severities: severities.map(|(said, one)| (said, one.name().to_owned())).collect(),
            severity_default: content.severity_default.name().to_owned(),
            resource_labels: content.resource_labels,
            resolve_timeout_s: content.resolve_timeout_s,
        }
    }
}

impl From<SeenEvent> for EventView {
    fn from(seen: SeenEvent) -> Self {
        let event = seen.event;
        Self {
            fingerprint: event.fingerprint,
            sender: seen.sender,
            annotations: event.annotations,
            generator_url: event.generator_url,
            starts_at: event.starts_at.to_string(),
            ends_at: event.ends_at.to_string(),
            tally: seen.tally,
            opened: seen.opened,
            first_seen_at: seen.first_seen_at.to_string(),
            last_seen_at: seen.last_seen_at.to_string(),
        }
    }
}
