use axum::extract::State;
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Reply, Routes, Who, routes};
use kernel::{Fault, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{alerts::AlertView, incidents::moment, policies::MatcherView};
use crate::{
    Alerts,
    model::{
        matcher::Matcher,
        permission::{ALERT_READ, ALERT_SILENCE},
        silence::{Silence, SilenceDraft, Weekly},
    },
};

/// Alerts that a preview shows.
const SHOWN_MAX: usize = 50;

/// Hours of the week.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = WeeklyHours)]
#[serde(deny_unknown_fields)]
pub(crate) struct WeeklyView {
    /// The days on which it begins, 1 for Monday to 7 for Sunday.
    days: Vec<i8>,
    /// When it begins: `22:00`.
    from: String,
    /// For so many minutes, at most 1440.
    minutes: i32,
    /// The zone of the clock: `Asia/Shanghai`.
    zone: String,
}

/// Alerts that are kept quiet: nobody is told of them. They are shown all the same.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Silence)]
pub(crate) struct SilenceView {
    id: String,
    matchers: Vec<MatcherView>,
    resource_id: Option<String>,
    neighbourhood: bool,
    reason: String,
    owner: String,
    starts_at: String,
    ends_at: String,
    weekly: Option<WeeklyView>,
    /// `holds`, `waits` (for its beginning or its hours) or `ended`.
    state: String,
    version: i64,
    created_at: String,
    updated_at: String,
}

/// What a silence says; it needs a matcher or a resource.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SilenceDraft)]
#[serde(deny_unknown_fields)]
pub(crate) struct SilenceBody {
    /// Alerts with such labels.
    #[serde(default)]
    matchers: Vec<MatcherView>,
    /// On this resource.
    resource_id: Option<String>,
    /// Also on what rests on it.
    #[serde(default)]
    neighbourhood: bool,
    /// Why.
    reason: String,
    /// From then (RFC 3339); now when not given.
    starts_at: Option<String>,
    /// Until then, at most two years.
    ends_at: String,
    /// Only within these hours of the week.
    weekly: Option<WeeklyView>,
}

/// What a silence would keep quiet now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SilencePreview)]
pub(crate) struct SilencePreviewView {
    /// How many open alerts.
    count: usize,
    /// The worst of them; at most 50.
    alerts: Vec<AlertView>,
}

/// The routes of silences.
pub(crate) fn routes(alerts: Alerts) -> Routes {
    Routes::new()
        .read(ALERT_READ, routes!(list))
        .read(ALERT_READ, routes!(find))
        .write(ALERT_SILENCE, routes!(create))
        .write(ALERT_SILENCE, routes!(preview))
        .write(ALERT_SILENCE, routes!(change))
        .write(ALERT_SILENCE, routes!(end))
        .with_state(alerts)
}

/// Silences: those that last or are to come, then those that ended.
#[utoipa::path(
    get, path = "/api/v1/silences", tag = "alerts", operation_id = "list_silences",
    responses((status = 200, body = PageView<SilenceView>)))]
async fn list(
    State(alerts): State<Alerts>,
    Who(caller): Who,
) -> Result<PageView<SilenceView>, Problem> {
    let now = alerts.clock.now();
    let found = alerts.silences(&caller).await?.into_iter();
    Ok(PageView::whole(found.map(|silence| SilenceView::of(silence, now)).collect()))
}

/// One silence.
#[utoipa::path(
    get, path = "/api/v1/silences/{id}", tag = "alerts", operation_id = "get_silence",
    params(("id" = String, Path)), responses((status = 200, body = SilenceView), (status = 404)))]
async fn find(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Silence>,
) -> Result<Reply<SilenceView>, Problem> {
    Ok(reply(&alerts, alerts.silence_seen(&caller, id).await?))
}

/// Keeps alerts quiet.
#[utoipa::path(
    post, path = "/api/v1/silences", tag = "alerts", operation_id = "create_silence",
    request_body = SilenceBody, responses((status = 201, body = SilenceView), (status = 409)))]
