//! Durations that are expressions: reckoned once, before the evaluation.

use crate::PromqlError;
use crate::syntax::ast::{Expr, Kind, Shift, Window};
use crate::syntax::duration::checked_ms;

/// Puts milliseconds in the place of every duration expression.
pub(crate) fn resolve(expr: &mut Expr, step_ms: i64, range_ms: i64) -> Result<(), PromqlError> {
    let window = |window: &mut Window| -> Result<(), PromqlError> {
        let Some(written) = &window.expr else { return Ok(()) };
        let ms = reckoned(written, step_ms, range_ms)?;
        if ms <= 0 {
            return Err(PromqlError::eval("duration must be greater than 0"));
        }
        window.ms = ms;
        Ok(())
    };
    let shift = |shift: &mut Shift| -> Result<(), PromqlError> {
        if let Some(written) = &shift.offset_expr {
            shift.offset_ms = reckoned(written, step_ms, range_ms)?;
        }
        Ok(())
    };
    match &mut expr.kind {
        Kind::Vector(selector) => shift(&mut selector.shift),
        Kind::Matrix(selector, range) => {
            window(range)?;
            shift(&mut selector.shift)
        }
        Kind::Subquery(subquery) => {
            window(&mut subquery.range)?;
            if let Some(step) = &mut subquery.step {
                window(step)?;
            }
            shift(&mut subquery.shift)?;
            resolve(&mut subquery.expr, step_ms, range_ms)
        }
        Kind::Call(_, args) => args.iter_mut().try_for_each(|arg| resolve(arg, step_ms, range_ms)),
        Kind::Aggregate(aggregate) => {
            if let Some(param) = &mut aggregate.param {
                resolve(param, step_ms, range_ms)?;
            }
            resolve(&mut aggregate.expr, step_ms, range_ms)
        }
        Kind::Binary(binary) => {
            resolve(&mut binary.lhs, step_ms, range_ms)?;
            resolve(&mut binary.rhs, step_ms, range_ms)
        }
        Kind::Unary(_, inner) | Kind::Paren(inner) => resolve(inner, step_ms, range_ms),
        Kind::Number(..) | Kind::String(_) => Ok(()),
    }
}

fn reckoned(
    written: &crate::DurationExpr,
    step_ms: i64,
    range_ms: i64,
) -> Result<i64, PromqlError> {
    let seconds = written.seconds(step_ms, range_ms)?;
    checked_ms(seconds).ok_or_else(|| PromqlError::eval("duration is out of range"))
}
