//! The states of alerts.
//!
//! Source: Prometheus, `rules/alerting.go`.

use crate::RuleError;
use crate::evaluate::Evaluator;
use crate::file::{AlertRule, LabelPairs, Rule};
use crate::group::Surroundings;
use crate::template::{Context, Template, Value};
use promql::{SampleValue, VectorSample};
use series::{Labels, LabelsBuilder, METRIC_LABEL};
use std::collections::BTreeMap;

/// How long an alert that is over is still known.
const RESOLVED_KEPT_MS: i64 = 15 * 60_000;

/// The state of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlertState {
    /// It is over.
    Inactive,
    /// Its result is there, but not yet for long enough.
    Pending,
    /// It fires.
    Firing,
}

impl AlertState {
    /// The name in Prometheus' API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Inactive => "inactive",
            Self::Pending => "pending",
            Self::Firing => "firing",
        }
    }
}

/// One alert of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// Its state.
    pub state: AlertState,
    /// The labels of the result with those of the rule and `alertname`.
    pub labels: Labels,
    /// Texts for people.
    pub annotations: LabelPairs,
    /// The value of the result.
    pub value: f64,
    /// Since when the result is there, in milliseconds.
    pub active_at_ms: i64,
    /// Since when it fires.
    pub fired_at_ms: Option<i64>,
    /// Since when it goes on without its result.
    pub keep_firing_since_ms: Option<i64>,
    /// Since when it is over.
    pub resolved_at_ms: Option<i64>,
}

/// When an alerting rule is evaluated.
#[derive(Clone, Copy)]
pub(crate) struct When {
    /// The moment of the evaluation.
    pub(crate) at_ms: i64,
    /// The moment of its query, which is that of what is written.
    pub(crate) query_ms: i64,
    pub(crate) limit: usize,
}

type Alerts = BTreeMap<Labels, Alert>;

/// Evaluates an alerting rule; yields the samples of `ALERTS` and `ALERTS_FOR_STATE`.
pub(crate) fn evaluate(
    rule: &Rule,
    alerting: &AlertRule,
    active: &mut Alerts,
    when: When,
    around: &Surroundings<'_>,
) -> Result<Vec<VectorSample>, RuleError> {
    let found = found(rule, alerting, when, around)?;
    let seen: Vec<Labels> = found.keys().cloned().collect();
    for (labels, new) in found {
        match active.get_mut(&labels).filter(|known| known.state != AlertState::Inactive) {
            Some(known) => (known.value, known.annotations) = (new.value, new.annotations),
            None => drop(active.insert(labels, new)),
        }
    }
    let mut samples = Vec::new();
    let mut count = 0;
    active.retain(|labels, alert| {
        let (going_on, kept) =
            step(alert, alerting, seen.binary_search(labels).is_ok(), when.at_ms);
        if going_on {
            count += 1;
            samples.extend(written(rule, alert, when.query_ms));
        }
        kept
    });
    if when.limit > 0 && count > when.limit {
        active.clear();
        return Err(RuleError::Limit { limit: when.limit, found: count, what: "alerts" });
    }
    Ok(samples)
}

/// Moves an alert on; says whether it is pending or firing, and whether it stays known.
fn step(alert: &mut Alert, alerting: &AlertRule, there: bool, at_ms: i64) -> (bool, bool) {
    if there {
        alert.keep_firing_since_ms = None;
    } else {
        let mut keeps = false;
        if alert.state == AlertState::Firing && alerting.keep_firing_ms > 0 {
            let since = *alert.keep_firing_since_ms.get_or_insert(at_ms);
            keeps = at_ms.saturating_sub(since) < alerting.keep_firing_ms;
        }
        let long_over = |over: i64| at_ms.saturating_sub(over) > RESOLVED_KEPT_MS;
        let forgotten =
            alert.state == AlertState::Pending || alert.resolved_at_ms.is_some_and(long_over);
        if alert.state != AlertState::Inactive && !keeps {
            alert.state = AlertState::Inactive;
            alert.resolved_at_ms = Some(at_ms);
        }
        if !keeps {
            return (false, !forgotten);
        }
    }
    let held = at_ms.saturating_sub(alert.active_at_ms);
    if alert.state == AlertState::Pending && held >= alerting.hold_ms {
        alert.state = AlertState::Firing;
        alert.fired_at_ms = Some(at_ms);
    }
    (true, true)
}

