//! Checks and collection, without a word of business.
//!
//! * [`outcome`]: what a check answers, what a check is, what a protocol is.
//! * [`guard`]: which addresses a check may reach.
//! * [`local`]: what listens on this machine.
//! * [`Probe`]: the checks of this installation: definitions, scheduling, states with attempts.
//! * [`model`]: the nouns and rules of that, pure.
//! * [`facts`]: what happens to checks, as the journal tells it.
//! * [`routes`]: checks and series on the API.

pub mod facts;
pub mod local;
pub mod model;
pub mod outcome;

pub use http_kit::guard;

mod actions;
mod api;
mod probe;
mod protocols;
mod reactions;
mod scheduler;
mod search;
mod seen;
mod store;

pub use actions::{
    CHECK_CHANGE, CHECK_READ, CHECK_RUN, CheckFilter, ResourceState, Trial, WatchedCheck,
};
pub use api::routes;
pub use probe::{Probe, ProbeParts, ProbeSettings, ProbeStats};
pub use protocols::Protocols;
pub use scheduler::Share;
pub use seen::{RESOURCE_LABEL, SERIES_READ, SeenSeries, Standpoint};

/// The tables of checks.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        component: "probe",
        number: 1,
        name: "check",
        sql: include_str!("../migrations/0001_check.sql"),
    },
    db::Migration {
        component: "probe",
        number: 2,
        name: "moved",
        sql: include_str!("../migrations/0002_moved.sql"),
    },
    db::Migration {
        component: "probe",
        number: 3,
        name: "own_machine",
        sql: include_str!("../migrations/0003_own_machine.sql"),
    },
];

/// What is done when a fact of another arrives: checks follow resources that became one.
#[must_use]
pub fn reactions(probe: &Probe) -> Vec<Box<dyn journal::Reaction>> {
    vec![Box::new(reactions::FollowMerges(probe.clone()))]
}
