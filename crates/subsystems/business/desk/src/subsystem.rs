//! The door plate: what the roof hangs up.

use std::sync::Arc;

use ::jobs::Job;
use http_kit::Routes;
use journal::Reaction;
use notify::ShippedTemplate;

use crate::{
    Desk, api,
    jobs::{ReadMail, WarnOfClocks, WarnOfUpdates},
    reactions::FollowIncidents,
};

/// The tables of the desk.
pub const MIGRATIONS: &[db::Migration] = &[
    step(1, "desk", include_str!("../migrations/0001_desk.sql")),
    step(2, "set_aside", include_str!("../migrations/0002_set_aside.sql")),
    step(3, "enquiry", include_str!("../migrations/0003_enquiry.sql")),
    step(4, "satisfaction", include_str!("../migrations/0004_satisfaction.sql")),
    step(5, "merge", include_str!("../migrations/0005_merge.sql")),
    step(6, "canned", include_str!("../migrations/0006_canned.sql")),
    step(7, "publication", include_str!("../migrations/0007_publication.sql")),
    step(8, "major", include_str!("../migrations/0008_major.sql")),
    step(9, "call", include_str!("../migrations/0009_call.sql")),
    step(10, "mail", include_str!("../migrations/0010_mail.sql")),
    step(11, "drill", include_str!("../migrations/0011_drill.sql")),
    step(12, "removed_mailbox", include_str!("../migrations/0012_removed_mailbox.sql")),
];

const fn step(number: i64, name: &'static str, sql: &'static str) -> db::Migration {
    db::Migration { component: "desk", number, name, sql }
}

/// By what people are told.
pub const TEMPLATES: &[ShippedTemplate] = &[
    ShippedTemplate {
        // A short message has no subject: the text says what it is about.
        name: "desk.notice",
        title: ("Service desk", "服务台通知"),
        en: (
            "{{ title_en }}",
            "{{ title_en }}\n{{ text_en }}{% if due_at %} It is due at {{ due_at }}.{% endif %}",
            "<p>{{ text_en }}{% if due_at %} It is due at {{ due_at }}.{% endif %}</p>",
        ),
        zh: (
            "{{ title_zh }}",
            "{{ title_zh }}\n{{ text_zh }}{% if due_at %}到期时间 {{ due_at }}。{% endif %}",
            "<p>{{ text_zh }}{% if due_at %}到期时间 {{ due_at }}。{% endif %}</p>",
        ),
        sample: r#"{"title_en": "REQ-42 A keyboard was given to you",
        "title_zh": "工单已分派给您：REQ-42 键盘更换",
        "text_en": "A ticket was given to you.", "due_at": "2026-01-31T08:00:00Z",
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
             To add something, answer this mail.\n\
             {% if questions %}\n\
             To go on we need to know more. Please answer this mail with a line for each:\n\
             {% for one in questions %}{{ one.name }}: {% if one.answers %}({{ \
             one.answers|join(' / ') }}){% endif %}\n{% endfor %}{% endif %}",
            "",
        ),
        zh: (
            "{{ subject }}",
            "您的来信已收到，工单编号 {{ number }}。\n如需补充，请直接回复本邮件。\n\
             {% if questions %}\n\
             为便于办理，请回复本邮件，逐行填写以下内容：\n\
             {% for one in questions %}{{ one.name }}：{% if one.answers %}（{{ \
             one.answers|join(' / ') }}）{% endif %}\n{% endfor %}{% endif %}",
            "",
        ),
        sample: r#"{"subject": "Re: [REQ-42 #k3f9x2ab7m] A keyboard", "number": "REQ-42",
        "questions": [{"name": "Serial number", "answers": []},
            {"name": "Place", "answers": ["North", "South"]}]}"#,
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
        .merge(api::enquiries::routes(desk.clone()))
        .merge(api::satisfaction::routes(desk.clone()))
        .merge(api::merges::routes(desk.clone()))
        .merge(api::canned::routes(desk.clone()))
        .merge(api::publications::routes(desk.clone()))
        .merge(api::majors::routes(desk.clone()))
        .merge(api::bulk::routes(desk.clone()))
        .merge(api::calls::routes(desk.clone()))
}

/// What is done by the clock.
#[must_use]
pub fn jobs(desk: &Desk) -> Vec<Arc<dyn Job>> {
    let (clocks, updates) = (WarnOfClocks(desk.clone()), WarnOfUpdates(desk.clone()));
    vec![Arc::new(clocks), Arc::new(updates), Arc::new(ReadMail(desk.clone()))]
}

/// What is done when a fact of another arrives.
#[must_use]
pub fn reactions(desk: &Desk) -> Vec<Box<dyn Reaction>> {
    vec![Box::new(FollowIncidents(desk.clone()))]
}
