use axum::{Json, extract::State};
use http_kit::{Body, IfMatch, Problem, Routes, TextView, Who, routes};
use kernel::{Fault, Text, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::policies::RecipientView;
use crate::{
    Alerts,
    actions::Watchdog,
    model::{
        permission::{WATCHDOG_CHANGE, WATCHDOG_READ},
        policy::Recipient,
        watchdog::{Heartbeat, HeartbeatState, Method, OutsideDraft, OutsideState, OutsideWatcher},
    },
};

/// Who notices that this server is dead, and how that stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Watchdog)]
pub(crate) struct WatchdogView {
    chain: ChainView,
    outside: OutsideView,
    heartbeat: HeartbeatView,
}

/// What shows whether the way from a sample to a person works. It is looked at while somebody
/// watches.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchdogChain)]
struct ChainView {
    /// When rules were last evaluated.
    evaluated_at: Option<String>,
    /// When causes were last looked for, and people told.
    correlated_at: Option<String>,
    /// Since when messages wait in vain.
    waiting_since: Option<String>,
    /// What does not work; empty while nobody watches.
    breaks: Vec<TextView>,
}

/// The watcher outside that is to miss us.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OutsideWatcher)]
struct OutsideView {
    enabled: bool,
    /// Where it is; its whole address is sealed. Empty when there is none.
    host: String,
    /// `GET` or `POST`.
    method: String,
    interval_s: u32,
    version: i64,
    /// When it was last asked.
    tried_at: Option<String>,
    /// When it last answered well.
    reached_at: Option<String>,
    /// What it said last, or why it did not.
    said: String,
    /// How often in a row it did not answer well.
    failures: u32,
    /// Since when it is not asked because something does not work.
    stopped_at: Option<String>,
    /// What that was.
    breaks: Vec<TextView>,
    /// The alert that it cannot be reached.
    alert_id: Option<String>,
}

/// The message that has to arrive again and again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Heartbeat)]
struct HeartbeatView {
    enabled: bool,
    recipient: Option<RecipientView>,
    interval_s: u32,
    within_s: u32,
    version: i64,
    sent_at: Option<String>,
    /// The message whose receipt is waited for.
    message_id: Option<String>,
    received_at: Option<String>,
    /// Since when none arrives.
    missing_since: Option<String>,
    /// The alert that says so.
    alert_id: Option<String>,
}

/// What is wanted of the watcher outside.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OutsideWatcherChange)]
#[serde(deny_unknown_fields)]
pub(crate) struct OutsideBody {
    enabled: bool,
    /// Its address, http or https: it is sealed and never shown. What is known when not given.
    #[schema(format = Password)]
    url: Option<String>,
    /// `GET` or `POST`; `GET` when not given.
    method: Option<String>,
    /// 30 to 86400.
    interval_s: u32,
}

/// What is wanted of the heartbeat.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = HeartbeatChange)]
#[serde(deny_unknown_fields)]
pub(crate) struct HeartbeatBody {
    enabled: bool,
    /// A `channel`, `mail`, `sms`, `user` or `person`.
    recipient: Option<RecipientView>,
    /// 60 to 604800.
    interval_s: u32,
    /// It has to arrive within so many seconds; 30 to the interval.
    within_s: u32,
}

/// The routes of our own being heard.
pub(crate) fn routes(alerts: Alerts) -> Routes {
    Routes::new()
        .read_everywhere(WATCHDOG_READ, routes!(find))
        .write_everywhere(WATCHDOG_CHANGE, routes!(change_outside))
        .write_everywhere(WATCHDOG_CHANGE, routes!(change_heartbeat))
        .with_state(alerts)
}

/// Who notices that this server is dead, and how that stands.
#[utoipa::path(
    get, path = "/api/v1/watchdog", tag = "alerts", operation_id = "get_watchdog",
    responses((status = 200, body = WatchdogView)))]
async fn find(
    State(alerts): State<Alerts>,
    Who(caller): Who,
) -> Result<Json<WatchdogView>, Problem> {
    Ok(Json(alerts.watchdog(&caller).await?.into()))
}

