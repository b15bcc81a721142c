use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use http_kit::{Created, IfMatch, Key, PageView, Problem, Query, Reply, Who};
use kernel::{Fault, PageRequest, Text, Time};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{upload::YamlText, views::GroupsView};
use crate::{Recording, actions::Upload, model::groups::RuleGroups};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupsQuery {
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateQuery {
    /// The name, such as `node.yml`.
    name: String,
    /// Back-fill all recording rules from this moment on (RFC 3339).
    backfill_from: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplaceQuery {
    /// Back-fill the recording rules that are new from this moment on (RFC 3339).
    backfill_from: Option<String>,
}

/// Rule groups, in the order they were made.
#[utoipa::path(
    get, path = "/api/v1/rule-groups", tag = "recording", params(GroupsQuery),
    responses((status = 200, body = PageView<GroupsView>)))]
pub(super) async fn list(
    State(recording): State<Recording>,
    Query(query): Query<GroupsQuery>,
) -> Result<PageView<GroupsView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    Ok(PageView::of(recording.all_groups(&page).await?, GroupsView::from))
}

/// Uploads a rule file as Prometheus has it.
#[utoipa::path(
    post, path = "/api/v1/rule-groups", tag = "recording", params(CreateQuery),
    request_body(content = String, content_type = "application/yaml"),
    responses((status = 201, body = GroupsView), (status = 409)))]
pub(super) async fn create(
    State(recording): State<Recording>,
    Who(caller): Who,
    Query(query): Query<CreateQuery>,
    YamlText(content): YamlText,
) -> Result<Created<GroupsView>, Problem> {
    let backfill_from = moment("backfill_from", query.backfill_from)?;
    let upload = Upload { content, backfill_from };
    Ok(Created(reply(recording.create(&caller, query.name, upload).await?)))
}

/// One rule file.
#[utoipa::path(
    get, path = "/api/v1/rule-groups/{id}", tag = "recording", params(("id" = String, Path)),
    responses((status = 200, body = GroupsView), (status = 404)))]
pub(super) async fn find(
    State(recording): State<Recording>,
    Key(id): Key<RuleGroups>,
) -> Result<Reply<GroupsView>, Problem> {
    Ok(reply(recording.groups(id).await?.groups))
}

/// The text of a rule file, as it was uploaded.
#[utoipa::path(
    get, path = "/api/v1/rule-groups/{id}/file", tag = "recording", params(("id" = String, Path)),
    responses((status = 200, body = String, content_type = "application/yaml"), (status = 404)))]
pub(super) async fn file(
    State(recording): State<Recording>,
    Key(id): Key<RuleGroups>,
) -> Result<Response, Problem> {
    let text = recording.groups(id).await?;
    Ok(([(header::CONTENT_TYPE, "application/yaml")], text.content).into_response())
}

/// Replaces a rule file. Rules of the same name and labels go on.
#[utoipa::path(
    put, path = "/api/v1/rule-groups/{id}", tag = "recording",
    params(("id" = String, Path), ReplaceQuery,
        ("If-Match" = String, Header, description = "the ETag")),
    request_body(content = String, content_type = "application/yaml"),
    responses((status = 200, body = GroupsView), (status = 404), (status = 412)))]
pub(super) async fn replace(
    State(recording): State<Recording>,
    Who(caller): Who,
    Key(id): Key<RuleGroups>,
    IfMatch(version): IfMatch,
    Query(query): Query<ReplaceQuery>,
    YamlText(content): YamlText,
) -> Result<Reply<GroupsView>, Problem> {
    let backfill_from = moment("backfill_from", query.backfill_from)?;
    let upload = Upload { content, backfill_from };
    Ok(reply(recording.replace(&caller, id, version, upload).await?))
}

/// Deletes a rule file. What it recorded stays.
#[utoipa::path(
    delete, path = "/api/v1/rule-groups/{id}", tag = "recording",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 204), (status = 404), (status = 412), (status = 428)))]
pub(super) async fn remove(
    State(recording): State<Recording>,
    Who(caller): Who,
    Key(id): Key<RuleGroups>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Problem> {
    recording.delete(&caller, id, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn reply(groups: RuleGroups) -> Reply<GroupsView> {
    let version = groups.version;
    Reply::new(GroupsView::from(groups), version)
}

/// A moment as a parameter or a field has it.
pub(super) fn moment(field: &str, text: Option<String>) -> Result<Option<Time>, Fault> {
    let Some(text) = text else { return Ok(None) };
    let expected = || {
        let example = "2026-01-31T08:00:00Z";
        Text::new(format!("RFC 3339, such as {example}"), format!("RFC 3339 时间，例如 {example}"))
    };
    text.parse().map(Some).map_err(|_| Fault::invalid(field, &text, expected()))
}
