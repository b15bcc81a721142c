use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use http_kit::{Body, Problem, Who};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{cookie, views::SessionView};
use crate::{Access, NewUser, Password};

/// Whether the first administrator is still to be made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FirstRun)]
pub(super) struct FirstRunView {
    needed: bool,
}

/// The first administrator. No `Debug`: it holds a password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FirstRunBody {
    /// The one-time secret of the link that the server printed.
    token: String,
    name: String,
    password: String,
    /// The name when not given.
    display_name: Option<String>,
}

/// Whether the first administrator is still to be made.
#[utoipa::path(
    get, path = "/api/v1/first-run", tag = "session",
    responses((status = 200, body = FirstRunView)))]
pub(super) async fn is_needed(State(access): State<Access>) -> Result<Json<FirstRunView>, Problem> {
    Ok(Json(FirstRunView { needed: access.is_first_run().await? }))
}

/// Makes the first administrator and signs them in.
#[utoipa::path(
    post, path = "/api/v1/first-run", tag = "session", request_body = FirstRunBody,
    responses((status = 201, body = SessionView)))]
pub(super) async fn complete(
    State(access): State<Access>,
    Who(caller): Who,
    headers: HeaderMap,
    Body(body): Body<FirstRunBody>,
) -> Result<(StatusCode, HeaderMap, Json<SessionView>), Problem> {
    let wanted = NewUser {
        name: body.name,
        display_name: body.display_name,
        role: None,
        reason: None,
        person_id: None,
        password: Some(Password::new(body.password)),
    };
    let user_agent = user_agent(&headers);
    let signed_in = access.first_run(&caller, &body.token, &wanted, user_agent).await?;
    let view = SessionView::begun(&access, &signed_in).await?;
    Ok((StatusCode::CREATED, cookie::given(&signed_in.secret), Json(view)))
}

/// What the browser calls itself.
pub(super) fn user_agent(headers: &HeaderMap) -> &str {
    let value = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}
