//! The door plate: what the roof hangs up.

use std::sync::Arc;

use ::jobs::Job;
use http_kit::Routes;
use journal::Reaction;
use notify::ShippedTemplate;

use crate::{
    Desk, api,
    jobs::{ReadMail, WarnOfClocks},
    reactions::FollowIncidents,
};

/// The tables of the desk.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        component: "desk",
        number: 1,
        name: "desk",
        sql: include_str!("../migrations/0001_desk.sql"),
    },
    db::Migration {
        component: "desk",
        number: 2,
        name: "mail",
        sql: include_str!("../migrations/0002_mail.sql"),
    },
];

/// By what people are told.
pub const TEMPLATES: &[ShippedTemplate] = &[
    ShippedTemplate {
        name: "desk.notice",
        title: ("Service desk", "服务台通知"),
        en: ("{{ title_en }}", "{{ text_en }}", "<p>{{ text_en }}</p>"),
        zh: ("{{ title_zh }}", "{{ text_zh }}", "<p>{{ text_zh }}</p>"),
        sample: r#"{"title_en": "REQ-42 A keyboard was given to you",
        "title_zh": "工单已分派给您：REQ-42 键盘更换",
        "text_en": "A ticket was given to you.",
        "text_zh": "有工单分派给您，请及时处理。"}"#,
    },
    // What somebody at the desk wrote, to whoever it was written to: in their own words.
    ShippedTemplate {
        name: "desk.reply",
        title: ("Reply by mail", "邮件答复"),
        en: ("{{ subject }}", "{{ text }}\n", ""),
        zh: ("{{ subject }}", "{{ text }}\n", ""),
        sample: r#"{"subject": "Re: [REQ-42 #k3f9x2ab7m] A keyboard", "text": "It was replaced."}"#,
    },
    ShippedTemplate {
        name: "desk.received",
        title: ("Acknowledgement by mail", "来信确认"),
        en: (
            "{{ subject }}",
            "Your mail has arrived. It is handled as {{ number }}.\n\
             To add something, answer this mail.\n",
            "",
        ),
        zh: (
            "{{ subject }}",
            "您的来信已收到，工单编号 {{ number }}。\n如需补充，请直接回复本邮件。\n",
            "",
        ),
        sample: r#"{"subject": "Re: [REQ-42 #k3f9x2ab7m] A keyboard", "number": "REQ-42"}"#,
    },
];

/// The routes of the desk.
#[must_use]
pub fn routes(desk: &Desk) -> Routes {
    api::tickets::routes(desk.clone())
        .merge(api::moves::routes(desk.clone()))
        .merge(api::beside::routes(desk.clone()))
        .merge(api::types::routes(desk.clone()))
        .merge(api::policies::routes(desk.clone()))
        .merge(api::figures::routes(desk.clone()))
        .merge(api::mailboxes::routes(desk.clone()))
        .merge(api::mails::routes(desk.clone()))
        .merge(api::files::routes(desk.clone()))
}

/// What is done by the clock.
#[must_use]
pub fn jobs(desk: &Desk) -> Vec<Arc<dyn Job>> {
    vec![Arc::new(WarnOfClocks(desk.clone())), Arc::new(ReadMail(desk.clone()))]
}

/// What is done when a fact of another arrives.
#[must_use]
pub fn reactions(desk: &Desk) -> Vec<Box<dyn Reaction>> {
    vec![Box::new(FollowIncidents(desk.clone()))]
}
