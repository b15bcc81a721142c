//! Routes as Alertmanager has them (API v2): Prometheus and vmalert send here, and what shows or
//! silences alerts there does so here. Source: prometheus/alertmanager, `api/v2/openapi.yaml`.

mod alerts;
mod filter;
mod silences;
mod status;
mod views;

use axum::extract::DefaultBodyLimit;
use http_kit::{Routes, routes};
use utoipa_axum::router::UtoipaMethodRouterExt as _;

use crate::{
    Alerts,
    model::permission::{ALERT_READ, ALERT_SILENCE, EVENT_WRITE},
};

/// Most bytes of one batch: 256 alerts with all that they may hold are sent in less.
const BATCH_BYTES_MAX: usize = 16 << 20;

/// The routes of the API.
pub(crate) fn routes(alerts: Alerts) -> Routes {
    let large = DefaultBodyLimit::max(BATCH_BYTES_MAX);
    Routes::new()
        .write_everywhere(EVENT_WRITE, routes!(alerts::post).layer(large))
        .read(ALERT_READ, routes!(alerts::list))
        .read(ALERT_READ, routes!(alerts::groups))
        .read(ALERT_READ, routes!(status::status))
        .read(ALERT_READ, routes!(status::receivers))
        .read(ALERT_READ, routes!(silences::list))
        .read(ALERT_READ, routes!(silences::find))
        .write(ALERT_SILENCE, routes!(silences::put))
        .write(ALERT_SILENCE, routes!(silences::end))
        .open("senders ask whether to send here", routes!(status::healthy))
        .open("senders ask whether to send here", routes!(status::ready))
        .with_state(alerts)
}
