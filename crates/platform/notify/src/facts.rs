//! What happens to messages and channels, as the journal tells it: never an address, a text or a
//! secret.

use kernel::{Fact, Subject, Text};
use serde::Serialize;

use crate::{Channel, ChannelId, Message, MessageId, NotificationId, Template, model::NextBecause};

/// What the journal keeps of a channel. Settings name secrets by id and hold none.
#[derive(Debug, Clone, Serialize)]
pub struct ChannelSnapshot {
    name: String,
    kind: &'static str,
    settings: serde_json::Map<String, serde_json::Value>,
    enabled: bool,
    rate_per_minute: u32,
}

impl From<&Channel> for ChannelSnapshot {
    fn from(channel: &Channel) -> Self {
        Self {
            name: channel.name.clone(),
            kind: channel.kind.name(),
            settings: channel.settings.clone(),
            enabled: channel.enabled,
            rate_per_minute: channel.rate_per_minute,
        }
    }
}

fn channel_subject(id: ChannelId, name: &str) -> Subject {
    Subject::new("channel", id, name)
}

/// A channel was made.
#[derive(Debug, Clone, Serialize)]
pub struct ChannelCreated {
    /// Its id.
    pub channel_id: ChannelId,
    /// Its name.
    pub name: String,
}

impl Fact for ChannelCreated {
    const VERB: &'static str = "channel.created";

    fn subject(&self) -> Subject {
        channel_subject(self.channel_id, &self.name)
    }
}

/// A channel was changed.
#[derive(Debug, Clone, Serialize)]
pub struct ChannelChanged {
    /// Its id.
    pub channel_id: ChannelId,
    /// Its name now.
    pub name: String,
}

impl Fact for ChannelChanged {
    const VERB: &'static str = "channel.changed";

    fn subject(&self) -> Subject {
        channel_subject(self.channel_id, &self.name)
    }
}

/// A channel was removed; what waited for it was given up.
#[derive(Debug, Clone, Serialize)]
pub struct ChannelRemoved {
    /// Its id.
    pub channel_id: ChannelId,
    /// Its name.
    pub name: String,
}

impl Fact for ChannelRemoved {
    const VERB: &'static str = "channel.removed";

    fn subject(&self) -> Subject {
        channel_subject(self.channel_id, &self.name)
    }
}

/// A channel failed so often in a row that it is left alone for a while.
#[derive(Debug, Clone, Serialize)]
pub struct ChannelFailed {
    /// Its id.
    pub channel_id: ChannelId,
    /// Its name.
    pub name: String,
    /// What the far side or the way there said last.
    pub said: String,
}

impl Fact for ChannelFailed {
    const VERB: &'static str = "channel.failed";

    fn subject(&self) -> Subject {
        channel_subject(self.channel_id, &self.name)
    }
}

/// A channel that was left alone works again.
#[derive(Debug, Clone, Serialize)]
pub struct ChannelRecovered {
    /// Its id.
    pub channel_id: ChannelId,
    /// Its name.
    pub name: String,
}

impl Fact for ChannelRecovered {
    const VERB: &'static str = "channel.recovered";

    fn subject(&self) -> Subject {
        channel_subject(self.channel_id, &self.name)
    }
}

/// A template was made, changed, or set back to what came with the product.
#[derive(Debug, Clone, Serialize)]
pub struct TemplateChanged {
    /// Its name.
    pub name: String,
    /// Its version now.
    pub version: i64,
}

impl Fact for TemplateChanged {
    const VERB: &'static str = "template.changed";

    fn subject(&self) -> Subject {
        Subject::new("template", &self.name, self.name.clone())
    }
}

/// A template was removed.
#[derive(Debug, Clone, Serialize)]
pub struct TemplateRemoved {
    /// Its name.
    pub name: String,
}

impl Fact for TemplateRemoved {
    const VERB: &'static str = "template.removed";

    fn subject(&self) -> Subject {
        Subject::new("template", &self.name, self.name.clone())
    }
}

/// What the journal keeps of a template.
#[derive(Debug, Clone, Serialize)]
pub struct TemplateSnapshot {
    title: Text,
    wordings: crate::Wordings,
}

impl From<&Template> for TemplateSnapshot {
    fn from(template: &Template) -> Self {
        Self { title: template.title.clone(), wordings: template.wordings.clone() }
    }
}

