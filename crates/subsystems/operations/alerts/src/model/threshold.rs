use std::time::Duration;

use kernel::Time;

use super::{
    condition::ThresholdCondition,
    decision::{Decision, NEWS_INTERVAL, NEWS_RATIO, Reading, Standing},
    severity::Severity,
};

/// A silent series that was dismissed is forgotten after this long.
const DISMISSED_MAX: Duration = Duration::from_secs(30 * 86_400);

/// Decides what follows from `observed` at `now`; `None` when the series is silent or NaN.
///
/// The alert opens when the condition has held for `for_s` without a break, closes when the value
/// is behind the clear threshold, and stays, marked, while nothing is known.
/// Source: prometheus-operator#749: a target that vanishes must not resolve its alert.
pub(crate) fn decide(
    condition: &ThresholdCondition,
    severity: Severity,
    standing: &Standing,
    observed: Option<f64>,
    now: Time,
) -> Decision {
    let observed = observed.filter(|value| !value.is_nan());
    let opened = |value| Decision::Open(Reading { severity, value: Some(value), no_data: false });
    match (*standing, observed) {
        (Standing::Idle | Standing::Quiet { .. }, Some(value)) if condition.holds(value) => {
            if condition.for_s == 0 {
                opened(value)
            } else {
                Decision::StartPending
            }
        }
        (Standing::Idle | Standing::Quiet { .. }, _) => Decision::Hold,
        (Standing::Pending { since }, Some(value)) if condition.holds(value) => {
            if since > now {
                // The clock was set back: what it said before counts no more.
                Decision::StartPending
            } else if now.since(since) >= Duration::from_secs(u64::from(condition.for_s)) {
                opened(value)
            } else {
                Decision::Hold
            }
        }
        (Standing::Pending { .. }, _) => Decision::ClearPending,
        (Standing::Dismissed { .. }, Some(value)) if condition.cleared(value) => {
            Decision::ClearPending
        }
        (Standing::Dismissed { since }, None) if now.since(since) > DISMISSED_MAX => {
            Decision::ClearPending
        }
        (Standing::Dismissed { .. }, _) => Decision::Hold,
        (Standing::Open { reading, updated_at, .. }, observed) => {
            let told = Told { reading, updated_at };
            told.next(condition, severity, observed, now)
        }
    }
}

/// What an open alert has told so far.
struct Told {
    reading: Reading,
    updated_at: Time,
}

impl Told {
    fn next(
        &self,
        condition: &ThresholdCondition,
        severity: Severity,
        observed: Option<f64>,
        now: Time,
    ) -> Decision {
        let Some(value) = observed else {
            let silent = Reading { severity, no_data: true, ..self.reading };
            return if silent == self.reading { Decision::Hold } else { Decision::Update(silent) };
        };
        if condition.cleared(value) {
            return Decision::Close;
        }
        let changed = self.reading.no_data || self.reading.severity != severity;
        if changed || self.is_news(condition, value, now) {
            return Decision::Update(Reading { severity, value: Some(value), no_data: false });
        }
        Decision::Hold
    }

    /// Samples are no facts: only a value that has moved far is told again, and not often.
    fn is_news(&self, condition: &ThresholdCondition, value: f64, now: Time) -> bool {
        let old = self.reading.value.unwrap_or(condition.threshold);
        let far = (value - old).abs() > NEWS_RATIO * condition.threshold.abs();
        far && now.since(self.updated_at) >= NEWS_INTERVAL
    }
}

#[cfg(test)]
mod tests;
