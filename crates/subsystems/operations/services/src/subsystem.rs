//! The door plate: what the roof puts together.

use std::sync::Arc;

use ::jobs::Job;
use http_kit::Routes;

use crate::{DiscoveryJob, Services, api};

/// The tables of what was found.
pub const MIGRATIONS: &[db::Migration] = &[db::Migration {
    component: "services",
    number: 1,
    name: "discovered",
    sql: include_str!("../migrations/0001_discovered.sql"),
}];

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
