use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use http_kit::{Body, Key, Problem, Who};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    cookie, first_run::user_agent, second_factor::SecondStepView, session::begun,
    views::SessionView,
};
use crate::{Access, Arrival, FirstStep, Provider, ProviderId, Return, Secret};

/// How one can sign in besides by name and password.
#[derive(Serialize, ToSchema)]
#[schema(as = SignInWays)]
pub(super) struct WaysView {
    providers: Vec<WayView>,
}

/// A provider on the page for signing in.
#[derive(Serialize, ToSchema)]
#[schema(as = SignInWay)]
pub(super) struct WayView {
    id: String,
    /// What its button says.
    label: String,
}

/// Where the browser goes now.
#[derive(Serialize, ToSchema)]
#[schema(as = Departure)]
pub(super) struct DepartureView {
    url: String,
}

/// What the browser came back from a provider with. No `Debug`: it holds a code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReturnBody {
    state: String,
    code: Option<String>,
    /// Why there is no code.
    error: Option<String>,
    /// Who says so.
    iss: Option<String>,
}

/// How one can sign in besides by name and password.
#[utoipa::path(
    get, path = "/api/v1/session/ways", tag = "session",
    responses((status = 200, body = WaysView)))]
pub(super) async fn list(State(access): State<Access>) -> Result<Json<WaysView>, Problem> {
    let ways = access.ways_in().await?.into_iter();
    let view = |(id, label): (ProviderId, String)| WayView { id: id.to_string(), label };
    Ok(Json(WaysView { providers: ways.map(view).collect() }))
}

/// Sets out to sign in by a provider.
#[utoipa::path(
    post, path = "/api/v1/session/ways/{id}", tag = "session",
    params(("id" = String, Path, description = "the provider's id")),
    responses((status = 200, body = DepartureView), (status = 404)))]
pub(super) async fn depart(
    State(access): State<Access>,
    Key(id): Key<Provider>,
    headers: HeaderMap,
) -> Result<(HeaderMap, Json<DepartureView>), Problem> {
    let browser = cookie::on_its_way(&headers).and_then(Secret::parse);
    let departure = access.depart(id, browser, origin(&headers), None).await?;
    let view = DepartureView { url: departure.url.to_string() };
    Ok((cookie::sent_away(&departure.browser), Json(view)))
}

/// Sets out to link one's own account to who one is at a provider.
#[utoipa::path(
    post, path = "/api/v1/profile/identities/{id}", tag = "profile",
    params(("id" = String, Path, description = "the provider's id")),
    responses((status = 200, body = DepartureView), (status = 404)))]
pub(super) async fn depart_to_link(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<Provider>,
    headers: HeaderMap,
) -> Result<(HeaderMap, Json<DepartureView>), Problem> {
    let browser = cookie::on_its_way(&headers).and_then(Secret::parse);
    let departure = access.depart(id, browser, origin(&headers), Some(&caller)).await?;
    let view = DepartureView { url: departure.url.to_string() };
    Ok((cookie::sent_away(&departure.browser), Json(view)))
}

/// Comes back from a provider: begins a session and gives its cookie, asks for the second factor
/// (202), or has linked the account of who asked (204).
#[utoipa::path(
    post, path = "/api/v1/session/arrival", tag = "session", request_body = ReturnBody,
    responses(
        (status = 200, body = SessionView), (status = 202, body = SecondStepView),
        (status = 204), (status = 403)))]
pub(super) async fn arrive(
    State(access): State<Access>,
    Who(caller): Who,
    headers: HeaderMap,
    Body(body): Body<ReturnBody>,
) -> Result<Response, Problem> {
    let ReturnBody { state, code, error, iss } = body;
    let back = Return { state, code, error, issuer: iss };
    let browser = cookie::on_its_way(&headers).and_then(Secret::parse);
    let user_agent = user_agent(&headers);
    let arrival = access.arrive(&caller, &back, browser.as_ref(), user_agent).await?;
    match arrival {
        Arrival::In(FirstStep::SignedIn(signed_in)) => {
            Ok(begun(&access, &signed_in).await?.into_response())
        }
        Arrival::In(FirstStep::SecondFactor(step)) => {
            Ok((StatusCode::ACCEPTED, Json(SecondStepView::new(&step))).into_response())
        }
        Arrival::Linked => Ok(StatusCode::NO_CONTENT.into_response()),
    }
}

/// Where the browser says that its page comes from.
fn origin(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::ORIGIN)?.to_str().ok()
}
