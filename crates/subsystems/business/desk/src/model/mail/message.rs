use directory::UnitId;
use kernel::{Id, Text, Time};

use super::mailbox::MailboxId;
use crate::model::ticket::TicketId;

/// The id of a mail.
pub(crate) type MailId = Id<Mail>;

/// A mail that came or went.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mail {
    /// Its id.
    pub id: MailId,
    /// The mailbox that it came into, or that answers to it go to.
    pub mailbox_id: MailboxId,
    /// The unit of that mailbox then.
    pub unit_id: UnitId,
    /// Whether it came or went.
    pub direction: Direction,
    /// What became of it.
    pub state: MailState,
    /// Its number on the server, with what that number is valid under.
    pub uid: Option<(u32, u32)>,
    /// Whether the server was told that it is done with.
    pub filed: bool,
    /// Its Message-ID without brackets; may be empty.
    pub message_id: String,
    /// Of what it says: two with the same are the same.
    pub digest: String,
    /// Who sent it, or to whom it went.
    pub address: String,
    /// What they call themselves.
    pub name: String,
    /// Its subject.
    pub subject: String,
    /// The ticket that it belongs to.
    pub ticket_id: Option<TicketId>,
    /// Why it is in that state, where that has to be said.
    pub reason: Text,
    /// How often taking it failed.
    pub attempts: u32,
    /// When it was first seen.
    pub noticed_at: Time,
    /// When it was done with.
    pub settled_at: Option<Time>,
}

/// Whether a mail came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// It came.
    In,
    /// It went.
    Out,
}

impl Direction {
    /// Its name in the records.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }

    /// The direction of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::In, Self::Out].into_iter().find(|one| one.name() == name)
    }
}

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MailState {
    /// It is known, and not yet taken.
    Arriving,
    /// It opened a ticket or continues one.
    Taken,
    /// It is nobody's: somebody must look at it.
    SetAside,
    /// Somebody has looked at it, and nothing follows.
    Dismissed,
    /// It was taken before.
    Repeated,
    /// It was gone before it was taken.
    Gone,
    /// It went out.
    Sent,
    /// It went out and did not arrive.
    Bounced,
}

impl MailState {
    const ALL: [Self; 8] = [
        Self::Arriving,
        Self::Taken,
        Self::SetAside,
        Self::Dismissed,
        Self::Repeated,
        Self::Gone,
        Self::Sent,
        Self::Bounced,
    ];

    /// All names, for a refusal.
    pub(crate) const NAMES: &'static str =
        "arriving, taken, set_aside, dismissed, repeated, gone, sent, bounced";

    /// Its name on the wire and in the records.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Arriving => "arriving",
            Self::Taken => "taken",
            Self::SetAside => "set_aside",
            Self::Dismissed => "dismissed",
            Self::Repeated => "repeated",
            Self::Gone => "gone",
            Self::Sent => "sent",
            Self::Bounced => "bounced",
        }
    }

    /// The state of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}
