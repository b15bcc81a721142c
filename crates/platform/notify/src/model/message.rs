use std::time::Duration;

use directory::{PersonId, PostId};
use kernel::{Cause, FieldFault, Id, Language, Text, Time};
use serde_json::{Map, Value};

use super::{ChannelId, ChannelKind, MailHead, Turns, WayOrder};

/// The id of a message.
pub type MessageId = Id<Message>;

/// To whom a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// A person, by the ways they prefer.
    Person(PersonId),
    /// A user: in the app, and as the person they are.
    User(String),
    /// Whoever holds a post when the message is prepared.
    Post(PostId),
    /// An address of a kind of channel: mail, sms.
    Address {
        /// The kind.
        kind: ChannelKind,
        /// The address.
        value: String,
    },
    /// The group or program behind a channel.
    Channel(ChannelId),
}

/// Not the same again to the same recipient within a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dedupe {
    /// What is the same: `alert:7f3…`.
    pub key: String,
    /// For how long.
    pub window: Duration,
}

/// A message to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMessage {
    /// The name of the template.
    pub template: String,
    /// What the template is given.
    pub parameters: Map<String, Value>,
    /// To whom.
    pub recipient: Recipient,
    /// By this channel only.
    pub channel: Option<ChannelId>,
    /// Passes quiet hours, goes before others, and by the ways for what is urgent.
    pub urgent: bool,
    /// Whether it is said once only.
    pub dedupe: Option<Dedupe>,
    /// The page of the UI it is about: `/alerts/…`.
    pub link: Option<String>,
    /// In this language; the recipient's when `None`.
    pub language: Option<Language>,
    /// The fact that led to it.
    pub cause: Cause,
    /// What it says of itself as a mail, where it continues a conversation.
    pub mail: Option<MailHead>,
    /// By these ways one after another, to people and users; as they prefer when `None`.
    pub order: Option<WayOrder>,
    /// What it is about, for [`crate::Notify::acknowledge`]: `incident:…`.
    pub about: Option<String>,
}

/// How far a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    /// Kept; nothing was done yet.
    New,
    /// Its deliveries are on their way.
    Queued,
    /// It went out by one way at least.
    Sent,
    /// It went out by no way.
    Failed,
    /// It said what was said already, or was acknowledged before it went out.
    Suppressed,
    /// It became a message for each who holds the post.
    Expanded,
}

/// A message as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// What it was made from.
    pub parent_id: Option<MessageId>,
    /// What was asked for.
    pub asked: NewMessage,
    /// The recipient's name, once known.
    pub recipient_name: String,
    /// The subject, once rendered.
    pub subject: String,
    /// How far it is.
    pub state: MessageState,
    /// Why it failed or was suppressed.
    pub reason: Text,
    /// How often the same was asked for within the window after it.
    pub repeats: i64,
    /// How its ways go one after another, once it is prepared; all at once when `None`.
    pub turns: Option<Turns>,
    /// When somebody acknowledged: no further way is gone.
    pub acknowledged_at: Option<Time>,
    /// When it was asked for.
    pub created_at: Time,
    /// When it was done with.
    pub finished_at: Option<Time>,
}

/// Which messages are asked for; every field that is set narrows.
#[derive(Debug, Clone, Default)]
pub struct MessageFilter {
    /// In this state.
    pub state: Option<MessageState>,
    /// To this person, user, post, address or channel.
    pub recipient: Option<String>,
    /// Of this template.
    pub template: Option<String>,
}

impl MessageState {
    const ALL: [Self; 6] =
        [Self::New, Self::Queued, Self::Sent, Self::Failed, Self::Suppressed, Self::Expanded];

    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Suppressed => "suppressed",
            Self::Expanded => "expanded",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// All names, for a refusal.
    pub(crate) fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }
}

impl Recipient {
    /// The noun and the id, as they are kept.
    #[must_use]
    pub fn parts(&self) -> (&'static str, String) {
        match self {
            Self::Person(id) => ("person", id.to_string()),
            Self::User(id) => ("user", id.clone()),
            Self::Post(id) => ("post", id.to_string()),
            Self::Address { kind, value } => (kind.name(), value.clone()),
            Self::Channel(id) => ("channel", id.to_string()),
        }
    }

    /// The recipient with that noun and id.
    ///
    /// Errors: what is wrong with it.
    pub fn from_parts(kind: &str, value: &str) -> Result<Self, FieldFault> {
        let id = || {
            let expected = Text::new("a UUID", "UUID 格式的编号");
            FieldFault::new("recipient.id", value, expected)
        };
        match kind {
            "person" => value.parse().map(Self::Person).map_err(|_| id()),
            "post" => value.parse().map(Self::Post).map_err(|_| id()),
            "channel" => value.parse().map(Self::Channel).map_err(|_| id()),
            "user" if !value.is_empty() && value.len() <= 64 => Ok(Self::User(value.to_owned())),
            "user" => Err(id()),
            "mail" | "sms" => {
                let kind = if kind == "mail" { ChannelKind::Mail } else { ChannelKind::Sms };
                Ok(Self::Address { kind, value: checked_address(kind, value)? })
            }
            _ => {
                let names = "person, user, post, channel, mail, sms";
                let expected = Text::new(format!("one of {names}"), format!("以下之一：{names}"));
                Err(FieldFault::new("recipient.kind", kind, expected))
            }
        }
    }
}

