//! What changes the store by hand, as Prometheus has it.

use axum::{extract::State, http::StatusCode};
use http_kit::Who;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    answer::{AnswerView, NoAnswer},
    labels::{LabelSet, label_set},
    params::Params,
};
use crate::{
    Prometheus,
    admin::{Doomed, Head},
};

/// So many series are listed, unless another number is asked for.
const LISTED: usize = 10;
/// Most series that are listed.
const LISTED_MAX: usize = 1_000;

/// What a deletion would touch.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusDeletion)]
pub(super) struct DeletionView {
    /// How many series.
    series: u64,
    /// The first of them, sorted.
    first: Vec<LabelSet>,
}

/// A snapshot.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusSnapshot)]
pub(super) struct SnapshotView {
    /// What its directory is called.
    name: String,
}

/// How many series a deletion would touch, and which are the first: a dry run.
#[utoipa::path(
    get, path = "/prometheus/api/v1/admin/tsdb/delete_series", tag = "prometheus",
    params(
        ("match[]" = Vec<String>, Query, description = "series that match one of these"),
        ("start" = Option<String>, Query, description = "Unix seconds or RFC 3339"),
        ("end" = Option<String>, Query, description = "Unix seconds or RFC 3339"),
        ("limit" = Option<u64>, Query, description = "list so many; 10, at most 1,000")),
    responses((status = 200, body = AnswerView<DeletionView>)))]
pub(super) async fn deletion(
    State(prometheus): State<Prometheus>,
    Who(caller): Who,
    params: Params,
) -> Result<AnswerView<DeletionView>, NoAnswer> {
    let listed = params.number("limit", LISTED)?.min(LISTED_MAX);
    let touched = prometheus.touched(&caller, doomed(&params)?, listed).await?;
    let first = touched.first.iter().map(label_set).collect();
    Ok(AnswerView::new(DeletionView { series: touched.count, first }))
}

/// Deletes the samples in a range of the series that match; without a range, all of them.
#[utoipa::path(
    method(post, put), path = "/prometheus/api/v1/admin/tsdb/delete_series", tag = "prometheus",
    params(
        ("match[]" = Vec<String>, Query, description = "series that match one of these"),
        ("start" = Option<String>, Query, description = "Unix seconds or RFC 3339"),
        ("end" = Option<String>, Query, description = "Unix seconds or RFC 3339")),
    responses((status = 204, description = "they cannot be read any more")))]
pub(super) async fn delete_series(
    State(prometheus): State<Prometheus>,
    Who(caller): Who,
    params: Params,
) -> Result<StatusCode, NoAnswer> {
    prometheus.delete(&caller, doomed(&params)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives back the room that deleted samples take in blocks; it goes by itself within minutes too.
#[utoipa::path(
    method(post, put), path = "/prometheus/api/v1/admin/tsdb/clean_tombstones", tag = "prometheus",
    responses((status = 204, description = "the blocks are written anew")))]
pub(super) async fn clean_tombstones(
    State(prometheus): State<Prometheus>,
    Who(caller): Who,
) -> Result<StatusCode, NoAnswer> {
    prometheus.clean_tombstones(&caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a snapshot of the store into a directory of its own below the data directory.
#[utoipa::path(
    method(post, put), path = "/prometheus/api/v1/admin/tsdb/snapshot", tag = "prometheus",
    params(("skip_head" = Option<String>, Query, description = "true: without the newest hours")),
    responses(
        (status = 200, body = AnswerView<SnapshotView>),
        (status = 409, description = "there are too many")))]
pub(super) async fn snapshot(
    State(prometheus): State<Prometheus>,
    Who(caller): Who,
    params: Params,
) -> Result<AnswerView<SnapshotView>, NoAnswer> {
    let head = if params.flag("skip_head")? { Head::Skipped } else { Head::Included };
    let name = prometheus.snapshot(&caller, head).await?;
    Ok(AnswerView::new(SnapshotView { name }))
}

fn doomed(params: &Params) -> Result<Doomed, NoAnswer> {
    let selectors = params.selectors()?;
    if selectors.is_empty() {
        return Err(NoAnswer::BadData("no match[] parameter provided".to_owned()));
    }
    Ok(Doomed { selectors, range: params.range()? })
}
