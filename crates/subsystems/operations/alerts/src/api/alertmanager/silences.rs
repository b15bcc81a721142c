use axum::{
    Json,
    extract::{RawQuery, State},
    http::StatusCode,
};
use http_kit::{Body, Key, Problem, Who};
use kernel::{Caller, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{super::incidents::moment, filter::Wanted};
use crate::{
    Alerts, AlertsError,
    model::{
        matcher::Matcher,
        silence::{Silence, SilenceDraft, SilenceId},
    },
};

/// What a label has to be, in Alertmanager's terms.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = AlertmanagerMatcher)]
#[serde(rename_all = "camelCase")]
pub(super) struct MatcherView {
    name: String,
    value: String,
    is_regex: bool,
    /// True when not given.
    #[serde(default = "yes")]
    is_equal: bool,
}

/// A silence as it is sent.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AlertmanagerPostableSilence)]
#[serde(rename_all = "camelCase")]
pub(super) struct PostableView {
    /// The one that is replaced; a new one when not given.
    #[serde(default)]
    id: String,
    matchers: Vec<MatcherView>,
    starts_at: String,
    ends_at: String,
    /// Not looked at: whoever asks is the owner.
    #[serde(default)]
    #[expect(dead_code, reason = "the protocol has it; who asks is known")]
    created_by: String,
    comment: String,
}

/// A silence in Alertmanager's terms. What else it says here, a resource or hours of the week, the
/// protocol has no word for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertmanagerSilence)]
#[serde(rename_all = "camelCase")]
pub(super) struct GettableView {
    id: String,
    status: StatusView,
    updated_at: String,
    matchers: Vec<MatcherView>,
    starts_at: String,
    ends_at: String,
    created_by: String,
    comment: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertmanagerSilenceStatus)]
struct StatusView {
    /// `active`, `pending` or `expired`.
    state: &'static str,
}

/// Which silence it became.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertmanagerSilenceMade)]
#[serde(rename_all = "camelCase")]
pub(super) struct MadeView {
    #[serde(rename = "silenceID")]
    silence_id: String,
}

const fn yes() -> bool {
    true
}

/// Silences in Alertmanager's terms; filters narrow to those that match on the same label.
#[utoipa::path(
    get, path = "/alertmanager/api/v2/silences", tag = "alertmanager",
    params(("filter" = Option<Vec<String>>, Query, description = "matchers")),
    responses((status = 200, body = Vec<GettableView>)))]
pub(super) async fn list(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    query: RawQuery,
) -> Result<Json<Vec<GettableView>>, Problem> {
    let (wanted, now) = (Wanted::read(query)?.matchers, alerts.clock.now());
    let found = alerts.silences(&caller).await?.into_iter();
    let fits = |silence: &Silence| wanted.iter().all(|one| silence.content.matchers.contains(one));
    Ok(Json(found.filter(fits).map(|silence| GettableView::of(silence, now)).collect()))
}

/// One silence in Alertmanager's terms.
#[utoipa::path(
    get, path = "/alertmanager/api/v2/silence/{id}", tag = "alertmanager",
    params(("id" = String, Path)),
    responses((status = 200, body = GettableView), (status = 404)))]
pub(super) async fn find(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Silence>,
) -> Result<Json<GettableView>, Problem> {
    let silence = alerts.silence_seen(&caller, id).await?;
    Ok(Json(GettableView::of(silence, alerts.clock.now())))
}

/// Makes a silence, or replaces one.
#[utoipa::path(
    post, path = "/alertmanager/api/v2/silences", tag = "alertmanager",
    request_body = PostableView, responses((status = 200, body = MadeView), (status = 404)))]
pub(super) async fn put(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Body(body): Body<PostableView>,
) -> Result<Json<MadeView>, Problem> {
    let silence = match body.id.as_str() {
        "" => alerts.create_silence(&caller, body.read(None)?).await?,
        id => {
            let before = silence_of(&alerts, &caller, id).await?;
            let known = (before.id, before.version);
            alerts.change_silence(&caller, known, body.read(Some(&before))?).await?
        }
    };
    Ok(Json(MadeView { silence_id: silence.id.to_string() }))
}

/// Ends a silence now.
#[utoipa::path(
    delete, path = "/alertmanager/api/v2/silence/{id}", tag = "alertmanager",
    params(("id" = String, Path)), responses((status = 200), (status = 404)))]
pub(super) async fn end(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Silence>,
) -> Result<StatusCode, Problem> {
    let before = alerts.silence_seen(&caller, id).await?;
    alerts.end_silence(&caller, (id, before.version)).await?;
    Ok(StatusCode::OK)
}

async fn silence_of(alerts: &Alerts, caller: &Caller, id: &str) -> Result<Silence, AlertsError> {
    let known: SilenceId =
        id.parse().map_err(|_| AlertsError::SilenceNotFound { id: id.to_owned() })?;
    alerts.silence_seen(caller, known).await
}

impl PostableView {
    /// `before`: what else the silence says that is replaced; that stays.
    fn read(self, before: Option<&Silence>) -> Result<SilenceDraft, Problem> {
        let before = before.map(|silence| &silence.content);
        Ok(SilenceDraft {
            matchers: self.matchers.into_iter().map(MatcherView::read).collect(),
            resource_id: before.and_then(|one| one.resource_id.clone()),
            neighbourhood: before.is_some_and(|one| one.neighbourhood),
            reason: self.comment,
            starts_at: moment("startsAt", &self.starts_at)?,
            ends_at: moment("endsAt", &self.ends_at)?,
            weekly: before.and_then(|one| one.weekly.clone()),
        })
    }
}

impl MatcherView {
    fn read(self) -> Matcher {
        let operator = match (self.is_equal, self.is_regex) {
            (true, false) => "=",
            (false, false) => "!=",
            (true, true) => "=~",
            (false, true) => "!~",
        };
        Matcher { label: self.name, operator: operator.to_owned(), value: self.value }
    }

    fn of(matcher: Matcher) -> Self {
        Self {
            is_regex: matcher.operator.ends_with('~'),
            is_equal: matcher.operator.starts_with('='),
            name: matcher.label,
            value: matcher.value,
        }
    }
}

impl GettableView {
    fn of(silence: Silence, now: Time) -> Self {
        let content = silence.content;
        let state = match (content.holds(now), content.ends_at <= now) {
            (true, _) => "active",
            (false, true) => "expired",
            (false, false) => "pending",
        };
        Self {
            id: silence.id.to_string(),
            status: StatusView { state },
            updated_at: silence.updated_at.to_string(),
            matchers: content.matchers.into_iter().map(MatcherView::of).collect(),
            starts_at: content.starts_at.to_string(),
            ends_at: content.ends_at.to_string(),
            created_by: silence.owner,
            comment: content.reason,
        }
    }
}
