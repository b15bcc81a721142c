//! Running the tests of a file.

use super::TestSources;
use super::alerts;
use super::expressions;
use super::show::go_duration;
use super::yaml::{TestFileYaml, TestYaml, moment};
use crate::evaluate::Evaluator;
use crate::file::{LabelPairs, RuleFile};
use crate::group::{RunningGroup, Surroundings};
use crate::memory::MemoryStore;
use crate::notation::read_values;
use promql::{Engine, EngineOptions, SampleValue};
use series::Labels;
use std::collections::BTreeMap;
use std::time::Duration;

/// Most evaluations of the groups of a test.
const STEPS_MAX: i64 = 1_000_000;

/// What holds for all tests of a file.
pub(super) struct Ground<'f> {
    pub(super) interval_ms: i64,
    pub(super) fuzzy: bool,
    order: BTreeMap<&'f str, usize>,
    files: Vec<RuleFile>,
}

pub(super) fn run(file: &TestFileYaml, sources: &TestSources) -> Vec<String> {
    let (mut files, mut errors) = (Vec::new(), Vec::new());
    for (name, text) in &sources.files {
        match RuleFile::read(text) {
            Ok(read) => files.push(read),
            Err(wrong) => errors.extend(wrong.iter().map(|error| format!("{name}: {error}"))),
        }
    }
    if !errors.is_empty() {
        return errors;
    }
    let order = file.group_eval_order.iter().flatten().map(String::as_str).zip(0..).collect();
    let interval_ms = file.evaluation_interval.map(|span| span.0).filter(|ms| *ms > 0);
    let ground = Ground {
        interval_ms: interval_ms.unwrap_or(60_000),
        fuzzy: file.fuzzy_compare.unwrap_or(false),
        order,
        files,
    };
    let tests = file.tests.iter().flatten();
    tests.flat_map(|test| one(test, &ground).unwrap_or_else(|error| vec![error])).collect()
}

/// What a test runs on.
pub(super) struct Bench {
    pub(super) engine: Engine,
    pub(super) store: MemoryStore,
    /// When its time begins.
    pub(super) start_ms: i64,
    pub(super) groups: Vec<RunningGroup>,
    /// Samples whose moment has not come, the last one first.
    pending: Vec<(i64, Labels, SampleValue)>,
}

/// Runs a test. Errors: why it cannot be run to its end.
fn one(test: &TestYaml, ground: &Ground<'_>) -> Result<Vec<String>, String> {
    let name = test.name.as_deref().unwrap_or_default();
    let alert_tests = test.alert_rule_test.as_deref().unwrap_or_default();
    if let Some(nameless) = alert_tests.iter().find(|alert| alert.alertname.is_empty()) {
        let place = match name {
            "" => String::new(),
            name => format!(" (in TestGroup {name})"),
        };
        let time = promql::duration_text(moment(nameless.eval_time));
        return Err(format!(
            "an item under alert_rule_test misses required attribute alertname at eval_time \
             {time}{place}"
        ));
    }
    let expr_tests = test.promql_expr_test.as_deref().unwrap_or_default();
    let moments = alert_tests.iter().map(|alert| moment(alert.eval_time));
    let last = moments.chain(expr_tests.iter().map(|test| moment(test.eval_time))).max();
    let last = last.unwrap_or(0);
    if last / ground.interval_ms >= STEPS_MAX {
        let found = last / ground.interval_ms;
        return Err(format!("{found} evaluations, at most {STEPS_MAX} are allowed"));
    }
    let mut bench = Bench::new(test, ground)?;
    let mut failures = Vec::new();
    let mut at = 0;
    while at <= last {
        let failed = bench.evaluate(test, at);
        let stops = !failed.is_empty();
        failures.extend(failed);
        if stops {
            return Ok(failures);
        }
        let until = at + ground.interval_ms;
        failures.extend(alerts::compare(name, alert_tests, &bench.groups, at..until));
        at = until;
    }
    failures
        .extend(expr_tests.iter().filter_map(|test| expressions::compare(test, &bench, ground)));
    Ok(failures)
}

impl Bench {
    fn new(test: &TestYaml, ground: &Ground<'_>) -> Result<Self, String> {
        let options = EngineOptions {
            experimental: true,
            subquery_step_ms: ground.interval_ms,
            threads: 1,
            ..EngineOptions::default()
        };
        let groups = ground.files.iter().flat_map(|file| &file.groups);
        let mut groups: Vec<RunningGroup> = groups.cloned().map(RunningGroup::new).collect();
        // Those that are not named come first, as in Prometheus.
        groups.sort_by_key(|group| {
            ground.order.get(group.group().name.as_str()).copied().unwrap_or(0)
        });
        let start_ms = test.start_timestamp.unwrap_or_default().0;
        let interval_ms = test.interval.map(|span| span.0).filter(|ms| *ms > 0);
        let interval_ms = interval_ms.unwrap_or(ground.interval_ms);
        let mut pending = Vec::new();
        for series in test.input_series.iter().flatten() {
            let wrong = |why: String| format!("input series {:?}: {why}", series.series);
            let labels = promql::parse_metric(&series.series);
            let labels = labels.map_err(|error| wrong(error.to_string()))?;
            let values = read_values(&series.values).map_err(|error| wrong(error.message))?;
            for (step, value) in (0_i64..).zip(values) {
                if let Some(value) = value {
                    let since_start = step.saturating_mul(interval_ms);
                    let at_ms = start_ms.saturating_add(since_start);
                    pending.push((at_ms, labels.clone(), value));
                }
            }
        }
        pending.sort_by_key(|sample| std::cmp::Reverse(sample.0));
        let (engine, store) = (Engine::new(options), MemoryStore::default());
        Ok(Self { engine, store, start_ms, groups, pending })
    }

    /// Answers queries.
    pub(super) fn evaluator(&self) -> Evaluator<'_> {
        Evaluator { engine: &self.engine, source: &self.store, control: &() }
    }

    /// Evaluates all groups with the samples up to a moment; says which rules failed.
    fn evaluate(&mut self, test: &TestYaml, at: i64) -> Vec<String> {
        let at_ms = self.start_ms + at;
        while let Some((sample_ms, labels, value)) = self.pending.pop_if(|s| s.0 <= at_ms) {
            self.store.add(&labels, sample_ms, value);
        }
        let none = LabelPairs::new();
        let mut failed = Vec::new();
        let mut groups = std::mem::take(&mut self.groups);
        for group in &mut groups {
            let around = Surroundings {
                evaluator: self.evaluator(),
                external_labels: test.external_labels.as_ref().unwrap_or(&none),
                external_url: test.external_url.as_deref().unwrap_or_default(),
                query_offset_ms: 0,
                monotonic: &|| Duration::ZERO,
            };
            if group.evaluate(at_ms, &around, &mut &self.store).failed == 0 {
                continue;
            }
            for (rule, state) in group.rules() {
                if let Some(error) = &state.last_error {
                    let (name, time) = (&rule.name, go_duration(at_ms));
                    failed.push(format!("    rule: {name}, time: {time}, err: {error}"));
                }
            }
        }
        self.groups = groups;
        failed
    }
}
