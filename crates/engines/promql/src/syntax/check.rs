//! Types: what may stand where.

use super::ast::{
    Aggregate, Aggregator, Binary, Cardinality, Expr, Kind, Selector, Span, Subquery, ValueType,
};
use super::functions::Function;
use super::quote::go_quote;
use crate::ParseError;
use series::METRIC_LABEL;

/// Checks an expression and everything inside.
pub(super) fn types(query: &str, expr: &Expr) -> Result<(), ParseError> {
    for (at, child) in expr.children().into_iter().enumerate() {
        // The second argument of `info` is a list of matchers, not a selector of series.
        let bare_matchers =
            at == 1 && matches!(&expr.kind, Kind::Call(function, _) if function.name == "info");
        if !bare_matchers {
            types(query, child)?;
        }
    }
    let check = Check { query, expr };
    match &expr.kind {
        Kind::Vector(selector) | Kind::Matrix(selector, _) => check.selector(selector),
        Kind::Subquery(subquery) => check.subquery(subquery),
        Kind::Call(function, args) => check.call(function, args),
        Kind::Aggregate(aggregate) => check.aggregate(aggregate),
        Kind::Binary(binary) => check.binary(binary),
        Kind::Unary(_, inner) => match inner.value_type() {
            ValueType::Scalar | ValueType::Vector => Ok(()),
            other => check.fail(format!(
                "unary expression only allowed on expressions of type scalar or instant vector, \
                 got {}",
                go_quote(other.documented())
            )),
        },
        Kind::Number(..) | Kind::String(_) | Kind::Paren(_) => Ok(()),
    }
}

struct Check<'q> {
    query: &'q str,
    expr: &'q Expr,
}

