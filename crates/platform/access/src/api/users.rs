use axum::{extract::State, http::StatusCode};
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, Who};
use kernel::PageRequest;
use serde::Deserialize;
use utoipa::ToSchema;

use super::views::{ListQuery, UserPage, UserView};
use crate::{Access, NewUser, Password, User, UserChange};

/// A user that is wanted. No `Debug`: it holds a password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewUserBody {
    /// 3 to 64 letters, digits or `._-@`; unique in any case.
    name: String,
    /// The name when not given.
    display_name: Option<String>,
    /// The name of a role that they get over everything; none when not given.
    role: Option<String>,
    /// Why they get the role, in 1 to 500 characters. It must be given where the role carries one
    /// of the three duties (`duties` of the role).
    reason: Option<String>,
    /// The person of the directory who it is.
    person_id: Option<String>,
    /// 8 to 128 characters; the user must change it before anything else. Left out: they sign in
    /// another way, or get one at the console. Refused while the administrators are separated.
    password: Option<String>,
}

/// What changes of a user; what is left out stays. No `Debug`: it may hold a password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserChangeBody {
    display_name: Option<String>,
    /// Null unties the user from their person.
    #[serde(default, deserialize_with = "kernel::nullable")]
    #[schema(value_type = Option<String>)]
    person_id: Option<Option<String>>,
    disabled: Option<bool>,
    password: Option<String>,
}

/// All users, by name.
#[utoipa::path(
    get, path = "/api/v1/users", tag = "users", params(ListQuery),
    responses((status = 200, body = PageView<UserView>)))]
pub(super) async fn list(
    State(access): State<Access>,
    Who(caller): Who,
    Query(query): Query<ListQuery>,
) -> Result<UserPage, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let users = access.users(&caller, &page).await?;
    let mut roles = access.direct_roles(&users.items).await?;
    Ok(PageView::of(users, |user| {
        let roles = roles.remove(&user.id).unwrap_or_default();
        UserView::new(&user, roles)
    }))
}

/// Adds a user.
#[utoipa::path(
    post, path = "/api/v1/users", tag = "users", request_body = NewUserBody,
    responses((status = 201, body = UserView)))]
pub(super) async fn create(
    State(access): State<Access>,
    Who(caller): Who,
    Body(body): Body<NewUserBody>,
) -> Result<Created<UserView>, Problem> {
    let wanted = NewUser {
        name: body.name,
        display_name: body.display_name,
        role: body.role,
        reason: body.reason,
        person_id: body.person_id,
        password: body.password.map(Password::new),
    };
    let user = access.create_user(&caller, &wanted).await?;
    Ok(Created(reply(&access, user).await?))
}

/// One user.
#[utoipa::path(
    get, path = "/api/v1/users/{id}", tag = "users",
    params(("id" = String, Path, description = "the user's id")),
    responses((status = 200, body = UserView)))]
pub(super) async fn get(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<User>,
) -> Result<Reply<UserView>, Problem> {
    let user = access.user(&caller, id).await?;
    reply(&access, user).await
}

/// Changes a user. Another password and disabling end their sessions at once; disabling also
/// revokes their tokens.
#[utoipa::path(
    patch, path = "/api/v1/users/{id}", tag = "users", request_body = UserChangeBody,
    params(
        ("id" = String, Path, description = "the user's id"),
        ("If-Match" = String, Header, description = "the user's version, in quotes")),
    responses((status = 200, body = UserView)))]
pub(super) async fn change(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<User>,
    IfMatch(version): IfMatch,
    Body(body): Body<UserChangeBody>,
) -> Result<Reply<UserView>, Problem> {
    let change = UserChange {
        display_name: body.display_name,
        person_id: body.person_id,
        disabled: body.disabled,
        password: body.password.map(Password::new),
    };
    let user = access.change_user(&caller, id, version, &change).await?;
    reply(&access, user).await
}

/// Ends all sessions of a user; their tokens go on.
#[utoipa::path(
    post, path = "/api/v1/users/{id}/sign-out", tag = "users",
    params(("id" = String, Path, description = "the user's id")), responses((status = 204)))]
pub(super) async fn sign_out(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<User>,
) -> Result<StatusCode, Problem> {
    access.sign_out_user(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn reply(access: &Access, user: User) -> Result<Reply<UserView>, Problem> {
    let mut roles = access.direct_roles(std::slice::from_ref(&user)).await?;
    let roles = roles.remove(&user.id).unwrap_or_default();
    Ok(Reply::new(UserView::new(&user, roles), user.version))
}
