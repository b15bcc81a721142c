use std::collections::BTreeMap;

use kernel::Time;
use rules::{Alert, AlertState};

use super::Recording;
use crate::live::GroupStatus;

/// An alert lasts for so many intervals of its group unless it is told again. Source: Prometheus,
/// `rules/alerting.go`, `ActiveAlerts` and `sendAlerts`: four times what is longer, the interval or
/// the time after which an alert is sent again.
const INTERVALS: i64 = 4;
const AGAIN_MS: i64 = 60_000;

/// An alert of a rule as whoever takes care of alerts is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldAlert {
    /// The labels of the result with those of the rule and `alertname`.
    pub labels: BTreeMap<String, String>,
    /// Texts for people.
    pub annotations: BTreeMap<String, String>,
    /// Since when it fires.
    pub starts_at: Time,
    /// When it was over, or will be unless it is told again.
    pub ends_at: Time,
}

impl Recording {
    /// The alerts of alerting rules that fire, and those that are over since a short while.
    #[must_use]
    pub fn told_alerts(&self) -> Vec<ToldAlert> {
        let now_ms = self.inner.clock.now().millis();
        let statuses = self.statuses();
        statuses.iter().flat_map(|group| told_of(group, now_ms)).collect()
    }
}

fn told_of(group: &GroupStatus, now_ms: i64) -> Vec<ToldAlert> {
    let lasts_ms = INTERVALS.saturating_mul(group.interval_ms.max(AGAIN_MS));
    let firing = group.rules.iter().flat_map(|rule| &rule.alerts);
    let firing = firing.filter(|alert| alert.state == AlertState::Firing);
    let firing = firing.map(|alert| told(alert, now_ms.saturating_add(lasts_ms)));
    let over = group.rules.iter().flat_map(|rule| &rule.resolved);
    let over = over.filter_map(|alert| Some(told(alert, alert.resolved_at_ms?)));
    firing.chain(over).collect()
}

fn told(alert: &Alert, ends_at_ms: i64) -> ToldAlert {
    let labels = alert.labels.iter();
    ToldAlert {
        labels: labels.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        annotations: alert.annotations.clone(),
        starts_at: Time::from_millis(alert.fired_at_ms.unwrap_or(alert.active_at_ms)),
        ends_at: Time::from_millis(ends_at_ms),
    }
}
