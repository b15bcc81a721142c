use std::collections::BTreeMap;

use jiff::Timestamp;
use rules::{Alert, RuleKind};
use serde::Serialize;
use tsdb::Labels;
use utoipa::ToSchema;

use super::wanted::Wanted;
use crate::live::{GroupStatus, RuleStatus};

/// Go's time that is none.
const NEVER: &str = "0001-01-01T00:00:00Z";

/// What was asked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RulesAnswer)]
pub(in crate::api) struct AnswerView<T> {
    /// `success`.
    status: &'static str,
    data: T,
}

impl<T> AnswerView<T> {
    pub(super) fn of(data: T) -> Self {
        Self { status: "success", data }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusRules)]
pub(in crate::api) struct RulesView {
    pub(super) groups: Vec<GroupView>,
    /// Where the next page begins.
    #[serde(rename = "groupNextToken", skip_serializing_if = "Option::is_none")]
    pub(super) group_next_token: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusRuleGroup)]
pub(super) struct GroupView {
    name: String,
    file: String,
    rules: Vec<RuleView>,
    /// Seconds.
    interval: f64,
    limit: usize,
    /// Seconds.
    #[serde(rename = "evaluationTime")]
    evaluation_time: f64,
    #[serde(rename = "lastEvaluation")]
    last_evaluation: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusRule)]
pub(super) struct RuleView {
    /// Of alerting rules: `inactive`, `pending` or `firing`.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    name: String,
    query: String,
    /// Of alerting rules: `for`, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<f64>,
    #[serde(rename = "keepFiringFor", skip_serializing_if = "Option::is_none")]
    keep_firing_for: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    labels: Option<BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    annotations: Option<BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alerts: Option<Vec<AlertView>>,
    /// `unknown`, `ok` or `err`.
    health: &'static str,
    #[serde(rename = "lastError", skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
    /// Seconds.
    #[serde(rename = "evaluationTime")]
    evaluation_time: f64,
    #[serde(rename = "lastEvaluation")]
    last_evaluation: String,
    /// `alerting` or `recording`.
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusAlerts)]
pub(in crate::api) struct AlertsView {
    pub(super) alerts: Vec<AlertView>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusAlert)]
pub(super) struct AlertView {
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
    /// `pending` or `firing`.
    state: &'static str,
    #[serde(rename = "activeAt")]
    active_at: String,
    #[serde(rename = "keepFiringSince", skip_serializing_if = "Option::is_none")]
    keep_firing_since: Option<String>,
    /// The number as text.
    value: String,
}

impl GroupView {
    pub(super) fn of(group: &GroupStatus, wanted: &Wanted) -> Self {
        let rules = group.rules.iter().filter(|rule| wanted.takes(&rule.rule));
        Self {
            name: group.name.clone(),
            file: group.file.clone(),
            rules: rules.map(|rule| RuleView::of(rule, wanted)).collect(),
            interval: seconds(group.interval_ms),
            limit: group.limit,
            evaluation_time: group.took.as_secs_f64(),
            last_evaluation: moment(group.evaluated_at_ms),
        }
    }
}

impl RuleView {
    fn of(status: &RuleStatus, wanted: &Wanted) -> Self {
        let rule = &status.rule;
        let alerting = match &rule.kind {
            RuleKind::Record => None,
            RuleKind::Alert(alerting) => Some(alerting),
        };
        let alerts = || match wanted.excludes_alerts {
            true => Vec::new(),
            false => status.alerts.iter().map(AlertView::of).collect(),
        };
        Self {
            state: alerting.map(|_| status.state.name()),
            name: rule.name.clone(),
            query: printed(&rule.expr),
            duration: alerting.map(|alerting| seconds(alerting.hold_ms)),
            keep_firing_for: alerting.map(|alerting| seconds(alerting.keep_firing_ms)),
            labels: (alerting.is_some() || !rule.labels.is_empty()).then(|| rule.labels.clone()),
            annotations: alerting.map(|alerting| alerting.annotations.clone()),
            alerts: alerting.map(|_| alerts()),
            health: status.health.name(),
            last_error: status.last_error.clone(),
            evaluation_time: status.took.as_secs_f64(),
            last_evaluation: moment(status.evaluated_at_ms),
            kind: if alerting.is_some() { "alerting" } else { "recording" },
        }
    }
}

impl AlertView {
    pub(super) fn of(alert: &Alert) -> Self {
        Self {
            labels: label_set(&alert.labels),
            annotations: alert.annotations.clone(),
            state: alert.state.name(),
            active_at: moment(Some(alert.active_at_ms)),
            keep_firing_since: alert.keep_firing_since_ms.map(|at_ms| moment(Some(at_ms))),
            value: scientific(alert.value),
        }
    }
}

/// The query as Prometheus prints it.
fn printed(expr: &str) -> String {
    let read = promql::parse(expr, promql::ParseOptions::default());
    read.map_or_else(|_| expr.to_owned(), |read| read.to_string())
}

fn label_set(labels: &Labels) -> BTreeMap<String, String> {
    labels.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn seconds(ms: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "durations of rules are far below 2^53 ms")]
    let ms = ms as f64;
    ms / 1000.0
}

fn moment(at_ms: Option<i64>) -> String {
    let at = at_ms.and_then(|at_ms| Timestamp::from_millisecond(at_ms).ok());
    at.map_or_else(|| NEVER.to_owned(), |at| at.to_string())
}

/// As Go writes it with `e` and the fewest digits.
fn scientific(number: f64) -> String {
    if !number.is_finite() {
        return series::number_plain(number);
    }
    let text = format!("{number:e}");
    let Some((digits, exponent)) = text.split_once('e') else { return text };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}
