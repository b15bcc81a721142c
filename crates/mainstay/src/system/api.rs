use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    Json,
    extract::State,
    http::{HeaderName, StatusCode, header},
    response::IntoResponse,
};
use http_kit::{Hit, PageView, Problem, Query, RequestMetrics, Routes, SearchSource, Who, routes};
use kernel::{Fault, FaultKind, Permission, Text, Time};
use serde::{Deserialize, Serialize};
use tsdb::SeriesStore;
use utoipa::{IntoParams, ToSchema};

use super::{metrics, search};
use crate::config::LiveSettings;

const SERVER_READ: Permission = Permission("server.read");
const METRICS_READ: Permission = Permission("metrics.read");
/// What is searched, each by those who may read it: `matrix.rs` asks every role.
const SEARCHED: &str = "resource.read, directory.read, check.read, alert.read, alert-rule.read, \
    ticket.read, job.read, user.read";

/// What the server knows of itself.
#[derive(Clone)]
pub(crate) struct SystemState {
    pub(crate) db: db::Db,
    pub(crate) series: Arc<dyn SeriesStore>,
    pub(crate) limits: Arc<prometheus::SeriesLimits>,
    pub(crate) probe: probe::Probe,
    pub(crate) remote: remote::Remote,
    pub(crate) host: Option<devices::Host>,
    pub(crate) settings: LiveSettings,
    pub(crate) requests: Arc<RequestMetrics>,
    pub(crate) sources: Arc<Vec<Arc<dyn SearchSource>>>,
    pub(crate) started_at: Time,
    /// False until everything runs, and again when the server stops.
    pub(crate) ready: Arc<AtomicBool>,
    /// The API document, once all routes are known.
    pub(crate) document: Arc<OnceLock<String>>,
}

/// The routes of the server itself.
pub(crate) fn routes(state: SystemState) -> Routes {
    super::settings::routes()
        .open("a load balancer asks whether the process lives", routes!(healthz))
        .open("a load balancer asks whether to send requests here", routes!(readyz))
        .open("the API's description holds no data of the installation", routes!(openapi))
        .read_everywhere(SERVER_READ, routes!(server))
        .read_everywhere(METRICS_READ, routes!(own_metrics))
        .read_by_parts(SEARCHED, routes!(search_everything))
        .with_state(state)
}

/// Whether the process lives.
#[utoipa::path(get, path = "/healthz", tag = "server",
    responses((status = 200, body = String, content_type = "text/plain")))]
async fn healthz() -> &'static str {
    "ok\n"
}

/// Whether the server takes requests: its records answer and it is not stopping.
#[utoipa::path(get, path = "/readyz", tag = "server",
    responses((status = 200, body = String, content_type = "text/plain")))]
async fn readyz(State(state): State<SystemState>) -> Result<&'static str, Problem> {
    if !state.ready.load(Ordering::Acquire) {
        let text = Text::new("the server is starting or stopping", "服务器正在启动或停止");
        return Err(Fault::new(FaultKind::Unavailable, "not-ready", text).into());
    }
    state.db.ping().await?;
    Ok("ready\n")
}

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "server",
    responses((status = 200, body = serde_json::Value, content_type = "application/json")))]
async fn openapi(State(state): State<SystemState>) -> impl IntoResponse {
    let document = state.document.get().cloned().unwrap_or_default();
    ([(header::CONTENT_TYPE, "application/json")], document)
}

/// The server.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Server)]
struct ServerView {
    name: &'static str,
    version: &'static str,
    /// When it started (RFC 3339).
    started_at: String,
    /// The resource that stands for the machine it runs on.
    host_resource_id: Option<String>,
    /// Bytes that samples and records take on disk.
    data_bytes: u64,
    /// Of these, the samples.
    samples_bytes: u64,
    /// Of these, the records: SQLite's file, or the database in PostgreSQL.
    records_bytes: u64,
    /// Series of the last hours.
    series: u64,
    /// Samples kept.
    samples_total: u64,
}

/// The server's version, age and size.
#[utoipa::path(get, path = "/api/v1/server", tag = "server",
    responses((status = 200, body = ServerView)))]
async fn server(State(state): State<SystemState>) -> Result<Json<ServerView>, Problem> {
    let stats = state.series.stats();
    let samples_bytes = stats.block_bytes + stats.wal_bytes;
    let records_bytes = state.db.size_bytes().await?;
    Ok(Json(ServerView {
        name: "Mainstay",
        version: env!("CARGO_PKG_VERSION"),
        started_at: state.started_at.to_string(),
        host_resource_id: state.host.as_ref().map(|host| host.resource_id().to_string()),
        data_bytes: samples_bytes + records_bytes,
        samples_bytes,
        records_bytes,
        series: stats.series_live,
        samples_total: stats.points_live + stats.points_stored,
    }))
}

/// The server's own metrics (Prometheus text exposition format 0.0.4).
#[utoipa::path(get, path = "/metrics", tag = "server",
    responses((status = 200, body = String, content_type = "text/plain")))]
async fn own_metrics(
    State(state): State<SystemState>,
) -> (StatusCode, [(HeaderName, &'static str); 1], String) {
    let content_type = (header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    (StatusCode::OK, [content_type], metrics::exposition(&state))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// Part of a name; at most 100 characters.
    q: String,
}

/// Things whose name contains a text: resources, people, units, checks, alerts, rules, jobs, users;
/// of each sort those that the caller may read.
#[utoipa::path(get, path = "/api/v1/search", tag = "server", params(SearchQuery),
    responses((status = 200, body = PageView<Hit>)))]
async fn search_everything(
    State(state): State<SystemState>,
    Who(caller): Who,
    Query(query): Query<SearchQuery>,
) -> Result<PageView<Hit>, Problem> {
    Ok(PageView::whole(search::search(&state.sources, &caller, &query.q).await?))
}
