//! Trees to values, all steps at once.

mod absent;
mod aggregate;
mod binary;
pub(crate) mod calendar;
mod call;
mod choose;
mod count_values;
pub(crate) mod durations;
mod elements;
mod fold;
mod group;
mod histogram;
mod info;
mod join;
mod label;
mod math;
mod order;
mod quantile;
mod selector;
mod set;
mod take;
mod window;

use crate::annotation::Notes;
use crate::column::{Column, Grid, Value, is_absent};
use crate::engine::{EngineOptions, Period};
use crate::source::{Control, Hints, Select, Selected, Source, check};
use crate::syntax::ast::{At, Expr, Kind, Selector, Shift};
use crate::syntax::functions::depends_on_time;
use crate::{PromqlError, source};
use series::TimeRange;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// One query on its way.
pub(crate) struct Eval<'a> {
    pub(crate) source: &'a dyn Source,
    pub(crate) options: &'a EngineOptions,
    pub(crate) control: &'a dyn Control,
    /// Of the whole query; subqueries have grids of their own.
    pub(crate) period: Period,
    pub(crate) is_instant: bool,
    found: AtomicU64,
    read: AtomicU64,
    made: AtomicU64,
}

impl<'a> Eval<'a> {
    pub(crate) fn new(
        source: &'a dyn Source,
        options: &'a EngineOptions,
        control: &'a dyn Control,
        period: Period,
        is_instant: bool,
    ) -> Self {
        let [found, read, made] = [0; 3].map(AtomicU64::new);
        Self { source, options, control, period, is_instant, found, read, made }
    }

    pub(crate) fn series_read(&self) -> u64 {
        self.found.load(Ordering::Relaxed)
    }

    pub(crate) fn samples_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Counts stored samples that were read.
    fn count_read(&self, samples: usize) -> Result<(), PromqlError> {
        let read = self.read.fetch_add(samples as u64, Ordering::Relaxed) + samples as u64;
        if read > self.options.samples_max {
            return Err(PromqlError::too_many_samples());
        }
        Ok(())
    }

    /// Refuses to make more values than allowed.
    fn admit(&self, series: usize, steps: usize) -> Result<(), PromqlError> {
        let values = series.saturating_mul(steps);
        if values.saturating_mul(8) > self.options.bytes_max {
            let most = self.options.bytes_max;
            let message =
                format!("{series} series of {steps} steps would take more than {most} bytes");
            return Err(PromqlError::Limit { message });
        }
        let made = self.made.fetch_add(values as u64, Ordering::Relaxed) + values as u64;
        // Every operation makes values anew; what counts is that it ends.
        if made > self.options.samples_max.saturating_mul(20) {
            return Err(PromqlError::too_many_samples());
        }
        Ok(())
    }

