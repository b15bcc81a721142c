use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a state means to the clocks, whatever people call it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = TicketPhase)]
pub(crate) enum Phase {
    /// Nobody has taken it up; the clocks run.
    New,
    /// It is being worked on; the clocks run.
    Active,
    /// It waits for somebody outside; the clocks stand still.
    Paused,
    /// An answer is there; the clocks stand still, and run on if it is reopened.
    Resolved,
    /// It is over.
    Closed,
}

impl Phase {
    /// All of them, in the order of a ticket's life.
    pub(crate) const ALL: [Self; 5] =
        [Self::New, Self::Active, Self::Paused, Self::Resolved, Self::Closed];

    /// Its name on the wire and in the records.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
        }
    }

    /// The phase of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.name() == name)
    }

    /// Whether somebody still has to do something.
    #[must_use]
    pub(crate) const fn is_open(self) -> bool {
        matches!(self, Self::New | Self::Active | Self::Paused)
    }

    /// Whether the clocks run in it.
    #[must_use]
    pub(crate) const fn runs(self) -> bool {
        matches!(self, Self::New | Self::Active)
    }
}
