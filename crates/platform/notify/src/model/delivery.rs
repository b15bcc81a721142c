use kernel::{Id, Language, Time};

use super::{ChannelId, ChannelKind, MailHead, MessageId};

/// The id of a delivery: stable across its attempts, so that the far side can tell a repetition.
pub type DeliveryId = Id<Delivery>;

/// One way by which a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// The message.
    pub message_id: MessageId,
    /// By which channel.
    pub channel_id: ChannelId,
    /// What that is.
    pub channel_kind: ChannelKind,
    /// What that was called then.
    pub channel_name: String,
    /// To which address; empty for a group.
    pub address: String,
    /// In which language.
    pub language: Language,
    /// What was said, on one line.
    pub subject: String,
    /// What was said.
    pub text: String,
    /// What was said, as HTML; empty when the template has none.
    pub html: String,
    /// Whether it goes before others.
    pub urgent: bool,
    /// Which one it is of those that go one after another, from 1; 0 beside them.
    pub position: i64,
    /// How far it is.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next; of one that waits for its turn, when that comes at the latest.
    pub due_at: Time,
    /// It does not go sooner: the end of quiet hours.
    pub not_before: Time,
    /// When it was made.
    pub created_at: Time,
    /// When it was done with.
    pub finished_at: Option<Time>,
}

/// How far a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// Its turn has not come.
    Waiting,
    /// It waits for its time, or for its channel.
    Queued,
    /// It is being sent.
    Sending,
    /// The far side took it.
    Sent,
    /// It was given up.
    Failed,
    /// It was not needed: an earlier way did, or somebody acknowledged.
    Spared,
}

/// One try to deliver, with what the far side said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its number, from 1.
    pub number: i64,
    /// When it began.
    pub started_at: Time,
    /// When it ended; `None` while it runs or when the process ended in the middle.
    pub finished_at: Option<Time>,
    /// What came of it.
    pub outcome: Outcome,
    /// The far side's code: `250`, `429`, `errcode 45009`.
    pub code: String,
    /// The far side's words, or what went wrong on the way; on one line.
    pub said: String,
}

/// What came of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It runs.
    Running,
    /// The far side took it.
    Accepted,
    /// It may be tried again.
    Deferred,
    /// The far side refused it for good.
    Refused,
    /// The process ended in the middle: the far side may have it.
    Unknown,
}

/// A delivery that this process took on, with what its channel needs of the message.
#[derive(Debug, Clone)]
pub(crate) struct Claimed {
    pub(crate) delivery: Delivery,
    pub(crate) template: String,
    pub(crate) parameters: String,
    pub(crate) link: Option<String>,
    pub(crate) recipient_kind: String,
    pub(crate) recipient: String,
    pub(crate) recipient_name: String,
    pub(crate) mail: Option<MailHead>,
}

impl DeliveryState {
    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Spared => "spared",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let all =
            [Self::Waiting, Self::Queued, Self::Sending, Self::Sent, Self::Failed, Self::Spared];
        all.into_iter().find(|state| state.name() == name)
    }
}

impl Outcome {
    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Accepted => "accepted",
            Self::Deferred => "deferred",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }

    /// The outcome of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Running, Self::Accepted, Self::Deferred, Self::Refused, Self::Unknown]
            .into_iter()
            .find(|outcome| outcome.name() == name)
    }
}

/// What somebody else said, on one line of at most 500 characters.
pub(crate) fn one_line(said: &str) -> String {
    let plain: String = said.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut words = plain.split_whitespace();
    let mut line = words.next().unwrap_or_default().to_owned();
    for word in words {
        line.push(' ');
        line.push_str(word);
    }
    line.chars().take(500).collect()
}
