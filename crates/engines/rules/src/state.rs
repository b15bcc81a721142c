//! What is known of a rule between evaluations.

use crate::Alert;
use series::Labels;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How the last evaluation went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Health {
    /// There was none.
    #[default]
    Unknown,
    /// Well.
    Good,
    /// Not well.
    Bad,
}

impl Health {
    /// The name in Prometheus' API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Good => "ok",
            Self::Bad => "err",
        }
    }
}

/// What is known of a rule between evaluations.
#[derive(Debug, Clone, Default)]
pub struct RuleState {
    /// How the last evaluation went.
    pub health: Health,
    /// What went wrong then.
    pub last_error: Option<String>,
    /// How long it took.
    pub took: Duration,
    /// When it was, in milliseconds.
    pub evaluated_at_ms: Option<i64>,
    /// The alerts, those that are over for a short while among them.
    pub(crate) alerts: BTreeMap<Labels, Alert>,
    /// The series that were written then: what is not written again gets a staleness marker.
    pub(crate) written: BTreeSet<Labels>,
}

impl RuleState {
    /// The alerts that are pending or firing, by their labels.
    pub fn active_alerts(&self) -> impl Iterator<Item = &Alert> {
        self.alerts.values().filter(|alert| alert.resolved_at_ms.is_none())
    }

    /// The alerts that fired and have been over for a short while, by their labels.
    pub fn resolved_alerts(&self) -> impl Iterator<Item = &Alert> {
        self.alerts
            .values()
            .filter(|alert| alert.resolved_at_ms.is_some() && alert.fired_at_ms.is_some())
    }
}
