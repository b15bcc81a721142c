//! Since when alerts were there before the process started.
//!
//! Source: Prometheus, `Group.RestoreForState`.

use super::RunningGroup;
use crate::alert::Alert;
use crate::file::RuleKind;
use promql::{Hints, Samples, Select, Source, SourceError};
use series::{Labels, METRIC_LABEL, MatchOp, Matcher, TimeRange, is_stale};
use std::collections::BTreeMap;

/// Alerts that were there before are remembered over an outage of this length.
const OUTAGE_MS: i64 = 3_600_000;
/// Alerts of rules with a shorter `for` wait for it anew; others wait at least so long.
const GRACE_MS: i64 = 600_000;

/// The last sample of `ALERTS_FOR_STATE` of each alert: its time, and since when the alert is
/// there, in milliseconds.
type Known = BTreeMap<Labels, (i64, i64)>;

impl RunningGroup {
    /// Lets alerting rules write nothing until [`RunningGroup::restore`] has looked at what they
    /// wrote before the process started.
    #[must_use]
    pub fn waiting(mut self) -> Self {
        self.waits = true;
        self
    }

    /// Whether it waits to be restored.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.waits
    }

    /// Sets since when alerts are there, from the series that they wrote before. Called once, after
    /// the second evaluation: by then recording rules have written what alerts may look at.
    ///
    /// Errors: [`SourceError`]; the alerts' time then begins with the process.
    pub fn restore(&mut self, at_ms: i64, source: &dyn Source) -> Result<(), SourceError> {
        self.waits = false;
        for (rule, state) in self.group.rules.iter().zip(&mut self.states) {
            let RuleKind::Alert(alerting) = &rule.kind else { continue };
            if alerting.hold_ms < GRACE_MS || state.alerts.is_empty() {
                continue;
            }
            let known = known(&rule.name, at_ms, source)?;
            for alert in state.alerts.values_mut() {
                let of = alert.labels.keep(|name| name != METRIC_LABEL);
                if let Some((down_ms, since_ms)) = known.get(&of) {
                    restore(alert, alerting.hold_ms, (*down_ms, *since_ms), at_ms);
                }
            }
        }
        Ok(())
    }
}

fn restore(alert: &mut Alert, hold_ms: i64, (down_ms, since_ms): (i64, i64), at_ms: i64) {
    // Anybody who may write series may write these: the times can be any.
    let left_ms = hold_ms.saturating_sub(down_ms.saturating_sub(since_ms));
    alert.active_at_ms = if left_ms <= 0 {
        // It fired then, and fires again with the next evaluation.
        since_ms
    } else if left_ms < GRACE_MS {
        at_ms + GRACE_MS - hold_ms
    } else {
        // The outage counts for nothing.
        since_ms.saturating_add(at_ms - down_ms)
    };
}

fn known(rule: &str, at_ms: i64, source: &dyn Source) -> Result<Known, SourceError> {
    let equal = |label: &str, value: &str| {
        let made = Matcher::new(label, MatchOp::Equal, value);
        made.map_err(|error| SourceError { message: error.to_string() })
    };
    let matchers = [equal(METRIC_LABEL, "ALERTS_FOR_STATE")?, equal("alertname", rule)?];
    let range = TimeRange { from_ms: at_ms - OUTAGE_MS, to_ms: at_ms };
    let select = Select { matchers: &matchers, range, hints: Hints::default() };
    let found = source.select(&select)?;
    let (mut known, mut samples) = (Known::new(), Samples::default());
    for (at, labels) in found.labels().iter().enumerate() {
        samples.clear();
        found.read(at, &mut samples)?;
        let last = samples.times.iter().zip(&samples.values).rfind(|(time, _)| **time <= at_ms);
        if let Some((time, value)) = last.filter(|(_, value)| !is_stale(**value)) {
            #[expect(clippy::cast_possible_truncation, reason = "seconds since 1970; `as` clamps")]
            let since_ms = (*value as i64).saturating_mul(1000);
            known.insert(labels.keep(|name| name != METRIC_LABEL), (*time, since_ms));
        }
    }
    Ok(known)
}
