use std::fmt::Display;

use kernel::{FieldFault, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::condition::{
    CheckStateCondition, Condition, Derive, Operator, ProblemState, QueryCondition,
    ThresholdCondition,
};

/// When a rule holds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertCondition)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ConditionView {
    /// A check is certainly in one of these states.
    CheckState {
        /// Of `critical`, `warning`, `unknown`.
        states: Vec<String>,
        /// Only checks by these protocols; empty for all.
        protocols: Vec<String>,
    },
    /// A value read from a series is beyond a limit; each series that is selected by itself.
    Threshold {
        /// Which series: a PromQL vector selector.
        selector: String,
        /// `last`, `rate` or `average`.
        derive: String,
        /// How far back points count.
        window_s: u32,
        /// `>`, `>=`, `<` or `<=`.
        operator: String,
        /// The limit beyond which the condition holds.
        threshold: f64,
        /// The limit behind which an open alert closes; the threshold when null.
        clear_threshold: Option<f64>,
        /// How long it must hold without a break.
        for_s: u32,
    },
    /// A query yields a series; each by itself.
    Query {
        /// PromQL that yields an instant vector or a number.
        expr: String,
        /// How long a series must be there without a break.
        for_s: u32,
        /// How long a series must be gone before its alert closes.
        keep_firing_for_s: u32,
    },
}

/// When a rule is to hold: `check_state` with `states` and `protocols`; `query` with `expr`,
/// `for_s` and `keep_firing_for_s`; or `threshold` with the other fields.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewAlertCondition)]
#[serde(deny_unknown_fields)]
pub(super) struct ConditionBody {
    /// `check_state`, `threshold` or `query`.
    r#type: String,
    /// Of `critical`, `warning`, `unknown`; needed for `check_state`.
    states: Option<Vec<String>>,
    /// Only checks by these protocols; all when not given.
    protocols: Option<Vec<String>>,
    /// Which series: a PromQL vector selector; needed for `threshold`.
    selector: Option<String>,
    /// `last`, `rate` or `average`; `last` when not given.
    derive: Option<String>,
    /// How far back points count: 10 to 90,000, a rate from 30; 60 when not given, of a rate 300.
    window_s: Option<u32>,
    /// `>`, `>=`, `<` or `<=`; needed for `threshold`.
    operator: Option<String>,
    /// The limit beyond which the condition holds; needed for `threshold`.
    threshold: Option<f64>,
    /// The limit behind which an open alert closes; the threshold when not given.
    clear_threshold: Option<f64>,
    /// How long it must hold without a break, 0 to 86,400; 0 when not given.
    for_s: Option<u32>,
    /// PromQL that yields an instant vector or a number; needed for `query`.
    expr: Option<String>,
    /// How long a series must be gone before its alert closes, 0 to 86,400; 0 when not given.
    keep_firing_for_s: Option<u32>,
}

