use kernel::{Text, Time};

use super::{
    condition::{Condition, QueryCondition, ThresholdCondition},
    decision::{Decision, Standing},
    query,
    severity::Severity,
    threshold, wording,
};

/// A condition on values of series: looked at in rounds, not told of by facts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SeriesCondition<'c> {
    Threshold(&'c ThresholdCondition),
    Query(&'c QueryCondition),
}

impl<'c> SeriesCondition<'c> {
    /// The condition, if it is on series.
    pub(crate) fn of(condition: &'c Condition) -> Option<Self> {
        match condition {
            Condition::Threshold(condition) => Some(Self::Threshold(condition)),
            Condition::Query(condition) => Some(Self::Query(condition)),
            Condition::CheckState(_) => None,
        }
    }

    /// What follows from what was seen of a subject; `None`: nothing was.
    pub(crate) fn decide(
        self,
        severity: Severity,
        standing: &Standing,
        observed: Option<f64>,
        now: Time,
    ) -> Decision {
        match self {
            Self::Threshold(one) => threshold::decide(one, severity, standing, observed, now),
            Self::Query(one) => query::decide(one, severity, standing, observed, now),
        }
    }

    /// The sentence about a value of a metric.
    pub(crate) fn summary(self, metric: &str, value: f64) -> Text {
        match self {
            Self::Threshold(one) => wording::threshold_summary(one, metric, value),
            Self::Query(one) => wording::query_summary(one, value),
        }
    }
}
