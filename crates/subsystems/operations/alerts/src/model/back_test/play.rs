use kernel::Time;

use super::WouldAlert;
use crate::model::{
    decision::{Decision, Standing},
    series_condition::SeriesCondition,
    severity::Severity,
};

/// What was seen of a series: the places of the moments, ascending, with the values.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Observed {
    /// The series.
    pub(crate) subject: String,
    /// Where in the moments, and what.
    pub(crate) values: Vec<(usize, f64)>,
}

/// The alerts that a condition would have opened for a series, by the decisions that the rounds of
/// evaluation go by. `moments` ascend.
pub(crate) fn play(
    condition: SeriesCondition<'_>,
    severity: Severity,
    observed: &Observed,
    moments: &[Time],
) -> Vec<WouldAlert> {
    let mut found: Vec<WouldAlert> = Vec::new();
    let mut standing = Standing::Idle;
    let mut quiet: Option<Time> = None;
    let mut values = observed.values.iter().peekable();
    for (at, now) in moments.iter().enumerate() {
        let value = values.next_if(|(moment, _)| *moment == at).map(|(_, value)| *value);
        if let Standing::Open { quiet_since, .. } = &mut standing {
            *quiet_since = quiet;
        }
        match condition.decide(severity, &standing, value, *now) {
            Decision::Hold => {}
            Decision::StartPending => standing = Standing::Pending { since: *now },
            Decision::StartQuiet => quiet = Some(*now),
            Decision::ClearPending => {
                quiet = None;
                if !matches!(standing, Standing::Open { .. }) {
                    standing = Standing::Idle;
                }
            }
            Decision::Open(reading) => {
                standing = Standing::Open { reading, updated_at: *now, quiet_since: None };
                let subject = observed.subject.clone();
                found.push(WouldAlert { subject, from: *now, to: None, value: reading.value });
            }
            Decision::Update(reading) => {
                standing = Standing::Open { reading, updated_at: *now, quiet_since: quiet };
            }
            Decision::Close => {
                (standing, quiet) = (Standing::Idle, None);
                if let Some(open) = found.last_mut() {
                    open.to = Some(*now);
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::condition::{
        Condition, Derive, Operator, QueryCondition, ThresholdCondition,
    };

    /// What would have opened, in places of moments of ten seconds; a dot is nothing seen.
    fn played(condition: &Condition, seen: &str) -> Vec<(i64, Option<i64>)> {
        let moments: Vec<Time> =
            (0..seen.len() as i64).map(|at| Time::from_seconds(1_000 + at * 10)).collect();
        let values = seen.chars().enumerate();
        let values = values.filter_map(|(at, one)| Some((at, f64::from(one.to_digit(10)?))));
        let observed = Observed { subject: "s".to_owned(), values: values.collect() };
        let condition = SeriesCondition::of(condition).unwrap();
        let found = play(condition, Severity::Critical, &observed, &moments);
        let place = |at: Time| (at.micros() / 1_000_000 - 1_000) / 10;
        found.into_iter().map(|one| (place(one.from), one.to.map(place))).collect()
    }

    #[test]
    fn history_is_decided_as_the_present_is() {
        let query = |for_s, keep_firing_for_s| {
            Condition::Query(QueryCondition { expr: String::new(), for_s, keep_firing_for_s })
        };
        let threshold = Condition::Threshold(ThresholdCondition {
            selector: "m".to_owned(),
            derive: Derive::Last,
            window_s: 60,
            operator: Operator::Above,
            threshold: 5.0,
            clear_threshold: Some(3.0),
            for_s: 0,
        });
        for (condition, seen, expected) in [
            (query(0, 0), ".11..1.", vec![(1, Some(3)), (5, Some(6))]),
            (query(20, 0), "11.1111", vec![(5, None)]),
            (query(0, 20), "1..1...", vec![(0, Some(6))]),
            (query(0, 0), "......", vec![]),
            (threshold, "1694431.7", vec![(1, Some(5)), (8, None)]),
        ] {
            assert_eq!(played(&condition, seen), expected, "{seen}");
        }
    }
}
