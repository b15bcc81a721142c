//! A group that is evaluated moment after moment.
//!
//! Source: Prometheus, `rules/group.go`.

mod restore;

use crate::alert::{self, AlertState, When};
use crate::evaluate::{Evaluator, RuleError};
use crate::file::{LabelPairs, Rule, RuleGroup, RuleKind};
use crate::state::{Health, RuleState};
use promql::{SampleValue, VectorSample};
use series::{Labels, LabelsBuilder, METRIC_LABEL, stale};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Why a sample was not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is another value at its time, or it is too old: another rule writes the series too.
    Overtaken(String),
    /// It cannot be kept.
    Failed(String),
}

/// Where results go.
pub trait Output {
    /// Keeps samples; one answer for each, in their order.
    fn keep(&mut self, samples: &[VectorSample]) -> Vec<Result<(), Refusal>>;
}

/// What an evaluation stands on.
pub struct Surroundings<'a> {
    /// Answers the queries.
    pub evaluator: Evaluator<'a>,
    /// `$externalLabels` of templates.
    pub external_labels: &'a LabelPairs,
    /// `$externalURL` of templates.
    pub external_url: &'a str,
    /// How far back queries look where the group does not say it, in milliseconds.
    pub query_offset_ms: i64,
    /// A clock that only goes forward, to tell how long rules take.
    pub monotonic: &'a dyn Fn() -> Duration,
}

/// What an evaluation came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// Samples that were kept, staleness markers aside.
    pub samples: usize,
    /// Rules that failed.
    pub failed: usize,
}

/// A group with what is known of its rules between evaluations.
#[derive(Debug, Clone)]
pub struct RunningGroup {
    group: RuleGroup,
    states: Vec<RuleState>,
    /// Series of rules that are gone: marked stale at the next evaluation.
    gone: BTreeSet<Labels>,
    /// Names of recording rules that are left out.
    held: BTreeSet<String>,
    /// Alerting rules write nothing until it is known what they wrote before the process started.
    waits: bool,
}

impl RunningGroup {
    /// Begins with a group that has not been evaluated.
    #[must_use]
    pub fn new(group: RuleGroup) -> Self {
        let states = vec![RuleState::default(); group.rules.len()];
        Self { group, states, gone: BTreeSet::new(), held: BTreeSet::new(), waits: false }
    }

    /// The group.
    #[must_use]
    pub fn group(&self) -> &RuleGroup {
        &self.group
    }

    /// The rules with their states, in their order.
    pub fn rules(&self) -> impl Iterator<Item = (&Rule, &RuleState)> {
        self.group.rules.iter().zip(&self.states)
    }

    /// Goes on with what `before` knew of rules of the same name and labels; series of the others
    /// will be marked stale.
    pub fn take_over(&mut self, before: Self) {
        let mut known: BTreeMap<(String, LabelPairs), Vec<RuleState>> = BTreeMap::new();
        for (rule, state) in before.group.rules.into_iter().zip(before.states).rev() {
            known.entry((rule.name, rule.labels)).or_default().push(state);
        }
        for (rule, state) in self.group.rules.iter().zip(&mut self.states) {
            let key = (rule.name.clone(), rule.labels.clone());
            if let Some(old) = known.get_mut(&key).and_then(Vec::pop) {
                *state = RuleState { health: Health::Unknown, last_error: None, ..old };
            }
        }
        self.waits |= before.waits;
        self.gone.extend(before.gone);
        let rest = known.into_values().flatten();
        self.gone.extend(rest.flat_map(|state| state.written));
    }

    /// Leaves the recording rules of these names out until they are not held any more: somebody
    /// else writes their series meanwhile.
    pub fn hold(&mut self, names: &BTreeSet<String>) {
        self.held.clone_from(names);
    }

    /// Says which series of a recording rule somebody else wrote last: those that the next
    /// evaluation does not write are marked stale.
    pub fn remember(&mut self, rule: &str, written: &[Labels]) {
        for (known, state) in self.group.rules.iter().zip(&mut self.states) {
            if known.is_recording() && known.name == rule {
                let own = written.iter().filter(|labels| {
                    let fits = |(name, value): (&String, &String)| {
                        labels.get(name).unwrap_or_default() == value
                    };
                    known.labels.iter().all(fits)
                });
                state.written = own.cloned().collect();
            }
        }
    }

