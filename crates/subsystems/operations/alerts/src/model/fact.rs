use std::collections::BTreeMap;

use kernel::{Fact, Subject, Text, Time};
use serde::Serialize;

use super::{
    alert::{Alert, AlertId, CloseReason},
    rule::RuleId,
    severity::Severity,
};

/// An alert opened.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlertRaised {
    /// The alert.
    pub alert_id: AlertId,
    /// Its title.
    pub title: Text,
    /// What is the matter.
    pub summary: Text,
    /// How bad it is.
    pub severity: Severity,
    /// The rule.
    pub rule_id: RuleId,
    /// Its name.
    pub rule_name: Text,
    /// The resource it concerns.
    pub resource_id: Option<String>,
    /// Its name; empty when it is not known.
    pub resource_name: String,
    /// The check it comes from.
    pub check_id: Option<String>,
    /// The value that opened it; none for checks.
    pub value: Option<f64>,
    /// What names the series or the check.
    pub labels: BTreeMap<String, String>,
}

/// An open alert says something new.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlertUpdated {
    /// The alert.
    pub alert_id: AlertId,
    /// Its title now.
    pub title: Text,
    /// What is the matter now.
    pub summary: Text,
    /// How bad it is now.
    pub severity: Severity,
    /// The resource it concerns.
    pub resource_id: Option<String>,
    /// The last known value; none for checks.
    pub value: Option<f64>,
    /// Whether its subject is silent.
    pub no_data: bool,
}

/// Somebody cares for an alert.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlertAcknowledged {
    /// The alert.
    pub alert_id: AlertId,
    /// Its title.
    pub title: Text,
    /// The resource it concerns.
    pub resource_id: Option<String>,
    /// What they said.
    pub comment: Option<String>,
}

/// Somebody cares for an alert no more.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlertUnacknowledged {
    /// The alert.
    pub alert_id: AlertId,
    /// Its title.
    pub title: Text,
    /// The resource it concerns.
    pub resource_id: Option<String>,
}

/// An alert is over.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlertClosed {
    /// The alert.
    pub alert_id: AlertId,
    /// Its title.
    pub title: Text,
    /// How bad it was.
    pub severity: Severity,
    /// The resource it concerned.
    pub resource_id: Option<String>,
    /// Why: `recovered`, `closed_by_person`, `resource_retired`, `check_removed`, `check_disabled`,
    /// `rule_removed`, `rule_disabled`, `rule_changed`, `resource_merged`, `merge_undone` or
    /// `not_sent_again`.
    pub reason: String,
    /// What was said, when it was closed by hand.
    pub comment: Option<String>,
    /// When it had opened.
    pub raised_at: Time,
}

impl AlertRaised {
    /// What to tell of `alert`.
    #[must_use]
    pub fn of(alert: &Alert) -> Self {
        Self {
            alert_id: alert.id,
            title: alert.title.clone(),
            summary: alert.shown_summary(),
            severity: alert.severity,
            rule_id: alert.rule_id,
            rule_name: alert.rule_name.clone(),
            resource_id: alert.resource_id.clone(),
            resource_name: alert.resource_name.clone(),
            check_id: alert.check_id.clone(),
            value: alert.value,
            labels: alert.labels.clone(),
        }
    }
}

impl AlertUpdated {
    /// What to tell of `alert`.
    #[must_use]
    pub fn of(alert: &Alert) -> Self {
        Self {
            alert_id: alert.id,
            title: alert.title.clone(),
            summary: alert.shown_summary(),
            severity: alert.severity,
            resource_id: alert.resource_id.clone(),
            value: alert.value,
            no_data: alert.no_data,
        }
    }
}

impl AlertAcknowledged {
    /// What to tell of `alert`.
    #[must_use]
    pub fn of(alert: &Alert) -> Self {
        Self {
            alert_id: alert.id,
            title: alert.title.clone(),
            resource_id: alert.resource_id.clone(),
            comment: alert.acknowledged.as_ref().and_then(|given| given.comment.clone()),
        }
    }
}

impl AlertUnacknowledged {
    /// What to tell of `alert`.
    #[must_use]
    pub fn of(alert: &Alert) -> Self {
        Self {
            alert_id: alert.id,
            title: alert.title.clone(),
            resource_id: alert.resource_id.clone(),
        }
    }
}

impl AlertClosed {
    /// What to tell of `alert`.
    #[must_use]
    pub fn of(alert: &Alert) -> Self {
        Self {
            alert_id: alert.id,
            title: alert.title.clone(),
            severity: alert.severity,
            resource_id: alert.resource_id.clone(),
            reason: alert.close_reason.map_or("", CloseReason::name).to_owned(),
            comment: alert.close_comment.clone(),
            raised_at: alert.raised_at,
        }
    }
}

impl Fact for AlertRaised {
    const VERB: &'static str = "alert.raised";

    fn subject(&self) -> Subject {
        Subject::new("alert", self.alert_id, self.title.en.clone())
    }

    fn resource_id(&self) -> Option<String> {
        self.resource_id.clone()
    }
}

impl Fact for AlertUpdated {
    const VERB: &'static str = "alert.updated";

    fn subject(&self) -> Subject {
        Subject::new("alert", self.alert_id, self.title.en.clone())
    }

    fn resource_id(&self) -> Option<String> {
        self.resource_id.clone()
    }
}

impl Fact for AlertAcknowledged {
    const VERB: &'static str = "alert.acknowledged";

    fn subject(&self) -> Subject {
        Subject::new("alert", self.alert_id, self.title.en.clone())
    }

    fn resource_id(&self) -> Option<String> {
        self.resource_id.clone()
    }
}

impl Fact for AlertUnacknowledged {
    const VERB: &'static str = "alert.unacknowledged";

    fn subject(&self) -> Subject {
        Subject::new("alert", self.alert_id, self.title.en.clone())
    }

    fn resource_id(&self) -> Option<String> {
        self.resource_id.clone()
    }
}

impl Fact for AlertClosed {
    const VERB: &'static str = "alert.closed";

    fn subject(&self) -> Subject {
        Subject::new("alert", self.alert_id, self.title.en.clone())
    }

    fn resource_id(&self) -> Option<String> {
        self.resource_id.clone()
    }
}
