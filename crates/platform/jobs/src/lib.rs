//! What happens by the clock: periodic jobs with history.
//!
//! A [`Job`] is a reconciler without input. [`Jobs`] runs each on its interval, never twice at
//! once; a failure or a panic of one is logged, kept, told to the journal when it begins, and
//! touches no other. Intervals follow the monotonic clock: setting the time of day moves nothing.

mod api;
mod history;
mod job;
mod run;
mod runner;
mod schedule;
mod search;
mod slot;
mod timer;

pub use api::{JOB_READ, JOB_RUN, routes};
pub use job::{Job, JobFuture, Status};
pub use run::{JobFailed, Outcome, Run};
pub use runner::Jobs;
pub use timer::{Timer, TokioTimer};

/// The jobs' tables.
pub const MIGRATIONS: &[db::Migration] = &[db::Migration {
    component: "jobs",
    number: 1,
    name: "run",
    sql: include_str!("../migrations/0001_run.sql"),
}];
