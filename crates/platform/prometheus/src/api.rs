//! Routes as Prometheus has them: unpack, one read or write, wrap.

mod admin;
mod answer;
mod exemplars;
mod frames;
mod histogram;
mod json;
mod labels;
mod metadata;
mod moment;
mod otlp;
mod params;
mod pieces;
mod query;
mod read;
mod sets;
mod status;
mod storage;
mod targets;
mod values;
mod write;

use axum::extract::DefaultBodyLimit;
use http_kit::{Routes, routes};
use probe::SERIES_READ;
use utoipa_axum::router::UtoipaMethodRouterExt as _;

use crate::{Prometheus, SERIES_DELETE, SERIES_SNAPSHOT, SERIES_WRITE};

/// Below this, paths are those of a Prometheus server.
pub const PROMETHEUS_BASE: &str = "/prometheus";

/// Longest form with a query: what Go's `ParseForm` takes, as Prometheus reads forms.
const FORM_BYTES_MAX: usize = 10 << 20;

/// The routes of the API.
#[must_use]
pub fn routes(prometheus: Prometheus) -> Routes {
    let bytes_max = prometheus.inner.settings.write_bytes_max;
    let large = || DefaultBodyLimit::max(bytes_max);
    let form = || DefaultBodyLimit::max(FORM_BYTES_MAX);
    Routes::new()
        .write_everywhere(SERIES_WRITE, routes!(write::write).layer(large()))
        .write_everywhere(SERIES_WRITE, routes!(otlp::metrics).layer(large()))
        .write_everywhere(SERIES_WRITE, routes!(otlp::plain_metrics).layer(large()))
        .read(SERIES_READ, routes!(query::query).layer(form()))
        .read(SERIES_READ, routes!(query::query_range).layer(form()))
        .read(SERIES_READ, routes!(exemplars::query_exemplars).layer(form()))
        .read(SERIES_READ, routes!(query::format_query).layer(form()))
        .read(SERIES_READ, routes!(query::parse_query).layer(form()))
        .read(SERIES_READ, routes!(read::read))
        .read(SERIES_READ, routes!(labels::names).layer(form()))
        .read(SERIES_READ, routes!(labels::values).layer(form()))
        .read(SERIES_READ, routes!(labels::series).layer(form()))
        .read(SERIES_READ, routes!(metadata::metadata))
        .read(SERIES_READ, routes!(targets::targets))
        .read(SERIES_READ, routes!(status::build))
        .read_everywhere(SERIES_READ, routes!(status::runtime))
        .read_everywhere(SERIES_READ, routes!(status::head))
        .read_everywhere(SERIES_READ, routes!(status::walreplay))
        .read_everywhere(SERIES_READ, routes!(status::flags))
        .read_everywhere(SERIES_READ, routes!(status::config))
        .with_state(prometheus)
}

/// The routes that change the store by hand: for those who have signed in.
#[must_use]
pub fn admin_routes(prometheus: Prometheus) -> Routes {
    let form = || DefaultBodyLimit::max(FORM_BYTES_MAX);
    Routes::new()
        .read_everywhere(SERIES_READ, routes!(admin::deletion))
        .write_everywhere(SERIES_DELETE, routes!(admin::delete_series).layer(form()))
        .write_everywhere(SERIES_DELETE, routes!(admin::clean_tombstones))
        .write_everywhere(SERIES_SNAPSHOT, routes!(admin::snapshot))
        .with_state(prometheus)
}
