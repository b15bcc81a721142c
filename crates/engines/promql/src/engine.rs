//! From the text of a query to its answer.

use crate::annotation::Notes;
use crate::column::{Cell, Column, Grid, Value, is_absent, without_dropped_names};
use crate::eval::Eval;
use crate::memory::Charge;
use crate::source::{Control, Source};
use crate::stack::{HEIGHT_PLAIN, roomy};
use crate::syntax::ast::{Aggregator, Expr, Kind, ValueType};
use crate::value::{Answer, QueryValue, SampleValue, SeriesValues, VectorSample};
use crate::{ParseOptions, PromqlError, parse};
use std::sync::Arc;

/// How queries are evaluated, and how much they may take.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// How long a sample counts; Prometheus: 5 minutes.
    pub lookback_ms: i64,
    /// The step of subqueries that name none; Prometheus: the interval of rules, 1 minute.
    pub subquery_step_ms: i64,
    /// Allow what Prometheus has behind feature flags.
    pub experimental: bool,
    /// Most samples that a query may read or make.
    pub samples_max: u64,
    /// Most series that a selector may find.
    pub series_max: usize,
    /// Most steps of a range query; Prometheus: 11,000.
    pub steps_max: usize,
    /// Most bytes that all values of a query may take at any moment.
    pub bytes_max: usize,
    /// How many threads a query may use.
    pub threads: usize,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            lookback_ms: 300_000,
            subquery_step_ms: 60_000,
            experimental: false,
            samples_max: 50_000_000,
            series_max: 1_000_000,
            steps_max: 11_000,
            bytes_max: 1 << 30,
            threads: 2,
        }
    }
}

/// When an instant query is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since 1970.
    pub at_ms: i64,
}

/// When a range query is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First step, milliseconds since 1970.
    pub from_ms: i64,
    /// No step is later.
    pub to_ms: i64,
    /// Distance of the steps.
    pub step_ms: i64,
}

/// Evaluates queries; holds nothing but options.
#[derive(Debug, Clone, Default)]
pub struct Engine {
    options: EngineOptions,
}

impl Engine {
    /// Makes an engine.
    #[must_use]
    pub fn new(options: EngineOptions) -> Self {
        Self { options }
    }

    /// Evaluates a query at one moment.
    ///
    /// Errors: every [`PromqlError`].
    pub fn instant(
        &self,
        source: &dyn Source,
        query: &str,
        moment: Moment,
        control: &dyn Control,
    ) -> Result<Answer, PromqlError> {
        let expr = self.parsed(query)?;
        let at = moment.at_ms;
        let period = Period { from_ms: at, to_ms: at, step_ms: 1 };
        // `step()` and `range()` are 0 in an instant query.
        let expr = resolved(expr, 0, 0)?;
        let grid = Grid { start: at, step: 1, count: 1 };
        let eval = Eval::new(source, &self.options, control, period, true);
        let mut notes = Notes::default();
        let value = roomy(expr.height > HEIGHT_PLAIN, || -> Result<_, PromqlError> {
            if expr.value_type() == ValueType::Matrix {
                return eval.range_vector(expr.bare(), at, &mut notes).map(QueryValue::Matrix);
            }
            let (value, _held) = eval.eval(&expr, &grid, &mut notes)?.parts();
            Ok(match value {
                Value::Scalar(values) => QueryValue::Scalar(values[0]),
                Value::Text(text) => QueryValue::Text(text),
                Value::Vector(columns) => {
                    let mut samples = vector_of(&without_dropped_names(columns)?, at);
                    // A source hands series out in any order; people and tests want the same one.
                    if !has_own_order(&expr) {
                        samples.sort_by(|a, b| a.labels.cmp(&b.labels));
                    }
                    QueryValue::Vector(samples)
                }
            })
        })?;
        Ok(answer(value, &notes, query, &eval))
    }

    /// Evaluates a query at every step of a period.
    ///
    /// Errors: every [`PromqlError`].
    pub fn range(
        &self,
        source: &dyn Source,
        query: &str,
        period: Period,
        control: &dyn Control,
    ) -> Result<Answer, PromqlError> {
        let grid = self.grid(period)?;
        let expr = self.parsed(query)?;
        let kind = expr.value_type();
        if !matches!(kind, ValueType::Scalar | ValueType::Vector) {
            let message = format!(
                "invalid expression type \"{}\" for range query, must be Scalar or instant Vector",
                kind.documented()
            );
            return Err(PromqlError::BadQuery { message });
        }
        let expr = resolved(expr, period.step_ms, period.to_ms - period.from_ms)?;
        let eval = Eval::new(source, &self.options, control, period, false);
        let mut notes = Notes::default();
        let value = roomy(expr.height > HEIGHT_PLAIN, || -> Result<_, PromqlError> {
            let columns = match eval.eval(&expr, &grid, &mut notes)?.into_value() {
                Value::Scalar(floats) => {
                    let mut column = Column::new(series::Labels::empty(), 0);
                    column.floats = floats;
                    vec![column]
                }
                Value::Vector(columns) => without_dropped_names(columns)?,
                Value::Text(_) => Vec::new(),
            };
            matrix_of(columns, &grid, &mut eval.memory.nothing()).map(QueryValue::Matrix)
        })?;
        Ok(answer(value, &notes, query, &eval))
    }