impl Check<'_> {
    fn fail(&self, what: impl Into<String>) -> Result<(), ParseError> {
        Err(ParseError::new(self.query, self.expr.span, what.into()))
    }

    /// Where the operator stands with what modifies it: all between its sides.
    fn operator(&self, left: &Expr, right: &Expr) -> Span {
        let (start, end) = (left.span.end, right.span.start);
        let between = self.query.get(start..end).unwrap_or_default();
        let blanks = between.len() - between.trim_start().len();
        Span::new(start + blanks, start + between.trim_end().len())
    }

    fn expect(&self, expr: &Expr, wanted: ValueType, context: &str) -> Result<(), ParseError> {
        let found = expr.value_type();
        if found == wanted {
            return Ok(());
        }
        let (wanted, found) = (wanted.documented(), found.documented());
        let what = format!("expected type {wanted} in {context}, got {found}");
        Err(ParseError::new(self.query, expr.span, what))
    }

    fn selector(&self, selector: &Selector) -> Result<(), ParseError> {
        if !selector.name.is_empty() {
            let name = go_quote(&selector.name);
            // The last one is the name's own.
            let others = selector.matchers.len().saturating_sub(1);
            let again = selector.matchers[..others].iter().find(|m| m.name() == METRIC_LABEL);
            if let Some(again) = again {
                let again = go_quote(again.value());
                return self.fail(format!("metric name must not be set twice: {name} or {again}"));
            }
            return Ok(());
        }
        if selector.matchers.iter().all(|matcher| matcher.accepts("")) {
            return self.fail("vector selector must contain at least one non-empty matcher");
        }
        Ok(())
    }

    fn subquery(&self, subquery: &Subquery) -> Result<(), ParseError> {
        match subquery.expr.value_type() {
            ValueType::Vector => Ok(()),
            other => self.fail(format!(
                "subquery is only allowed on instant vector, got {} instead",
                other.name()
            )),
        }
    }

    fn call(&self, function: &Function, args: &[Expr]) -> Result<(), ParseError> {
        let (wanted, given) = (function.args.len(), args.len());
        let name = go_quote(function.name);
        if function.variadic == 0 {
            if given != wanted {
                return self
                    .fail(format!("expected {wanted} argument(s) in call to {name}, got {given}"));
            }
        } else {
            let least = wanted - 1;
            if given < least {
                return self.fail(format!(
                    "expected at least {least} argument(s) in call to {name}, got {given}"
                ));
            }
            let most = usize::try_from(function.variadic).ok().map(|more| least + more);
            if let Some(most) = most.filter(|most| given > *most) {
                return self.fail(format!(
                    "expected at most {most} argument(s) in call to {name}, got {given}"
                ));
            }
        }
        let context = format!("call to function {name}");
        for (at, arg) in args.iter().enumerate() {
            let Some(wanted) = function.args.get(at).or(function.args.last()) else { break };
            if function.name == "info" && at == 1 {
                return self.info_selector(arg);
            }
            self.expect(arg, *wanted, &context)?;
            if *wanted == ValueType::String && !matches!(arg.bare().kind, Kind::String(_)) {
                return self.expect(arg, ValueType::String, &context);
            }
        }
        Ok(())
    }

    fn info_selector(&self, arg: &Expr) -> Result<(), ParseError> {
        let Kind::Vector(selector) = &arg.kind else {
            let what = "expected label selectors only";
            return Err(ParseError::new(self.query, arg.span, what.to_owned()));
        };
        if selector.name.is_empty() {
            return Ok(());
        }
        let what = "expected label selectors only, got vector selector instead";
        Err(ParseError::new(self.query, arg.span, what.to_owned()))
    }

    fn aggregate(&self, aggregate: &Aggregate) -> Result<(), ParseError> {
        self.expect(&aggregate.expr, ValueType::Vector, "aggregation expression")?;
        let Some(param) = &aggregate.param else { return Ok(()) };
        match aggregate.op {
            Aggregator::CountValues => {
                self.expect(param, ValueType::String, "aggregation parameter")
            }
            _ => self.expect(param, ValueType::Scalar, "aggregation parameter"),
        }
    }

    fn binary(&self, binary: &Binary) -> Result<(), ParseError> {
        let Binary { op, lhs, rhs, returns_bool, matching } = binary;
        let (left, right) = (lhs.value_type(), rhs.value_type());
        let fits = |kind| matches!(kind, ValueType::Scalar | ValueType::Vector);
        for (side, kind) in [(lhs, left), (rhs, right)] {
            if !fits(kind) {
                let what = "binary expression must contain only scalar and instant vector types";
                return Err(ParseError::new(self.query, side.span, what.to_owned()));
            }
        }
        let scalars = left == ValueType::Scalar && right == ValueType::Scalar;
        let vectors = left == ValueType::Vector && right == ValueType::Vector;
        if op.is_comparison() && !returns_bool && scalars {
            let what = "comparisons between scalars must use BOOL modifier";
            return Err(ParseError::new(self.query, self.operator(lhs, rhs), what.to_owned()));
        }
        let both = matching.include.iter().find(|label| matching.labels.contains(label));
        if let Some(label) = both.filter(|_| matching.on) {
            let label = go_quote(label);
            let what = format!("label {label} must not occur in ON and GROUP clause at once");
            return Err(ParseError::new(self.query, self.operator(lhs, rhs), what));
        }
        if op.is_set() {
            let symbol = go_quote(op.symbol());
            if !vectors {
                return self.fail(format!(
                    "set operator {symbol} not allowed in binary scalar expression"
                ));
            }
            if matching.cardinality != Cardinality::ManyToMany {
                return self.fail(format!("no grouping allowed for {symbol} operation"));
            }
            if matching.fill_left.is_some() || matching.fill_right.is_some() {
                return self.fail("filling in missing series not allowed for set operators");
            }
        }
        if !vectors && matching.given {
            let filled = matching.fill_left.is_some() || matching.fill_right.is_some();
            if filled && matching.labels.is_empty() && !matching.on {
                return self.fail("filling in missing series only allowed between instant vectors");
            }
            return self.fail("vector matching only allowed between instant vectors");
        }
        Ok(())
    }
}
