use std::time::Duration;

use rules::{Alert, AlertState, Health, Rule, RunningGroup};

/// How a group stands, as it is shown.
#[derive(Debug, Clone)]
pub(crate) struct GroupStatus {
    pub(crate) file: String,
    pub(crate) name: String,
    pub(crate) interval_ms: i64,
    pub(crate) limit: usize,
    pub(crate) rules: Vec<RuleStatus>,
    /// How long the last evaluation took.
    pub(crate) took: Duration,
    /// When it was, in milliseconds.
    pub(crate) evaluated_at_ms: Option<i64>,
}

/// How a rule stands.
#[derive(Debug, Clone)]
pub(crate) struct RuleStatus {
    pub(crate) rule: Rule,
    pub(crate) health: Health,
    pub(crate) last_error: Option<String>,
    pub(crate) took: Duration,
    pub(crate) evaluated_at_ms: Option<i64>,
    pub(crate) state: AlertState,
    /// Those that are pending or firing.
    pub(crate) alerts: Vec<Alert>,
    /// Those that are over since a short while.
    pub(crate) resolved: Vec<Alert>,
}

impl GroupStatus {
    pub(crate) fn of(file: &str, running: &RunningGroup, interval_ms: i64) -> Self {
        let rules = running.rules().map(|(rule, state)| RuleStatus {
            rule: rule.clone(),
            health: state.health,
            last_error: state.last_error.clone(),
            took: state.took,
            evaluated_at_ms: state.evaluated_at_ms,
            state: RunningGroup::alert_state(state),
            alerts: state.active_alerts().cloned().collect(),
            resolved: state.resolved_alerts().cloned().collect(),
        });
        let rules: Vec<RuleStatus> = rules.collect();
        Self {
            file: file.to_owned(),
            name: running.group().name.clone(),
            interval_ms,
            limit: running.group().limit,
            took: rules.iter().map(|rule| rule.took).sum(),
            evaluated_at_ms: rules.iter().filter_map(|rule| rule.evaluated_at_ms).max(),
            rules,
        }
    }
}