    fn parsed(&self, query: &str) -> Result<Expr, PromqlError> {
        Ok(parse(query, ParseOptions { experimental: self.options.experimental })?)
    }

    fn grid(&self, period: Period) -> Result<Grid, PromqlError> {
        let refuse = |message: String| Err(PromqlError::BadQuery { message });
        if period.step_ms <= 0 {
            return refuse(
                "zero or negative query resolution step widths are not accepted. Try a positive \
                 integer"
                    .to_owned(),
            );
        }
        if period.to_ms < period.from_ms {
            return refuse("end timestamp must not be before start time".to_owned());
        }
        let steps = i128::from(period.to_ms) - i128::from(period.from_ms);
        let count = usize::try_from(steps / i128::from(period.step_ms) + 1).unwrap_or(usize::MAX);
        if count > self.options.steps_max.saturating_add(1) {
            let most = with_commas(self.options.steps_max);
            return refuse(format!(
                "exceeded maximum resolution of {most} points per timeseries. Try decreasing the \
                 query resolution (?step=XX)"
            ));
        }
        Ok(Grid { start: period.from_ms, step: period.step_ms, count })
    }
}

fn with_commas(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Reckons all durations that are expressions.
fn resolved(mut expr: Expr, step_ms: i64, range_ms: i64) -> Result<Expr, PromqlError> {
    roomy(expr.height > HEIGHT_PLAIN, || {
        crate::eval::durations::resolve(&mut expr, step_ms, range_ms)
    })?;
    Ok(expr)
}

fn answer(value: QueryValue, notes: &Notes, query: &str, eval: &Eval<'_>) -> Answer {
    let (warnings, infos) = notes.shown(query);
    let (series_read, samples_read) = (eval.series_read(), eval.samples_read());
    Answer { value, warnings, infos, series_read, samples_read }
}

/// Tells whether a part of the expression puts its result in an order of its own.
fn has_own_order(expr: &Expr) -> bool {
    let own = match &expr.kind {
        Kind::Call(function, _) => function.name.starts_with("sort"),
        Kind::Aggregate(aggregate) => {
            matches!(aggregate.op, Aggregator::Topk | Aggregator::Bottomk)
        }
        _ => false,
    };
    own || expr.children().into_iter().any(has_own_order)
}

fn vector_of(columns: &[Column], at_ms: i64) -> Vec<VectorSample> {
    let sample = |column: &Column| {
        let value = match column.cell(0) {
            Cell::Nothing => return None,
            Cell::Float(float) => SampleValue::Float(float),
            Cell::Histogram(held) => SampleValue::Histogram(Arc::clone(held)),
        };
        Some(VectorSample { labels: column.labels.clone(), at_ms, value })
    };
    columns.iter().filter_map(sample).collect()
}

/// The answer of a range query, made column by column while these go. `room`: counts it.
fn matrix_of(
    columns: Vec<Column>,
    grid: &Grid,
    room: &mut Charge,
) -> Result<Vec<SeriesValues>, PromqlError> {
    let mut matrix = Vec::with_capacity(columns.len());
    for column in columns.into_iter().filter(|column| !column.is_empty()) {
        let there = column.floats.iter().filter(|float| !is_absent(**float)).count();
        room.grow(there * size_of::<(i64, f64)>() + column.histogram_bytes())?;
        let (mut floats, mut histograms) = (Vec::with_capacity(there), Vec::new());
        for (step, at) in grid.times().enumerate() {
            match column.cell(step) {
                Cell::Nothing => {}
                Cell::Float(float) => floats.push((at, float)),
                Cell::Histogram(held) => histograms.push((at, Arc::clone(held))),
            }
        }
        matrix.push(SeriesValues { labels: column.labels, floats, histograms });
    }
    matrix.sort_by(|a: &SeriesValues, b| a.labels.cmp(&b.labels));
    Ok(matrix)
}
