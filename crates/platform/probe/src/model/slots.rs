use std::time::Duration;

/// The longest time after a start within which every check has run once.
const FIRST_RUN_MAX: Duration = Duration::from_secs(300);

/// When a check is due: once an interval, at a phase that follows from its id, on the clock that
/// nobody can set. Checks with the same interval are thus spread over it, and stay spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slots {
    interval_ms: u128,
    phase_ms: u128,
    hash: u64,
}

impl Slots {
    /// The slots of the check with this id; `interval` is at least a millisecond.
    pub(crate) fn new(id: uuid::Uuid, interval: Duration) -> Self {
        let hash = hash_of(id);
        let interval_ms = interval.as_millis().max(1);
        Self { interval_ms, phase_ms: u128::from(hash) % interval_ms, hash }
    }

    /// The first run after a start at `now`: its slot, or somewhere in the next five minutes when
    /// the interval is longer than that.
    pub(crate) fn first(self, now: Duration) -> Duration {
        let span_ms = FIRST_RUN_MAX.as_millis();
        if self.interval_ms <= span_ms {
            return self.next(now.as_millis());
        }
        now + millis(u128::from(self.hash) % span_ms)
    }

    /// The first slot after `planned`, where a run was planned. One that comes within a quarter of
    /// the interval after a run out of turn is left out.
    pub(crate) fn after(self, planned: Duration) -> Duration {
        self.next(planned.as_millis() + self.interval_ms / 4)
    }

    /// The first slot after `now`, and how many were missed since `slot`, which is not after `now`.
    pub(crate) fn catch_up(self, slot: Duration, now: Duration) -> (Duration, u64) {
        let missed = now.saturating_sub(slot).as_millis() / self.interval_ms + 1;
        (self.next(now.as_millis()), u64::try_from(missed).unwrap_or(u64::MAX))
    }

    fn next(self, after_ms: u128) -> Duration {
        let into = (after_ms + self.interval_ms - self.phase_ms) % self.interval_ms;
        millis(after_ms + self.interval_ms - into)
    }
}

fn millis(millis: u128) -> Duration {
    Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
}

/// FNV-1a (Fowler, Noll, Vo): the same on every machine and in every release. The upper half is
/// folded in because the lower bits alone are uneven.
fn hash_of(id: uuid::Uuid) -> u64 {
    let hash = id.as_bytes().iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn slots(number: u128, interval_s: u64) -> Slots {
        Slots::new(uuid::Uuid::from_u128(number), Duration::from_secs(interval_s))
    }

    #[test]
    fn checks_of_one_interval_are_spread_evenly_over_it() {
        let mut a_second = [0_u32; 60];
        for number in 0..6_000 {
            let first = slots(number, 60).first(Duration::from_secs(1_000_000));
            a_second[usize::try_from(first.as_secs() % 60).unwrap()] += 1;
            assert!(first.as_secs() - 1_000_000 <= 60);
        }
        // 100 each on average; a fair throw stays within five standard deviations.
        assert!(a_second.iter().all(|count| (50..=150).contains(count)), "{a_second:?}");
    }

    #[test]
    fn a_daily_check_runs_within_five_minutes_of_a_start() {
        for number in 0..500 {
            assert!(slots(number, 86_400).first(Duration::ZERO) < FIRST_RUN_MAX);
        }
    }

    proptest! {
        #[test]
        fn planned_runs_keep_their_distance(
            number in any::<u128>(), interval_s in 1_u64..86_401, start_ms in 0_u64..1 << 40,
        ) {
            let slots = slots(number, interval_s);
            let interval = Duration::from_secs(interval_s);
            let start = Duration::from_millis(start_ms);
            let first = slots.after(start);
            prop_assert!(first > start + interval / 5 && first <= start + interval * 5 / 4);
            prop_assert_eq!(slots.after(first), first + interval);
            let late = first + interval * 3;
            let (next, missed) = slots.catch_up(first, late);
            prop_assert_eq!((next, missed), (late + interval, 4));
            let (next, missed) = slots.catch_up(first, late + Duration::from_millis(1));
            prop_assert_eq!((next, missed), (late + interval, 4));
        }
    }
}
