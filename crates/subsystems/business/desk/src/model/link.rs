use kernel::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ticket::TicketId;

/// How two tickets hang together: what the other one is to this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TicketLinkKind)]
pub(crate) enum LinkKind {
    /// This one is a part of the other.
    Parent,
    /// This one says what the other says.
    DuplicateOf,
    /// This one is caused by the other, a problem.
    CausedBy,
    /// They have to do with each other.
    RelatesTo,
}

/// A link from a ticket to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    /// From this one …
    pub ticket_id: TicketId,
    /// … in this way …
    pub kind: LinkKind,
    /// … to this.
    pub other_id: TicketId,
    /// Since when.
    pub linked_at: Time,
}

impl LinkKind {
    const ALL: [Self; 4] = [Self::Parent, Self::DuplicateOf, Self::CausedBy, Self::RelatesTo];

    /// Its name on the wire and in the records.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Parent => "parent",
            Self::DuplicateOf => "duplicate_of",
            Self::CausedBy => "caused_by",
            Self::RelatesTo => "relates_to",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it leads upwards, so that it must not lead round in a circle.
    #[must_use]
    pub(crate) const fn is_directed(self) -> bool {
        !matches!(self, Self::RelatesTo)
    }
}