async fn create(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Body(body): Body<SilenceBody>,
) -> Result<Created<SilenceView>, Problem> {
    let draft = body.read(alerts.clock.now())?;
    let made = alerts.create_silence(&caller, draft).await?;
    Ok(Created(reply(&alerts, made)))
}

/// The open alerts that a silence would keep quiet now, without making it.
#[utoipa::path(
    post, path = "/api/v1/silences/preview", tag = "alerts", operation_id = "preview_silence",
    request_body = SilenceBody, responses((status = 200, body = SilencePreviewView)))]
async fn preview(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Body(body): Body<SilenceBody>,
) -> Result<axum::Json<SilencePreviewView>, Problem> {
    let draft = body.read(alerts.clock.now())?;
    let (found, count) = alerts.preview_silence(&caller, draft, SHOWN_MAX).await?;
    let alerts = found.into_iter().map(AlertView::from).collect();
    Ok(axum::Json(SilencePreviewView { count, alerts }))
}

/// Changes a silence: what it says as a whole.
#[utoipa::path(
    put, path = "/api/v1/silences/{id}", tag = "alerts", operation_id = "change_silence",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = SilenceBody,
    responses((status = 200, body = SilenceView), (status = 404), (status = 412)))]
async fn change(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Silence>,
    IfMatch(version): IfMatch,
    Body(body): Body<SilenceBody>,
) -> Result<Reply<SilenceView>, Problem> {
    let draft = body.read(alerts.clock.now())?;
    Ok(reply(&alerts, alerts.change_silence(&caller, (id, version), draft).await?))
}

/// Ends a silence now: people are told again.
#[utoipa::path(
    post, path = "/api/v1/silences/{id}/end", tag = "alerts", operation_id = "end_silence",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 200, body = SilenceView), (status = 404), (status = 412)))]
async fn end(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Silence>,
    IfMatch(version): IfMatch,
) -> Result<Reply<SilenceView>, Problem> {
    Ok(reply(&alerts, alerts.end_silence(&caller, (id, version)).await?))
}

fn reply(alerts: &Alerts, silence: Silence) -> Reply<SilenceView> {
    let version = silence.version;
    Reply::new(SilenceView::of(silence, alerts.clock.now()), version)
}

impl SilenceBody {
    fn read(self, now: Time) -> Result<SilenceDraft, Fault> {
        let starts_at = self.starts_at.map(|text| moment("starts_at", &text)).transpose()?;
        let weekly = self.weekly.map(|WeeklyView { days, from, minutes, zone }| Weekly {
            days,
            from,
            minutes,
            zone,
        });
        Ok(SilenceDraft {
            matchers: self.matchers.into_iter().map(Matcher::from).collect(),
            resource_id: self.resource_id,
            neighbourhood: self.neighbourhood,
            reason: self.reason.trim().to_owned(),
            starts_at: starts_at.unwrap_or(now),
            ends_at: moment("ends_at", &self.ends_at)?,
            weekly,
        })
    }
}

impl SilenceView {
    fn of(silence: Silence, now: Time) -> Self {
        let content = silence.content;
        let state = match (content.holds(now), content.ends_at <= now) {
            (true, _) => "holds",
            (false, true) => "ended",
            (false, false) => "waits",
        };
        let weekly = content.weekly.map(|Weekly { days, from, minutes, zone }| WeeklyView {
            days,
            from,
            minutes,
            zone,
        });
        Self {
            id: silence.id.to_string(),
            matchers: content.matchers.into_iter().map(MatcherView::from).collect(),
            resource_id: content.resource_id,
            neighbourhood: content.neighbourhood,
            reason: content.reason,
            owner: silence.owner,
            starts_at: content.starts_at.to_string(),
            ends_at: content.ends_at.to_string(),
            weekly,
            state: state.to_owned(),
            version: silence.version,
            created_at: silence.created_at.to_string(),
            updated_at: silence.updated_at.to_string(),
        }
    }
}