    /// Evaluates all rules at a moment, one after another, each seeing what those before it wrote.
    pub fn evaluate(
        &mut self,
        at_ms: i64,
        around: &Surroundings<'_>,
        output: &mut dyn Output,
    ) -> Report {
        let offset = self.group.query_offset_ms.unwrap_or(around.query_offset_ms);
        let query_ms = at_ms.saturating_sub(offset);
        let when = When { at_ms, query_ms, limit: self.group.limit };
        let mut report = Report::default();
        for (rule, state) in self.group.rules.iter().zip(&mut self.states) {
            if rule.is_recording() && self.held.contains(&rule.name) {
                continue;
            }
            let began = (around.monotonic)();
            let writes = rule.is_recording() || !self.waits;
            let outcome = one(rule, state, when, around, writes.then_some(&mut *output));
            state.took = (around.monotonic)().saturating_sub(began);
            state.evaluated_at_ms = Some(at_ms);
            match outcome {
                Ok(samples) => {
                    (state.health, state.last_error) = (Health::Good, None);
                    report.samples += samples;
                }
                Err(error) => {
                    (state.health, state.last_error) = (Health::Bad, Some(error.to_string()));
                    report.failed += 1;
                }
            }
        }
        if !self.gone.is_empty() {
            let gone = std::mem::take(&mut self.gone);
            let still: BTreeSet<&Labels> =
                self.states.iter().flat_map(|state| &state.written).collect();
            let markers = gone.iter().filter(|labels| !still.contains(labels));
            output.keep(&markers.map(|labels| marker(labels, query_ms)).collect::<Vec<_>>());
        }
        report
    }

    /// Ends the group: everything that it wrote is marked stale.
    pub fn end(&mut self, at_ms: i64, output: &mut dyn Output) {
        let written = self.states.iter_mut().flat_map(|state| std::mem::take(&mut state.written));
        let all: BTreeSet<Labels> = written.chain(std::mem::take(&mut self.gone)).collect();
        output.keep(&all.iter().map(|labels| marker(labels, at_ms)).collect::<Vec<_>>());
    }

    /// The highest state of a rule's alerts.
    #[must_use]
    pub fn alert_state(state: &RuleState) -> AlertState {
        state.active_alerts().map(|alert| alert.state).max().unwrap_or(AlertState::Inactive)
    }
}

fn marker(labels: &Labels, at_ms: i64) -> VectorSample {
    VectorSample { labels: labels.clone(), at_ms, value: SampleValue::Float(stale()) }
}

/// Evaluates a rule and keeps what it yields, if there is an output; says how many samples were
/// kept.
fn one(
    rule: &Rule,
    state: &mut RuleState,
    when: When,
    around: &Surroundings<'_>,
    output: Option<&mut (dyn Output + '_)>,
) -> Result<usize, RuleError> {
    let samples = match &rule.kind {
        RuleKind::Record => recorded(rule, when, around)?,
        RuleKind::Alert(alerting) => {
            alert::evaluate(rule, alerting, &mut state.alerts, when, around)?
        }
    };
    let Some(output) = output else { return Ok(0) };
    let kept = output.keep(&samples);
    let mut refused = None;
    let mut written = BTreeSet::new();
    for (sample, kept) in samples.into_iter().zip(kept) {
        match kept {
            Ok(()) => drop(written.insert(sample.labels)),
            Err(Refusal::Overtaken(message) | Refusal::Failed(message)) => {
                refused.get_or_insert(message);
            }
        }
    }
    let lost = state.written.difference(&written);
    let markers: Vec<VectorSample> = lost.map(|labels| marker(labels, when.query_ms)).collect();
    if !markers.is_empty() {
        // Another rule may write the series now: then the marker is refused, as it should be.
        output.keep(&markers);
    }
    let count = written.len();
    state.written = written;
    match refused {
        Some(message) => Err(RuleError::Output { message }),
        None => Ok(count),
    }
}

/// The samples of a recording rule.
fn recorded(
    rule: &Rule,
    when: When,
    around: &Surroundings<'_>,
) -> Result<Vec<VectorSample>, RuleError> {
    let samples = around.evaluator.vector(&rule.expr, when.query_ms)?;
    let named = samples.into_iter().map(|sample| {
        let mut labels = LabelsBuilder::from_labels(&sample.labels);
        labels.set(METRIC_LABEL, &rule.name);
        for (name, value) in &rule.labels {
            labels.set(name, value);
        }
        VectorSample { labels: labels.build(), ..sample }
    });
    let named: Vec<VectorSample> = named.collect();
    let different: BTreeSet<&Labels> = named.iter().map(|sample| &sample.labels).collect();
    if different.len() < named.len() {
        return Err(RuleError::SameLabels { kind: "rule" });
    }
    if when.limit > 0 && named.len() > when.limit {
        return Err(RuleError::Limit { limit: when.limit, found: named.len(), what: "series" });
    }
    Ok(named)
}
