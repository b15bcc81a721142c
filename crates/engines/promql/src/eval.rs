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
use crate::memory::{Charge, Held, Memory};
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
    /// What all values of the query take at the moment.
    pub(crate) memory: Memory,
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
        let memory = Memory::new(options.bytes_max);
        Self { source, options, control, period, is_instant, memory, found, read, made }
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

    /// Refuses to make more values than there is room for beside all others of the query; counts
    /// them until what it gives goes.
    fn admit(&self, series: usize, steps: usize) -> Result<Charge, PromqlError> {
        let values = series.saturating_mul(steps);
        let room = self.memory.charge(values.saturating_mul(8)).map_err(|_| {
            let most = self.options.bytes_max;
            let message =
                format!("{series} series of {steps} steps would take more than {most} bytes");
            PromqlError::Limit { message }
        })?;
        let made = self.made.fetch_add(values as u64, Ordering::Relaxed) + values as u64;
        // Every operation makes values anew; what counts is that it ends.
        if made > self.options.samples_max.saturating_mul(20) {
            return Err(PromqlError::too_many_samples());
        }
        Ok(room)
    }

    /// The value of an expression at all steps of the grid.
    pub(crate) fn eval(
        &self,
        expr: &Expr,
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Held<Value>, PromqlError> {
        check(self.control)?;
        if grid.count > 1 && is_pinned(expr) {
            let value = self.eval_each(expr, &grid.first(), notes)?;
            return self.memory.hold(match value {
                Value::Scalar(values) => Value::Scalar(vec![values[0]; grid.count]),
                Value::Text(text) => Value::Text(text),
                Value::Vector(columns) => {
                    let _room = self.admit(columns.len(), grid.count)?;
                    let columns = columns.into_iter().map(|column| column.repeated(grid.count));
                    Value::Vector(columns.collect())
                }
            });
        }
        let value = self.eval_each(expr, grid, notes)?;
        self.memory.hold(value)
    }

    fn eval_each(&self, expr: &Expr, grid: &Grid, notes: &mut Notes) -> Result<Value, PromqlError> {
        match &expr.kind {
            Kind::Number(value, _) => Ok(Value::Scalar(vec![*value; grid.count])),
            Kind::String(text) => Ok(Value::Text(text.clone())),
            Kind::Paren(inner) => self.eval(inner, grid, notes).map(Held::into_value),
            Kind::Vector(selector) => self
                .vector(selector, expr.span, grid, source::Function::None, notes)
                .map(Value::Vector),
            Kind::Unary(minus, inner) => {
                let (value, _held) = self.eval(inner, grid, notes)?.parts();
                if *minus { negated(value, &self.memory) } else { Ok(value) }
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
    ) -> Result<Held<Vec<Column>>, PromqlError> {
        self.eval(expr, grid, notes)?.try_map(|value| match value {
            Value::Vector(columns) => Ok(columns),
            _ => Err(PromqlError::eval("an instant vector is wanted here")),
        })
    }

    /// The value of an expression that the parser knows to be a scalar.
    pub(crate) fn scalar(
        &self,
        expr: &Expr,
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Held<Vec<f64>>, PromqlError> {
        self.eval(expr, grid, notes)?.try_map(|value| match value {
            Value::Scalar(values) => Ok(values),
            _ => Err(PromqlError::eval("a scalar is wanted here")),
        })
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

fn negated(value: Value, memory: &Memory) -> Result<Value, PromqlError> {
    Ok(match value {
        Value::Scalar(values) => Value::Scalar(values.into_iter().map(|value| -value).collect()),
        Value::Text(text) => Value::Text(text),
        Value::Vector(mut columns) => {
            let mut room = memory.nothing();
            for column in &mut columns {
                column.drop_name = true;
                for float in column.floats.iter_mut().filter(|float| !is_absent(**float)) {
                    *float = -*float;
                }
                for held in column.histograms.iter_mut().flatten().flatten() {
                    room.grow(held.bytes())?;
                    Arc::make_mut(held).scale(-1.0);
                }
            }
            Value::Vector(columns)
        }
    })
}
