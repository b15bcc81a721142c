use axum::{Json, extract::State};
use http_kit::{Problem, Query, TextView, Who};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::resources::ResourcesQuery;
use crate::{Candidate, Resources};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct CompletionQuery {
    /// The filter as far as it is written; at most 16 KiB.
    #[serde(default)]
    text: String,
    /// The character before which the cursor stands, from 0; the end when not given.
    cursor: Option<usize>,
}

/// What could be written at a place of a filter.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FilterCompletion)]
pub(crate) struct CompletionView {
    /// The character from which on a candidate replaces what is there, up to the cursor.
    from: usize,
    /// At most 50.
    candidates: Vec<CandidateView>,
}

/// Something that could be written.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FilterCandidate)]
struct CandidateView {
    text: String,
    title: TextView,
    /// `field`, `relation`, `operator`, `value` or `keyword`.
    sort: String,
}

/// How many there are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResourceCount)]
pub(crate) struct CountView {
    count: i64,
}

/// What could be written at the cursor of a filter.
#[utoipa::path(
    get, path = "/api/v1/resources/filter/complete", tag = "resources", params(CompletionQuery),
    responses((status = 200, body = CompletionView)))]
pub(crate) async fn complete_filter(
    State(resources): State<Resources>,
    Who(caller): Who,
    Query(query): Query<CompletionQuery>,
) -> Result<Json<CompletionView>, Problem> {
    let cursor = query.cursor.unwrap_or(usize::MAX);
    let (from, candidates) = resources.complete_filter(&caller, &query.text, cursor).await?;
    let candidates = candidates.into_iter().map(CandidateView::from).collect();
    Ok(Json(CompletionView { from, candidates }))
}

/// How many resources match.
#[utoipa::path(
    get, path = "/api/v1/resources/count", tag = "resources", params(ResourcesQuery),
    responses((status = 200, body = CountView)))]
pub(crate) async fn count_resources(
    State(resources): State<Resources>,
    Who(caller): Who,
    Query(query): Query<ResourcesQuery>,
) -> Result<Json<CountView>, Problem> {
    let count = resources.count_found(&caller, &query.into_search()?).await?;
    Ok(Json(CountView { count }))
}

impl From<Candidate> for CandidateView {
    fn from(candidate: Candidate) -> Self {
        Self {
            text: candidate.text,
            title: candidate.title.into(),
            sort: candidate.sort.name().to_owned(),
        }
    }
}
