use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::views::ReceiverView;
use crate::Alerts;

/// The version of Alertmanager whose API this is: clients choose by it what they ask for.
const API_VERSION: &str = "0.27.0";

/// How it stands, in Alertmanager's terms.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertmanagerStatus)]
#[serde(rename_all = "camelCase")]
pub(super) struct StatusView {
    cluster: ClusterView,
    version_info: VersionView,
    config: ConfigView,
    /// When it started.
    uptime: String,
}

/// Servers on one database share everything: there is no cluster of the protocol's sort.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertmanagerCluster)]
struct ClusterView {
    /// `disabled`.
    status: &'static str,
    peers: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertmanagerVersion)]
#[serde(rename_all = "camelCase")]
struct VersionView {
    /// The version of Alertmanager whose API this is.
    version: &'static str,
    /// Our own.
    revision: &'static str,
    branch: &'static str,
    build_user: &'static str,
    build_date: &'static str,
    go_version: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertmanagerConfig)]
struct ConfigView {
    /// Empty: policies say who is told.
    original: &'static str,
}

/// How the server stands, in Alertmanager's terms.
#[utoipa::path(
    get, path = "/alertmanager/api/v2/status", tag = "alertmanager",
    responses((status = 200, body = StatusView)))]
pub(super) async fn status(State(alerts): State<Alerts>) -> Json<StatusView> {
    Json(StatusView {
        cluster: ClusterView { status: "disabled", peers: Vec::new() },
        version_info: VersionView {
            version: API_VERSION,
            revision: env!("CARGO_PKG_VERSION"),
            branch: "mainstay",
            build_user: "",
            build_date: "",
            go_version: "",
        },
        config: ConfigView { original: "" },
        uptime: alerts.started_at.to_string(),
    })
}

/// Who is told: one name for all that policies say.
#[utoipa::path(
    get, path = "/alertmanager/api/v2/receivers", tag = "alertmanager",
    responses((status = 200, body = Vec<ReceiverView>)))]
pub(super) async fn receivers() -> Json<Vec<ReceiverView>> {
    Json(vec![ReceiverView::own()])
}

/// That the server is there.
#[utoipa::path(
    get, path = "/alertmanager/-/healthy", tag = "alertmanager",
    responses((status = 200, body = String)))]
pub(super) async fn healthy() -> &'static str {
    "OK"
}

/// That the server takes alerts.
#[utoipa::path(
    get, path = "/alertmanager/-/ready", tag = "alertmanager",
    responses((status = 200, body = String)))]
pub(super) async fn ready() -> &'static str {
    "OK"
}
