use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use http_kit::{Body, Created, IfMatch, PageView, Problem, Reply, Who};

use super::rights_views::{NewRoleBody, RoleContentBody, RoleView};
use crate::{Access, Role};

/// The permissions there are: those that the routes need.
#[utoipa::path(
    get, path = "/api/v1/permissions", tag = "roles",
    responses((status = 200, body = PageView<String>)))]
pub(super) async fn permissions(
    State(access): State<Access>,
    Who(caller): Who,
) -> Result<PageView<String>, Problem> {
    let names = access.permissions(&caller)?.iter().map(ToString::to_string).collect();
    Ok(PageView::whole(names))
}

/// All roles, by name.
#[utoipa::path(
    get, path = "/api/v1/roles", tag = "roles",
    responses((status = 200, body = PageView<RoleView>)))]
pub(super) async fn list(
    State(access): State<Access>,
    Who(caller): Who,
) -> Result<PageView<RoleView>, Problem> {
    let roles = access.roles(&caller).await?;
    Ok(PageView::whole(roles.into_iter().map(RoleView::from).collect()))
}

/// Makes a role.
#[utoipa::path(
    post, path = "/api/v1/roles", tag = "roles", request_body = NewRoleBody,
    responses((status = 201, body = RoleView), (status = 409)))]
pub(super) async fn create(
    State(access): State<Access>,
    Who(caller): Who,
    Body(body): Body<NewRoleBody>,
) -> Result<Created<RoleView>, Problem> {
    Ok(Created(reply(access.create_role(&caller, body.into_role()).await?)))
}

/// One role.
#[utoipa::path(
    get, path = "/api/v1/roles/{name}", tag = "roles",
    params(("name" = String, Path, description = "the role's name")),
    responses((status = 200, body = RoleView), (status = 404)))]
pub(super) async fn get(
    State(access): State<Access>,
    Who(caller): Who,
    Path(name): Path<String>,
) -> Result<Reply<RoleView>, Problem> {
    Ok(reply(access.role(&caller, &name).await?))
}

/// Gives a role new content; those that came with the product keep theirs.
#[utoipa::path(
    put, path = "/api/v1/roles/{name}", tag = "roles", request_body = RoleContentBody,
    params(
        ("name" = String, Path, description = "the role's name"),
        ("If-Match" = String, Header, description = "the role's version, in quotes")),
    responses((status = 200, body = RoleView), (status = 404), (status = 409)))]
pub(super) async fn change(
    State(access): State<Access>,
    Who(caller): Who,
    Path(name): Path<String>,
    IfMatch(version): IfMatch,
    Body(body): Body<RoleContentBody>,
) -> Result<Reply<RoleView>, Problem> {
    Ok(reply(access.change_role(&caller, version, body.into_role(name)).await?))
}

/// Removes a role that was never granted.
#[utoipa::path(
    delete, path = "/api/v1/roles/{name}", tag = "roles",
    params(("name" = String, Path, description = "the role's name")),
    responses((status = 204), (status = 404), (status = 409)))]
pub(super) async fn remove(
    State(access): State<Access>,
    Who(caller): Who,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    access.remove_role(&caller, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn reply(role: Role) -> Reply<RoleView> {
    let version = role.version;
    Reply::new(role.into(), version)
}
