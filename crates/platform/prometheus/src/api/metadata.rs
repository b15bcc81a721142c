//! What is known of metrics.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use http_kit::Who;
use serde::Serialize;
use tsdb::{Labels, Metadata, TimeRange};
use utoipa::ToSchema;

use super::{
    answer::{AnswerView, NoAnswer},
    params::Params,
};
use crate::{Prometheus, gaps::Gaps};

/// What is said of a metric.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusMetricMetadata)]
pub(super) struct MetadataView {
    /// `counter`, `gauge`, `histogram` …
    r#type: String,
    /// What it means.
    help: String,
    /// What it is measured in; empty when that is not said.
    unit: String,
}

/// Type, help and unit of metrics, as their writers last said them.
#[utoipa::path(
    method(get, post), path = "/prometheus/api/v1/metadata", tag = "prometheus",
    params(
        ("metric" = Option<String>, Query, description = "only of this one"),
        ("limit" = Option<u64>, Query, description = "at most so many metrics; 0: all"),
        ("limit_per_metric" = Option<u64>, Query, description = "there is one of each")),
    responses((status = 200, body = AnswerView<BTreeMap<String, Vec<MetadataView>>>)))]
pub(super) async fn metadata(
    State(prometheus): State<Prometheus>,
    Who(caller): Who,
    params: Params,
) -> Result<AnswerView<BTreeMap<String, Vec<MetadataView>>>, NoAnswer> {
    let limit = match params.limit()? {
        0 => usize::MAX,
        limit => limit,
    };
    params.number("limit_per_metric", 0)?;
    let metric = Some(params.first("metric")).filter(|metric| !metric.is_empty());
    let mut found = prometheus.inner.store.metadata(metric);
    if !caller.may_everywhere(probe::SERIES_READ) {
        // Whoever sees a part of the series learns of the metrics that are in it.
        let series =
            prometheus.visible(&caller, Vec::new(), TimeRange::ALL, &Gaps::default()).await?;
        let seen: BTreeSet<&str> = series.iter().map(Labels::metric).collect();
        found.retain(|name, _| has_series(&seen, name));
    }
    let found = found.into_iter().take(limit);
    Ok(AnswerView::new(found.map(|(name, said)| (name, vec![view(said)])).collect()))
}

/// Whether a family has one of these series: a histogram's bear other names than it.
fn has_series(seen: &BTreeSet<&str>, family: &str) -> bool {
    let parts = ["", "_bucket", "_sum", "_count", "_total"];
    parts.iter().any(|part| seen.contains(format!("{family}{part}").as_str()))
}

fn view(said: Metadata) -> MetadataView {
    MetadataView { r#type: said.kind, help: said.help, unit: said.unit }
}
