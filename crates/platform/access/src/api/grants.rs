use axum::{Json, extract::State, http::StatusCode};
use http_kit::{Body, Key, PageView, Problem, Query, Who};
use kernel::{PageRequest, Time};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::rights_views::{GrantView, HolderView, ScopeView};
use crate::{Access, GrantFilter, NewDelegation, NewGrant, RoleGrant, UserId};

/// Which grants.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct GrantQuery {
    /// To this user, post or group.
    holder_id: Option<String>,
    /// Of this role.
    role: Option<String>,
    /// Also those that are over or were ended.
    #[serde(default)]
    past: bool,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// A grant that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GrantBody {
    holder: HolderView,
    /// The role's name.
    role: String,
    scope: ScopeView,
    /// From now on when not given, or when it is over (RFC 3339).
    #[schema(value_type = Option<String>)]
    valid_from: Option<Time>,
    /// For good when not given (RFC 3339).
    #[schema(value_type = Option<String>)]
    valid_to: Option<Time>,
    reason: String,
}

/// What is passed on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DelegationBody {
    /// To whom.
    #[schema(value_type = String)]
    user_id: UserId,
    /// The scope of the grant or a part of it; all of it when not given.
    scope: Option<ScopeView>,
    /// From now on when not given, or when it is over (RFC 3339).
    #[schema(value_type = Option<String>)]
    valid_from: Option<Time>,
    /// As long as the grant itself when not given (RFC 3339).
    #[schema(value_type = Option<String>)]
    valid_to: Option<Time>,
    reason: String,
}

/// Why something is done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReasonBody {
    /// 1 to 500 characters.
    pub(super) reason: String,
}

/// Grants in the order in which they were given, those within one's scope.
#[utoipa::path(
    get, path = "/api/v1/grants", tag = "grants", params(GrantQuery),
    responses((status = 200, body = PageView<GrantView>)))]
pub(super) async fn list(
    State(access): State<Access>,
    Who(caller): Who,
    Query(query): Query<GrantQuery>,
) -> Result<PageView<GrantView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let filter =
        GrantFilter { holder_id: query.holder_id, role: query.role, with_past: query.past };
    let found = access.grants(&caller, &filter, &page).await?;
    let posts = access.posts_seen(&caller, &found.items).await?;
    Ok(PageView::of(found, |grant| GrantView::with_post(grant, &posts)))
}

/// Grants a role within a scope to a user, a post or a group.
#[utoipa::path(
    post, path = "/api/v1/grants", tag = "grants", request_body = GrantBody,
    responses((status = 201, body = GrantView), (status = 404), (status = 409)))]
pub(super) async fn create(
    State(access): State<Access>,
    Who(caller): Who,
    Body(body): Body<GrantBody>,
) -> Result<(StatusCode, Json<GrantView>), Problem> {
    let wanted = NewGrant {
        holder: body.holder.into(),
        role: body.role,
        scope: body.scope.into_scope()?,
        valid_from: body.valid_from,
        valid_to: body.valid_to,
        reason: body.reason,
    };
    let grant = access.grant(&caller, &wanted).await?;
    Ok((StatusCode::CREATED, Json(grant.into())))
}

/// One grant.
#[utoipa::path(
    get, path = "/api/v1/grants/{id}", tag = "grants",
    params(("id" = String, Path, description = "the grant's id")),
    responses((status = 200, body = GrantView), (status = 404)))]
pub(super) async fn get(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<RoleGrant>,
) -> Result<Json<GrantView>, Problem> {
    Ok(Json(access.grant_by_id(&caller, id).await?.into()))
}

/// Ends a grant, and what was passed on from it.
#[utoipa::path(
    post, path = "/api/v1/grants/{id}/end", tag = "grants", request_body = ReasonBody,
    params(("id" = String, Path, description = "the grant's id")),
    responses((status = 200, body = GrantView), (status = 404), (status = 409)))]
pub(super) async fn end(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<RoleGrant>,
    Body(body): Body<ReasonBody>,
) -> Result<Json<GrantView>, Problem> {
    Ok(Json(access.end_grant(&caller, id, &body.reason).await?.into()))
}

/// Passes on a grant that one holds oneself.
#[utoipa::path(
    post, path = "/api/v1/grants/{id}/delegate", tag = "grants", request_body = DelegationBody,
    params(("id" = String, Path, description = "the grant's id")),
    responses((status = 201, body = GrantView), (status = 404), (status = 409)))]
pub(super) async fn delegate(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<RoleGrant>,
    Body(body): Body<DelegationBody>,
) -> Result<(StatusCode, Json<GrantView>), Problem> {
    let wanted = NewDelegation {
        user_id: body.user_id,
        scope: body.scope.map(ScopeView::into_scope).transpose()?,
        valid_from: body.valid_from,
        valid_to: body.valid_to,
        reason: body.reason,
    };
    let grant = access.delegate(&caller, id, &wanted).await?;
    Ok((StatusCode::CREATED, Json(grant.into())))
}

/// Takes back what one passed on.
#[utoipa::path(
    post, path = "/api/v1/grants/{id}/take-back", tag = "grants", request_body = ReasonBody,
    params(("id" = String, Path, description = "the id of the grant that was passed on")),
    responses((status = 204), (status = 404)))]
pub(super) async fn take_back(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<RoleGrant>,
    Body(body): Body<ReasonBody>,
) -> Result<StatusCode, Problem> {
    access.take_back(&caller, id, &body.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}
