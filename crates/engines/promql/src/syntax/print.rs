//! A tree as one line of text, as Prometheus prints it; reading the line gives the tree again.

use super::ast::{
    Aggregate, At, Binary, Cardinality, Expr, Extension, Kind, Matching, Selector, Shift, Window,
};
use super::duration::duration_text;
use super::quote::go_quote;
use series::{METRIC_LABEL, MatchOp, Matcher, is_label_name, number_general};
use std::fmt;

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Number(value, true) => f.write_str(&seconds_text(*value)),
            Kind::Number(value, false) => f.write_str(&number_general(*value)),
            Kind::String(text) => f.write_str(&go_quote(text)),
            Kind::Vector(selector) => {
                write!(f, "{selector}{}{}", selector.extension.suffix(), selector.shift)
            }
            Kind::Matrix(selector, range) => {
                let extension = selector.extension.suffix();
                write!(f, "{selector}[{range}]{extension}{}", selector.shift)
            }
            Kind::Subquery(subquery) => {
                write!(f, "{}{}", subquery.expr, subquery_suffix(&self.kind))
            }
            Kind::Call(function, args) => {
                write!(f, "{}(", function.name)?;
                for (at, arg) in args.iter().enumerate() {
                    write!(f, "{}{arg}", if at == 0 { "" } else { ", " })?;
                }
                f.write_str(")")
            }
            Kind::Aggregate(aggregate) => {
                write!(f, "{}(", aggregate.head())?;
                if let Some(param) = &aggregate.param {
                    write!(f, "{param}, ")?;
                }
                write!(f, "{})", aggregate.expr)
            }
            Kind::Binary(binary) => {
                let Binary { lhs, rhs, .. } = &**binary;
                write!(f, "{lhs} {} {rhs}", binary.head())
            }
            Kind::Unary(minus, inner) => write!(f, "{}{inner}", if *minus { '-' } else { '+' }),
            Kind::Paren(inner) => write!(f, "({inner})"),
        }
    }
}

/// `[5m:1m] @ 10.000 offset 5m`
pub(super) fn subquery_suffix(kind: &Kind) -> String {
    let Kind::Subquery(subquery) = kind else { return String::new() };
    let step = subquery.step.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("[{}:{step}]{}", subquery.range, subquery.shift)
}

fn seconds_text(seconds: f64) -> String {
    match super::duration::checked_ms(seconds) {
        Some(ms) => duration_text(ms),
        None => number_general(seconds),
    }
}

impl Aggregate {
    /// `sum by (a, b) `
    pub(super) fn head(&self) -> String {
        let name = self.op.name();
        if !self.without && self.grouping.is_empty() {
            return name.to_owned();
        }
        let word = if self.without { "without" } else { "by" };
        format!("{name} {word} ({}) ", label_list(&self.grouping))
    }
}

impl Binary {
    /// `== bool on (a) group_left (b)`
    pub(super) fn head(&self) -> String {
        let bool_word = if self.returns_bool { " bool" } else { "" };
        format!("{}{bool_word}{}", self.op.symbol(), self.matching)
    }
}

impl fmt::Display for Matching {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let grouped = matches!(self.cardinality, Cardinality::ManyToOne | Cardinality::OneToMany);
        if self.on || !self.labels.is_empty() || grouped {
            let word = if self.on { "on" } else { "ignoring" };
            write!(f, " {word} ({})", label_list(&self.labels))?;
        }
        if grouped {
            let left = self.cardinality == Cardinality::ManyToOne;
            let word = if left { "group_left" } else { "group_right" };
            write!(f, " {word} ({})", label_list(&self.include))?;
        }
        match (self.fill_left, self.fill_right) {
            (Some(left), Some(right)) if left.to_bits() == right.to_bits() => {
                write!(f, " fill ({})", number_general(left))
            }
            (left, right) => {
                for (word, value) in [("fill_left", left), ("fill_right", right)] {
                    if let Some(value) = value {
                        write!(f, " {word} ({})", number_general(value))?;
                    }
                }
                Ok(())
            }
        }
    }
}

fn label_list(labels: &[String]) -> String {
    let shown: Vec<String> = labels.iter().map(|label| label_text(label)).collect();
    shown.join(", ")
}

fn label_text(label: &str) -> String {
    if is_label_name(label) { label.to_owned() } else { go_quote(label) }
}

/// The name and its matchers in the order of their texts, without what follows. A name that stands
/// in the braces is one of the matchers.
///
/// Source: Prometheus, `VectorSelector.String`.
impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outside = |matcher: &Matcher| {
            let named = matcher.name() == METRIC_LABEL && matcher.op() == MatchOp::Equal;
            named && matcher.value() == self.name && !self.name.is_empty()
        };
        let text = |matcher: &Matcher| {
            let (name, value) = (label_text(matcher.name()), go_quote(matcher.value()));
            format!("{name}{}{value}", matcher.op().symbol())
        };
        let inside = self.matchers.iter().filter(|matcher| !outside(matcher));
        let mut inside: Vec<String> = inside.map(text).collect();
        inside.sort_unstable();
        f.write_str(&self.name)?;
        if inside.is_empty() {
            return Ok(());
        }
        write!(f, "{{{}}}", inside.join(","))
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.expr {
            Some(expr) => expr.fmt(f),
            None => f.write_str(&duration_text(self.ms)),
        }
    }
}

impl Extension {
    fn suffix(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Anchored => " anchored",
            Self::Smoothed => " smoothed",
        }
    }
}

/// ` @ 10.000 offset 5m`
impl fmt::Display for Shift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some(At::Start) => f.write_str(" @ start()")?,
            Some(At::End) => f.write_str(" @ end()")?,
            Some(At::Ms(ms)) => {
                let sign = if ms < 0 { "-" } else { "" };
                let (whole, rest) = (ms.unsigned_abs() / 1000, ms.unsigned_abs() % 1000);
                write!(f, " @ {sign}{whole}.{rest:03}")?;
            }
            None => {}
        }
        match &self.offset_expr {
            Some(expr) => write!(f, " offset {expr}"),
            None if self.offset_ms != 0 => write!(f, " offset {}", duration_text(self.offset_ms)),
            None => Ok(()),
        }
    }
}
