//! The routes of the jobs.

mod changes;
mod reads;
mod views;

use axum::extract::{Path, rejection::PathRejection};
use http_kit::{Routes, routes};
use kernel::{Fault, Permission, Text};

use crate::Jobs;

/// Seeing the jobs and what they did.
pub const JOB_READ: Permission = Permission("job.read");
/// Running a job now.
pub const JOB_RUN: Permission = Permission("job.run");
/// Pausing a job, letting it run again, and giving it another schedule.
pub const JOB_CHANGE: Permission = Permission("job.change");

/// The routes of the jobs.
#[must_use]
pub fn routes(jobs: Jobs) -> Routes {
    Routes::new()
        .read_everywhere(JOB_READ, routes!(reads::list))
        .read_everywhere(JOB_READ, routes!(reads::one))
        .read_everywhere(JOB_READ, routes!(reads::runs))
        .write_everywhere(JOB_RUN, routes!(changes::run))
        .write_everywhere(JOB_CHANGE, routes!(changes::pause))
        .write_everywhere(JOB_CHANGE, routes!(changes::resume))
        .write_everywhere(JOB_CHANGE, routes!(changes::reschedule))
        .write_everywhere(JOB_CHANGE, routes!(changes::restore_schedule))
        .write_everywhere(JOB_CHANGE, routes!(changes::preview_schedule))
        .with_state(jobs)
}

/// A name that cannot even be decoded is the name of no job.
fn named(name: Result<Path<String>, PathRejection>) -> Result<String, Fault> {
    let name = name.map(|Path(name)| name);
    name.map_err(|_| Fault::not_found(&Text::new("job", "任务"), "?"))
}
