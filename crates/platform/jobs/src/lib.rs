#![doc = include_str!("../README.md")]

mod actions;
mod api;
mod job;
mod lease;
mod model;
mod runner;
mod search;
mod store;
mod timer;

pub use api::{JOB_CHANGE, JOB_READ, JOB_RUN, routes};
pub use job::{Job, JobFuture, RunsOn, Status};
pub use lease::{Fence, LeaseHandle, LeaseParts, Leases, Sharing};
pub use model::{
    calendars::Calendars,
    fact::{JobFailed, JobPaused, JobRecovered, JobRequested, JobRescheduled, JobResumed},
    parts::ScheduleParts,
    retry::Retry,
    run::{Outcome, Run, StartedBy},
    schedule::Schedule,
};
pub use runner::{Jobs, JobsParts};
pub use timer::{Timer, TokioTimer};

/// The jobs' tables.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        component: "jobs",
        number: 1,
        name: "run",
        sql: include_str!("../migrations/0001_run.sql"),
    },
    db::Migration {
        component: "jobs",
        number: 2,
        name: "durable",
        sql: include_str!("../migrations/0002_durable.sql"),
    },
];
