//! A tree as text over several lines, where one line would be too long.

use super::ast::{Expr, Kind};
use super::print::subquery_suffix;

/// Longest line that is left as it is.
const LINE_MAX: usize = 100;

impl Expr {
    /// The expression as `format_query` answers it.
    #[must_use]
    pub fn pretty(&self) -> String {
        self.pretty_at(0)
    }

    fn pretty_at(&self, level: usize) -> String {
        let indent = "  ".repeat(level);
        let line = self.to_string();
        let splits = line.len() > LINE_MAX;
        match &self.kind {
            Kind::Aggregate(aggregate) if splits => {
                let param = aggregate.param.as_ref().map(|param| {
                    let param = param.pretty_at(level + 1);
                    format!("{param},\n")
                });
                let (head, param) = (aggregate.head(), param.unwrap_or_default());
                let inner = aggregate.expr.pretty_at(level + 1);
                format!("{indent}{head}(\n{param}{inner}\n{indent})")
            }
            Kind::Binary(binary) if splits => {
                let lhs = binary.lhs.pretty_at(level + 1);
                let rhs = binary.rhs.pretty_at(level + 1);
                format!("{lhs}\n{indent}{}\n{rhs}", binary.head())
            }
            Kind::Call(function, args) if splits => {
                let args: Vec<String> = args.iter().map(|arg| arg.pretty_at(level + 1)).collect();
                format!("{indent}{}(\n{}\n{indent})", function.name, args.join(",\n"))
            }
            Kind::Paren(inner) if splits => {
                format!("{indent}(\n{}\n{indent})", inner.pretty_at(level + 1))
            }
            Kind::Subquery(subquery) if splits => {
                format!("{}{}", subquery.expr.pretty_at(level), subquery_suffix(&self.kind))
            }
            Kind::Unary(minus, inner) => {
                let inner = inner.pretty_at(level);
                format!("{indent}{}{}", if *minus { '-' } else { '+' }, inner.trim())
            }
            _ => format!("{indent}{line}"),
        }
    }
}
