//! Names and values of labels, and series.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::Uri,
    response::Response,
};
use http_kit::Who;
use series::unescaped_name;
use tsdb::Labels;

use super::{
    answer::{AnswerView, NoAnswer},
    params::Params,
    sets,
};
use crate::{Prometheus, gaps::Gaps};

/// The labels of a series; `__name__` is the metric.
pub(super) type LabelSet = BTreeMap<String, String>;

/// The names of all labels of the series that match.
#[utoipa::path(
    method(get, post), path = "/prometheus/api/v1/labels", tag = "prometheus",
    params(
        ("match[]" = Option<Vec<String>>, Query, description = "only of series that match one"),
        ("start" = Option<String>, Query, description = "Unix seconds or RFC 3339"),
        ("end" = Option<String>, Query, description = "Unix seconds or RFC 3339"),
        ("limit" = Option<u64>, Query, description = "at most so many; 0: all")),
    responses((status = 200, body = AnswerView<Vec<String>>)))]
pub(super) async fn names(
    State(prometheus): State<Prometheus>,
    Who(caller): Who,
    params: Params,
) -> Result<AnswerView<Vec<String>>, NoAnswer> {
    let (limit, range, selectors) = (params.limit()?, params.range()?, params.selectors()?);
    let gaps = Gaps::default();
    let names = prometheus.label_names(&caller, selectors, range, &gaps).await?;
    Ok(AnswerView::limited(names, limit).warned(gaps.texts()))
}

/// The values that a label has in the series that match.
#[utoipa::path(
    method(get, post), path = "/prometheus/api/v1/label/{name}/values", tag = "prometheus",
    params(
        ("name" = String, Path, description = "The label's name; also escaped, as U__my_2e_name"),
        ("match[]" = Option<Vec<String>>, Query, description = "only of series that match one"),
        ("start" = Option<String>, Query, description = "Unix seconds or RFC 3339"),
        ("end" = Option<String>, Query, description = "Unix seconds or RFC 3339"),
        ("limit" = Option<u64>, Query, description = "at most so many; 0: all")),
    responses((status = 200, body = AnswerView<Vec<String>>)))]
pub(super) async fn values(
    State(prometheus): State<Prometheus>,
    Who(caller): Who,
    name: Result<Path<String>, PathRejection>,
    uri: Uri,
    params: Params,
) -> Result<AnswerView<Vec<String>>, NoAnswer> {
    let Ok(Path(name)) = name else {
        // Bytes that are no text, as Go shows them.
        let name = uri.path().rsplit('/').nth(1).unwrap_or_default().replace("%", "\\x");
        return Err(NoAnswer::BadData(format!("invalid label name: \"{name}\"")));
    };
    let name = unescaped_name(&name);
    if name.is_empty() {
        return Err(NoAnswer::BadData(format!("invalid label name: {name:?}")));
    }
    let (limit, range, selectors) = (params.limit()?, params.range()?, params.selectors()?);
    let gaps = Gaps::default();
    let values = prometheus.label_values(&caller, name, selectors, range, &gaps).await?;
    Ok(AnswerView::limited(values, limit).warned(gaps.texts()))
}

/// The series that match.
#[utoipa::path(
    method(get, post), path = "/prometheus/api/v1/series", tag = "prometheus",
    params(
        ("match[]" = Vec<String>, Query, description = "series that match one of these"),
        ("start" = Option<String>, Query, description = "Unix seconds or RFC 3339"),
        ("end" = Option<String>, Query, description = "Unix seconds or RFC 3339"),
        ("limit" = Option<u64>, Query, description = "at most so many; 0: all")),
    responses((status = 200, body = AnswerView<Vec<LabelSet>>)))]
pub(super) async fn series(
    State(prometheus): State<Prometheus>,
    Who(caller): Who,
    params: Params,
) -> Result<Response, NoAnswer> {
    let selectors = params.selectors()?;
    if selectors.is_empty() {
        return Err(NoAnswer::BadData("no match[] parameter provided".to_owned()));
    }
    let (limit, range) = (params.limit()?, params.range()?);
    let gaps = Gaps::default();
    let series = prometheus.visible(&caller, selectors, range, &gaps).await?;
    Ok(sets::response(series, limit, gaps.texts()))
}

pub(super) fn label_set(labels: &Labels) -> LabelSet {
    labels.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
