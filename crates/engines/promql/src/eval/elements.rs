//! One operator applied to one pair of values.

use crate::annotation::{Doing, Notes};
use crate::column::Cell;
use crate::syntax::ast::{Operator, Span};
use series::{Histogram, ResetHint, Trim};
use std::sync::Arc;

/// What an operator makes of two values.
#[derive(Debug)]
pub(super) enum Made {
    /// The operator is not for these values.
    Nothing,
    /// A value; `false`: a comparison that does not hold.
    Float(f64, bool),
    /// A histogram; `false`: a comparison that does not hold.
    Histogram(Arc<Histogram>, bool),
}

/// Reckons two floats; `false` where a comparison does not hold.
#[inline]
pub(super) fn of_floats(op: Operator, left: f64, right: f64) -> Option<(f64, bool)> {
    Some(match op {
        Operator::Add => (left + right, true),
        Operator::Sub => (left - right, true),
        Operator::Mul => (left * right, true),
        Operator::Div => (left / right, true),
        Operator::Mod => (left % right, true),
        Operator::Pow => (power(left, right), true),
        Operator::Atan2 => (left.atan2(right), true),
        Operator::Equal => (left, left == right),
        Operator::NotEqual => (left, left != right),
        Operator::Greater => (left, left > right),
        Operator::Less => (left, left < right),
        Operator::GreaterEqual => (left, left >= right),
        Operator::LessEqual => (left, left <= right),
        _ => return None,
    })
}

/// As Go's `math.Pow`, which knows `(-1) ^ ±Inf` as 1, as C does.
fn power(base: f64, exponent: f64) -> f64 {
    base.powf(exponent)
}

/// Reckons two values of any kind.
///
/// Source: Prometheus, `vectorElemBinop`.
pub(super) fn of_cells(
    op: Operator,
    left: Cell<'_>,
    right: Cell<'_>,
    span: Span,
    notes: &mut Notes,
) -> Made {
    let mut refuse = |left: &str, right: &str| {
        notes.incompatible_types(left, op.symbol(), right, span);
        Made::Nothing
    };
    match (left, right) {
        (Cell::Nothing, _) | (_, Cell::Nothing) => Made::Nothing,
        (Cell::Float(left), Cell::Float(right)) => match of_floats(op, left, right) {
            Some((value, holds)) => Made::Float(value, holds),
            None => refuse("float", "float"),
        },
        (Cell::Float(factor), Cell::Histogram(held)) => match op {
            Operator::Mul => Made::Histogram(changed(held, |made| made.scale(factor)), true),
            _ => refuse("float", "histogram"),
        },
        (Cell::Histogram(held), Cell::Float(value)) => {
            let made = match op {
                Operator::Mul => changed(held, |made| made.scale(value)),
                Operator::Div => changed(held, |made| made.divide(value)),
                Operator::TrimUpper => Arc::new(held.trimmed(Trim::KeepBelow, value)),
                Operator::TrimLower => Arc::new(held.trimmed(Trim::KeepAbove, value)),
                _ => return refuse("histogram", "float"),
            };
            Made::Histogram(made, true)
        }
        (Cell::Histogram(left), Cell::Histogram(right)) => match op {
            Operator::Add | Operator::Sub => sum(op, left, right, span, notes),
            Operator::Equal => Made::Histogram(Arc::clone(left), alike(left, right)),
            Operator::NotEqual => Made::Histogram(Arc::clone(left), !alike(left, right)),
            _ => refuse("histogram", "histogram"),
        },
    }
}

fn alike(left: &Histogram, right: &Histogram) -> bool {
    left.same_as(right)
}

fn changed(held: &Arc<Histogram>, change: impl Fn(&mut Histogram)) -> Arc<Histogram> {
    let mut made = (**held).clone();
    change(&mut made);
    Arc::new(made.compacted())
}

fn sum(op: Operator, left: &Histogram, right: &Histogram, span: Span, notes: &mut Notes) -> Made {
    let mut made = left.clone();
    let (done, doing) = if op == Operator::Add {
        (made.add(right), Doing::Addition)
    } else {
        (made.subtract(right), Doing::Subtraction)
    };
    let Ok(added) = done else {
        notes.incompatible_layout(op.symbol(), span);
        return Made::Nothing;
    };
    if added.hints_collide {
        notes.hints_collide(doing, span);
    }
    if added.bounds_reconciled {
        notes.bounds_reconciled(doing, span);
    }
    if op == Operator::Sub {
        made.hint = ResetHint::Gauge;
    }
    Made::Histogram(Arc::new(made.compacted()), true)
}
