//! Which series are meant: matchers on labels.

mod apart;
mod parse;

use crate::labels::METRIC_LABEL;
use crate::names::{quoted, shown};
use crate::re2::{Pattern, texts};
use crate::{Labels, SeriesError};
use std::fmt;
use std::sync::Arc;

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
    wanted: Wanted,
}

/// What a label's value is compared with.
#[derive(Debug, Clone)]
enum Wanted {
    /// The text itself.
    Value,
    /// The texts that a pattern lists, ascending.
    Texts(Arc<[Box<str>]>),
    Pattern(Pattern),
}

impl Wanted {
    fn of(op: MatchOp, value: &str) -> Result<Self, crate::PatternError> {
        match op {
            MatchOp::Equal | MatchOp::NotEqual => Ok(Self::Value),
            MatchOp::Regex | MatchOp::NotRegex => match texts(value) {
                Some(texts) => Ok(Self::Texts(texts.into())),
                None => Pattern::whole(value).map(Self::Pattern),
            },
        }
    }
}

impl Matcher {
    /// Makes a matcher; regular expressions are those of RE2, anchored at both ends.
    ///
    /// Errors: [`SeriesError::MatcherRegex`].
    pub fn new(
        name: impl Into<String>,
        op: MatchOp,
        value: impl Into<String>,
    ) -> Result<Self, SeriesError> {
        let (name, value) = (name.into(), value.into());
        match Wanted::of(op, &value) {
            Ok(wanted) => Ok(Self { name, op, value, wanted }),
            Err(source) => Err(SeriesError::MatcherRegex { name, source: Box::new(source) }),
        }
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

    /// The only values that the regular expression matches, ascending, if it lists them: `a|b`.
    /// Such a list may be longer than what can be compiled.
    #[must_use]
    pub fn texts(&self) -> Option<&[Box<str>]> {
        match &self.wanted {
            Wanted::Texts(texts) => Some(texts),
            Wanted::Value | Wanted::Pattern(_) => None,
        }
    }

    /// Tells whether a label's value fulfils the condition.
    #[must_use]
    pub fn accepts(&self, value: &str) -> bool {
        let fits = match &self.wanted {
            Wanted::Value => self.value == value,
            Wanted::Texts(texts) => texts.binary_search_by(|text| (**text).cmp(value)).is_ok(),
            Wanted::Pattern(pattern) => pattern.is_match(value),
        };
        match self.op {
            MatchOp::Equal | MatchOp::Regex => fits,
            MatchOp::NotEqual | MatchOp::NotRegex => !fits,
        }
    }
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
        let matcher = Matcher { name: label, op: MatchOp::Equal, value, wanted: Wanted::Value };
        Self { matchers: vec![matcher] }
    }

    /// Selects every series that has a metric name.
    #[must_use]
    pub fn everything() -> Self {
        let (label, value) = (METRIC_LABEL.to_owned(), String::new());
        let matcher = Matcher { name: label, op: MatchOp::NotEqual, value, wanted: Wanted::Value };
        Self { matchers: vec![matcher] }
    }

    /// Reads a vector selector such as `up{job=~"a|b",x!=""}`.
    ///
    /// Errors: [`SeriesError::SelectorSyntax`] with the byte, [`SeriesError::MatcherRegex`],
    /// [`SeriesError::SelectorTooWide`]. Source: PromQL, "time series selectors".
    pub fn parse(text: &str) -> Result<Self, SeriesError> {
        Self::new(parse::matchers(text)?)
    }

    /// Reads what a selector was printed as, which may be longer than what is taken of users:
    /// printing escapes.
    ///
    /// Errors: as [`Selector::parse`].
    pub fn parse_printed(text: &str) -> Result<Self, SeriesError> {
        Self::new(parse::printed(text)?)
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

/// Writes `{__name__="up",job=~"a|b"}`, which [`Selector::parse_printed`] reads back.
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
            assert_eq!(Selector::parse_printed(&selector.to_string()).unwrap(), selector);
        }
    }

    #[test]
    fn pattern_cannot_leave_its_group() {
        assert!(Matcher::new("a", MatchOp::Regex, "x)|(?:y").is_err());
        assert!(Matcher::new("a", MatchOp::Regex, "(").is_err());
        assert!(Matcher::new("a", MatchOp::Regex, "(a{1000}){1000}").is_err());
    }

    #[test]
    fn expressions_are_those_of_re2() {
        let digits = Matcher::new("v", MatchOp::Regex, r"\w+-\d+").unwrap();
        assert!(digits.accepts("db-01"));
        assert!(!digits.accepts("砥柱-01"));
        assert!(Matcher::new("v", MatchOp::Regex, "/api/{id}/.*").unwrap().accepts("/api/{id}/x"));
    }

    #[test]
    fn long_lists_are_looked_up() {
        let names: Vec<String> = (0..30_000).map(|n| format!("node-{n:05}.example.com")).collect();
        let list = names.join("|").replace('.', r"\.");
        for pattern in [&list, &format!("({list})"), &format!("(?:{list}|)")] {
            let matcher = Matcher::new("instance", MatchOp::Regex, pattern.clone()).unwrap();
            assert!(matcher.accepts(&names[29_999]));
            assert!(!matcher.accepts("node-00001xexample.com"));
            assert_eq!(matcher.accepts(""), pattern.ends_with("|)"));
            assert!(matcher.texts().unwrap().len() >= 30_000);
        }
        let others = Matcher::new("instance", MatchOp::NotRegex, list).unwrap();
        assert!(!others.accepts(&names[0]) && others.accepts("db"));
    }
}
