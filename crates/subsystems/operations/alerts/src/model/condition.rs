use promql::{Expr, ParseError, ParseOptions};
use serde::{Deserialize, Serialize};
use tsdb::{Matcher, Selector, SeriesError};

use super::{severity::Severity, target::RESOURCE_LABEL};

/// When a rule holds. Its form as JSON is what the records and the journal keep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Condition {
    /// A check is certainly in one of these states.
    CheckState(CheckStateCondition),
    /// A value read from a series is beyond a limit.
    Threshold(ThresholdCondition),
    /// A query yields a series.
    Query(QueryCondition),
}

/// Holds while a check is certainly in one of `states`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckStateCondition {
    /// Any of these; never empty.
    pub states: Vec<ProblemState>,
    /// Only checks by these protocols; empty for all.
    pub protocols: Vec<String>,
}

/// Holds while a value is beyond a limit, for each series that is selected by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThresholdCondition {
    /// Which series: a vector selector that parses.
    pub selector: String,
    /// What is read from a series' points.
    pub derive: Derive,
    /// How far back points count, in seconds, > 0.
    pub window_s: u32,
    /// How the value is compared with the limits.
    pub operator: Operator,
    /// The limit beyond which the condition holds; finite.
    pub threshold: f64,
    /// The limit behind which an open alert closes; not beyond `threshold`; `threshold` when none.
    pub clear_threshold: Option<f64>,
    /// How long it must hold without a break, in seconds; 0 for at once.
    pub for_s: u32,
}

/// Holds for each series that a query yields, as an alerting rule of Prometheus does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryCondition {
    /// PromQL that yields an instant vector or a number.
    pub expr: String,
    /// How long a series must be there without a break, in seconds; 0 for at once.
    pub for_s: u32,
    /// How long a series must be gone before its alert closes, in seconds; 0 for at once.
    pub keep_firing_for_s: u32,
}

/// A certain state of a check that is a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProblemState {
    /// A limit is near.
    Warning,
    /// The check could not find out.
    Unknown,
    /// Broken.
    Critical,
}

/// What is read from the points of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Derive {
    /// The newest value.
    Last,
    /// The growth of a counter per second; a fall counts as a restart from zero.
    Rate,
    /// The mean value.
    Average,
}

/// How a value is compared with a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Operator {
    /// Greater.
    #[serde(rename = ">")]
    Above,
    /// Greater or equal.
    #[serde(rename = ">=")]
    AtLeast,
    /// Less.
    #[serde(rename = "<")]
    Below,
    /// Less or equal.
    #[serde(rename = "<=")]
    AtMost,
}

impl Condition {
    /// Its name on the wire.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::CheckState(_) => "check_state",
            Self::Threshold(_) => "threshold",
            Self::Query(_) => "query",
        }
    }
}

impl ThresholdCondition {
    /// The selector, read. Errors: as [`Selector::parse`].
    pub fn selector(&self) -> Result<Selector, SeriesError> {
        Selector::parse(&self.selector)
    }

    /// What it asks of the label `resource`: ids of resources, or patterns of them.
    #[must_use]
    pub(crate) fn resources(&self) -> Vec<String> {
        // A rule that is kept has a selector that reads.
        let selector = self.selector().ok();
        asked_of_resources(selector.iter().flat_map(Selector::matchers))
    }

    /// Whether `value` is beyond the limit.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        self.operator.holds(value, self.threshold)
    }

    /// Whether `value` is far enough on the good side to close an open alert. Never for NaN.
    #[must_use]
    pub fn cleared(&self, value: f64) -> bool {
        let limit = self.clear_threshold.unwrap_or(self.threshold);
        !value.is_nan() && !self.operator.holds(value, limit)
    }
}

impl QueryCondition {
    /// The query, read. Errors: as [`promql::parse`].
    pub fn query(&self) -> Result<Expr, ParseError> {
        promql::parse(&self.expr, ParseOptions::default())
    }

    /// What it asks of the label `resource`: ids of resources, or patterns of them.
    #[must_use]
    pub(crate) fn resources(&self) -> Vec<String> {
        // A rule that is kept has a query that reads.
        let query = self.query().ok();
        let selectors = query.iter().flat_map(Expr::selectors);
        asked_of_resources(selectors.flat_map(|selector| &selector.matchers))
    }
}

fn asked_of_resources<'m>(matchers: impl Iterator<Item = &'m Matcher>) -> Vec<String> {
    let about = matchers.filter(|matcher| matcher.name() == RESOURCE_LABEL);
    about.map(|matcher| matcher.value().to_owned()).collect()
}

impl ProblemState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Warning, Self::Unknown, Self::Critical];

    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Unknown => "unknown",
            Self::Critical => "critical",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// How bad it is.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::Critical => Severity::Critical,
            Self::Warning | Self::Unknown => Severity::Warning,
        }
    }
}

impl Derive {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Last, Self::Rate, Self::Average];

    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Last => "last",
            Self::Rate => "rate",
            Self::Average => "average",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|derive| derive.name() == name)
    }
}

impl Operator {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Above, Self::AtLeast, Self::Below, Self::AtMost];

    /// As it is written.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Above => ">",
            Self::AtLeast => ">=",
            Self::Below => "<",
            Self::AtMost => "<=",
        }
    }

    /// The operator that is written so.
    #[must_use]
    pub fn from_symbol(symbol: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| operator.symbol() == symbol)
    }

    /// Whether large values are the bad ones.
    #[must_use]
    pub const fn fears_growth(self) -> bool {
        matches!(self, Self::Above | Self::AtLeast)
    }

    /// Compares; false whenever one of the two is NaN.
    #[must_use]
    pub fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Self::Above => value > limit,
            Self::AtLeast => value >= limit,
            Self::Below => value < limit,
            Self::AtMost => value <= limit,
        }
    }
}
