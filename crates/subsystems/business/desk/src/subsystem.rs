//! The door plate: what the roof hangs up.

use std::sync::Arc;

use ::jobs::Job;
use http_kit::Routes;
use journal::Reaction;
use notify::ShippedTemplate;

use crate::{Desk, api, jobs::WarnOfClocks, reactions::FollowIncidents};

/// The tables of the desk.
pub const MIGRATIONS: &[db::Migration] = &[db::Migration {
    component: "desk",
    number: 1,
    name: "desk",
    sql: include_str!("../migrations/0001_desk.sql"),
}];

/// By what people are told.
pub const TEMPLATES: &[ShippedTemplate] = &[ShippedTemplate {
    // A short message has no subject: the text says what it is about.
    name: "desk.notice",
    title: ("Service desk", "服务台通知"),
    en: ("{{ title_en }}", "{{ title_en }}\n{{ text_en }}", "<p>{{ text_en }}</p>"),
    zh: ("{{ title_zh }}", "{{ title_zh }}\n{{ text_zh }}", "<p>{{ text_zh }}</p>"),
    sample: r#"{"title_en": "REQ-42 A keyboard was given to you",
        "title_zh": "工单已分派给您：REQ-42 键盘更换",
        "text_en": "A ticket was given to you.",
        "text_zh": "有工单分派给您，请及时处理。"}"#,
}];

/// The routes of the desk.
#[must_use]
pub fn routes(desk: &Desk) -> Routes {
    api::tickets::routes(desk.clone())
        .merge(api::moves::routes(desk.clone()))
        .merge(api::beside::routes(desk.clone()))
        .merge(api::types::routes(desk.clone()))
        .merge(api::policies::routes(desk.clone()))
        .merge(api::figures::routes(desk.clone()))
}

/// What is done by the clock.
#[must_use]
pub fn jobs(desk: &Desk) -> Vec<Arc<dyn Job>> {
    vec![Arc::new(WarnOfClocks(desk.clone()))]
}

/// What is done when a fact of another arrives.
#[must_use]
pub fn reactions(desk: &Desk) -> Vec<Box<dyn Reaction>> {
    vec![Box::new(FollowIncidents(desk.clone()))]
}
