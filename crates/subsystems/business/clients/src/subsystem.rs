//! The door plate: what the roof hangs up.

use std::sync::Arc;

use ::jobs::Job;
use http_kit::Routes;

use crate::{Clients, api, jobs::OpenTickets};

/// The tables of campaigns.
pub const MIGRATIONS: &[db::Migration] = &[db::Migration {
    component: "clients",
    number: 1,
    name: "campaign",
    sql: include_str!("../migrations/0001_campaign.sql"),
}];

/// The routes of campaigns.
#[must_use]
pub fn routes(clients: &Clients) -> Routes {
    api::campaigns::routes(clients.clone()).merge(api::machines::routes(clients.clone()))
}

/// What is done by the clock.
#[must_use]
pub fn jobs(clients: &Clients) -> Vec<Arc<dyn Job>> {
    vec![Arc::new(OpenTickets(clients.clone()))]
}
