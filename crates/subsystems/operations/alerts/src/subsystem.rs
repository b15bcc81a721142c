//! The door plate: what the roof hangs up.

use std::sync::Arc;

use http_kit::Routes;
use jobs::Job;
use journal::Reaction;

use crate::{
    Alerts, api,
    jobs::{
        AskOutside, CorrelateAlerts, EndRunOut, EvaluateRules, ForgetAlerts, SendHeartbeat,
        TakeRuleFiles,
    },
    reactions::FollowFacts,
};

/// The tables of rules and alerts.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        component: "alerts",
        number: 1,
        name: "rule",
        sql: include_str!("../migrations/0001_rule.sql"),
    },
    db::Migration {
        component: "alerts",
        number: 2,
        name: "merged",
        sql: include_str!("../migrations/0002_merged.sql"),
    },
    db::Migration {
        component: "alerts",
        number: 3,
        name: "incident",
        sql: include_str!("../migrations/0003_incident.sql"),
    },
    db::Migration {
        component: "alerts",
        number: 4,
        name: "event",
        sql: include_str!("../migrations/0004_event.sql"),
    },
    db::Migration {
        component: "alerts",
        number: 5,
        name: "chain",
        sql: include_str!("../migrations/0005_chain.sql"),
    },
];

/// The routes of alerts and rules.
#[must_use]
pub fn routes(alerts: &Alerts) -> Routes {
    api::alerts::routes(alerts.clone())
        .merge(api::rules::routes(alerts.clone()))
        .merge(api::back_test::routes(alerts.clone()))
        .merge(api::incidents::routes(alerts.clone()))
        .merge(api::policies::routes(alerts.clone()))
        .merge(api::silences::routes(alerts.clone()))
        .merge(api::event_mapping::routes(alerts.clone()))
        .merge(api::watchdog::routes(alerts.clone()))
        .merge(api::alertmanager::routes(alerts.clone()))
}

/// What is done by the clock.
#[must_use]
pub fn jobs(alerts: &Alerts) -> Vec<Arc<dyn Job>> {
    vec![
        Arc::new(EvaluateRules(alerts.clone())),
        Arc::new(TakeRuleFiles(alerts.clone())),
        Arc::new(EndRunOut(alerts.clone())),
        Arc::new(CorrelateAlerts(alerts.clone())),
        Arc::new(AskOutside(alerts.clone())),
        Arc::new(SendHeartbeat(alerts.clone())),
        Arc::new(ForgetAlerts(alerts.clone())),
    ]
}

/// What is done when a fact of another arrives.
#[must_use]
pub fn reactions(alerts: &Alerts) -> Vec<Box<dyn Reaction>> {
    vec![Box::new(FollowFacts(alerts.clone()))]
}
