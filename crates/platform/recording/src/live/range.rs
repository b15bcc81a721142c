//! Recording rules over a stretch of the past.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use promql::{ParseOptions, Period, QueryValue, SampleValue, VectorSample};
use rules::{Evaluator, Rule, RuleError, RuleGroup};
use series::{LabelsBuilder, stale};
use tsdb::{Labels, METRIC_LABEL};

use super::{Bench, StoreSource};

/// Samples that are handed to the store at once.
const BATCH: usize = 50_000;
/// What makes a query differ between a moment of a range and that moment alone.
const KNOWS_ITS_RANGE: [&str; 4] = ["start()", "end()", "step()", "range()"];

/// Moments of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// The first one, in milliseconds.
    pub(crate) from_ms: i64,
    /// The last one.
    pub(crate) to_ms: i64,
    /// Milliseconds between two.
    pub(crate) step_ms: i64,
    /// Whether the moment before the first one is a part of the back-fill too.
    pub(crate) goes_on: bool,
}

impl Stretch {
    /// The same moments as the queries have them, and what is written.
    fn back_by(self, offset_ms: i64) -> Self {
        let (from_ms, to_ms) = (self.from_ms - offset_ms, self.to_ms - offset_ms);
        Self { from_ms, to_ms, ..self }
    }
}

/// What came of a stretch.
#[derive(Debug, Default)]
pub(crate) struct Strip {
    /// Samples written.
    pub(crate) samples: u64,
    /// Samples that the store did not take.
    pub(crate) refused: u64,
    /// The series of each rule that have a value at the last moment.
    pub(crate) last: Vec<(String, Vec<Labels>)>,
}

/// The values of each series by moment.
type Rows = BTreeMap<Labels, BTreeMap<i64, SampleValue>>;

/// Evaluates rules at every moment of a stretch, one rule after another, and writes what they
/// yield, with a staleness marker where a series ends.
///
/// Errors: why a rule cannot be evaluated, or its results not be written.
pub(crate) fn filled(
    group: &RuleGroup,
    rules: &[&Rule],
    stretch: Stretch,
    bench: &Bench,
) -> Result<Strip, String> {
    let mut strip = Strip::default();
    for rule in rules {
        let found = rows(group, rule, stretch, bench);
        let rows = found.map_err(|why| format!("{}: {why}", rule.name))?;
        let over = over_limit(&rows, group.limit);
        let stretch = stretch.back_by(group.query_offset_ms.unwrap_or(0));
        let (samples, last) = samples(&rows, &over, stretch);
        for batch in samples.chunks(BATCH) {
            let now_ms = bench.clock.now().millis();
            let kept = bench.output().keep_past(batch, now_ms);
            let kept = kept.map_err(|error| error.to_string())?;
            strip.samples += u64::try_from(kept).unwrap_or(0);
            strip.refused += u64::try_from(batch.len() - kept).unwrap_or(0);
        }
        strip.last.push((rule.name.clone(), last));
    }
    Ok(strip)
}

/// What a rule yields, with the rule's labels; times are those of the queries.
fn rows(group: &RuleGroup, rule: &Rule, stretch: Stretch, bench: &Bench) -> Result<Rows, String> {
    let source = StoreSource::new(Arc::clone(&bench.store));
    let control = bench.deadline();
    let evaluator = Evaluator { engine: &bench.engine, source: &source, control: &control };
    let Stretch { mut from_ms, to_ms, step_ms, goes_on } =
        stretch.back_by(group.query_offset_ms.unwrap_or(0));
    if goes_on {
        from_ms -= step_ms;
    }
    let period = Period { from_ms, to_ms, step_ms };
    let found = match knows_its_range(&rule.expr) {
        true => one_by_one(&evaluator, &rule.expr, period)?,
        false => at_once(&evaluator, &rule.expr, period)?,
    };
    let mut rows = Rows::new();
    for (labels, values) in found {
        let mut named = LabelsBuilder::from_labels(&labels);
        named.set(METRIC_LABEL, &rule.name);
        for (name, value) in &rule.labels {
            named.set(name, value);
        }
        let row = rows.entry(named.build()).or_default();
        for (at_ms, value) in values {
            if row.insert(at_ms, value).is_some() {
                return Err(RuleError::SameLabels { kind: "rule" }.to_string());
            }
        }
    }
    Ok(rows)
}

