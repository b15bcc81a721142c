use axum::{extract::State, http::StatusCode};
use http_kit::{Key, PageView, Problem, Query, Who};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{Access, Identity, User};

/// That a user is somebody elsewhere: at a provider, or in a directory of others.
#[derive(Serialize, ToSchema)]
#[schema(as = Identity)]
pub(super) struct IdentityView {
    /// The issuer of a provider; of a directory `ldap:` and the id of its source.
    authority: String,
    /// Who they are there, for good.
    subject: String,
    /// What they were called there when they last came.
    name: String,
    linked_at: String,
    /// When they last signed in by it.
    last_used_at: Option<String>,
}

/// Which of a user's identities.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct IdentityQuery {
    authority: String,
    subject: String,
}

impl From<Identity> for IdentityView {
    fn from(identity: Identity) -> Self {
        Self {
            authority: identity.authority,
            subject: identity.subject,
            name: identity.name,
            linked_at: identity.linked_at.to_string(),
            last_used_at: identity.last_used_at.map(|at| at.to_string()),
        }
    }
}

/// Who one is elsewhere.
#[utoipa::path(
    get, path = "/api/v1/profile/identities", tag = "profile",
    responses((status = 200, body = PageView<IdentityView>)))]
pub(super) async fn own(
    State(access): State<Access>,
    Who(caller): Who,
) -> Result<PageView<IdentityView>, Problem> {
    let all = access.own_identities(&caller).await?.into_iter();
    Ok(PageView::whole(all.map(IdentityView::from).collect()))
}

/// Unlinks one's own account from who one is elsewhere.
#[utoipa::path(
    delete, path = "/api/v1/profile/identities", tag = "profile", params(IdentityQuery),
    responses((status = 204), (status = 404), (status = 409)))]
pub(super) async fn unlink_own(
    State(access): State<Access>,
    Who(caller): Who,
    Query(query): Query<IdentityQuery>,
) -> Result<StatusCode, Problem> {
    access.unlink_own(&caller, &query.authority, &query.subject).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who a user is elsewhere.
#[utoipa::path(
    get, path = "/api/v1/users/{id}/identities", tag = "users",
    params(("id" = String, Path, description = "the user's id")),
    responses((status = 200, body = PageView<IdentityView>), (status = 404)))]
pub(super) async fn of_user(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<User>,
) -> Result<PageView<IdentityView>, Problem> {
    let all = access.identities(&caller, id).await?.into_iter();
    Ok(PageView::whole(all.map(IdentityView::from).collect()))
}

/// Unlinks a user from who they are elsewhere: they do not sign in by it any more.
#[utoipa::path(
    delete, path = "/api/v1/users/{id}/identities", tag = "users",
    params(("id" = String, Path, description = "the user's id"), IdentityQuery),
    responses((status = 204), (status = 404)))]
pub(super) async fn unlink(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<User>,
    Query(query): Query<IdentityQuery>,
) -> Result<StatusCode, Problem> {
    access.unlink(&caller, id, &query.authority, &query.subject).await?;
    Ok(StatusCode::NO_CONTENT)
}
