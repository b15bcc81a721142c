//! Aggregations: which way each goes.

use super::Eval;
use super::choose::Choosing;
use super::fold::Fold;
use super::group::{Deciding, Groups};
use super::selector::Shown;
use super::take::Take;
use super::{choose, count_values, is_pinned, quantile};
use crate::PromqlError;
use crate::annotation::Notes;
use crate::column::{Column, Grid};
use crate::memory::Held;
use crate::over::Kernel;
use crate::source::Function as Hint;
use crate::syntax::ast::{Aggregate, Aggregator, Expr, Kind};

/// Columns with the number of the group that each belongs to.
pub(super) struct Grouped {
    pub(super) columns: Vec<Column>,
    pub(super) numbers: Vec<usize>,
    /// For each group the first column in it.
    pub(super) firsts: Vec<usize>,
}

impl Grouped {
    fn new(columns: Vec<Column>, deciding: Deciding<'_>) -> Self {
        let mut groups = Groups::default();
        let (mut numbers, mut firsts) = (Vec::with_capacity(columns.len()), Vec::new());
        for (at, column) in columns.iter().enumerate() {
            let number = groups.number(deciding, &column.labels);
            if number == firsts.len() {
                firsts.push(at);
            }
            numbers.push(number);
        }
        Self { columns, numbers, firsts }
    }

    /// For each group the columns in it.
    pub(super) fn members(&self) -> Vec<Vec<usize>> {
        let mut members = vec![Vec::new(); self.firsts.len()];
        for (at, number) in self.numbers.iter().enumerate() {
            members[*number].push(at);
        }
        members
    }
}

impl Eval<'_> {
    pub(super) fn aggregate(
        &self,
        aggregate: &Aggregate,
        expr: &Expr,
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Vec<Column>, PromqlError> {
        let Aggregate { op, grouping, without, param, .. } = aggregate;
        let label = if *op == Aggregator::CountValues {
            Some(count_values::label(param.as_ref())?)
        } else {
            None
        };
        let params = match param {
            Some(param) if label.is_none() => Some(self.scalar(param, grid, notes)?),
            _ => None,
        };
        let deciding = Deciding { listed: grouping, only: !without };
        if is_fold(*op) {
            return self.folded(aggregate, deciding, grid, notes);
        }
        let (columns, _held) = self.aggregated(aggregate, grid, notes)?.parts();
        let span = aggregate.expr.span;
        let (params, _params_held) = params.map(Held::parts).unzip();
        let params = params.unwrap_or_default();
        let param_span = param.as_ref().map_or(expr.span, |param| param.bare().span);
        if choose::is_choice(*op) {
            let Some(limits) = choose::limits(*op, &params, param_span, notes)? else {
                return Ok(Vec::new());
            };
            let grouped = Grouped::new(columns, deciding);
            let mut choosing =
                Choosing { op: *op, limits: &limits, span, room: self.memory.nothing() };
            return choosing.choose(grouped, grid, notes);
        }
        if *op == Aggregator::Quantile {
            quantile::check(&params, param_span, notes);
        }
        let grouped = Grouped::new(columns, deciding);
        let _room = self.admit(grouped.firsts.len(), grid.count)?;
        match (op, label) {
            (Aggregator::CountValues, Some(label)) => {
                count_values::count(&grouped, deciding, &label, grid, &self.memory)
            }
            (Aggregator::Quantile, _) => {
                Ok(quantile::quantiles(&grouped, deciding, &params, span, grid, notes))
            }
            _ => Err(PromqlError::eval("this aggregator is not known")),
        }
    }

    /// Aggregators that look at each value once: what is made for them need not be kept.
    fn folded(
        &self,
        aggregate: &Aggregate,
        deciding: Deciding<'_>,
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Vec<Column>, PromqlError> {
        let inner = aggregate.expr.bare();
        let (span, room) = (aggregate.expr.span, self.memory.nothing());
        let mut fold = Fold::new(aggregate.op, deciding, span, grid.count, room);
        let each = Box::new(|column: Column, key, _counted| fold.add(&column, key));
        let take = Take { marks: Some(deciding), each };
        match &inner.kind {
            _ if grid.count > 1 && is_pinned(inner) => {
                self.fold_all(inner, grid, notes, take)?;
            }
            Kind::Vector(selector) => {
                let counts = matches!(aggregate.op, Aggregator::Count | Aggregator::Group);
                let shown = if counts { Shown::Presence } else { Shown::Value };
                let hint = hint(aggregate);
                self.vector_of((selector, inner.span), grid, hint, shown, notes, take)?;
            }
            Kind::Call(function, args) if function.name != "absent_over_time" => {
                match Kernel::named(function.name) {
                    Some(kernel) => {
                        self.windows(kernel, function.name, args, grid, notes, take)?;
                    }
                    None => self.fold_all(inner, grid, notes, take)?,
                }
            }
            _ => self.fold_all(inner, grid, notes, take)?,
        }
        let _room = self.admit(fold.groups(), grid.count)?;
        Ok(fold.finish(notes))
    }

    /// Gives away what an expression amounts to.
    fn fold_all(
        &self,
        inner: &Expr,
        grid: &Grid,
        notes: &mut Notes,
        take: Take<'_>,
    ) -> Result<(), PromqlError> {
        let (columns, _held) = self.columns(inner, grid, notes)?.parts();
        take.made(columns)
    }

    fn aggregated(
        &self,
        aggregate: &Aggregate,
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Held<Vec<Column>>, PromqlError> {
        let inner = &aggregate.expr;
        if let Kind::Vector(selector) = &inner.kind
            && selector.shift.at.is_none()
        {
            let columns = self.vector(selector, inner.span, grid, hint(aggregate), notes)?;
            return self.memory.hold(columns);
        }
        self.columns(inner, grid, notes)
    }
}

fn hint(aggregate: &Aggregate) -> Hint<'_> {
    Hint::Aggregate(aggregate.op.name(), &aggregate.grouping, aggregate.without)
}

fn is_fold(op: Aggregator) -> bool {
    matches!(
        op,
        Aggregator::Sum
            | Aggregator::Avg
            | Aggregator::Count
            | Aggregator::Group
            | Aggregator::Min
            | Aggregator::Max
            | Aggregator::Stddev
            | Aggregator::Stdvar
    )
}