fn knows_its_range(expr: &str) -> bool {
    let printed = promql::parse(expr, ParseOptions::default()).map(|expr| expr.to_string());
    printed.is_ok_and(|text| KNOWS_ITS_RANGE.iter().any(|word| text.contains(word)))
}

type Found = Vec<(Labels, Vec<(i64, SampleValue)>)>;

fn at_once(evaluator: &Evaluator<'_>, expr: &str, period: Period) -> Result<Found, String> {
    let answer = evaluator.engine.range(evaluator.source, expr, period, evaluator.control);
    let answer = answer.map_err(|error| error.to_string())?;
    let QueryValue::Matrix(matrix) = answer.value else {
        return Err("rule result is not a vector or scalar".to_owned());
    };
    let row = |series: promql::SeriesValues| {
        let floats = series.floats.into_iter();
        let floats = floats.map(|(at_ms, value)| (at_ms, SampleValue::Float(value)));
        let held = series.histograms.into_iter();
        let held = held.map(|(at_ms, value)| (at_ms, SampleValue::Histogram(value)));
        (series.labels, floats.chain(held).collect())
    };
    Ok(matrix.into_iter().map(row).collect())
}

fn one_by_one(evaluator: &Evaluator<'_>, expr: &str, period: Period) -> Result<Found, String> {
    let mut found: BTreeMap<Labels, Vec<(i64, SampleValue)>> = BTreeMap::new();
    let mut at_ms = period.from_ms;
    while at_ms <= period.to_ms {
        for sample in evaluator.vector(expr, at_ms).map_err(|error| error.to_string())? {
            found.entry(sample.labels).or_default().push((at_ms, sample.value));
        }
        at_ms += period.step_ms;
    }
    Ok(found.into_iter().collect())
}

/// What is to be written, ascending by time, and the series that go on behind the stretch.
fn samples(
    rows: &Rows,
    over: &BTreeSet<i64>,
    stretch: Stretch,
) -> (Vec<VectorSample>, Vec<Labels>) {
    let (from, to, step) = (stretch.from_ms, stretch.to_ms, stretch.step_ms);
    let there = |row: &BTreeMap<i64, SampleValue>, at_ms: i64| {
        row.contains_key(&at_ms) && !over.contains(&at_ms)
    };
    let (mut samples, mut last) = (Vec::new(), Vec::new());
    for (labels, row) in rows {
        let mut write = |at_ms: i64, value: SampleValue| {
            samples.push(VectorSample { labels: labels.clone(), at_ms, value });
        };
        for (at_ms, value) in row.iter().filter(|(at_ms, _)| !over.contains(at_ms)) {
            if *at_ms >= from {
                write(*at_ms, value.clone());
            }
            let next = at_ms + step;
            if (from..=to).contains(&next) && !there(row, next) && !over.contains(&next) {
                write(next, SampleValue::Float(stale()));
            }
        }
        if there(row, to) {
            last.push(labels.clone());
        }
    }
    samples.sort_by_key(|sample| sample.at_ms);
    (samples, last)
}

/// The moments at which there are more series than the group allows: the rule fails there.
fn over_limit(rows: &Rows, limit: usize) -> BTreeSet<i64> {
    if limit == 0 {
        return BTreeSet::new();
    }
    let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
    for at_ms in rows.values().flat_map(BTreeMap::keys) {
        *counts.entry(*at_ms).or_default() += 1;
    }
    counts.into_iter().filter(|(_, count)| *count > limit).map(|(at_ms, _)| at_ms).collect()
}
