use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use http_kit::{Body, Key, PageView, Problem, Who};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    cookie,
    first_run::user_agent,
    second_factor::SecondStepView,
    views::{SessionEntryView, SessionView},
};
use crate::{Access, FirstStep, Password, Secret, Session, SignedIn};

/// Name and password. No `Debug`: it holds a password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignInBody {
    name: String,
    password: String,
}

/// Where the browser goes to sign out at the provider too.
#[derive(Serialize, ToSchema)]
#[schema(as = SignedOut)]
pub(super) struct SignedOutView {
    url: String,
}

/// Signs in by name and password: begins a session and gives its cookie, or asks for the second
/// factor (202).
#[utoipa::path(
    post, path = "/api/v1/session", tag = "session", request_body = SignInBody,
    responses((status = 200, body = SessionView), (status = 202, body = SecondStepView)))]
pub(super) async fn sign_in(
    State(access): State<Access>,
    Who(caller): Who,
    headers: HeaderMap,
    Body(body): Body<SignInBody>,
) -> Result<Response, Problem> {
    let password = Password::new(body.password);
    let user_agent = user_agent(&headers);
    let step = access.sign_in(&caller, &body.name, &password, user_agent).await?;
    match step {
        FirstStep::SignedIn(signed_in) => Ok(begun(&access, &signed_in).await?.into_response()),
        FirstStep::SecondFactor(step) => {
            let view = SecondStepView::new(&step);
            Ok((StatusCode::ACCEPTED, Json(view)).into_response())
        }
    }
}

/// The answer to who has just signed in.
pub(super) async fn begun(
    access: &Access,
    signed_in: &SignedIn,
) -> Result<(HeaderMap, Json<SessionView>), Problem> {
    let view = SessionView::begun(access, signed_in).await?;
    Ok((cookie::given(&signed_in.secret), Json(view)))
}

/// Who is signed in, and what they may do.
#[utoipa::path(
    get, path = "/api/v1/session", tag = "session",
    responses((status = 200, body = SessionView)))]
pub(super) async fn current(
    State(access): State<Access>,
    Who(caller): Who,
    headers: HeaderMap,
) -> Result<Json<SessionView>, Problem> {
    let standing = access.standing(&caller).await?;
    let secret = cookie::presented(&headers).and_then(Secret::parse);
    Ok(Json(SessionView::of(&access, &caller.grant, &standing, secret.as_ref()).await?))
}

/// Signs out: ends the session that asks. 200 where the browser is to go on to the provider that
/// let it in, to sign out there too.
#[utoipa::path(
    delete, path = "/api/v1/session", tag = "session",
    responses((status = 200, body = SignedOutView), (status = 204)))]
pub(super) async fn sign_out(
    State(access): State<Access>,
    Who(caller): Who,
) -> Result<Response, Problem> {
    let cookie = cookie::taken();
    Ok(match access.sign_out(&caller).await? {
        Some(url) => (cookie, Json(SignedOutView { url: url.to_string() })).into_response(),
        None => (StatusCode::NO_CONTENT, cookie).into_response(),
    })
}

/// One's own sessions, newest first.
#[utoipa::path(
    get, path = "/api/v1/sessions", tag = "session",
    responses((status = 200, body = PageView<SessionEntryView>)))]
pub(super) async fn list(
    State(access): State<Access>,
    Who(caller): Who,
) -> Result<PageView<SessionEntryView>, Problem> {
    let sessions = access.sessions(&caller).await?;
    let current = caller.session_id.as_deref();
    let views = sessions.iter().map(|session| SessionEntryView::of(&access, session, current));
    Ok(PageView::whole(views.collect()))
}

/// Ends one of one's own sessions.
#[utoipa::path(
    delete, path = "/api/v1/sessions/{id}", tag = "session",
    params(("id" = String, Path, description = "the session's id")), responses((status = 204)))]
pub(super) async fn end(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<Session>,
) -> Result<StatusCode, Problem> {
    access.end_session(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Signs out everywhere: ends all of one's own sessions, this one too.
#[utoipa::path(
    delete, path = "/api/v1/sessions", tag = "session", responses((status = 204)))]
pub(super) async fn end_all(
    State(access): State<Access>,
    Who(caller): Who,
) -> Result<(StatusCode, HeaderMap), Problem> {
    access.end_all_sessions(&caller).await?;
    Ok((StatusCode::NO_CONTENT, cookie::taken()))
}