    /// The value of an expression at all steps of the grid.
    pub(crate) fn eval(
        &self,
        expr: &Expr,
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Value, PromqlError> {
        check(self.control)?;
        if grid.count > 1 && is_pinned(expr) {
            let value = self.eval_each(expr, &grid.first(), notes)?;
            return Ok(match value {
                Value::Scalar(values) => Value::Scalar(vec![values[0]; grid.count]),
                Value::Text(text) => Value::Text(text),
                Value::Vector(columns) => {
                    self.admit(columns.len(), grid.count)?;
                    let columns = columns.into_iter().map(|column| column.repeated(grid.count));
                    Value::Vector(columns.collect())
                }
            });
        }
        self.eval_each(expr, grid, notes)
    }

    fn eval_each(&self, expr: &Expr, grid: &Grid, notes: &mut Notes) -> Result<Value, PromqlError> {
        match &expr.kind {
            Kind::Number(value, _) => Ok(Value::Scalar(vec![*value; grid.count])),
            Kind::String(text) => Ok(Value::Text(text.clone())),
            Kind::Paren(inner) => self.eval(inner, grid, notes),
            Kind::Vector(selector) => self
                .vector(selector, expr.span, grid, source::Function::None, notes)
                .map(Value::Vector),
            Kind::Unary(minus, inner) => {
                let value = self.eval(inner, grid, notes)?;
                Ok(if *minus { negated(value) } else { value })
            }
            Kind::Binary(binary) => self.binary(binary, expr.span, grid, notes),
            Kind::Aggregate(aggregate) => {
                self.aggregate(aggregate, expr, grid, notes).map(Value::Vector)
            }
            Kind::Call(function, args) => self.call(function, args, expr, grid, notes),
            Kind::Matrix(..) | Kind::Subquery(_) => {
                Err(PromqlError::eval("a range vector stands where an instant vector is wanted"))
            }
        }
    }

    /// The value of an expression that the parser knows to be a vector.
    pub(crate) fn columns(
        &self,
        expr: &Expr,
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Vec<Column>, PromqlError> {
        match self.eval(expr, grid, notes)? {
            Value::Vector(columns) => Ok(columns),
            _ => Err(PromqlError::eval("an instant vector is wanted here")),
        }
    }

    /// The value of an expression that the parser knows to be a scalar.
    pub(crate) fn scalar(
        &self,
        expr: &Expr,
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Vec<f64>, PromqlError> {
        match self.eval(expr, grid, notes)? {
            Value::Scalar(values) => Ok(values),
            _ => Err(PromqlError::eval("a scalar is wanted here")),
        }
    }

    /// The time that a selector means at step time `at`.
    pub(crate) fn meant(&self, shift: &Shift, at: i64) -> i64 {
        let at = match shift.at {
            None => at,
            Some(At::Ms(ms)) => ms,
            Some(At::Start) => self.period.from_ms,
            Some(At::End) => self.period.to_ms,
        };
        at.saturating_sub(shift.offset_ms)
    }

    /// Asks the source for the series of a selector.
    pub(crate) fn select(
        &self,
        selector: &Selector,
        range: TimeRange,
        hints: Hints<'_>,
    ) -> Result<Box<dyn Selected + 'a>, PromqlError> {
        let request = Select { matchers: &selector.matchers, range, hints };
        let found = self.source.select(&request)?;
        let (count, most) = (found.labels().len(), self.options.series_max);
        if count > most {
            let message = format!("selector matches {count} series, at most {most} are allowed");
            return Err(PromqlError::Limit { message });
        }
        self.found.fetch_add(count as u64, Ordering::Relaxed);
        Ok(found)
    }

    /// Refuses a range vector of more samples than may be held at once.
    fn admit_samples(&self, samples: usize) -> Result<(), PromqlError> {
        let most = self.options.bytes_max;
        if samples.saturating_mul(16) <= most {
            return Ok(());
        }
        let message = format!("a range vector of {samples} samples would take over {most} bytes");
        Err(PromqlError::Limit { message })
    }
}

/// Tells whether every selector inside is pinned to a time, so that all steps are the same.
fn is_pinned(expr: &Expr) -> bool {
    match &expr.kind {
        // Cheap as they are.
        Kind::Number(..) | Kind::String(_) => false,
        _ => is_same_at_all_steps(expr),
    }
}

fn is_same_at_all_steps(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Number(..) | Kind::String(_) => true,
        Kind::Vector(selector) | Kind::Matrix(selector, _) => selector.shift.at.is_some(),
        Kind::Subquery(subquery) => subquery.shift.at.is_some(),
        Kind::Call(function, args) => {
            !depends_on_time(function.name) && args.iter().all(is_same_at_all_steps)
        }
        _ => expr.children().into_iter().all(is_same_at_all_steps),
    }
}

fn negated(value: Value) -> Value {
    match value {
        Value::Scalar(values) => Value::Scalar(values.into_iter().map(|value| -value).collect()),
        Value::Text(text) => Value::Text(text),
        Value::Vector(mut columns) => {
            for column in &mut columns {
                column.drop_name = true;
                for float in column.floats.iter_mut().filter(|float| !is_absent(**float)) {
                    *float = -*float;
                }
                for held in column.histograms.iter_mut().flatten().flatten() {
                    Arc::make_mut(held).scale(-1.0);
                }
            }
            Value::Vector(columns)
        }
    }
}
