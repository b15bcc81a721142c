//! What is wrong, with one cause and all its alerts: from its opening to its end.

mod assign;
mod compose;
mod escalated;
mod fact;
mod page;
mod verdict;

use std::time::Duration;

use kernel::{Id, Text, Time};

use super::{
    alert::{Acknowledgement, AlertState},
    cause::Certainty,
    severity::Severity,
};

pub(crate) use assign::{Assigned, Placed, assign};
pub(crate) use compose::{Known, Portrait};
pub(crate) use escalated::IncidentEscalated;
pub(crate) use fact::{
    IncidentAcknowledged, IncidentAssigned, IncidentChanged, IncidentClosed, IncidentCorrected,
    IncidentOpened, IncidentPaged, IncidentUnacknowledged,
};
pub(crate) use page::{CHAIN, CallState, Occasion, Page, PageCall, PageId};
pub(crate) use page::{Outlook, is_ready, page_due};
pub(crate) use verdict::{Change, Named, Step, Story, Tally, TimesTold, Verdict};

/// An incident whose alerts are all over stays open so long, as what flaps comes back.
pub(crate) const QUIET: Duration = Duration::from_secs(120);

/// The id of an incident.
pub(crate) type IncidentId = Id<Incident>;

/// What is wrong, with one cause and all its alerts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Incident {
    /// Its id.
    pub(crate) id: IncidentId,
    /// Open or closed.
    pub(crate) state: AlertState,
    /// What is wrong.
    pub(crate) title: Text,
    /// How bad the worst of it is, or was.
    pub(crate) severity: Severity,
    /// The resource that it goes back to, where that is known.
    pub(crate) cause_id: Option<String>,
    /// How sure that is.
    pub(crate) certainty: Certainty,
    /// Why that is the cause, and what came of it.
    pub(crate) verdict: Verdict,
    /// Who cares for it.
    pub(crate) acknowledged: Option<Acknowledgement>,
    /// Until when that counts; none: while it is open.
    pub(crate) acknowledged_until: Option<Time>,
    /// Who it is given to.
    pub(crate) assignee: Option<String>,
    /// When it opened.
    pub(crate) opened_at: Time,
    /// When it last changed.
    pub(crate) updated_at: Time,
    /// Since when all its alerts are over.
    pub(crate) quiet_since: Option<Time>,
    /// When it closed.
    pub(crate) closed_at: Option<Time>,
    /// Why it closed.
    pub(crate) close_reason: Option<IncidentEnd>,
    /// What it turned out to be part of.
    pub(crate) merged_into: Option<IncidentId>,
    /// When somebody was last to be told of it, whether or not a policy named anybody.
    pub(crate) told_at: Option<Time>,
    /// How bad it was then.
    pub(crate) told_severity: Option<Severity>,
    /// Whether it was told that alerts were left when its cause was over.
    pub(crate) told_left: bool,
    /// Grows by one with every change.
    pub(crate) version: i64,
}

/// Why an incident closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IncidentEnd {
    /// All its alerts are over.
    Recovered,
    /// It is part of another one.
    Merged,
}

impl IncidentEnd {
    /// Its name on the wire and in the database.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Recovered => "recovered",
            Self::Merged => "merged",
        }
    }

    /// The end of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Recovered, Self::Merged].into_iter().find(|end| end.name() == name)
    }
}

impl Incident {
    /// A new one as it is portrayed.
    pub(crate) fn new(id: IncidentId, portrait: &Portrait, now: Time) -> Self {
        Self {
            id,
            state: AlertState::Open,
            title: portrait.title.clone(),
            severity: portrait.severity,
            cause_id: portrait.cause_id.clone(),
            certainty: portrait.certainty,
            verdict: portrait.verdict.clone(),
            acknowledged: None,
            acknowledged_until: None,
            assignee: None,
            opened_at: now,
            updated_at: now,
            quiet_since: portrait.quiet_since,
            closed_at: None,
            close_reason: None,
            merged_into: None,
            told_at: None,
            told_severity: None,
            told_left: false,
            version: 1,
        }
    }

    /// The same as it is portrayed now.
    pub(crate) fn become_like(&self, portrait: &Portrait) -> Self {
        Self {
            title: portrait.title.clone(),
            severity: portrait.severity,
            cause_id: portrait.cause_id.clone(),
            certainty: portrait.certainty,
            verdict: portrait.verdict.clone(),
            quiet_since: portrait.quiet_since,
            ..self.clone()
        }
    }

    /// The same, closed.
    pub(crate) fn ended(&self, reason: IncidentEnd, into: Option<IncidentId>, now: Time) -> Self {
        Self {
            state: AlertState::Closed,
            closed_at: Some(now),
            close_reason: Some(reason),
            merged_into: into,
            updated_at: now,
            version: self.version + 1,
            ..self.clone()
        }
    }

    /// Whether somebody cares for it at `now`.
    #[must_use]
    pub(crate) fn is_cared_for(&self, now: Time) -> bool {
        self.acknowledged.is_some() && self.acknowledged_until.is_none_or(|until| now < until)
    }

    /// Whether it is to close: all is well for long enough.
    pub(crate) fn is_over(&self, now: Time) -> bool {
        self.quiet_since.is_some_and(|since| now.since(since) >= QUIET)
    }
}
