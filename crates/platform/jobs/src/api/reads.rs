use axum::extract::{Path, State, rejection::PathRejection};
use http_kit::{PageView, Problem, Query, Reply};
use kernel::PageRequest;

use super::{
    named,
    views::{JobView, RunView, RunsQuery},
};
use crate::Jobs;

/// Every job, its last run and its next one.
#[utoipa::path(
    get, path = "/api/v1/jobs", tag = "jobs",
    responses((status = 200, body = PageView<JobView>)))]
pub(super) async fn list(State(jobs): State<Jobs>) -> Result<PageView<JobView>, Problem> {
    jobs.look().await?;
    let views = jobs.slots().iter().map(|slot| JobView::of(&jobs, slot));
    Ok(PageView::whole(views.collect()))
}

/// One job, with the version of what is decided about it.
#[utoipa::path(
    get, path = "/api/v1/jobs/{name}", tag = "jobs", params(("name" = String, Path)),
    responses((status = 200, body = JobView), (status = 404)))]
pub(super) async fn one(
    State(jobs): State<Jobs>,
    name: Result<Path<String>, PathRejection>,
) -> Result<Reply<JobView>, Problem> {
    jobs.look().await?;
    Ok(view(&jobs, &named(name)?)?)
}

/// The runs of a job, newest first.
#[utoipa::path(
    get, path = "/api/v1/jobs/{name}/runs", tag = "jobs",
    params(("name" = String, Path), RunsQuery),
    responses((status = 200, body = PageView<RunView>), (status = 404)))]
pub(super) async fn runs(
    State(jobs): State<Jobs>,
    name: Result<Path<String>, PathRejection>,
    Query(query): Query<RunsQuery>,
) -> Result<PageView<RunView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    Ok(PageView::of(jobs.runs(&named(name)?, &page).await?, RunView::from))
}

/// The job as it is now.
pub(super) fn view(jobs: &Jobs, name: &str) -> Result<Reply<JobView>, kernel::Fault> {
    let slot = jobs.slot(name)?;
    let version = slot.board().setting.version;
    Ok(Reply::new(JobView::of(jobs, slot), version))
}
