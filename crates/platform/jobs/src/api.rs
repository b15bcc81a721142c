use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
};
use http_kit::{PageView, Problem, Query, Routes, TextView, Who, routes};
use kernel::{Clock, Fault, PageRequest, Permission, Text};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{Job, Jobs, Run, slot::Board};

/// Seeing the jobs and what they did.
pub const JOB_READ: Permission = Permission("job.read");
/// Running a job now.
pub const JOB_RUN: Permission = Permission("job.run");

/// A job.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job)]
struct JobView {
    name: String,
    title: TextView,
    /// Seconds between the starts of two runs.
    interval_s: u64,
    running: bool,
    last_started_at: Option<String>,
    last_finished_at: Option<String>,
    /// `ok` or `failed`.
    last_outcome: Option<String>,
    last_message: Option<TextView>,
    /// Things done in the last run.
    done: Option<u64>,
    /// Things that were left to do after it.
    left: Option<u64>,
    next_run_at: Option<String>,
}

/// One run of a job.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JobRun)]
struct RunView {
    /// Its number; grows by one with every run of the job.
    number: i64,
    started_at: String,
    finished_at: String,
    duration_s: f64,
    /// `ok` or `failed`.
    outcome: String,
    /// Things done.
    done: u64,
    /// Things left to do.
    left: u64,
    /// How long the oldest of those had been waiting.
    oldest_s: Option<u64>,
    message: Option<TextView>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct RunsQuery {
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// The routes of the jobs.
#[must_use]
pub fn routes(jobs: Jobs) -> Routes {
    Routes::new()
        .read(JOB_READ, routes!(list))
        .write(JOB_RUN, routes!(run))
        .read(JOB_READ, routes!(runs))
        .with_state(jobs)
}

/// Every job, its last run and its next one.
#[utoipa::path(
    get, path = "/api/v1/jobs", tag = "jobs",
    responses((status = 200, body = PageView<JobView>)))]
async fn list(State(jobs): State<Jobs>) -> Result<PageView<JobView>, Problem> {
    let boards = jobs.boards().await?;
    let views = boards.iter().map(|(job, board)| JobView::of(job.as_ref(), board, jobs.clock()));
    Ok(PageView::whole(views.collect()))
}

/// Runs a job now; while it runs, once more after that.
#[utoipa::path(
    post, path = "/api/v1/jobs/{name}/run", tag = "jobs", params(("name" = String, Path)),
    responses((status = 202, description = "it will run at once"), (status = 404)))]
async fn run(
    State(jobs): State<Jobs>,
    Who(caller): Who,
    name: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let name = named(name)?;
    jobs.run_now(&name)?;
    tracing::info!(job = name, request_id = caller.request_id, "job `{name}` was asked to run");
    Ok(StatusCode::ACCEPTED)
}

/// The runs of a job, newest first.
#[utoipa::path(
    get, path = "/api/v1/jobs/{name}/runs", tag = "jobs",
    params(("name" = String, Path), RunsQuery),
    responses((status = 200, body = PageView<RunView>), (status = 404)))]
async fn runs(
    State(jobs): State<Jobs>,
    name: Result<Path<String>, PathRejection>,
    Query(query): Query<RunsQuery>,
) -> Result<PageView<RunView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    Ok(PageView::of(jobs.runs(&named(name)?, &page).await?, RunView::from))
}

/// A name that cannot even be decoded is the name of no job.
fn named(name: Result<Path<String>, PathRejection>) -> Result<String, Fault> {
    let name = name.map(|Path(name)| name);
    name.map_err(|_| Fault::not_found(&Text::new("job", "任务"), "?"))
}

impl JobView {
    fn of(job: &dyn Job, board: &Board, clock: &dyn Clock) -> Self {
        let last = board.runs.back();
        let next_run_at = clock.now().plus(board.wait(clock.monotonic()));
        Self {
            name: job.name().to_owned(),
            title: job.title().into(),
            interval_s: job.interval().as_secs().max(1),
            running: board.running,
            last_started_at: last.map(|run| run.started_at.to_string()),
            last_finished_at: last.map(|run| run.finished_at.to_string()),
            last_outcome: last.map(|run| run.outcome.name().to_owned()),
            last_message: last.and_then(|run| run.status.message.clone()).map(TextView::from),
            done: last.map(|run| run.status.done),
            left: last.map(|run| run.status.left),
            next_run_at: (!board.running).then(|| next_run_at.to_string()),
        }
    }
}

impl From<Run> for RunView {
    fn from(run: Run) -> Self {
        Self {
            number: run.number,
            started_at: run.started_at.to_string(),
            finished_at: run.finished_at.to_string(),
            duration_s: run.took.as_secs_f64(),
            outcome: run.outcome.name().to_owned(),
            done: run.status.done,
            left: run.status.left,
            oldest_s: run.status.oldest_s,
            message: run.status.message.map(TextView::from),
        }
    }
}
