use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
};
use http_kit::{Body, IfMatch, Problem, Reply, Who};

use super::{
    named,
    reads::view,
    views::{JobView, PauseBody, PreviewView, ScheduleBody},
};
use crate::Jobs;

/// The runs that a preview shows.
const PREVIEWED: usize = 10;

type Name = Result<Path<String>, PathRejection>;

/// Runs a job now; while it runs, once more after that. A paused job runs too.
#[utoipa::path(
    post, path = "/api/v1/jobs/{name}/run", tag = "jobs", params(("name" = String, Path)),
    responses((status = 202, description = "it will run at once"), (status = 404)))]
pub(super) async fn run(
    State(jobs): State<Jobs>,
    Who(caller): Who,
    name: Name,
) -> Result<StatusCode, Problem> {
    jobs.run_now(&caller, &named(name)?).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Pauses a job: it runs only when somebody asks for it. A run under way goes on.
#[utoipa::path(
    post, path = "/api/v1/jobs/{name}/pause", tag = "jobs", params(("name" = String, Path)),
    request_body = PauseBody,
    responses((status = 200, body = JobView), (status = 404), (status = 409)))]
pub(super) async fn pause(
    State(jobs): State<Jobs>,
    Who(caller): Who,
    name: Name,
    Body(body): Body<PauseBody>,
) -> Result<Reply<JobView>, Problem> {
    let name = named(name)?;
    jobs.pause(&caller, &name, &body.reason).await?;
    Ok(view(&jobs, &name)?)
}

/// Lets a paused job run by itself again; what fell into the pause is not made up for.
#[utoipa::path(
    post, path = "/api/v1/jobs/{name}/resume", tag = "jobs", params(("name" = String, Path)),
    responses((status = 200, body = JobView), (status = 404), (status = 409)))]
pub(super) async fn resume(
    State(jobs): State<Jobs>,
    Who(caller): Who,
    name: Name,
) -> Result<Reply<JobView>, Problem> {
    let name = named(name)?;
    jobs.resume(&caller, &name).await?;
    Ok(view(&jobs, &name)?)
}

/// Gives a job another schedule than the one the program brings.
#[utoipa::path(
    put, path = "/api/v1/jobs/{name}/schedule", tag = "jobs", params(("name" = String, Path)),
    request_body = ScheduleBody,
    responses((status = 200, body = JobView), (status = 404)))]
pub(super) async fn reschedule(
    State(jobs): State<Jobs>,
    Who(caller): Who,
    name: Name,
    IfMatch(version): IfMatch,
    Body(body): Body<ScheduleBody>,
) -> Result<Reply<JobView>, Problem> {
    let name = named(name)?;
    jobs.reschedule(&caller, &name, version, Some(body.into_parts()?)).await?;
    Ok(view(&jobs, &name)?)
}

/// Gives a job back the schedule the program brings.
#[utoipa::path(
    delete, path = "/api/v1/jobs/{name}/schedule", tag = "jobs", params(("name" = String, Path)),
    responses((status = 200, body = JobView), (status = 404), (status = 412), (status = 428)))]
pub(super) async fn restore_schedule(
    State(jobs): State<Jobs>,
    Who(caller): Who,
    name: Name,
    IfMatch(version): IfMatch,
) -> Result<Reply<JobView>, Problem> {
    let name = named(name)?;
    jobs.reschedule(&caller, &name, version, None).await?;
    Ok(view(&jobs, &name)?)
}

/// The next runs that a schedule would bring; changes nothing.
#[utoipa::path(
    post, path = "/api/v1/job-schedules/preview", tag = "jobs", request_body = ScheduleBody,
    responses((status = 200, body = PreviewView)))]
pub(super) async fn preview_schedule(
    State(jobs): State<Jobs>,
    Body(body): Body<ScheduleBody>,
) -> Result<Json<PreviewView>, Problem> {
    let times = jobs.preview(&body.into_parts()?, PREVIEWED)?;
    Ok(Json(PreviewView { runs: times.iter().map(ToString::to_string).collect() }))
}
