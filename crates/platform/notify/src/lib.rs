#![doc = include_str!("../README.md")]

pub mod facts;

mod accounts;
mod actions;
mod api;
mod error;
mod model;
mod notify;
mod render;
mod senders;
mod store;
mod upkeep_jobs;

pub use accounts::{AccountFuture, Accounts};
pub use actions::Rendering;
pub use api::routes;
pub use error::NotifyError;
pub use model::{
    Attempt, Author, Channel, ChannelDraft, ChannelId, ChannelKind, Dedupe, Delivery, DeliveryId,
    DeliveryState, MailHead, Message, MessageFilter, MessageId, MessageState, NewMessage,
    NextBecause, Notification, NotificationId, Outcome, Preference, QuietHours, Recipient,
    ShippedTemplate, Template, TemplateDraft, Turns, TurnsEnd, WayOrder, Wording, Wordings,
};
pub use notify::{
    CHANNEL_CHANGE, CHANNEL_READ, MESSAGE_READ, MESSAGE_SEND, NOTIFICATION_READ, Notify,
    NotifyParts, NotifySettings, TEMPLATE_CHANGE, TEMPLATE_READ,
};
pub use upkeep_jobs::jobs;

/// The tables of messages, with the channel into the app itself.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        component: "notify",
        number: 1,
        name: "notify",
        sql: include_str!("../migrations/0001_notify.sql"),
    },
    db::Migration {
        component: "notify",
        number: 2,
        name: "attempt_time",
        sql: include_str!("../migrations/0002_attempt_time.sql"),
    },
    db::Migration {
        component: "notify",
        number: 3,
        name: "mail_head",
        sql: include_str!("../migrations/0003_mail_head.sql"),
    },
    db::Migration {
        component: "notify",
        number: 4,
        name: "turns",
        sql: include_str!("../migrations/0004_turns.sql"),
    },
];
