use directory::{PersonId, PostId, RegionId, UnitId};
use kernel::{FieldFault, Id, Text, Time};
use resources::ResourceId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    field::Answers,
    phase::Phase,
    policy::PolicyId,
    priority::{Level, Priority},
    sla::Warning,
};

/// The id of a ticket.
pub(crate) type TicketId = Id<Ticket>;

const SUBJECT_CHARS_MAX: usize = 200;
const TEXT_CHARS_MAX: usize = 50_000;
const NAME_CHARS_MAX: usize = 200;
const RESOURCES_MAX: usize = 50;

/// A piece of work with a number.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// By what people call it: `REQ-42`.
    pub number: String,
    /// The key of its type.
    pub type_key: String,
    /// What it says.
    pub content: Content,
    /// The way by which it came.
    pub channel: Channel,
    /// The unit in charge.
    pub unit_id: UnitId,
    /// The key of its state.
    pub state: String,
    /// What that state means to the clocks.
    pub phase: Phase,
    /// How pressing it is.
    pub priority: Priority,
    /// Who is in charge.
    pub assignee: Assignee,
    /// What it was made from, once: `incident:<id>`.
    pub source_key: Option<String>,
    /// The service level it was opened under, with its version.
    pub policy: Option<(PolicyId, i64)>,
    /// Who opened it, as the journal has it.
    pub opened_by: String,
    /// When it was opened.
    pub opened_at: Time,
    /// When it was last changed.
    pub changed_at: Time,
    /// When somebody took it up or replied.
    pub responded_at: Option<Time>,
    /// Since when it is resolved.
    pub resolved_at: Option<Time>,
    /// Since when it is closed.
    pub closed_at: Option<Time>,
    /// The user who gave the answer.
    pub answered_by: Option<String>,
    /// When its resolution is due, while that clock runs.
    pub due_at: Option<Time>,
    /// When the next warning comes.
    pub next_at: Option<Time>,
    /// How the clocks of response and resolution ended, and at how much working time.
    pub response: Kept,
    /// The same of its resolution.
    pub resolution: Kept,
    /// How often it was opened again.
    pub reopened: u32,
    /// Whether somebody ordered it to be supervised and was not reported to yet.
    pub supervised: bool,
    /// How many questions of its form that must be answered are not.
    pub lacking: u32,
    /// What was warned of.
    pub warned: Vec<Warning>,
    /// Grows by one with every change.
    pub version: i64,
}

/// What a ticket says, as people write it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Content {
    /// What it is about, on one line.
    pub subject: String,
    /// The whole of it.
    pub text: String,
    /// Who asks.
    pub requester: Requester,
    /// The region it is about.
    pub region_id: Option<RegionId>,
    /// The resources concerned.
    pub resources: Vec<ResourceId>,
    /// How far it reaches.
    pub impact: Level,
    /// How soon it matters.
    pub urgency: Level,
    /// The answers of its form.
    pub fields: Answers,
}

/// Who asks for something.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TicketRequester)]
pub(crate) struct Requester {
    /// Their name.
    #[serde(default)]
    pub name: String,
    /// How to reach them: a telephone number, an address.
    #[serde(default)]
    pub contact: String,
    /// Who they are in the directory.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub person_id: Option<PersonId>,
}

/// Who is in charge of a ticket within its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Assignee {
    /// Nobody yet.
    #[default]
    Nobody,
    /// A person.
    Person(PersonId),
    /// Whoever holds a post.
    Post(PostId),
}

/// How a clock ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Kept {
    /// Whether within its target; none: it goes on, or nothing is promised.
    pub kept: Option<bool>,
    /// After how many seconds of working time.
    pub after_s: Option<i64>,
}

/// The way by which a ticket came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TicketChannel)]
pub(crate) enum Channel {
    /// The pages of this system.
    #[default]
    Portal,
    /// Electronic mail.
    Mail,
    /// The telephone.
    Phone,
    /// A letter.
    Letter,
    /// Somebody came by.
    WalkIn,
    /// The director's mailbox (领导信箱).
    Mailbox,
    /// Another program.
    Api,
    /// Monitoring.
    Alert,
}

impl Channel {
    pub(crate) const ALL: [Self; 8] = [
        Self::Portal,
        Self::Mail,
        Self::Phone,
        Self::Letter,
        Self::WalkIn,
        Self::Mailbox,
        Self::Api,
        Self::Alert,
    ];

    /// Its name on the wire and in the records.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::Mail => "mail",
            Self::Phone => "phone",
            Self::Letter => "letter",
            Self::WalkIn => "walk_in",
            Self::Mailbox => "mailbox",
            Self::Api => "api",
            Self::Alert => "alert",
        }
    }

    /// The channel of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.name() == name)
    }
}

impl Ticket {
    /// What people call it in full: `REQ-42 A keyboard`.
    #[must_use]
    pub(crate) fn title(&self) -> String {
        format!("{} {}", self.number, self.content.subject)
    }
}

impl Content {
    /// Everything that is wrong with it but the answers of its form.
    #[must_use]
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut line = |field: &str, found: &str, min: usize, max: usize| {
            let count = found.trim().chars().count();
            if !(min..=max).contains(&count) || found.contains(char::is_control) {
                let expected = Text::new(
                    format!("{min} to {max} characters on one line"),
                    format!("{min} 至 {max} 个字符，单行"),
                );
                faults.push(FieldFault::new(field, found, expected));
            }
        };
        line("subject", &self.subject, 1, SUBJECT_CHARS_MAX);
        line("requester.name", &self.requester.name, 0, NAME_CHARS_MAX);
        line("requester.contact", &self.requester.contact, 0, NAME_CHARS_MAX);
        faults.extend(text_fault("text", &self.text, 0, TEXT_CHARS_MAX));
        if self.resources.len() > RESOURCES_MAX {
            let expected = Text::new("at most 50 of them", "最多 50 个");
            faults.push(FieldFault::new("resource_ids", self.resources.len(), expected));
        }
        faults
    }
}

/// What is wrong with a text of several lines.
#[must_use]
pub(crate) fn text_fault(field: &str, found: &str, min: usize, max: usize) -> Option<FieldFault> {
    let count = found.chars().count();
    let empty = min > 0 && found.trim().is_empty();
    if (min..=max).contains(&count) && !empty && !found.contains('\0') {
        return None;
    }
    let expected =
        Text::new(format!("{min} to {max} characters"), format!("{min} 至 {max} 个字符"));
    Some(FieldFault::new(field, found, expected))
}
