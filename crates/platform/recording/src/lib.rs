#![doc = include_str!("../README.md")]

mod model;

mod store;

mod live;

mod actions;
mod api;
mod error;
mod jobs;

pub use actions::{Recording, RecordingParts, RecordingSettings, ToldAlert};
pub use api::{prometheus_routes, routes};
pub use error::RecordingError;
pub use jobs::jobs;
pub use model::{
    backfill::{Backfill, BackfillId, BackfillState},
    fact::{
        RuleBackfillCancelled, RuleBackfillFailed, RuleBackfillFinished, RuleBackfillStarted,
        RuleGroupsCreated, RuleGroupsDeleted, RuleGroupsReplaced,
    },
    groups::{RuleGroups, RuleGroupsId, RuleText},
    permission::{RECORDING_CHANGE, RECORDING_READ},
};

/// The tables of rule groups.
pub const MIGRATIONS: &[db::Migration] = &[db::Migration {
    component: "recording",
    number: 1,
    name: "groups",
    sql: include_str!("../migrations/0001_groups.sql"),
}];
