//! One query of a rule.

use promql::{Control, Engine, Moment, PromqlError, QueryValue, SampleValue, Source, VectorSample};
use series::Labels;

/// Why a rule could not be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Its query failed.
    #[error(transparent)]
    Query(#[from] PromqlError),
    /// Its query yields text or a range.
    #[error("rule result is not a vector or scalar")]
    NoVector,
    /// Two results are one once they have the rule's labels.
    #[error("vector contains metrics with the same labelset after applying {kind} labels")]
    SameLabels {
        /// `rule` or `alert`.
        kind: &'static str,
    },
    /// More results than the group allows.
    #[error("exceeded limit of {limit} with {found} {what}")]
    Limit {
        /// The group's limit.
        limit: usize,
        /// How many there are.
        found: usize,
        /// `series` or `alerts`.
        what: &'static str,
    },
    /// Results could not be kept.
    #[error("{message}")]
    Output {
        /// Why.
        message: String,
    },
}

/// Answers the queries of rules.
#[derive(Clone, Copy)]
pub struct Evaluator<'e> {
    /// The engine.
    pub engine: &'e Engine,
    /// The series.
    pub source: &'e dyn Source,
    /// Whether to go on.
    pub control: &'e dyn Control,
}

impl Evaluator<'_> {
    /// The value of a query at a moment as a vector; a scalar is a sample without labels.
    ///
    /// Errors: [`RuleError::Query`], [`RuleError::NoVector`].
    pub fn vector(&self, expr: &str, at_ms: i64) -> Result<Vec<VectorSample>, RuleError> {
        let answer = self.engine.instant(self.source, expr, Moment { at_ms }, self.control)?;
        match answer.value {
            QueryValue::Vector(samples) => Ok(samples),
            QueryValue::Scalar(number) => {
                let value = SampleValue::Float(number);
                Ok(vec![VectorSample { labels: Labels::empty(), at_ms, value }])
            }
            QueryValue::Text(_) | QueryValue::Matrix(_) => Err(RuleError::NoVector),
        }
    }
}
