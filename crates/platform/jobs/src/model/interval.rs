//! When jobs are due, in monotonic time: setting the clock of the day moves nothing.

use std::time::Duration;

/// The first runs of all jobs are spread over at most so much time.
const SPREAD_MAX: Duration = Duration::from_secs(10);
/// No job runs more often than this.
const INTERVAL_MIN: Duration = Duration::from_millis(1);

/// When the job at `index` of `count` runs first, if the server started at `start`.
///
/// The order of the jobs is the order of their first runs; a short interval is not exceeded.
pub(crate) fn first_due(
    start: Duration,
    interval: Duration,
    index: usize,
    count: usize,
) -> Duration {
    let share = u32::try_from(index).unwrap_or(u32::MAX);
    let parts = u32::try_from(count.max(1)).unwrap_or(u32::MAX);
    start + interval.min(SPREAD_MAX) * share / parts
}

/// When a job runs again that was due at `due`, began at `started` and ended at `finished`.
///
/// It keeps its beat, so that a 10 s job runs six times a minute; beats that passed during a long
/// run or a suspended machine are left out, never made up for. A run asked for by hand before its
/// time starts a new beat.
pub(crate) fn next_due(
    due: Duration,
    started: Duration,
    finished: Duration,
    interval: Duration,
) -> Duration {
    let interval = interval.max(INTERVAL_MIN);
    let beat = due.min(started);
    let passed = finished.saturating_sub(beat).as_nanos() / interval.as_nanos();
    let beats = u32::try_from(passed + 1).unwrap_or(u32::MAX);
    let next = beat.saturating_add(interval.saturating_mul(beats));
    // More beats than fit in a u32 passed: a new beat starts.
    if next > finished { next } else { finished.saturating_add(interval) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn first_runs_are_spread_over_ten_seconds_or_the_interval() {
        for (interval, index, count, expected) in
            [(3600, 0, 4, 100), (3600, 2, 4, 105), (4, 2, 4, 102), (3600, 0, 1, 100)]
        {
            assert_eq!(first_due(s(100), s(interval), index, count), s(expected), "{interval}");
        }
    }

    #[test]
    fn beat_is_kept_and_missed_beats_are_left_out() {
        for (due, started, finished, expected, why) in [
            (100, 100, 100, 110, "instant"),
            (100, 103, 104, 110, "late but within its beat"),
            (100, 100, 110, 120, "ended on the next beat"),
            (100, 100, 135, 140, "longer than three intervals"),
            (100, 90, 91, 100, "asked for before its time"),
        ] {
            assert_eq!(next_due(s(due), s(started), s(finished), s(10)), s(expected), "{why}");
        }
    }

    proptest! {
        #[test]
        fn next_run_is_after_the_last_and_within_one_interval(
            due in 0_u64..10_000_000_000,
            late in 0_u64..10_000_000_000,
            took in 0_u64..10_000_000_000,
            interval in 0_u64..100_000_000,
        ) {
            let due = Duration::from_micros(due);
            let started = due + Duration::from_micros(late);
            let finished = started + Duration::from_micros(took);
            let interval = Duration::from_micros(interval);
            let next = next_due(due, started, finished, interval);
            prop_assert!(next > finished);
            prop_assert!(next <= finished + interval.max(INTERVAL_MIN));
        }
    }
}
