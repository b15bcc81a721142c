//! The door plate: what the roof puts together.

use std::sync::Arc;

use ::jobs::Job;
use http_kit::Routes;
use journal::Reaction;

use crate::{DiscoveryJob, Services, api, reactions::FollowMerges};

/// The tables of what was found.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        component: "services",
        number: 1,
        name: "discovered",
        sql: include_str!("../migrations/0001_discovered.sql"),
    },
    db::Migration {
        component: "services",
        number: 2,
        name: "moved",
        sql: include_str!("../migrations/0002_moved.sql"),
    },
];

/// What is done when a fact of another arrives: services follow resources that became one.
#[must_use]
pub fn reactions(services: &Services) -> Vec<Box<dyn Reaction>> {
    vec![Box::new(FollowMerges(services.clone()))]
}

/// The routes of discovered services.
#[must_use]
pub fn routes(services: Services) -> Routes {
    api::routes(services)
}

/// What is done by the clock: a look at what listens on this machine.
#[must_use]
pub fn jobs(services: &Services) -> Vec<Arc<dyn Job>> {
    vec![Arc::new(DiscoveryJob(services.clone()))]
}