/// Whom a message is for, without an address.
#[derive(Debug, Clone, Serialize)]
pub struct RecipientNote {
    /// The noun: `person`, `user`, `post`, `channel`, `mail`, `sms`.
    pub kind: &'static str,
    /// The id; empty for an address.
    pub id: String,
}

impl From<&Message> for RecipientNote {
    fn from(message: &Message) -> Self {
        let (kind, id) = message.asked.recipient.parts();
        let is_address = matches!(message.asked.recipient, crate::Recipient::Address { .. });
        Self { kind, id: if is_address { String::new() } else { id } }
    }
}

/// A message was taken in to be sent.
#[derive(Debug, Clone, Serialize)]
pub struct MessageRequested {
    /// Its id.
    pub message_id: MessageId,
    /// Its template.
    pub template: String,
    /// Whom it is for.
    pub recipient: RecipientNote,
    /// Whether it should not wait.
    pub urgent: bool,
}

impl Fact for MessageRequested {
    const VERB: &'static str = "message.requested";

    fn subject(&self) -> Subject {
        Subject::new("message", self.message_id, self.template.clone())
    }
}

/// A message went out by one way at least, and by no further way any more.
#[derive(Debug, Clone, Serialize)]
pub struct MessageSent {
    /// Its id.
    pub message_id: MessageId,
    /// Its template.
    pub template: String,
    /// Whom it is for.
    pub recipient: RecipientNote,
    /// By how many ways it went out.
    pub ways_sent: i64,
    /// By how many ways it did not.
    pub ways_failed: i64,
}

impl Fact for MessageSent {
    const VERB: &'static str = "message.sent";

    fn subject(&self) -> Subject {
        Subject::new("message", self.message_id, self.template.clone())
    }
}

/// A message went out by no way.
#[derive(Debug, Clone, Serialize)]
pub struct MessageFailed {
    /// Its id.
    pub message_id: MessageId,
    /// Its template.
    pub template: String,
    /// Whom it is for.
    pub recipient: RecipientNote,
    /// Why.
    pub reason: Text,
}

impl Fact for MessageFailed {
    const VERB: &'static str = "message.failed";

    fn subject(&self) -> Subject {
        Subject::new("message", self.message_id, self.template.clone())
    }
}

/// It was the next way's turn, of those by which a message goes one after another.
#[derive(Debug, Clone, Serialize)]
pub struct MessageFellBack {
    /// The message.
    pub message_id: MessageId,
    /// Its template.
    pub template: String,
    /// Whom it is for.
    pub recipient: RecipientNote,
    /// The kind of channel before.
    pub from_way: Option<&'static str>,
    /// The kind of channel by which it goes now.
    pub to_way: &'static str,
    /// Why: `failed`, `not_taken` or `not_acknowledged`.
    pub because: NextBecause,
}

impl Fact for MessageFellBack {
    const VERB: &'static str = "message.fell_back";

    fn subject(&self) -> Subject {
        Subject::new("message", self.message_id, self.template.clone())
    }
}

/// Somebody acknowledged, and ways by which a message had not gone yet were spared.
#[derive(Debug, Clone, Serialize)]
pub struct MessageAcknowledged {
    /// The message.
    pub message_id: MessageId,
    /// Its template.
    pub template: String,
    /// Whom it is for.
    pub recipient: RecipientNote,
}

impl Fact for MessageAcknowledged {
    const VERB: &'static str = "message.acknowledged";

    fn subject(&self) -> Subject {
        Subject::new("message", self.message_id, self.template.clone())
    }
}

/// A user was told something in the app. The text is for them alone: they fetch it.
#[derive(Debug, Clone, Serialize)]
pub struct NotificationCreated {
    /// Its id.
    pub notification_id: NotificationId,
    /// Whom it tells.
    pub user_id: String,
    /// Whether it should not wait: a desktop notification is in place.
    pub urgent: bool,
}

impl Fact for NotificationCreated {
    const VERB: &'static str = "notification.created";

    fn subject(&self) -> Subject {
        Subject::new("notification", self.notification_id, "")
    }
}

/// A user said how they want to be told.
#[derive(Debug, Clone, Serialize)]
pub struct PreferenceChanged {
    /// Whose.
    pub user_id: String,
    /// Their name.
    pub user_name: String,
}

impl Fact for PreferenceChanged {
    const VERB: &'static str = "preference.changed";

    fn subject(&self) -> Subject {
        Subject::new("preference", &self.user_id, self.user_name.clone())
    }
}
