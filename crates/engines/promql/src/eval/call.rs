//! Function calls.

use super::calendar::Date;
use super::selector::Shown;
use super::take::Take;
use super::{Eval, math};
use crate::PromqlError;
use crate::annotation::Notes;
use crate::column::{Cell, Column, Grid, Value, is_absent};
use crate::over::{self, Kernel};
use crate::source::Function as Hint;
use crate::syntax::ast::{Expr, Kind};
use crate::syntax::functions::Function;

impl Eval<'_> {
    pub(super) fn call(
        &self,
        function: &Function,
        args: &[Expr],
        expr: &Expr,
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Value, PromqlError> {
        let name = function.name;
        if let Some(kernel) = Kernel::named(name) {
            return self.range_call(kernel, name, args, grid, notes).map(Value::Vector);
        }
        if let Some(change) = math::function(name) {
            let (columns, _held) = self.columns(&args[0], grid, notes)?.parts();
            return Ok(Value::Vector(math::mapped(columns, |_, value| change(value))));
        }
        if let Some(value) = self.of_query(name, grid) {
            return Ok(Value::Scalar(value));
        }
        match name {
            "scalar" => {
                let columns = self.columns(&args[0], grid, notes)?;
                Ok(Value::Scalar((0..grid.count).map(|step| only_float(&columns, step)).collect()))
            }
            "max_of" | "min_of" => {
                let left = self.scalar(&args[0], grid, notes)?;
                let right = self.scalar(&args[1], grid, notes)?;
                let pick = if name == "max_of" { math::go_max } else { math::go_min };
                Ok(Value::Scalar(left.iter().zip(&*right).map(|(a, b)| pick(*a, *b)).collect()))
            }
            _ => self.vector_call(name, args, expr, grid, notes).map(Value::Vector),
        }
    }

    /// Functions whose value follows from the query alone.
    fn of_query(&self, name: &str, grid: &Grid) -> Option<Vec<f64>> {
        let (from, to) = (self.period.from_ms, self.period.to_ms);
        let value = match name {
            "time" => return Some(grid.times().map(over::seconds).collect()),
            "pi" => std::f64::consts::PI,
            "start" => over::seconds(from),
            "end" => over::seconds(to),
            "range" => over::seconds(to - from),
            "step" if self.is_instant => 0.0,
            "step" => over::seconds(self.period.step_ms),
            _ => return None,
        };
        Some(vec![value; grid.count])
    }

    fn vector_call(
        &self,
        name: &str,
        args: &[Expr],
        expr: &Expr,
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Vec<Column>, PromqlError> {
        match name {
            "absent" => {
                let columns = self.columns(&args[0], grid, notes)?;
                Ok(super::absent::absent(args[0].bare(), &columns, grid))
            }
            "clamp" | "clamp_max" | "clamp_min" => self.clamp(name, args, grid, notes),
            "round" => {
                let to = match args.get(1) {
                    Some(to) => self.scalar(to, grid, notes)?,
                    None => self.memory.hold(vec![1.0; grid.count])?,
                };
                let (columns, _held) = self.columns(&args[0], grid, notes)?.parts();
                Ok(math::mapped(columns, |step, value| math::rounded(value, to[step])))
            }
            "vector" => {
                let values = self.scalar(&args[0], grid, notes)?.into_value();
                Ok(vec![math::nameless(values, grid)])
            }
            "timestamp" => self.timestamps(&args[0], grid, notes),
            "start_timestamp" => self.start_timestamps(&args[0], grid, notes),
            "label_replace" => self.label_replace(args, grid, notes),
            "label_join" => self.label_join(args, grid, notes),
            "sort" | "sort_desc" | "sort_by_label" | "sort_by_label_desc" => {
                self.sort(name, args, expr.span, grid, notes)
            }
            "info" => self.info(args, grid, notes),
            _ if name.starts_with("histogram_") => self.histogram_call(name, args, grid, notes),
            _ => self.calendar(name, args, grid, notes),
        }
    }

    fn range_call(
        &self,
        kernel: Kernel,
        name: &str,
        args: &[Expr],
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Vec<Column>, PromqlError> {
        let mut columns = self.memory.hold(Vec::new())?;
        self.windows(kernel, name, args, grid, notes, Take::all(&mut columns))?;
        if name == "absent_over_time" {
            return Ok(super::absent::absent(args[0].bare(), &columns, grid));
        }
        Ok(columns.into_value())
    }

    /// What a function over a range vector makes of each series.
    pub(super) fn windows(
        &self,
        kernel: Kernel,
        name: &str,
        args: &[Expr],
        grid: &Grid,
        notes: &mut Notes,
        take: Take<'_>,
    ) -> Result<(), PromqlError> {
        let range = usize::from(kernel == Kernel::Quantile);
        let others = args.iter().enumerate().filter(|(at, _)| *at != range);
        let (mut params, mut params_held) = (Vec::new(), Vec::new());
        for (_, arg) in others {
            let (values, held) = self.scalar(arg, grid, notes)?.parts();
            params.push(values);
            params_held.push(held);
        }
        self.over_time((kernel, name), &args[range], &params, grid, notes, take)
    }

    fn clamp(
        &self,
        name: &str,
        args: &[Expr],
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Vec<Column>, PromqlError> {
        let (columns, _held) = self.columns(&args[0], grid, notes)?.parts();
        let first = self.scalar(&args[1], grid, notes)?;
        let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
        Ok(match name {
            "clamp_max" => math::clamped(columns, &vec![low; grid.count], &first),
            "clamp_min" => math::clamped(columns, &first, &vec![high; grid.count]),
            _ => {
                let most = self.scalar(&args[2], grid, notes)?;
                math::clamped(columns, &first, &most)
            }
        })
    }

    /// The times of the samples of a plain selector that `shown` means.
    fn times_of(
        &self,
        arg: &Expr,
        name: &str,
        shown: Shown,
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Vec<Column>, PromqlError> {
        let mut columns = self.memory.hold(Vec::new())?;
        if let Kind::Vector(selector) = &arg.bare().kind {
            let (of, hint) = ((selector, arg.span), Hint::Call(name));
            self.vector_of(of, grid, hint, shown, notes, Take::all(&mut columns))?;
        }
        for column in &mut *columns {
            column.drop_name = true;
        }
        Ok(columns.into_value())
    }

    /// Of a plain selector the times from which on its samples count, where the source says them;
    /// of anything else nothing.
    fn start_timestamps(
        &self,
        arg: &Expr,
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Vec<Column>, PromqlError> {
        if !matches!(arg.bare().kind, Kind::Vector(_)) {
            self.columns(arg, grid, notes)?;
        }
        self.times_of(arg, "start_timestamp", Shown::Start, grid, notes)
    }

    /// Of a plain selector the times of the samples, of anything else those of the evaluation.
    fn timestamps(
        &self,
        arg: &Expr,
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Vec<Column>, PromqlError> {
        if let Kind::Vector(_) = &arg.bare().kind {
            return self.times_of(arg, "timestamp", Shown::Time, grid, notes);
        }
        let (mut columns, _held) = self.columns(arg, grid, notes)?.parts();
        for column in &mut columns {
            for (step, at) in grid.times().enumerate() {
                if column.is_present(step) {
                    column.floats[step] = over::seconds(at);
                }
            }
            column.histograms = None;
            column.drop_name = true;
        }
        Ok(columns)
    }

    fn calendar(
        &self,
        name: &str,
        args: &[Expr],
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Vec<Column>, PromqlError> {
        #[expect(clippy::cast_precision_loss, reason = "parts of a date are small")]
        let part = |seconds: i64| {
            Date::of_seconds(seconds).part(name).map_or(f64::NAN, |part| part as f64)
        };
        let Some(arg) = args.first() else {
            let values = grid.times().map(|at| part(at / 1000)).collect();
            return Ok(vec![math::nameless(values, grid)]);
        };
        let (columns, _held) = self.columns(arg, grid, notes)?.parts();
        // Seconds beyond what a calendar can tell are cut off, as are fractions.
        #[expect(clippy::cast_possible_truncation, reason = "bounded before")]
        let of = |value: f64| part(value.clamp(-9e15, 9e15) as i64);
        Ok(math::mapped(columns, |_, value| of(value)))
    }
}

/// The only float at a step; NaN if there is none or more than one.
fn only_float(columns: &[Column], step: usize) -> f64 {
    let mut floats = columns.iter().map(|column| column.floats[step]).filter(|f| !is_absent(*f));
    match (floats.next(), floats.next()) {
        (Some(float), None) => float,
        _ => f64::NAN,
    }
}

/// Applies a function to every histogram; floats are left out.
pub(super) fn of_histograms(
    columns: Vec<Column>,
    grid: &Grid,
    of: impl Fn(&series::Histogram) -> f64,
) -> Vec<Column> {
    let change = |column: Column| {
        let mut made = Column::new(column.labels.clone(), grid.count);
        made.drop_name = true;
        let mut any = false;
        for step in 0..grid.count {
            if let Cell::Histogram(held) = column.cell(step) {
                made.floats[step] = crate::column::stored(of(held));
                any = true;
            }
        }
        any.then_some(made)
    };
    columns.into_iter().filter(Column::has_histograms).filter_map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::super::histogram::le_value;

    #[test]
    fn bounds_are_read_as_go_reads_floats() {
        assert_eq!(le_value("+Inf"), Some(f64::INFINITY));
        assert_eq!(le_value(".2"), Some(0.2));
        assert_eq!(le_value("1e0"), Some(1.0));
        assert_eq!(le_value("Hello"), None);
        assert_eq!(le_value(""), None);
    }
}
