//! The door plate: what the roof hangs up.

use std::sync::Arc;

use ::jobs::Job;
use http_kit::Routes;
use journal::Reaction;
use notify::ShippedTemplate;

use crate::{
    Duty, api,
    jobs::{CarryOver, FreezeDuty, MakeRounds, OpenTickets, StepCalls, WatchDuty},
    reactions::FollowIncidents,
};

/// The tables of duty.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        component: "duty",
        number: 1,
        name: "duty",
        sql: include_str!("../migrations/0001_duty.sql"),
    },
    db::Migration {
        component: "duty",
        number: 2,
        name: "incident",
        sql: include_str!("../migrations/0002_incident.sql"),
    },
    db::Migration {
        component: "duty",
        number: 3,
        name: "inspection",
        sql: include_str!("../migrations/0003_inspection.sql"),
    },
    db::Migration {
        component: "duty",
        number: 4,
        name: "work_item",
        sql: include_str!("../migrations/0004_work_item.sql"),
    },
    db::Migration {
        component: "duty",
        number: 5,
        name: "import",
        sql: include_str!("../migrations/0005_import.sql"),
    },
    db::Migration {
        component: "duty",
        number: 6,
        name: "carry_reason",
        sql: include_str!("../migrations/0006_carry_reason.sql"),
    },
];

/// By what people are told.
pub const TEMPLATES: &[ShippedTemplate] = &[ShippedTemplate {
    // A short message has no subject: the text says what it is about.
    name: "duty.notice",
    title: ("Duty", "值班通知"),
    en: ("{{ title_en }}", "{{ title_en }}\n{{ text_en }}", "<p>{{ text_en }}</p>"),
    zh: ("{{ title_zh }}", "{{ title_zh }}\n{{ text_zh }}", "<p>{{ text_zh }}</p>"),
    sample: r#"{"title_en": "Your duty in “Machine room” changed",
        "title_zh": "您在“机房值班”的值班有变动",
        "text_en": "1 shift more, 0 fewer in what is to come.",
        "text_zh": "后续新增 1 班，减少 0 班。"}"#,
}];

/// The routes of duty.
#[must_use]
pub fn routes(duty: &Duty) -> Routes {
    api::rosters::routes(duty.clone())
        .merge(api::changes::routes(duty.clone()))
        .merge(api::leaves::routes(duty.clone()))
        .merge(api::swaps::routes(duty.clone()))
        .merge(api::feeds::routes(duty.clone()))
        .merge(api::hand_overs::routes(duty.clone()))
        .merge(api::chains::routes(duty.clone()))
        .merge(api::inspections::routes(duty.clone()))
        .merge(api::rounds::routes(duty.clone()))
        .merge(api::work_items::routes(duty.clone()))
        .merge(api::imports::routes(duty.clone()))
}

/// What is done by the clock.
#[must_use]
pub fn jobs(duty: &Duty) -> Vec<Arc<dyn Job>> {
    vec![
        Arc::new(FreezeDuty(duty.clone())),
        Arc::new(WatchDuty(duty.clone())),
        Arc::new(StepCalls(duty.clone())),
        Arc::new(MakeRounds(duty.clone())),
        Arc::new(OpenTickets(duty.clone())),
        Arc::new(CarryOver(duty.clone())),
    ]
}

/// What is done when a fact of another arrives.
#[must_use]
pub fn reactions(duty: &Duty) -> Vec<Box<dyn Reaction>> {
    vec![Box::new(FollowIncidents(duty.clone()))]
}
