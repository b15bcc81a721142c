//! Binary operators: which kind of operands goes which way.

use super::Eval;
use super::elements::{Made, of_cells, of_floats};
use crate::PromqlError;
use crate::annotation::Notes;
use crate::column::{Cell, Column, Grid, Value, is_absent, stored};
use crate::memory::{Charge, Memory};
use crate::syntax::ast::{Binary, Operator, Span};

impl Eval<'_> {
    pub(super) fn binary(
        &self,
        binary: &Binary,
        span: Span,
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Value, PromqlError> {
        let (left, _left_held) = self.eval(&binary.lhs, grid, notes)?.parts();
        let (right, _right_held) = self.eval(&binary.rhs, grid, notes)?.parts();
        let memory = &self.memory;
        match (left, right) {
            (Value::Scalar(left), Value::Scalar(right)) => {
                scalars(binary, &left, &right).map(Value::Scalar)
            }
            (Value::Vector(columns), Value::Scalar(scalar)) => {
                let scalar = WithScalar { binary, scalar: &scalar, swapped: false, span, memory };
                scalar.of(columns, notes).map(Value::Vector)
            }
            (Value::Scalar(scalar), Value::Vector(columns)) => {
                let scalar = WithScalar { binary, scalar: &scalar, swapped: true, span, memory };
                scalar.of(columns, notes).map(Value::Vector)
            }
            (Value::Vector(left), Value::Vector(right)) => {
                if binary.op.is_set() {
                    return super::set::set(binary, left, right, grid, memory).map(Value::Vector);
                }
                drop(self.admit(left.len().max(right.len()), grid.count)?);
                let sides = (left, right);
                super::join::join(binary, sides, span, grid, memory, notes).map(Value::Vector)
            }
            _ => Err(PromqlError::eval("operators are not for strings")),
        }
    }
}

fn scalars(binary: &Binary, left: &[f64], right: &[f64]) -> Result<Vec<f64>, PromqlError> {
    let op = binary.op;
    let one = |(left, right): (&f64, &f64)| {
        let Some((value, holds)) = of_floats(op, *left, *right) else {
            let message = format!("operator \"{}\" not allowed for Scalar operations", op.symbol());
            return Err(PromqlError::eval(message));
        };
        Ok(if op.is_comparison() { f64::from(u8::from(holds)) } else { value })
    };
    left.iter().zip(right).map(one).collect()
}

/// A vector with a scalar.
struct WithScalar<'b> {
    binary: &'b Binary,
    scalar: &'b [f64],
    /// The scalar stands on the left.
    swapped: bool,
    span: Span,
    memory: &'b Memory,
}

impl WithScalar<'_> {
    fn of(&self, columns: Vec<Column>, notes: &mut Notes) -> Result<Vec<Column>, PromqlError> {
        let Binary { op, returns_bool, .. } = *self.binary;
        let drops = op.changes_meaning() || returns_bool;
        let mut room = self.memory.nothing();
        let mut made = Vec::with_capacity(columns.len());
        for mut column in columns {
            column.drop_name |= drops;
            if column.has_histograms() || matches!(op, Operator::TrimLower | Operator::TrimUpper) {
                column = self.mixed(&column, &mut room, notes)?;
            } else {
                for (float, scalar) in column.floats.iter_mut().zip(self.scalar) {
                    if !is_absent(*float) {
                        *float = float_with_scalar(op, returns_bool, *float, *scalar, self.swapped);
                    }
                }
            }
            if !column.is_empty() {
                made.push(column);
            }
        }
        Ok(made)
    }

    fn mixed(
        &self,
        column: &Column,
        room: &mut Charge,
        notes: &mut Notes,
    ) -> Result<Column, PromqlError> {
        let Self { binary, scalar, swapped, span, .. } = *self;
        let op = binary.op;
        let mut made = Column::new(column.labels.clone(), scalar.len());
        made.drop_name = column.drop_name;
        for (step, scalar) in scalar.iter().enumerate() {
            let cell = column.cell(step);
            if matches!(cell, Cell::Nothing) {
                continue;
            }
            let (left, right) =
                if swapped { (Cell::Float(*scalar), cell) } else { (cell, Cell::Float(*scalar)) };
            match of_cells(op, left, right, span, notes) {
                Made::Nothing => {}
                Made::Float(_, holds) if binary.returns_bool => {
                    made.floats[step] = f64::from(u8::from(holds));
                }
                Made::Float(_, true) if op.is_comparison() => made.put(step, cell),
                Made::Float(value, true) => made.floats[step] = stored(value),
                Made::Histogram(held, true) => {
                    room.grow(held.bytes())?;
                    made.put_histogram(step, held);
                }
                Made::Float(..) | Made::Histogram(..) => {}
            }
        }
        Ok(made)
    }
}

#[inline]
fn float_with_scalar(
    op: Operator,
    bool_result: bool,
    float: f64,
    scalar: f64,
    swapped: bool,
) -> f64 {
    let (left, right) = if swapped { (scalar, float) } else { (float, scalar) };
    let Some((value, holds)) = of_floats(op, left, right) else { return crate::column::ABSENT };
    if bool_result {
        return f64::from(u8::from(holds));
    }
    if !holds {
        return crate::column::ABSENT;
    }
    // A comparison shows the vector's value, on whichever side it stands.
    if op.is_comparison() { float } else { stored(value) }
}
