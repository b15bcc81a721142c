use axum::{extract::State, http::StatusCode};
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, Who};
use kernel::PageRequest;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    rights_views::{GroupBody, GroupView, HolderView, MemberView},
    views::ListQuery,
};
use crate::{Access, Group, Holder, MembersChange};

/// Who is to belong to a group and who is not: users and groups.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MembersBody {
    #[serde(default)]
    add: Vec<HolderView>,
    #[serde(default)]
    remove: Vec<HolderView>,
}

/// Groups, by name.
#[utoipa::path(
    get, path = "/api/v1/groups", tag = "groups", params(ListQuery),
    responses((status = 200, body = PageView<GroupView>)))]
pub(super) async fn list(
    State(access): State<Access>,
    Who(caller): Who,
    Query(query): Query<ListQuery>,
) -> Result<PageView<GroupView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    Ok(PageView::of(access.groups(&caller, &page).await?, GroupView::from))
}

/// Makes a group.
#[utoipa::path(
    post, path = "/api/v1/groups", tag = "groups", request_body = GroupBody,
    responses((status = 201, body = GroupView), (status = 409)))]
pub(super) async fn create(
    State(access): State<Access>,
    Who(caller): Who,
    Body(body): Body<GroupBody>,
) -> Result<Created<GroupView>, Problem> {
    Ok(Created(reply(access.create_group(&caller, &body.into()).await?)))
}

/// One group.
#[utoipa::path(
    get, path = "/api/v1/groups/{id}", tag = "groups",
    params(("id" = String, Path, description = "the group's id")),
    responses((status = 200, body = GroupView), (status = 404)))]
pub(super) async fn get(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<Group>,
) -> Result<Reply<GroupView>, Problem> {
    Ok(reply(access.group(&caller, id).await?))
}

/// Changes a group's name and description.
#[utoipa::path(
    put, path = "/api/v1/groups/{id}", tag = "groups", request_body = GroupBody,
    params(
        ("id" = String, Path, description = "the group's id"),
        ("If-Match" = String, Header, description = "the group's version, in quotes")),
    responses((status = 200, body = GroupView), (status = 404), (status = 409)))]
pub(super) async fn change(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<Group>,
    IfMatch(version): IfMatch,
    Body(body): Body<GroupBody>,
) -> Result<Reply<GroupView>, Problem> {
    Ok(reply(access.change_group(&caller, id, version, &body.into()).await?))
}

/// Removes a group; the grants to it end.
#[utoipa::path(
    delete, path = "/api/v1/groups/{id}", tag = "groups",
    params(("id" = String, Path, description = "the group's id")),
    responses((status = 204), (status = 404), (status = 409)))]
pub(super) async fn remove(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<Group>,
) -> Result<StatusCode, Problem> {
    access.remove_group(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The members of a group.
#[utoipa::path(
    get, path = "/api/v1/groups/{id}/members", tag = "groups",
    params(("id" = String, Path, description = "the group's id"), ListQuery),
    responses((status = 200, body = PageView<MemberView>), (status = 404)))]
pub(super) async fn members(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<Group>,
    Query(query): Query<ListQuery>,
) -> Result<PageView<MemberView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    Ok(PageView::of(access.members(&caller, id, &page).await?, MemberView::from))
}

/// Says who belongs to a group and who does not any more: all of it or nothing.
#[utoipa::path(
    post, path = "/api/v1/groups/{id}/members", tag = "groups", request_body = MembersBody,
    params(("id" = String, Path, description = "the group's id")),
    responses((status = 204), (status = 404), (status = 409)))]
pub(super) async fn change_members(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<Group>,
    Body(body): Body<MembersBody>,
) -> Result<StatusCode, Problem> {
    let holders = |list: Vec<HolderView>| list.into_iter().map(Holder::from).collect();
    let change = MembersChange { add: holders(body.add), remove: holders(body.remove) };
    access.change_members(&caller, id, &change).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn reply(group: Group) -> Reply<GroupView> {
    let version = group.version;
    Reply::new(group.into(), version)
}
