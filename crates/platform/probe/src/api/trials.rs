use axum::{Json, extract::State};
use http_kit::{Body, Problem, Routes, TextView, Who, routes};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::view::FigureView;
use crate::{CHECK_RUN, Probe};

pub(super) fn routes() -> Routes<Probe> {
    Routes::new().write(CHECK_RUN, routes!(run))
}

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CheckTrialDraft)]
#[serde(deny_unknown_fields)]
struct TrialBody {
    /// A name from `/check-protocols`.
    protocol: String,
    /// As that protocol's schema says.
    #[schema(value_type = Object)]
    spec: Value,
    /// 0.1 to 20; 10 by default.
    timeout_s: Option<f64>,
}

/// What a trial came to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CheckTrial)]
struct TrialView {
    /// `ok`, `warning`, `critical` or `unknown`.
    state: &'static str,
    summary: TextView,
    details: Vec<TextView>,
    figures: Vec<FigureView>,
    duration_s: f64,
}

/// Asks once without keeping anything.
#[utoipa::path(
    post, path = "/api/v1/check-trials", tag = "checks", request_body = TrialBody,
    responses((status = 200, body = TrialView)))]
async fn run(
    State(probe): State<Probe>,
    Who(caller): Who,
    Body(body): Body<TrialBody>,
) -> Result<Json<TrialView>, Problem> {
    let trial = probe.try_out(&caller, &body.protocol, &body.spec, body.timeout_s).await?;
    let outcome = trial.outcome;
    Ok(Json(TrialView {
        state: outcome.state.name(),
        summary: outcome.summary.into(),
        details: outcome.details.into_iter().map(TextView::from).collect(),
        figures: outcome.figures.into_iter().map(FigureView::from).collect(),
        duration_s: trial.duration.as_secs_f64(),
    }))
}