/// An address that fits its kind of channel: a mail address, a telephone number without blanks.
///
/// Errors: what is wrong with it.
pub(crate) fn checked_address(kind: ChannelKind, value: &str) -> Result<String, FieldFault> {
    let wrong = |en: &str, zh: &str| Err(FieldFault::new("recipient.id", value, Text::new(en, zh)));
    match kind {
        ChannelKind::Mail => match value.parse::<lettre::Address>() {
            Ok(address) if value.len() <= 254 => Ok(address.to_string()),
            _ => wrong("a mail address", "邮箱地址"),
        },
        ChannelKind::Sms => {
            let number: String =
                value.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
            let digits = number.strip_prefix('+').unwrap_or(&number);
            let fits = (3..=15).contains(&digits.len())
                && digits.chars().all(|digit| digit.is_ascii_digit());
            if fits { Ok(number) } else { wrong("a telephone number", "电话号码") }
        }
        _ => Ok(value.to_owned()),
    }
}

impl NewMessage {
    /// A message by `template` to `recipient`, with nothing special about it.
    #[must_use]
    pub fn new(template: &str, recipient: Recipient, parameters: Map<String, Value>) -> Self {
        Self {
            template: template.to_owned(),
            parameters,
            recipient,
            channel: None,
            urgent: false,
            dedupe: None,
            link: None,
            language: None,
            cause: Cause::default(),
            mail: None,
            order: None,
            about: None,
        }
    }

    /// What is wrong with it.
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let size = serde_json::to_string(&self.parameters).map_or(usize::MAX, |text| text.len());
        if size > 64 * 1024 {
            let expected = Text::new("at most 64 KiB of JSON", "不超过 64 KiB 的 JSON");
            faults.push(FieldFault::new("parameters", format!("{size} bytes"), expected));
        }
        if let Some(link) = &self.link
            && (!link.starts_with('/')
                || link.starts_with("//")
                || link.len() > 1_000
                || link.contains(|c: char| c.is_control() || c == '\\'))
        {
            let expected = Text::new("a path of the UI, such as /alerts", "界面路径，例如 /alerts");
            faults.push(FieldFault::new("link", link, expected));
        }
        if let Some(dedupe) = &self.dedupe {
            let key = (1..=200).contains(&dedupe.key.len());
            let window = (1..=7 * 86_400).contains(&dedupe.window.as_secs());
            if !key || !window {
                let expected = Text::new(
                    "a key of 1 to 200 bytes and a window of 1 s to 7 days",
                    "1 到 200 字节的键、1 秒到 7 天的时间窗",
                );
                let found = format!("{} bytes, {} s", dedupe.key.len(), dedupe.window.as_secs());
                faults.push(FieldFault::new("dedupe", found, expected));
            }
        }
        if let Some(order) = &self.order {
            faults.extend(order.faults("order"));
        }
        if let Some(about) = &self.about
            && !(1..=200).contains(&about.len())
        {
            let expected = Text::new("1 to 200 bytes", "1 到 200 字节");
            faults.push(FieldFault::new("about", about, expected));
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked_and_cannot_bring_a_header() {
        for (kind, value, expected) in [
            ("mail", "wei@example.org", Some("wei@example.org")),
            ("mail", "wei@example.org\r\nBcc: all@example.org", None),
            ("mail", "not an address", None),
            ("sms", "+86 138-0000-0000", Some("+8613800000000")),
            ("sms", "12", None),
            ("sms", "138;DROP", None),
        ] {
            let read = Recipient::from_parts(kind, value).ok().map(|one| one.parts().1);
            assert_eq!(read.as_deref(), expected, "{value:?}");
        }
        assert!(Recipient::from_parts("robot", "x").unwrap_err().expected.en.contains("person"));
        assert_eq!(Recipient::from_parts("post", "x").unwrap_err().field, "recipient.id");
    }

    #[test]
    fn links_lead_to_our_own_pages_only() {
        let message = |link: &str| NewMessage {
            link: Some(link.to_owned()),
            ..NewMessage::new("t", Recipient::User("u".to_owned()), Map::new())
        };
        assert!(message("/alerts/7").faults().is_empty());
        for link in ["https://evil", "//evil", "javascript:x", "/a\r\nb", "/\\evil"] {
            assert_eq!(message(link).faults()[0].field, "link", "{link:?}");
        }
    }
}
