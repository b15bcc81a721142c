use std::collections::BTreeMap;

use kernel::{Id, Text, Time};

use super::{
    decision::{Reading, Standing},
    event::is_event,
    rule::RuleId,
    severity::Severity,
    watchdog::is_watchdog,
};

/// The id of an alert.
pub type AlertId = Id<Alert>;

/// The period in which a rule's condition holds for one subject.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// The rule that opened it; it may be gone.
    pub rule_id: RuleId,
    /// The rule's name at that time.
    pub rule_name: Text,
    /// What it is about, for machines: `check:<id>`, `series:<labels>`, or `event:<fingerprint>` of
    /// an alert that another system sent, `watchdog:<what>` of our own being heard. A rule has one
    /// open alert for a subject.
    pub subject: String,
    /// What it is about, for people.
    pub title: Text,
    /// What is the matter.
    pub summary: Text,
    /// How bad it is.
    pub severity: Severity,
    /// The resource it concerns, where that is known.
    pub resource_id: Option<String>,
    /// Its name at that time; empty when it is not known.
    pub resource_name: String,
    /// The check it comes from.
    pub check_id: Option<String>,
    /// Open or closed.
    pub state: AlertState,
    /// Whether its subject is silent: then nothing says that it is well.
    pub no_data: bool,
    /// The last known value; none for checks.
    pub value: Option<f64>,
    /// The series' labels; of a check what names it.
    pub labels: BTreeMap<String, String>,
    /// Who cares for it.
    pub acknowledged: Option<Acknowledgement>,
    /// When it opened.
    pub raised_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// When it closed.
    pub closed_at: Option<Time>,
    /// Why it closed.
    pub close_reason: Option<CloseReason>,
    /// What was said when it was closed by hand.
    pub close_comment: Option<String>,
    /// Grows by one with every change.
    pub version: i64,
}

/// Whether an alert still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AlertState {
    /// It holds.
    Open,
    /// It is over; the next one is a new alert.
    Closed,
}

/// That somebody cares for an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The person's or program's name.
    pub by: String,
    /// When.
    pub at: Time,
    /// What they said.
    pub comment: Option<String>,
}

/// Why an alert closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CloseReason {
    /// The subject is well.
    Recovered,
    /// By hand.
    ClosedByPerson,
    /// The resource is managed no more.
    ResourceRetired,
    /// The check is gone.
    CheckRemoved,
    /// The check does not run.
    CheckDisabled,
    /// The rule is gone.
    RuleRemoved,
    /// The rule does not watch.
    RuleDisabled,
    /// The rule watches something else.
    RuleChanged,
    /// The resource turned out to be another, which has the like of it open.
    ResourceMerged,
    /// The resource is no longer taken for the one it was opened on.
    MergeUndone,
    /// The system that sent it did not send it again.
    NotSentAgain,
}

/// Which alerts are asked for; every field that is set narrows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertFilter {
    /// Open or closed.
    pub state: Option<AlertState>,
    /// So bad.
    pub severity: Option<Severity>,
    /// On this resource.
    pub resource_id: Option<String>,
}

impl Alert {
    /// What is the matter, with a note where the subject is silent.
    #[must_use]
    pub fn shown_summary(&self) -> Text {
        if !self.no_data || self.state == AlertState::Closed {
            return self.summary.clone();
        }
        Text::new(
            format!("{}; no data at present", self.summary.en),
            format!("{}；目前没有数据", self.summary.zh),
        )
    }

    /// What the next decision needs to know of it.
    pub(crate) fn standing(&self) -> Standing {
        let reading = Reading { severity: self.severity, value: self.value, no_data: self.no_data };
        Standing::Open { reading, updated_at: self.updated_at, quiet_since: None }
    }
}

impl AlertState {
    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Open, Self::Closed].into_iter().find(|state| state.name() == name)
    }
}

impl CloseReason {
    const ALL: [Self; 11] = [
        Self::Recovered,
        Self::ClosedByPerson,
        Self::ResourceRetired,
        Self::CheckRemoved,
        Self::CheckDisabled,
        Self::RuleRemoved,
        Self::RuleDisabled,
        Self::RuleChanged,
        Self::ResourceMerged,
        Self::MergeUndone,
        Self::NotSentAgain,
    ];

    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Recovered => "recovered",
            Self::ClosedByPerson => "closed_by_person",
            Self::ResourceRetired => "resource_retired",
            Self::CheckRemoved => "check_removed",
            Self::CheckDisabled => "check_disabled",
            Self::RuleRemoved => "rule_removed",
            Self::RuleDisabled => "rule_disabled",
            Self::RuleChanged => "rule_changed",
            Self::ResourceMerged => "resource_merged",
            Self::MergeUndone => "merge_undone",
            Self::NotSentAgain => "not_sent_again",
        }
    }

    /// The reason of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }

    /// Whether the condition may go on to hold, so that the subject is let alone until it was fine.
    pub(crate) fn dismisses(self, subject: &str) -> bool {
        match self {
            // What is known of the event, or of the watchdog, says so already.
            _ if is_event(subject) || is_watchdog(subject) => false,
            Self::ClosedByPerson => true,
            // The last points of a series outlive what it was measured on.
            Self::ResourceRetired | Self::CheckRemoved | Self::CheckDisabled => {
                subject.starts_with(super::target::SERIES_PREFIX)
            }
            Self::Recovered
            | Self::RuleRemoved
            | Self::RuleDisabled
            | Self::RuleChanged
            | Self::ResourceMerged
            | Self::MergeUndone
            | Self::NotSentAgain => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for reason in CloseReason::ALL {
            assert_eq!(CloseReason::from_name(reason.name()), Some(reason));
        }
        for state in [AlertState::Open, AlertState::Closed] {
            assert_eq!(AlertState::from_name(state.name()), Some(state));
        }
        assert_eq!(AlertState::from_name("Open"), None);
    }
}
