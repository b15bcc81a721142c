use std::sync::Arc;

use http_kit::TextView;
use kernel::{Clock, Fault, Text, Time};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    Job, Jobs, Run, ScheduleParts,
    model::setting::Pause,
    runner::{Board, Slot},
};

/// A job.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job)]
pub(super) struct JobView {
    name: String,
    title: TextView,
    schedule: ScheduleView,
    /// Whether the schedule was decided here, and not brought by the program.
    overridden: bool,
    /// Whether nobody may pause it or give it another schedule.
    fixed: bool,
    /// Seconds between the starts of two runs; null when the schedule is no interval.
    interval_s: Option<u64>,
    /// Whether it runs now, on this server.
    running: bool,
    /// Since when it runs only when somebody asks for it.
    paused: Option<PauseView>,
    /// What is decided about it has this version: for If-Match.
    version: i64,
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
    /// When a failed run is tried again.
    next_attempt: Option<u32>,
    /// A run that takes longer is ended.
    time_limit_s: u64,
    /// How often a failed run is tried again.
    retries_max: u32,
    /// `one`: on the server that holds its lease; `every`: on each for itself.
    runs_on: String,
    /// Whether this server runs it.
    here: bool,
}

/// When a job runs.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = JobSchedule)]
pub(super) struct ScheduleView {
    /// `interval`, `cron`, `once` or `fact`.
    kind: String,
    every_s: Option<u64>,
    cron: Option<String>,
    zone: Option<String>,
    /// The working calendar whose days off matter.
    calendar: Option<String>,
    /// `skip` or `next`: what becomes of a run on a day off.
    days_off: Option<String>,
    at: Option<String>,
    verbs: Vec<String>,
    /// `run_once` or `skip`: what becomes of runs that were missed.
    missed: Option<String>,
}

/// A schedule for a job. Which fields are given depends on `kind`.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = JobScheduleChange)]
#[serde(deny_unknown_fields)]
pub(super) struct ScheduleBody {
    /// `interval`, `cron`, `once` or `fact`.
    kind: String,
    /// Of an interval: seconds between the starts of two runs, 1 to 31622400.
    every_s: Option<u64>,
    /// Of a cron: minute, hour, day, month, weekday; a sixth field before them is the second.
    cron: Option<String>,
    /// Of a cron: the IANA zone of its wall clock.
    zone: Option<String>,
    /// Of a cron: a working calendar, such as `cn` or `weekdays`.
    calendar: Option<String>,
    /// Of a cron with a calendar: `skip` (when not given) or `next`.
    days_off: Option<String>,
    /// Of a single run: its moment, RFC 3339.
    at: Option<String>,
    /// Of facts: verbs such as `alert.raised`, or nouns such as `alert.`.
    #[serde(default)]
    verbs: Vec<String>,
    /// `run_once` (when not given) or `skip`.
    missed: Option<String>,
}

/// A pause of a job.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JobPause)]
pub(super) struct PauseView {
    reason: String,
    by: String,
    at: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = JobPauseReason)]
#[serde(deny_unknown_fields)]
pub(super) struct PauseBody {
    /// Why, in 1 to 500 characters.
    pub(super) reason: String,
}

/// The next runs of a schedule.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JobSchedulePreview)]
pub(super) struct PreviewView {
    /// At most ten; none when facts make it run.
    pub(super) runs: Vec<String>,
}

/// One run of a job.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JobRun)]
pub(super) struct RunView {
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
    /// `schedule`, `missed`, `hand`, `retry` or `fact`.
    started_by: String,
    /// Its number among the attempts at the same work.
    attempt: u32,
    /// The server that ran it.
    server: String,
    /// The fencing token it ran with.
    token: Option<i64>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct RunsQuery {
    /// The `next` of the page before.
    pub(super) after: Option<String>,
    /// 1 to 500; 50 when not given.
    pub(super) limit: Option<u32>,
}

impl JobView {
    pub(super) fn of(jobs: &Jobs, slot: &Slot) -> Self {
        let board = slot.board().clone();
        Self::new(&slot.job, &board, slot.fence().is_some(), jobs.clock())
    }

    fn new(job: &Arc<dyn Job>, board: &Board, here: bool, clock: &dyn Clock) -> Self {
        let last = board.runs.back();
        let parts = board.schedule.parts();
        let next_run_at = board.next_at(clock.monotonic(), clock.now());
        let one = job.runs_on() == crate::RunsOn::OneServer;
        Self {
            name: job.name().to_owned(),
            title: job.title().into(),
            interval_s: parts.every_s,
            schedule: parts.into(),
            overridden: board.setting.schedule.is_some(),
            fixed: job.is_fixed(),
            running: board.running,
            paused: board.setting.paused.clone().map(PauseView::from),
            version: board.setting.version,
            last_started_at: last.map(|run| run.started_at.to_string()),
            last_finished_at: last.map(|run| run.finished_at.to_string()),
            last_outcome: last.map(|run| run.outcome.name().to_owned()),
            last_message: last.and_then(|run| run.status.message.clone()).map(TextView::from),
            done: last.map(|run| run.status.done),
            left: last.map(|run| run.status.left),
            next_run_at: next_run_at.filter(|_| !board.running).map(|at| at.to_string()),
            next_attempt: board.retry.map(|(_, attempt)| attempt),
            time_limit_s: job.time_limit().as_secs(),
            retries_max: job.retry().times_max,
            runs_on: if one { "one" } else { "every" }.to_owned(),
            here,
        }
    }
}

impl ScheduleBody {
    /// Errors: [`Fault`] naming `at`.
    pub(super) fn into_parts(self) -> Result<ScheduleParts, Fault> {
        let at = self.at.map(|at| {
            at.parse::<Time>().map_err(|_| {
                let expected = Text::new("a time in RFC 3339", "RFC 3339 格式的时间");
                Fault::invalid("at", &at, expected)
            })
        });
        Ok(ScheduleParts {
            kind: self.kind,
            every_s: self.every_s,
            cron: self.cron,
            zone: self.zone,
            calendar: self.calendar,
            days_off: self.days_off,
            at: at.transpose()?,
            verbs: self.verbs,
            missed: self.missed,
        })
    }
}

impl From<ScheduleParts> for ScheduleView {
    fn from(parts: ScheduleParts) -> Self {
        Self {
            kind: parts.kind,
            every_s: parts.every_s,
            cron: parts.cron,
            zone: parts.zone,
            calendar: parts.calendar,
            days_off: parts.days_off,
            at: parts.at.map(|at| at.to_string()),
            verbs: parts.verbs,
            missed: parts.missed,
        }
    }
}

impl From<Pause> for PauseView {
    fn from(pause: Pause) -> Self {
        Self { reason: pause.reason, by: pause.by, at: pause.at.to_string() }
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
            started_by: run.started_by.name().to_owned(),
            attempt: run.attempt,
            server: run.server,
            token: run.token,
        }
    }
}
