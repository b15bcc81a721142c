//! Exemplars of the series in a query.

use axum::extract::State;
use http_kit::Who;
use serde::Serialize;
use tsdb::{Exemplar, Labels, Selector};
use utoipa::ToSchema;

use super::{
    answer::{AnswerView, NoAnswer},
    json::put_number,
    labels::{LabelSet, label_set},
    params::Params,
    query::parsed,
};
use crate::Prometheus;

/// A series with its exemplars.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusSeriesExemplars)]
#[serde(rename_all = "camelCase")]
pub(super) struct SeriesExemplarsView {
    series_labels: LabelSet,
    /// Oldest first.
    exemplars: Vec<ExemplarView>,
}

/// One observation that stands for others.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusExemplar)]
pub(super) struct ExemplarView {
    /// Such as the trace it was seen in.
    labels: LabelSet,
    value: String,
    /// Unix seconds.
    timestamp: f64,
}

/// The exemplars of the series that a query selects.
#[utoipa::path(
    method(get, post), path = "/prometheus/api/v1/query_exemplars", tag = "prometheus",
    params(
        ("query" = String, Query, description = "PromQL"),
        ("start" = Option<String>, Query, description = "Unix seconds or RFC 3339"),
        ("end" = Option<String>, Query, description = "Unix seconds or RFC 3339")),
    responses((status = 200, body = AnswerView<Vec<SeriesExemplarsView>>)))]
pub(super) async fn query_exemplars(
    State(prometheus): State<Prometheus>,
    Who(caller): Who,
    params: Params,
) -> Result<AnswerView<Vec<SeriesExemplarsView>>, NoAnswer> {
    let range = params.range()?;
    let expr = parsed(&params)?;
    // A selector inside of a function may narrow nothing: it is none for a store.
    let selectors = expr.selectors().into_iter().map(|one| Selector::new(one.matchers.clone()));
    let selectors = selectors.filter_map(Result::ok).collect();
    let found = prometheus.exemplars(&caller, selectors, range).await?;
    let views = found.into_iter().map(|(labels, exemplars)| series_view(&labels, &exemplars));
    Ok(AnswerView::new(views.collect()))
}

fn series_view(labels: &Labels, exemplars: &[Exemplar]) -> SeriesExemplarsView {
    let exemplars = exemplars.iter().map(view).collect();
    SeriesExemplarsView { series_labels: label_set(labels), exemplars }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are below 2^53")]
fn view(exemplar: &Exemplar) -> ExemplarView {
    let mut value = String::new();
    put_number(&mut value, exemplar.value);
    ExemplarView {
        labels: label_set(&exemplar.labels),
        value: value.trim_matches('"').to_owned(),
        timestamp: exemplar.at_ms as f64 / 1_000.0,
    }
}
