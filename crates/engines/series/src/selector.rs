//! Which series are meant: matchers on labels.

mod apart;
mod parse;

use crate::labels::METRIC_LABEL;
use crate::names::{quoted, shown};
use crate::{Labels, SeriesError};
use regex::{Regex, RegexBuilder};
use std::fmt;

/// Most bytes of a compiled regular expression.
const REGEX_BYTES_MAX: usize = 4 << 20;

/// How a matcher compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchOp {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`
    Regex,
    /// `!~`
    NotRegex,
}

impl MatchOp {
    /// The operator as it is written.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Regex => "=~",
            Self::NotRegex => "!~",
        }
    }
}

/// A condition on one label; a missing label counts as the empty string.
#[derive(Debug, Clone)]
pub struct Matcher {
    name: String,
    op: MatchOp,
    value: String,
    regex: Option<Regex>,
}

impl Matcher {
    /// Makes a matcher; regular expressions are anchored at both ends.
    ///
    /// Errors: [`SeriesError::MatcherRegex`].
    pub fn new(
        name: impl Into<String>,
        op: MatchOp,
        value: impl Into<String>,
    ) -> Result<Self, SeriesError> {
        let (name, value) = (name.into(), value.into());
        let regex = match op {
            MatchOp::Equal | MatchOp::NotEqual => None,
            MatchOp::Regex | MatchOp::NotRegex => match compile(&value) {
                Ok(regex) => Some(regex),
                Err(source) => {
                    return Err(SeriesError::MatcherRegex { name, source: Box::new(source) });
                }
            },
        };
        Ok(Self { name, op, value, regex })
    }

    /// The label.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The comparison.
    #[must_use]
    pub fn op(&self) -> MatchOp {
        self.op
    }

    /// The text or pattern compared with.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Tells whether a label's value fulfils the condition.
    #[must_use]
    pub fn accepts(&self, value: &str) -> bool {
        let fits = self.regex.as_ref().map_or_else(|| self.value == value, |r| r.is_match(value));
        match self.op {
            MatchOp::Equal | MatchOp::Regex => fits,
            MatchOp::NotEqual | MatchOp::NotRegex => !fits,
        }
    }
}

/// The pattern may not close our group, so it is compiled alone first.
fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    Regex::new(pattern)?;
    RegexBuilder::new(&format!("^(?s:{pattern})$")).size_limit(REGEX_BYTES_MAX).build()
}

impl PartialEq for Matcher {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.op == other.op && self.value == other.value
    }
}

impl Eq for Matcher {}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", shown(&self.name), self.op.symbol(), quoted(&self.value))
    }
}

/// Matchers that must all hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    matchers: Vec<Matcher>,
}

impl Selector {
    /// Puts matchers together.
    ///
    /// Errors: [`SeriesError::SelectorTooWide`] if all of them accept a missing label.
    pub fn new(matchers: Vec<Matcher>) -> Result<Self, SeriesError> {
        if matchers.iter().all(|matcher| matcher.accepts("")) {
            return Err(SeriesError::SelectorTooWide);
        }
        Ok(Self { matchers })
    }

    /// Selects all series of a metric.
    #[must_use]
    pub fn metric(name: &str) -> Self {
        let (label, value) = (METRIC_LABEL.to_owned(), name.to_owned());
        let matcher = Matcher { name: label, op: MatchOp::Equal, value, regex: None };
        Self { matchers: vec![matcher] }
    }

    /// Selects every series that has a metric name.
    #[must_use]
    pub fn everything() -> Self {
        let (label, value) = (METRIC_LABEL.to_owned(), String::new());
        let matcher = Matcher { name: label, op: MatchOp::NotEqual, value, regex: None };
        Self { matchers: vec![matcher] }
    }

    /// Reads a vector selector such as `up{job=~"a|b",x!=""}`.
    ///
    /// Errors: [`SeriesError::SelectorSyntax`] with the byte, [`SeriesError::MatcherRegex`],
    /// [`SeriesError::SelectorTooWide`]. Source: PromQL, "time series selectors".
    pub fn parse(text: &str) -> Result<Self, SeriesError> {
        Self::new(parse::matchers(text)?)
    }

    /// The conditions, the metric name's among them.
    #[must_use]
    pub fn matchers(&self) -> &[Matcher] {
        &self.matchers
    }

    /// Tells whether a series fulfils all conditions.
    #[must_use]
    pub fn accepts(&self, labels: &Labels) -> bool {
        self.matchers.iter().all(|matcher| matcher.accepts(labels.get(&matcher.name).unwrap_or("")))
    }
}

/// Writes `{__name__="up",job=~"a|b"}`, which [`Selector::parse`] reads back.
impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (at, matcher) in self.matchers.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(f, "{comma}{matcher}")?;
        }
        f.write_str("}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matchers_decide_as_prometheus_does() {
        let labels = Labels::new("up", [("job", "node"), ("text", "a\nb")]).unwrap();
        let table = [
            ("up", true),
            ("down", false),
            ("up{job=\"node\"}", true),
            ("up{job=\"nod\"}", false),
            ("up{job!=\"node\"}", false),
            ("up{job=~\"nod\"}", false),
            ("up{job=~\"nod.\"}", true),
            ("up{job=~\"a|node\"}", true),
            ("up{job=~\"node|a\",job!~\"n.*\"}", false),
            ("up{text=~\"a.b\"}", true),
            ("up{gone=\"\"}", true),
            ("up{gone!=\"\"}", false),
            ("up{gone=~\".*\"}", true),
            ("up{gone=~\".+\"}", false),
            ("up{gone!~\".+\"}", true),
            ("{job=\"node\",__name__!=\"down\"}", true),
        ];
        for (text, expected) in table {
            let selector = Selector::parse(text).unwrap();
            assert_eq!(selector.accepts(&labels), expected, "{text}");
            assert_eq!(Selector::parse(&selector.to_string()).unwrap(), selector);
        }
    }

    #[test]
    fn pattern_cannot_leave_its_group() {
        assert!(Matcher::new("a", MatchOp::Regex, "x)|(?:y").is_err());
        assert!(Matcher::new("a", MatchOp::Regex, "(").is_err());
        assert!(Matcher::new("a", MatchOp::Regex, "(a{1000}){1000}").is_err());
    }
}
