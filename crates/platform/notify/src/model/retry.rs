use std::time::Duration;

use kernel::Time;

/// The first wait; each further one is twice as long.
const FIRST: Duration = Duration::from_secs(10);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(3_600);
/// A message that could not be delivered for so long is old news.
const GIVE_UP_AFTER: Duration = Duration::from_secs(24 * 3_600);
/// How often one delivery is tried at most.
const TRIES_MAX: i64 = 20;

/// When a delivery that was tried `attempts` times is tried next; `None`: it is given up.
///
/// `asked`: how long the far side wants to be left alone; at most an hour is granted.
/// `spread`: a number that differs between deliveries, so that they do not all come back at once.
pub(crate) fn next_try(
    created_at: Time,
    now: Time,
    attempts: i64,
    asked: Option<Duration>,
    spread: u64,
) -> Option<Time> {
    if attempts >= TRIES_MAX || now.since(created_at) >= GIVE_UP_AFTER {
        return None;
    }
    let doublings = u32::try_from(attempts.clamp(1, 12) - 1).unwrap_or(0);
    let wait = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    // Up to a fifth longer.
    let wait = wait + wait / 5 * u32::try_from(spread % 100).unwrap_or(0) / 100;
    let wait = asked.map_or(wait, |asked| asked.min(LONGEST).max(Duration::from_secs(1)));
    Some(now.plus(wait))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(attempts: i64, age_s: u64, asked: Option<u64>, spread: u64) -> Option<u64> {
        let created = Time::from_seconds(1_800_000_000);
        let now = created.plus(Duration::from_secs(age_s));
        let next = next_try(created, now, attempts, asked.map(Duration::from_secs), spread);
        next.map(|next| next.since(now).as_secs())
    }

    #[test]
    fn waits_double_up_to_an_hour_and_end_after_a_day() {
        for (attempts, expected) in
            [(1, 10), (2, 20), (4, 80), (9, 2_560), (10, 3_600), (15, 3_600)]
        {
            assert_eq!(wait(attempts, 0, None, 0), Some(expected), "{attempts}");
        }
        assert_eq!(wait(3, 24 * 3_600, None, 0), None);
        assert_eq!(wait(TRIES_MAX, 0, None, 0), None);
    }

    #[test]
    fn far_side_is_left_alone_as_long_as_it_asks_within_reason() {
        assert_eq!(wait(1, 0, Some(120), 0), Some(120));
        assert_eq!(wait(1, 0, Some(0), 0), Some(1));
        assert_eq!(wait(1, 0, Some(86_400 * 365), 0), Some(3_600));
    }

    #[test]
    fn deliveries_come_back_spread_out() {
        assert_eq!(wait(4, 0, None, 50), Some(88));
        assert!(wait(4, 0, None, 99).unwrap() < 96);
    }
}
