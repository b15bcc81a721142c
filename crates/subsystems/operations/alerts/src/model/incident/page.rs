use std::time::Duration;

use kernel::{Id, Text, Time};

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
    /// The message; its receipts are kept with it. Of a chain: the call, once it is known.
    pub(crate) message: String,
    /// How far the call is, when a chain is called.
    pub(crate) call: Option<PageCall>,
    /// When it was made.
    pub(crate) at: Time,
}

/// How far the call of a chain is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PageCall {
    /// How far.
    pub(crate) state: CallState,
    /// Who answered.
    pub(crate) answered_by: Option<String>,
    /// Why nobody is called.
    pub(crate) reason: Option<Text>,
}

/// How far a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallState {
    /// It was asked for.
    Waiting,
    /// Nobody is called.
    NotStarted,
    /// People are called.
    Running,
    /// Somebody answered.
    Answered,
    /// Nobody did.
    Exhausted,
    /// It ended with the incident.
    Over,
}

/// Recipients of this kind are chains.
pub(crate) const CHAIN: &str = "chain";

impl Page {
    /// Whether a chain is called, and not somebody told.
    #[must_use]
    pub(crate) const fn is_call(&self) -> bool {
        self.call.is_some()
    }
}

impl CallState {
    const ALL: [Self; 6] = [
        Self::Waiting,
        Self::NotStarted,
        Self::Running,
        Self::Answered,
        Self::Exhausted,
        Self::Over,
    ];

    /// Its name on the wire and in the database.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::NotStarted => "not_started",
            Self::Running => "running",
            Self::Answered => "answered",
            Self::Exhausted => "exhausted",
            Self::Over => "over",
        }
    }

    /// The state of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

impl PageCall {
    /// A call that is in that state, and nothing more to say.
    pub(crate) const fn of(state: CallState) -> Self {
        Self { state, answered_by: None, reason: None }
    }
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

/// Whether it is time to act on an incident: somebody would have been told of it by now. Of what
/// nobody is told there is nothing to wait for.
#[must_use]
pub(crate) fn is_ready(incident: &Incident, outlook: Outlook) -> bool {
    let told_never = outlook.silenced || incident.severity == Severity::Info;
    incident.told_at.is_some() || told_never
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
