use std::time::Duration;

use kernel::Time;

/// Failed sign-ins of one account, or from one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempts {
    /// How many failed since `first_at`.
    pub failures: u32,
    /// When the first of them failed.
    pub first_at: Time,
    /// When the last of them failed.
    pub last_at: Time,
}

/// Whether somebody may try to sign in now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// They may.
    Welcome,
    /// They must wait.
    Wait {
        /// Whole seconds, at least 1.
        retry_after_s: u32,
    },
}

/// How failures are counted, and for how long they keep one out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The failure with this number is the first that keeps one out.
    pub failures_max: u32,
    /// Failures are counted for so long after the first; then the count begins again.
    pub window: Duration,
    /// How long the first lock lasts; every further failure doubles it.
    pub wait_first: Duration,
    /// No lock lasts longer.
    pub wait_max: Duration,
}

/// For one account: five are free, then 30 s, 1 min, 2 min … up to 15 min.
pub const ACCOUNT: Limit = Limit {
    failures_max: 5,
    window: Duration::from_secs(24 * 3600),
    wait_first: Duration::from_secs(30),
    wait_max: Duration::from_secs(900),
};

/// For one source: 20 in a quarter of an hour, whatever the accounts.
pub const SOURCE: Limit = Limit {
    failures_max: 20,
    window: Duration::from_secs(900),
    wait_first: Duration::from_secs(900),
    wait_max: Duration::from_secs(900),
};

/// Decides whether somebody may try: neither the account nor the source may be locked.
///
/// Source: OWASP ASVS 5.0 6.3.1 (both at once; the delay grows instead of closing for good).
#[must_use]
pub fn decide(account: Option<Attempts>, source: Option<Attempts>, now: Time) -> Admission {
    let wait = ACCOUNT.remaining(account, now).max(SOURCE.remaining(source, now));
    if wait.is_zero() {
        return Admission::Welcome;
    }
    let seconds = wait.as_micros().div_ceil(1_000_000);
    Admission::Wait { retry_after_s: u32::try_from(seconds).unwrap_or(u32::MAX) }
}

impl Limit {
    /// How long the lock lasts that begins with this many failures; zero when none does.
    #[must_use]
    pub fn wait_after(&self, failures: u32) -> Duration {
        let Some(doublings) = failures.checked_sub(self.failures_max) else {
            return Duration::ZERO;
        };
        self.wait_first.saturating_mul(1 << doublings.min(16)).min(self.wait_max)
    }

    /// The attempts with one more failure.
    #[must_use]
    pub fn counted(&self, before: Option<Attempts>, now: Time) -> Attempts {
        match before {
            Some(before) if now.since(before.first_at) < self.window => {
                Attempts { failures: before.failures.saturating_add(1), last_at: now, ..before }
            }
            _ => Attempts { failures: 1, first_at: now, last_at: now },
        }
    }

    /// A clock that was set back opens the lock instead of stretching it; the count stays, so that
    /// the next failure locks again.
    fn remaining(&self, attempts: Option<Attempts>, now: Time) -> Duration {
        match attempts {
            Some(attempts) if now >= attempts.last_at => {
                self.wait_after(attempts.failures).saturating_sub(now.since(attempts.last_at))
            }
            _ => Duration::ZERO,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOON: Time = Time::from_seconds(1_000_000);

    fn failed(failures: u32, seconds_ago: u64) -> Option<Attempts> {
        let last_at = NOON.minus(Duration::from_secs(seconds_ago));
        Some(Attempts { failures, first_at: last_at, last_at })
    }

    #[test]
    fn delay_begins_at_the_limit_doubles_and_ends() {
        let wait = |retry_after_s| Admission::Wait { retry_after_s };
        for (account, source, expected) in [
            (None, None, Admission::Welcome),
            (failed(4, 0), None, Admission::Welcome),
            (failed(5, 0), None, wait(30)),
            (failed(5, 29), None, wait(1)),
            (failed(5, 30), None, Admission::Welcome),
            (failed(6, 0), None, wait(60)),
            (failed(9, 0), None, wait(480)),
            (failed(10, 0), None, wait(900)),
            (failed(4_000_000_000, 0), None, wait(900)),
            (None, failed(19, 0), Admission::Welcome),
            (None, failed(20, 0), wait(900)),
            (None, failed(20, 900), Admission::Welcome),
            (failed(5, 0), failed(20, 800), wait(100)),
        ] {
            assert_eq!(decide(account, source, NOON), expected, "{account:?} {source:?}");
        }
    }

    #[test]
    fn clock_set_back_does_not_stretch_a_lock() {
        let two_hours_ahead = NOON.plus(Duration::from_secs(7200));
        let attempts =
            Attempts { failures: 10, first_at: two_hours_ahead, last_at: two_hours_ahead };
        assert_eq!(decide(Some(attempts), None, NOON), Admission::Welcome);
        let again = ACCOUNT.counted(Some(attempts), NOON);
        assert_eq!(decide(Some(again), None, NOON), Admission::Wait { retry_after_s: 900 });
    }

    #[test]
    fn count_begins_again_after_the_window() {
        let counted = SOURCE.counted(failed(19, 901), NOON);
        assert_eq!(counted, Attempts { failures: 1, first_at: NOON, last_at: NOON });
        assert_eq!(SOURCE.counted(failed(19, 899), NOON).failures, 20);
    }

    proptest! {
        #[test]
        fn nobody_is_kept_out_for_more_than_a_quarter_of_an_hour(
            failures in 0_u32.., ago in 0_u64..100_000,
        ) {
            match decide(failed(failures, ago), failed(failures, ago), NOON) {
                Admission::Welcome => prop_assert!(failures < 5 || ago >= 30),
                Admission::Wait { retry_after_s } => {
                    prop_assert!((1..=900).contains(&retry_after_s));
                }
            }
        }
    }
}