impl ConditionBody {
    /// The condition; what cannot be one is added to `faults`.
    pub(super) fn read(self, faults: &mut Vec<FieldFault>) -> Option<Condition> {
        match self.r#type.as_str() {
            "check_state" => self.read_check_state(faults),
            "threshold" => self.read_threshold(faults),
            "query" => self.read_query(faults),
            other => {
                let expected =
                    Text::new("check_state, threshold or query", "check_state、threshold 或 query");
                faults.push(FieldFault::new("condition.type", other, expected));
                None
            }
        }
    }

    fn read_check_state(self, faults: &mut Vec<FieldFault>) -> Option<Condition> {
        self.refuse_but(&["states", "protocols"], faults);
        let named = needed("states", self.states, faults)?;
        let mut states = Vec::new();
        for name in &named {
            match ProblemState::from_name(name) {
                Some(state) if states.contains(&state) => {}
                Some(state) => states.push(state),
                None => {
                    let expected =
                        Text::new("critical, warning or unknown", "critical、warning 或 unknown");
                    faults.push(FieldFault::new("condition.states", name, expected));
                }
            }
        }
        let protocols = self.protocols.unwrap_or_default();
        Some(Condition::CheckState(CheckStateCondition { states, protocols }))
    }

    fn read_threshold(self, faults: &mut Vec<FieldFault>) -> Option<Condition> {
        let own =
            ["selector", "derive", "window_s", "operator", "threshold", "clear_threshold", "for_s"];
        self.refuse_but(&own, faults);
        let selector = needed("selector", self.selector, faults);
        let derive = self.derive.unwrap_or_else(|| Derive::Last.name().to_owned());
        let derive = known("derive", &derive, Derive::from_name, "last | rate | average", faults);
        let operator = needed("operator", self.operator, faults).and_then(|symbol| {
            known("operator", &symbol, Operator::from_symbol, "> | >= | < | <=", faults)
        });
        let threshold = needed("threshold", self.threshold, faults);
        let derive = derive?;
        let usual = if derive == Derive::Rate { 300 } else { 60 };
        Some(Condition::Threshold(ThresholdCondition {
            selector: selector?,
            derive,
            window_s: self.window_s.unwrap_or(usual),
            operator: operator?,
            threshold: threshold?,
            clear_threshold: self.clear_threshold,
            for_s: self.for_s.unwrap_or(0),
        }))
    }

    fn read_query(self, faults: &mut Vec<FieldFault>) -> Option<Condition> {
        self.refuse_but(&["expr", "for_s", "keep_firing_for_s"], faults);
        Some(Condition::Query(QueryCondition {
            expr: needed("expr", self.expr, faults)?,
            for_s: self.for_s.unwrap_or(0),
            keep_firing_for_s: self.keep_firing_for_s.unwrap_or(0),
        }))
    }

    /// Refuses fields that say nothing for this type: they would be lost without a word.
    fn refuse_but(&self, own: &[&str], faults: &mut Vec<FieldFault>) {
        let given = [
            ("states", self.states.is_some()),
            ("protocols", self.protocols.is_some()),
            ("selector", self.selector.is_some()),
            ("derive", self.derive.is_some()),
            ("window_s", self.window_s.is_some()),
            ("operator", self.operator.is_some()),
            ("threshold", self.threshold.is_some()),
            ("clear_threshold", self.clear_threshold.is_some()),
            ("for_s", self.for_s.is_some()),
            ("expr", self.expr.is_some()),
            ("keep_firing_for_s", self.keep_firing_for_s.is_some()),
        ];
        let type_name = &self.r#type;
        for (field, _) in given.iter().filter(|(field, given)| *given && !own.contains(field)) {
            let expected = Text::new(
                format!("nothing, as the type is {type_name}"),
                format!("空（类型为 {type_name}）"),
            );
            faults.push(FieldFault::new(format!("condition.{field}"), "a value", expected));
        }
    }
}

fn needed<T>(field: &str, value: Option<T>, faults: &mut Vec<FieldFault>) -> Option<T> {
    if value.is_none() {
        let expected = Text::new("a value", "填写此项");
        faults.push(FieldFault::new(format!("condition.{field}"), "", expected));
    }
    value
}

fn known<T>(
    field: &str,
    name: &(impl AsRef<str> + Display),
    read: fn(&str) -> Option<T>,
    names: &str,
    faults: &mut Vec<FieldFault>,
) -> Option<T> {
    let value = read(name.as_ref());
    if value.is_none() {
        faults.push(FieldFault::new(format!("condition.{field}"), name, Text::same(names)));
    }
    value
}

impl From<Condition> for ConditionView {
    fn from(condition: Condition) -> Self {
        match condition {
            Condition::CheckState(condition) => Self::CheckState {
                states: condition.states.iter().map(|state| state.name().to_owned()).collect(),
                protocols: condition.protocols,
            },
            Condition::Threshold(condition) => Self::Threshold {
                selector: condition.selector,
                derive: condition.derive.name().to_owned(),
                window_s: condition.window_s,
                operator: condition.operator.symbol().to_owned(),
                threshold: condition.threshold,
                clear_threshold: condition.clear_threshold,
                for_s: condition.for_s,
            },
            Condition::Query(condition) => Self::Query {
                expr: condition.expr,
                for_s: condition.for_s,
                keep_firing_for_s: condition.keep_firing_for_s,
            },
        }
    }
}
