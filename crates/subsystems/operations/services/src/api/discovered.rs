use axum::{Json, extract::State, http::StatusCode};
use http_kit::{Key, PageView, Problem, Query, Routes, TextView, Who, routes};
use kernel::{Fault, PageRequest, Text};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::{
    actions::{DISCOVERY_CHANGE, DISCOVERY_READ, Services},
    known::Confidence,
    model::{Discovered, DiscoveryState},
};

/// The process that holds a socket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServiceProcess)]
struct ProcessView {
    pid: u32,
    /// Its name, at most 15 bytes.
    comm: String,
    /// Its program; null where the server may not look.
    exe: Option<String>,
    /// Its systemd unit.
    unit: Option<String>,
    user_id: u32,
}

/// What a service is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServiceKind)]
struct ServiceView {
    /// A stable name such as `nginx`; `unknown` if nobody recognises it.
    kind: String,
    title: TextView,
}

/// A check that fits.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SuggestedCheck)]
struct SuggestedCheckView {
    protocol: String,
    spec: Value,
}

/// A service that was found listening.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DiscoveredService)]
struct DiscoveredView {
    id: String,
    host_resource_id: String,
    /// `tcp` or `udp`.
    proto: String,
    /// Where it listens; `0.0.0.0` and `::` stand for all addresses.
    addresses: Vec<String>,
    port: u16,
    process: Option<ProcessView>,
    service: ServiceView,
    /// How sure the kind is, 0 to 1.
    confidence: f64,
    suggested_check: Option<SuggestedCheckView>,
    /// `suggested`, `accepted` or `dismissed`.
    state: String,
    /// Whether it listened at the last scan.
    listening: bool,
    resource_id: Option<String>,
    check_id: Option<String>,
    first_seen_at: String,
    last_seen_at: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DiscoveredQuery {
    /// `suggested`, `accepted` or `dismissed`; all when not given.
    state: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// The routes of discovered services.
pub(crate) fn routes(services: Services) -> Routes {
    Routes::new()
        .read(DISCOVERY_READ, routes!(list))
        .write(DISCOVERY_CHANGE, routes!(accept))
        .write(DISCOVERY_CHANGE, routes!(dismiss))
        .write_everywhere(DISCOVERY_CHANGE, routes!(scan))
        .with_state(services)
}

/// What was found listening, in the order in which it was found.
#[utoipa::path(
    get, path = "/api/v1/discovered-services", tag = "services", params(DiscoveredQuery),
    responses((status = 200, body = PageView<DiscoveredView>)))]
async fn list(
    State(services): State<Services>,
    Who(caller): Who,
    Query(query): Query<DiscoveredQuery>,
) -> Result<PageView<DiscoveredView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let state = query.state.as_deref().map(state_of).transpose()?;
    let page = services.list(&caller, state, &page).await?;
    Ok(PageView::of(page, DiscoveredView::from))
}

/// Makes a discovered service a resource that runs on its host, with the suggested check.
#[utoipa::path(
    post, path = "/api/v1/discovered-services/{id}/accept", tag = "services",
    params(("id" = String, Path)),
    responses((status = 200, body = DiscoveredView), (status = 404), (status = 409)))]
async fn accept(
    State(services): State<Services>,
    Who(caller): Who,
    Key(id): Key<Discovered>,
) -> Result<Json<DiscoveredView>, Problem> {
    Ok(Json(services.accept(&caller, id).await?.into()))
}

/// Keeps a discovered service away until it is accepted.
#[utoipa::path(
    post, path = "/api/v1/discovered-services/{id}/dismiss", tag = "services",
    params(("id" = String, Path)),
    responses((status = 200, body = DiscoveredView), (status = 404), (status = 409)))]
async fn dismiss(
    State(services): State<Services>,
    Who(caller): Who,
    Key(id): Key<Discovered>,
) -> Result<Json<DiscoveredView>, Problem> {
    Ok(Json(services.dismiss(&caller, id).await?.into()))
}

/// Looks at what listens now, without waiting for the next time.
#[utoipa::path(
    post, path = "/api/v1/discovered-services/scan", tag = "services",
    responses((status = 202, description = "it will be done at once")))]
async fn scan(State(services): State<Services>, Who(caller): Who) -> Result<StatusCode, Problem> {
    services.scan_soon(&caller)?;
    Ok(StatusCode::ACCEPTED)
}

fn state_of(text: &str) -> Result<DiscoveryState, Fault> {
    let expected = || {
        Text::new(
            "one of suggested, accepted, dismissed",
            "以下之一：suggested、accepted、dismissed",
        )
    };
    DiscoveryState::from_name(text).ok_or_else(|| Fault::invalid("state", text, expected()))
}

impl From<Discovered> for DiscoveredView {
    fn from(item: Discovered) -> Self {
        Self {
            id: item.id.to_string(),
            host_resource_id: item.host_resource_id.to_string(),
            proto: item.key.proto.to_owned(),
            addresses: item.addresses.iter().map(ToString::to_string).collect(),
            port: item.key.port,
            process: item.process.map(|process| ProcessView {
                pid: process.pid,
                comm: process.comm,
                exe: process.exe,
                unit: process.unit,
                user_id: process.user_id,
            }),
            service: ServiceView { kind: item.kind, title: item.title.into() },
            confidence: match item.confidence {
                None => 0.0,
                Some(Confidence::Possible) => 0.3,
                Some(Confidence::Likely) => 0.7,
                Some(Confidence::Certain) => 1.0,
            },
            suggested_check: item
                .suggested_check
                .map(|check| SuggestedCheckView { protocol: check.protocol, spec: check.spec }),
            state: item.state.name().to_owned(),
            listening: item.listening,
            resource_id: item.resource_id.map(|id| id.to_string()),
            check_id: item.check_id.map(|id| id.to_string()),
            first_seen_at: item.first_seen_at.to_string(),
            last_seen_at: item.last_seen_at.to_string(),
        }
    }
}
