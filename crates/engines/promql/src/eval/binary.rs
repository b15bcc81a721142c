//! Binary operators: which kind of operands goes which way.

use super::Eval;
use super::elements::{Made, of_cells, of_floats};
use crate::PromqlError;
use crate::annotation::Notes;
use crate::column::{Cell, Column, Grid, Value, is_absent, stored};
use crate::syntax::ast::{Binary, Operator, Span};

impl Eval<'_> {
    pub(super) fn binary(
        &self,
        binary: &Binary,
        span: Span,
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Value, PromqlError> {
        let left = self.eval(&binary.lhs, grid, notes)?;
        let right = self.eval(&binary.rhs, grid, notes)?;
        match (left, right) {
            (Value::Scalar(left), Value::Scalar(right)) => {
                scalars(binary, &left, &right).map(Value::Scalar)
            }
            (Value::Vector(columns), Value::Scalar(scalar)) => {
                Ok(Value::Vector(with_scalar(binary, columns, &scalar, false, span, notes)))
            }
            (Value::Scalar(scalar), Value::Vector(columns)) => {
                Ok(Value::Vector(with_scalar(binary, columns, &scalar, true, span, notes)))
            }
            (Value::Vector(left), Value::Vector(right)) => {
                if binary.op.is_set() {
                    return super::set::set(binary, left, right, grid).map(Value::Vector);
                }
                self.admit(left.len().max(right.len()), grid.count)?;
                super::join::join(binary, left, right, span, grid, notes).map(Value::Vector)
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

/// A vector with a scalar. `swapped`: the scalar stands on the left.
fn with_scalar(
    binary: &Binary,
    columns: Vec<Column>,
    scalar: &[f64],
    swapped: bool,
    span: Span,
    notes: &mut Notes,
) -> Vec<Column> {
    let Binary { op, returns_bool, .. } = *binary;
    let drops = op.changes_meaning() || returns_bool;
    let mut made = Vec::with_capacity(columns.len());
    for mut column in columns {
        column.drop_name |= drops;
        if column.has_histograms() || matches!(op, Operator::TrimLower | Operator::TrimUpper) {
            column = mixed_with_scalar(binary, &column, scalar, swapped, span, notes);
        } else {
            for (float, scalar) in column.floats.iter_mut().zip(scalar) {
                if !is_absent(*float) {
                    *float = float_with_scalar(op, returns_bool, *float, *scalar, swapped);
                }
            }
        }
        if !column.is_empty() {
            made.push(column);
        }
    }
    made
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

fn mixed_with_scalar(
    binary: &Binary,
    column: &Column,
    scalar: &[f64],
    swapped: bool,
    span: Span,
    notes: &mut Notes,
) -> Column {
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
            Made::Histogram(held, true) => made.put_histogram(step, held),
            Made::Float(..) | Made::Histogram(..) => {}
        }
    }
    made
}
