use axum::extract::State;
use http_kit::{PageView, Problem, Routes, Who, routes};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{CHECK_READ, Probe, ResourceState};

pub(super) fn routes() -> Routes<Probe> {
    Routes::new().read(CHECK_READ, routes!(list))
}

/// The checks of one resource in a word.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CheckStateOfResource)]
struct ResourceStateView {
    resource_id: String,
    /// The worst certain state: `pending`, `ok`, `warning`, `unknown`, `critical`.
    state: &'static str,
    /// Checks that are enabled.
    checks: u32,
    /// Of these, in a certain state that is a problem.
    problems: u32,
}

impl From<ResourceState> for ResourceStateView {
    fn from(state: ResourceState) -> Self {
        Self {
            resource_id: state.resource_id.to_string(),
            state: state.state.name(),
            checks: state.checks,
            problems: state.problems,
        }
    }
}

/// The worst certain state of every resource that has an enabled check.
#[utoipa::path(
    get, path = "/api/v1/check-states", tag = "checks",
    responses((status = 200, body = PageView<ResourceStateView>)))]
async fn list(
    State(probe): State<Probe>,
    Who(caller): Who,
) -> Result<PageView<ResourceStateView>, Problem> {
    let states = probe.resource_states(&caller).await?;
    Ok(PageView::whole(states.into_iter().map(ResourceStateView::from).collect()))
}
