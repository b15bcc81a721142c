use std::time::Duration;

/// Failures of the channel itself in a row before it is left alone.
const FAILURES_MAX: u32 = 5;
/// How long it is left alone first; each further time twice as long.
const FIRST: Duration = Duration::from_secs(30);
/// How long it is left alone at most.
const LONGEST: Duration = Duration::from_secs(600);

/// Spares a channel whose far side is away: after some failures nothing is tried for a while, then
/// one message tries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Breaker {
    failures: u32,
    /// How often it was opened since the last success.
    openings: u32,
    closed_from: Option<Duration>,
}

/// Whether a channel may be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pass {
    /// As much as there is.
    All,
    /// One, to see whether it is well again.
    One,
    /// Nothing before so long.
    Wait(Duration),
}

impl Breaker {
    /// Whether the channel may be tried at `now` (monotonic).
    pub(crate) fn pass(&self, now: Duration) -> Pass {
        match self.closed_from {
            None => Pass::All,
            Some(from) if from <= now => Pass::One,
            Some(from) => Pass::Wait(from - now),
        }
    }

    /// The far side answered. Returns whether the channel had been left alone.
    pub(crate) fn succeeded(&mut self) -> bool {
        let was_open = self.closed_from.is_some();
        *self = Self::default();
        was_open
    }

    /// The far side could not be reached. Returns whether the channel is left alone from now on,
    /// and was not before.
    pub(crate) fn failed(&mut self, now: Duration) -> bool {
        self.failures = self.failures.saturating_add(1);
        if self.failures < FAILURES_MAX {
            return false;
        }
        let was_open = self.closed_from.is_some();
        // Those that were on their way when it opened do not make the pause longer.
        if self.closed_from.is_none_or(|from| from <= now) {
            let pause = FIRST.saturating_mul(1 << self.openings.min(10)).min(LONGEST);
            self.openings = self.openings.saturating_add(1);
            self.closed_from = Some(now + pause);
        }
        !was_open
    }

    /// Whether the channel is left alone.
    pub(crate) fn is_open(&self) -> bool {
        self.closed_from.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channel_that_fails_is_left_alone_ever_longer_until_it_answers() {
        let mut breaker = Breaker::default();
        let at = Duration::from_secs;
        for _ in 0..4 {
            assert!(!breaker.failed(at(100)));
        }
        assert_eq!(breaker.pass(at(100)), Pass::All);
        assert!(breaker.failed(at(100)), "told once");
        assert!(!breaker.failed(at(101)));
        assert_eq!(breaker.pass(at(110)), Pass::Wait(at(20)));
        assert_eq!(breaker.pass(at(130)), Pass::One);
        assert!(!breaker.failed(at(130)), "not told again");
        assert_eq!(breaker.pass(at(130)), Pass::Wait(at(60)));
        assert!(breaker.succeeded());
        assert_eq!(breaker.pass(at(131)), Pass::All);
        assert!(!breaker.succeeded());
    }
}
