//! Queries that are pinned to a time by `@`.

use promql::{At, Expr, Kind, ParseOptions, Shift, parse};
use regex::Regex;
use std::sync::LazyLock;

/// Functions of the time of evaluation: they have no other to be pinned to.
static OF_TIME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)\b(time|timestamp|minute|hour|month|year|day_of_month|day_of_week|day_of_year
            |days_in_month|predict_linear|start|end|step|range)\s*\(",
    )
    .expect("a constant")
});

/// The query with `@` on every selector and subquery that has none; what stands in a subquery goes
/// with it. `None` if it asks for the time of its evaluation.
pub(crate) fn pinned(query: &str, at_ms: i64) -> Result<Option<String>, String> {
    if OF_TIME.is_match(query) {
        return Ok(None);
    }
    let parsed = parse(query, ParseOptions { experimental: true });
    let mut expr = parsed.map_err(|refused| refused.to_string())?;
    pin(&mut expr, at_ms);
    Ok(Some(expr.to_string()))
}

fn pin(expr: &mut Expr, at_ms: i64) {
    let set = |shift: &mut Shift| {
        shift.at.get_or_insert(At::Ms(at_ms));
    };
    match &mut expr.kind {
        Kind::Vector(selector) | Kind::Matrix(selector, _) => set(&mut selector.shift),
        Kind::Subquery(subquery) => set(&mut subquery.shift),
        Kind::Call(_, args) => args.iter_mut().for_each(|arg| pin(arg, at_ms)),
        Kind::Aggregate(aggregate) => {
            aggregate.param.iter_mut().for_each(|param| pin(param, at_ms));
            pin(&mut aggregate.expr, at_ms);
        }
        Kind::Binary(binary) => {
            pin(&mut binary.lhs, at_ms);
            pin(&mut binary.rhs, at_ms);
        }
        Kind::Unary(_, inner) | Kind::Paren(inner) => pin(inner, at_ms),
        Kind::Number(..) | Kind::String(_) => {}
    }
}
