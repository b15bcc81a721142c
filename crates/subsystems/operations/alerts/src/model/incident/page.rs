use std::time::Duration;

use kernel::{Id, Time};

use super::{Incident, IncidentId};
use crate::model::severity::Severity;

/// Alerts that are left so long after their cause is over are worth telling.
const LEFT: Duration = Duration::from_secs(600);

/// The id of a page.
pub(crate) type PageId = Id<Page>;

/// That somebody was told of an incident.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Page {
    /// Its id.
    pub(crate) id: PageId,
    /// The incident.
    pub(crate) incident: IncidentId,
    /// The policy that named the recipient.
    pub(crate) policy_id: String,
    /// What that was called then.
    pub(crate) policy_name: String,
    /// Why it was told.
    pub(crate) occasion: Occasion,
    /// To whom: the noun, the id, and what people call them.
    pub(crate) recipient: (String, String, String),
    /// The message; its receipts are kept with it.
    pub(crate) message: String,
    /// When it was made.
    pub(crate) at: Time,
}

/// Why somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Occasion {
    /// It opened.
    Opened,
    /// It became worse.
    Worse,
    /// Its cause is over, and alerts are left.
    Left,
    /// Nobody cared for it yet.
    Repeated,
    /// It is over.
    Resolved,
}

impl Occasion {
    /// Its name on the wire and in the database.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Worse => "worse",
            Self::Left => "left",
            Self::Repeated => "repeated",
            Self::Resolved => "resolved",
        }
    }

    /// The occasion of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Opened, Self::Worse, Self::Left, Self::Repeated, Self::Resolved]
            .into_iter()
            .find(|occasion| occasion.name() == name)
    }
}

/// What is known besides the incident when it is decided whether somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outlook {
    /// Whether every open alert that would be told is silenced.
    pub(crate) silenced: bool,
    /// Whether something that its cause rests on was not asked since.
    pub(crate) unasked: bool,
    /// How long to wait for that answer at most.
    pub(crate) patience: Duration,
    /// Since when what caused it is over, while alerts are left.
    pub(crate) cause_over: Option<Time>,
}

/// Whether somebody is to be told of an open incident now, besides repetitions, which each policy
/// asks for by itself.
pub(crate) fn page_due(incident: &Incident, outlook: Outlook, now: Time) -> Option<Occasion> {
    if incident.quiet_since.is_some() || outlook.silenced || incident.severity == Severity::Info {
        return None;
    }
    let Some(told) = incident.told_severity else {
        let waited = now.since(incident.opened_at) >= outlook.patience;
        return (waited || !outlook.unasked).then_some(Occasion::Opened);
    };
    if incident.severity > told {
        return Some(Occasion::Worse);
    }
    let left = outlook.cause_over.is_some_and(|over| now.since(over) >= LEFT);
    (left && !incident.told_left).then_some(Occasion::Left)
}