fn found(
    rule: &Rule,
    alerting: &AlertRule,
    when: When,
    around: &Surroundings<'_>,
) -> Result<Alerts, RuleError> {
    let mut found = Alerts::new();
    for sample in around.evaluator.vector(&rule.expr, when.query_ms)? {
        let filling = Filling { rule, sample: &sample, around, at_ms: when.at_ms };
        let mut labels = LabelsBuilder::from_labels(&sample.labels);
        labels.set(METRIC_LABEL, "");
        for (name, text) in &rule.labels {
            labels.set(name, &filling.text(text));
        }
        labels.set("alertname", &rule.name);
        let annotations = &alerting.annotations;
        let filled = annotations.iter().map(|(name, text)| (name.clone(), filling.text(text)));
        let labels = labels.build();
        let alert = Alert {
            state: AlertState::Pending,
            labels: labels.clone(),
            annotations: filled.collect(),
            value: float_of(&sample),
            active_at_ms: when.at_ms,
            fired_at_ms: None,
            keep_firing_since_ms: None,
            resolved_at_ms: None,
        };
        if found.insert(labels, alert).is_some() {
            return Err(RuleError::SameLabels { kind: "alert" });
        }
    }
    Ok(found)
}

fn float_of(sample: &VectorSample) -> f64 {
    match &sample.value {
        SampleValue::Float(number) => *number,
        SampleValue::Histogram(_) => 0.0,
    }
}

/// Fills in the templates of one result.
struct Filling<'f> {
    rule: &'f Rule,
    sample: &'f VectorSample,
    around: &'f Surroundings<'f>,
    at_ms: i64,
}

impl Filling<'_> {
    fn text(&self, text: &str) -> String {
        if !text.contains("{{") {
            return text.to_owned();
        }
        let evaluator: &Evaluator<'_> = &self.around.evaluator;
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let context = Context {
            labels: self.sample.labels.iter().map(owned).collect(),
            external_labels: self.around.external_labels,
            external_url: self.around.external_url,
            value: match &self.sample.value {
                SampleValue::Float(number) => Value::Float(*number),
                SampleValue::Histogram(held) => Value::Text(held.to_string()),
            },
            at_ms: self.at_ms,
            evaluator: Some(evaluator),
        };
        let name = &self.rule.name;
        match Template::read(text) {
            Err(error) => {
                format!(
                    "<error expanding template: error parsing template __alert_{name}: {error}>"
                )
            }
            Ok(template) => template.fill(&context).unwrap_or_else(|error| {
                format!(
                    "<error expanding template: error executing template __alert_{name}: {error}>"
                )
            }),
        }
    }
}

fn written(rule: &Rule, alert: &Alert, at_ms: i64) -> [VectorSample; 2] {
    let labels = |metric: &str, state: &str| {
        let mut labels = LabelsBuilder::from_labels(&alert.labels);
        labels.set(METRIC_LABEL, metric).set("alertname", &rule.name).set("alertstate", state);
        labels.build()
    };
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^53")]
    let since = alert.active_at_ms.div_euclid(1000) as f64;
    let sample = |labels: Labels, number: f64| VectorSample {
        labels,
        at_ms,
        value: SampleValue::Float(number),
    };
    // The second names no state of its own: a result may bring that label, and keeps it.
    let own_state = alert.labels.get("alertstate").unwrap_or_default().to_owned();
    [
        sample(labels("ALERTS", alert.state.name()), 1.0),
        sample(labels("ALERTS_FOR_STATE", &own_state), since),
    ]
}