/// Says which watcher outside is asked as long as everything works, and how often.
#[utoipa::path(
    put, path = "/api/v1/watchdog/outside", tag = "alerts", operation_id = "change_outside_watcher",
    params(("If-Match" = String, Header, description = "the version, in quotes")),
    request_body = OutsideBody, responses((status = 200, body = WatchdogView)))]
async fn change_outside(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    IfMatch(version): IfMatch,
    Body(body): Body<OutsideBody>,
) -> Result<Json<WatchdogView>, Problem> {
    alerts.change_outside(&caller, version, body.read()?).await?;
    Ok(Json(alerts.watchdog(&caller).await?.into()))
}

/// Says who gets the heartbeat, how often, and how soon it has to arrive.
#[utoipa::path(
    put, path = "/api/v1/watchdog/heartbeat", tag = "alerts", operation_id = "change_heartbeat",
    params(("If-Match" = String, Header, description = "the version, in quotes")),
    request_body = HeartbeatBody, responses((status = 200, body = WatchdogView)))]
async fn change_heartbeat(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    IfMatch(version): IfMatch,
    Body(body): Body<HeartbeatBody>,
) -> Result<Json<WatchdogView>, Problem> {
    alerts.change_heartbeat(&caller, version, body.read()).await?;
    Ok(Json(alerts.watchdog(&caller).await?.into()))
}

impl OutsideBody {
    fn read(self) -> Result<OutsideDraft, Fault> {
        let method = match self.method.as_deref() {
            None | Some("GET") => Method::Get,
            Some("POST") => Method::Post,
            Some(other) => {
                return Err(Fault::invalid("method", other, Text::same("GET | POST")));
            }
        };
        let Self { enabled, url, interval_s, .. } = self;
        Ok(OutsideDraft { enabled, url, method, interval_s })
    }
}

impl HeartbeatBody {
    fn read(self) -> Heartbeat {
        Heartbeat {
            enabled: self.enabled,
            recipient: self.recipient.map(Recipient::from),
            interval_s: self.interval_s,
            within_s: self.within_s,
        }
    }
}

impl From<Watchdog> for WatchdogView {
    fn from(found: Watchdog) -> Self {
        let watched = found.outside.0.enabled || found.heartbeat.0.enabled;
        let breaks = found.breaks.into_iter().filter(|_| watched);
        Self {
            chain: ChainView {
                evaluated_at: shown(found.signs.evaluated_at),
                correlated_at: shown(found.signs.correlated_at),
                waiting_since: shown(found.signs.waiting_since),
                breaks: breaks.map(TextView::from).collect(),
            },
            outside: OutsideView::of(found.outside, found.outside_state),
            heartbeat: HeartbeatView::of(found.heartbeat, found.heartbeat_state),
        }
    }
}

impl OutsideView {
    fn of((watcher, version): (OutsideWatcher, i64), state: OutsideState) -> Self {
        let method = match watcher.method {
            Method::Get => "GET",
            Method::Post => "POST",
        };
        Self {
            enabled: watcher.enabled,
            host: watcher.host,
            method: method.to_owned(),
            interval_s: watcher.interval_s,
            version,
            tried_at: shown(state.tried_at),
            reached_at: shown(state.reached_at),
            said: state.said,
            failures: state.failures,
            stopped_at: shown(state.stopped_at),
            breaks: state.breaks.into_iter().map(TextView::from).collect(),
            alert_id: state.alert_id,
        }
    }
}

impl HeartbeatView {
    fn of((heartbeat, version): (Heartbeat, i64), state: HeartbeatState) -> Self {
        Self {
            enabled: heartbeat.enabled,
            recipient: heartbeat.recipient.map(RecipientView::from),
            interval_s: heartbeat.interval_s,
            within_s: heartbeat.within_s,
            version,
            sent_at: shown(state.sent_at),
            message_id: state.message_id,
            received_at: shown(state.received_at),
            missing_since: shown(state.missing_since),
            alert_id: state.alert_id,
        }
    }
}

fn shown(at: Option<Time>) -> Option<String> {
    at.map(|at| at.to_string())
}
