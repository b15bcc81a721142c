//! Expressions whose value at a moment is settled once that moment has passed.

use super::ast::{Aggregator, Expr, Extension, Kind, Selector, Shift, Window};
use crate::stack::HEIGHT_PLAIN;

/// What looks at the period that is asked for, or at series beyond their own time.
const LOOKING_AROUND: [&str; 5] = ["info", "start", "end", "range", "step"];

impl Expr {
    /// Tells whether the value at a moment follows from the samples up to that moment, whichever
    /// period is asked for around it: then it may be taken from an earlier answer, as long as these
    /// samples are the same. `false` also where that would be laborious to find out.
    #[must_use]
    pub fn rests_on_past(&self) -> bool {
        self.height <= HEIGHT_PLAIN && self.looks_back_only()
    }

    fn looks_back_only(&self) -> bool {
        let own = match &self.kind {
            Kind::Vector(selector) => finds_back(selector),
            Kind::Matrix(selector, window) => finds_back(selector) && is_literal(window),
            Kind::Subquery(inner) => {
                is_back(&inner.shift)
                    && is_literal(&inner.range)
                    && inner.step.as_ref().is_none_or(is_literal)
            }
            Kind::Call(function, _) => !LOOKING_AROUND.contains(&function.name),
            // Which series it chooses depends on which others there are in the period.
            Kind::Aggregate(inner) => inner.op != Aggregator::Limitk,
            Kind::Number(..)
            | Kind::String(_)
            | Kind::Binary(_)
            | Kind::Unary(..)
            | Kind::Paren(_) => true,
        };
        own && self.children().into_iter().all(Self::looks_back_only)
    }
}

fn finds_back(selector: &Selector) -> bool {
    is_back(&selector.shift) && selector.extension != Extension::Smoothed
}

/// Not pinned to a time, and not turned to the future.
fn is_back(shift: &Shift) -> bool {
    shift.at.is_none() && shift.offset_expr.is_none() && shift.offset_ms >= 0
}

/// A reckoned length may be that of the period.
fn is_literal(window: &Window) -> bool {
    window.expr.is_none()
}

#[cfg(test)]
mod tests {
    use crate::{ParseOptions, parse};

    #[test]
    fn what_looks_ahead_or_around_is_told_from_what_looks_back() {
        let golden = [
            ("1 + 2 * time()", true),
            ("sum by (mode) (rate(a{b=\"c\"}[5m])) / on (mode) count(d offset 1h)", true),
            ("max_over_time(sum(rate(a[5m]))[30m:1m])", true),
            ("topk(3, -a) or vector(1)", true),
            ("a offset -1m", false),
            ("a @ 1000", false),
            ("rate(a[5m] @ end())", false),
            ("sum_over_time((a @ start())[5m:])", false),
            ("max_over_time(a[30m:1m] offset -5m)", false),
            ("rate(a[range()])", false),
            ("rate(a[5m:step()])", false),
            ("a offset step()", false),
            ("a * range()", false),
            ("delta(a[5m] smoothed)", false),
            ("delta(a[5m] anchored)", true),
            ("info(a)", false),
            ("sum(limitk(2, a))", false),
        ];
        for (query, expected) in golden {
            let expr = parse(query, ParseOptions { experimental: true });
            // Not all of them have the type that a range query needs; they all read well.
            let Ok(expr) = expr else { panic!("{query}: {expr:?}") };
            assert_eq!(expr.rests_on_past(), expected, "{query}");
        }
        let deep = format!("{}a{}", "(".repeat(80), ")".repeat(80));
        let deep = parse(&deep, ParseOptions { experimental: true }).unwrap();
        assert!(!deep.rests_on_past());
    }
}
