use std::time::Duration;

use kernel::Time;

/// A clock that is further ahead than this has jumped.
const JUMP: Duration = Duration::from_secs(24 * 3600);

/// A moment at which the time of day was right, with the monotonic clock beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Trusted {
    at: Time,
    monotonic: Duration,
}

/// What is to be thought of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It may be right.
    Plausible,
    /// It is more than a day ahead.
    Jumped,
}

impl Trusted {
    pub(crate) fn new(at: Time, monotonic: Duration) -> Self {
        Self { at, monotonic }
    }

    /// What the time of day should be now.
    pub(crate) fn expected(self, monotonic: Duration) -> Time {
        self.at.plus(monotonic.saturating_sub(self.monotonic))
    }

    pub(crate) fn look(self, now: Time, monotonic: Duration) -> Verdict {
        let ahead = now.since(self.expected(monotonic));
        if ahead > JUMP { Verdict::Jumped } else { Verdict::Plausible }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_jump_forwards_by_more_than_a_day_counts() {
        let hour = Duration::from_secs(3600);
        let start = Time::from_seconds(1_800_000_000);
        let trusted = Trusted::new(start, hour);
        let look = |ahead_h: i64, passed_h: u32| {
            let now = Time::from_seconds(1_800_000_000 + ahead_h * 3600);
            trusted.look(now, hour + hour * passed_h)
        };
        assert_eq!(look(24, 0), Verdict::Plausible);
        assert_eq!(look(25, 0), Verdict::Jumped);
        assert_eq!(look(25, 2), Verdict::Plausible, "two hours have passed");
        assert_eq!(look(100, 100), Verdict::Plausible, "quiet days are no jump");
        assert_eq!(look(-1_000, 0), Verdict::Plausible);
    }
}
