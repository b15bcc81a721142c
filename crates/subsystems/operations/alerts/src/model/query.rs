use std::time::Duration;

use kernel::Time;

use super::{
    condition::QueryCondition,
    decision::{Decision, NEWS_INTERVAL, NEWS_RATIO, Reading, Standing},
    severity::Severity,
};

/// Decides what follows for a series that a query yields with the value `observed`, or yields no
/// more.
///
/// The alert opens when the series was there for `for_s` without a break, and closes when it was
/// not for `keep_firing_for_s`. Source: Prometheus, "Alerting rules", `for` and `keep_firing_for`.
pub(crate) fn decide(
    condition: &QueryCondition,
    severity: Severity,
    standing: &Standing,
    observed: Option<f64>,
    now: Time,
) -> Decision {
    // What was written before the clock was set back proves nothing.
    let lasted = |since: Time, seconds: u32| {
        since <= now && now.since(since) >= Duration::from_secs(u64::from(seconds))
    };
    let reading = |value: f64| Reading {
        severity,
        value: Some(value).filter(|value| value.is_finite()),
        no_data: false,
    };
    match (*standing, observed) {
        (Standing::Idle | Standing::Quiet { .. }, Some(value)) => match condition.for_s {
            0 => Decision::Open(reading(value)),
            _ => Decision::StartPending,
        },
        (Standing::Pending { since }, Some(_)) if since > now => Decision::StartPending,
        (Standing::Pending { since }, Some(value)) if lasted(since, condition.for_s) => {
            Decision::Open(reading(value))
        }
        (Standing::Open { quiet_since: Some(_), .. }, Some(_)) => Decision::ClearPending,
        (Standing::Open { reading: told, updated_at, .. }, Some(value)) => {
            let next = reading(value);
            let is_news = told.severity != severity || told.no_data;
            match is_news || (has_moved(told, next) && now.since(updated_at) >= NEWS_INTERVAL) {
                true => Decision::Update(next),
                false => Decision::Hold,
            }
        }
        (Standing::Open { quiet_since, .. }, None) => match quiet_since {
            _ if condition.keep_firing_for_s == 0 => Decision::Close,
            Some(since) if lasted(since, condition.keep_firing_for_s) => Decision::Close,
            Some(since) if since <= now => Decision::Hold,
            _ => Decision::StartQuiet,
        },
        (Standing::Pending { .. } | Standing::Dismissed { .. } | Standing::Quiet { .. }, None) => {
            Decision::ClearPending
        }
        (Standing::Pending { .. } | Standing::Dismissed { .. }, Some(_))
        | (Standing::Idle, None) => Decision::Hold,
    }
}

/// Samples are no facts: only a value that has moved far is told again.
fn has_moved(told: Reading, next: Reading) -> bool {
    match (told.value, next.value) {
        (Some(old), Some(new)) => (new - old).abs() > NEWS_RATIO * old.abs(),
        (old, new) => old.is_some() != new.is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONDITION: QueryCondition =
        QueryCondition { expr: String::new(), for_s: 30, keep_firing_for_s: 60 };

    /// What is decided every 10 s, as a letter each; the standing follows the decisions.
    fn played(condition: &QueryCondition, seen: &str) -> String {
        let mut standing = Standing::Idle;
        let mut quiet: Option<Time> = None;
        let decided = seen.chars().zip(0..).map(|(one, at)| {
            let now = Time::from_seconds(1_000 + at * 10);
            let observed = (one != '.').then_some(1.0);
            if let Standing::Open { quiet_since, .. } = &mut standing {
                *quiet_since = quiet;
            }
            match decide(condition, Severity::Critical, &standing, observed, now) {
                Decision::Hold => '-',
                Decision::StartPending => {
                    standing = Standing::Pending { since: now };
                    'p'
                }
                Decision::ClearPending => {
                    quiet = None;
                    if matches!(standing, Standing::Pending { .. }) {
                        standing = Standing::Idle;
                    }
                    'c'
                }
                Decision::StartQuiet => {
                    quiet = Some(now);
                    'q'
                }
                Decision::Open(reading) => {
                    standing = Standing::Open { reading, updated_at: now, quiet_since: None };
                    'O'
                }
                Decision::Update(_) => 'u',
                Decision::Close => {
                    (standing, quiet) = (Standing::Idle, None);
                    'X'
                }
            }
        });
        decided.collect()
    }

    #[test]
    fn series_opens_after_its_wait_and_closes_after_its_silence() {
        let at_once = QueryCondition { for_s: 0, keep_firing_for_s: 0, ..CONDITION };
        for (condition, seen, expected) in [
            (&at_once, "..11.1", "--O-XO"),
            (&CONDITION, "1111", "p--O"),
            (&CONDITION, "11.1111", "p-cp--O"),
            (&CONDITION, "1111......1", "p--Oq-----c"),
            (&CONDITION, "1111.......1", "p--Oq-----Xp"),
            (&CONDITION, "1111..1......", "p--Oq-cq-----"),
        ] {
            assert_eq!(played(condition, seen), expected, "{seen}");
        }
    }

    #[test]
    fn alert_ended_by_hand_stays_so_until_the_series_was_gone() {
        let now = Time::from_seconds(1_000);
        let dismissed = Standing::Dismissed { since: now };
        let decide = |observed| decide(&CONDITION, Severity::Critical, &dismissed, observed, now);
        assert_eq!(decide(Some(1.0)), Decision::Hold);
        assert_eq!(decide(None), Decision::ClearPending);
    }
}
