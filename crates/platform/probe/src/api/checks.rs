use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, Routes, Who, routes};
use kernel::{Fault, PageRequest, Text};
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::view::CheckView;
use crate::{
    CHECK_CHANGE, CHECK_READ, CHECK_RUN, CheckFilter, Probe, WatchedCheck,
    model::{CheckDefinition, CheckDraft, CheckPatch, CheckState, ResourceId},
};

pub(super) fn routes() -> Routes<Probe> {
    Routes::new()
        .read(CHECK_READ, routes!(list))
        .write(CHECK_CHANGE, routes!(create))
        .read(CHECK_READ, routes!(read))
        .write(CHECK_CHANGE, routes!(change))
        .write(CHECK_CHANGE, routes!(remove))
        .write(CHECK_RUN, routes!(run))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CheckQuery {
    /// Of this resource.
    #[param(value_type = Option<String>)]
    resource_id: Option<ResourceId>,
    /// In this state, or in one of several, separated by commas.
    state: Option<String>,
    /// Whose own name or resource's name contains this, ignoring case.
    q: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CheckDraft)]
#[serde(deny_unknown_fields)]
struct CheckBody {
    /// The resource that is to be asked.
    #[schema(value_type = String)]
    resource_id: ResourceId,
    /// 1 to 200 characters; unique on the resource.
    name: String,
    /// A name from `/check-protocols`.
    protocol: String,
    /// As that protocol's schema says.
    #[schema(value_type = Object)]
    spec: Value,
    /// 1 to 86,400; 60 by default.
    interval_s: Option<u32>,
    /// 1 to `interval_s`; a quarter of it by default.
    retry_interval_s: Option<u32>,
    /// 0.1 to 60; 10 by default.
    timeout_s: Option<f64>,
    /// 1 to 10; 3 by default.
    attempts_max: Option<u32>,
    /// True by default.
    enabled: Option<bool>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CheckPatch)]
#[serde(deny_unknown_fields)]
struct CheckPatchBody {
    name: Option<String>,
    protocol: Option<String>,
    #[schema(value_type = Option<Object>)]
    spec: Option<Value>,
    interval_s: Option<u32>,
    retry_interval_s: Option<u32>,
    timeout_s: Option<f64>,
    attempts_max: Option<u32>,
    enabled: Option<bool>,
}

impl CheckQuery {
    fn filter(&self) -> Result<CheckFilter, Fault> {
        let names = self.state.iter().flat_map(|states| states.split(','));
        let states = names.filter(|name| !name.is_empty()).map(|name| {
            CheckState::from_name(name).ok_or_else(|| {
                let known = CheckState::ALL.map(CheckState::name).join(", ");
                Fault::invalid("state", name, Text::same(known))
            })
        });
        Ok(CheckFilter {
            resource_id: self.resource_id,
            states: states.collect::<Result<_, _>>()?,
            text: self.q.clone().filter(|text| !text.is_empty()),
        })
    }
}

impl From<CheckBody> for CheckDraft {
    fn from(body: CheckBody) -> Self {
        Self {
            interval_s: body.interval_s,
            retry_interval_s: body.retry_interval_s,
            timeout_s: body.timeout_s,
            attempts_max: body.attempts_max,
            enabled: body.enabled,
            ..Self::new(body.resource_id, body.name, body.protocol, body.spec)
        }
    }
}

impl From<CheckPatchBody> for CheckPatch {
    fn from(body: CheckPatchBody) -> Self {
        Self {
            name: body.name,
            protocol: body.protocol,
            spec: body.spec,
            interval_s: body.interval_s,
            retry_interval_s: body.retry_interval_s,
            timeout_s: body.timeout_s,
            attempts_max: body.attempts_max,
            enabled: body.enabled,
        }
    }
}

/// Checks with their status, in the order they were made.
#[utoipa::path(
    get, path = "/api/v1/checks", tag = "checks", params(CheckQuery),
    responses((status = 200, body = PageView<CheckView>)))]
async fn list(
    State(probe): State<Probe>,
    Who(caller): Who,
    Query(query): Query<CheckQuery>,
) -> Result<PageView<CheckView>, Problem> {
    let filter = query.filter()?;
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    Ok(PageView::of(probe.checks(&caller, &filter, &page).await?, CheckView::from))
}

/// Makes a check; it runs at once.
#[utoipa::path(
    post, path = "/api/v1/checks", tag = "checks", request_body = CheckBody,
    responses((status = 201, body = CheckView)))]
async fn create(
    State(probe): State<Probe>,
    Who(caller): Who,
    Body(body): Body<CheckBody>,
) -> Result<Created<CheckView>, Problem> {
    let made = probe.create(&caller, body.into()).await?;
    Ok(Created(reply(made)))
}

/// A check with its status.
#[utoipa::path(
    get, path = "/api/v1/checks/{id}", tag = "checks", params(("id" = String, Path)),
    responses((status = 200, body = CheckView)))]
async fn read(
    State(probe): State<Probe>,
    Who(caller): Who,
    Key(id): Key<CheckDefinition>,
) -> Result<Reply<CheckView>, Problem> {
    Ok(reply(probe.check_seen(&caller, id).await?))
}

/// Changes a check; it runs at once with its new settings.
#[utoipa::path(
    patch, path = "/api/v1/checks/{id}", tag = "checks", request_body = CheckPatchBody,
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = CheckView)))]
async fn change(
    State(probe): State<Probe>,
    Who(caller): Who,
    Key(id): Key<CheckDefinition>,
    IfMatch(version): IfMatch,
    Body(body): Body<CheckPatchBody>,
) -> Result<Reply<CheckView>, Problem> {
    Ok(reply(probe.change(&caller, id, version, body.into()).await?))
}

/// Removes a check and its status; with If-Match, only that version.
#[utoipa::path(
    delete, path = "/api/v1/checks/{id}", tag = "checks",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204)))]
async fn remove(
    State(probe): State<Probe>,
    Who(caller): Who,
    Key(id): Key<CheckDefinition>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    probe.remove(&caller, id, version_of(&headers)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Runs a check now and answers with what came of it.
#[utoipa::path(
    post, path = "/api/v1/checks/{id}/run", tag = "checks", params(("id" = String, Path)),
    responses((status = 200, body = CheckView)))]
async fn run(
    State(probe): State<Probe>,
    Who(caller): Who,
    Key(id): Key<CheckDefinition>,
) -> Result<Reply<CheckView>, Problem> {
    Ok(reply(probe.run_now(&caller, id).await?))
}

fn reply(check: WatchedCheck) -> Reply<CheckView> {
    let version = check.definition.version;
    Reply::new(CheckView::from(check), version)
}

/// The version in If-Match, where there is one.
fn version_of(headers: &HeaderMap) -> Result<Option<i64>, Fault> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    let version = text.trim_matches('"').parse().map_err(|_| {
        let expected = Text::new("the ETag of what you loaded", "读取时得到的 ETag");
        Fault::invalid("If-Match", text, expected)
    })?;
    Ok(Some(version))
}
