//! Which time samples bear when somebody sets the clock.
//!
//! The clock of the day may be wrong for a moment, and a store of series forgives neither samples
//! from the future (all later ones are then too old) nor from the past. So samples bear the time
//! that the monotonic clock makes of the last time that was believed; a new time that differs by
//! more than a minute is believed once it has held for [`READINGS_TO_BELIEVE`] readings more.
//!
//! - A clock that is set wrong and right again within two readings leaves no trace in the series.
//! - A clock set forwards for good leaves a gap as long as it was set.
//! - A clock set back for good gives samples that lie before those already stored. The store takes
//!   what its window for late samples takes and refuses the rest, which is counted; when the clock
//!   has reached the newest sample again, or was set right, all is taken as before.
//!
//! A machine that slept looks like one whose clock was set forwards, and is treated alike.

use std::time::Duration;

use kernel::Time;

/// A smaller difference is the clock being steered, or the machine being slow.
const JUMP_MIN: Duration = Duration::from_secs(60);
/// So many readings after the one that saw the jump have to agree with the new time.
const READINGS_TO_BELIEVE: u32 = 2;

/// The same moment on both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) wall: Time,
    pub(crate) monotonic: Duration,
}

/// The clock of the day was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Jump {
    /// What it would have shown.
    pub(crate) from: Time,
    /// What it shows.
    pub(crate) to: Time,
}

/// The time that samples bear.
#[derive(Debug)]
pub(crate) struct Timeline {
    believed: Moment,
    last: Moment,
    /// A new time on trial, and how many readings agreed with it.
    on_trial: Option<(Moment, u32)>,
}

impl Moment {
    /// What the clock of the day shows at `monotonic` if nobody sets it.
    fn expected_at(self, monotonic: Duration) -> Time {
        self.wall.plus(monotonic.saturating_sub(self.monotonic))
    }

    fn agrees_with(self, now: Self) -> bool {
        let expected = self.expected_at(now.monotonic);
        now.wall.since(expected) <= JUMP_MIN && expected.since(now.wall) <= JUMP_MIN
    }
}

impl Timeline {
    /// Begins with a time that is believed.
    pub(crate) fn new(now: Moment) -> Self {
        Self { believed: now, last: now, on_trial: None }
    }

    /// The time for samples read at `now`, and whether the clock was set since the last reading.
    pub(crate) fn stamp(&mut self, now: Moment) -> (Time, Option<Jump>) {
        let jump = (!self.last.agrees_with(now))
            .then(|| Jump { from: self.last.expected_at(now.monotonic), to: now.wall });
        self.last = now;
        if self.believed.agrees_with(now) {
            self.believe(now);
        } else {
            let agreed = match self.on_trial {
                Some((since, agreed)) if since.agrees_with(now) => Some((since, agreed + 1)),
                _ => None,
            };
            self.on_trial = Some(agreed.unwrap_or((now, 0)));
            if agreed.is_some_and(|(_, agreed)| agreed >= READINGS_TO_BELIEVE) {
                self.believe(now);
            }
        }
        (self.believed.expected_at(now.monotonic), jump)
    }

    fn believe(&mut self, now: Moment) {
        self.believed = now;
        self.on_trial = None;
    }
}

impl Jump {
    /// How far it was set, seconds; below zero when it was set back.
    pub(crate) fn seconds(self) -> f64 {
        self.to.seconds_f64() - self.from.seconds_f64()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads every ten seconds; each entry is how far the clock is from right. Gives for each how
    /// far the samples' time is from right, with `!` where a jump was seen.
    fn stamps(offsets: &[i64]) -> String {
        let moment = |turn: usize, offset: i64| {
            let seconds = i64::try_from(turn).unwrap() * 10;
            Moment {
                wall: Time::from_seconds(1_800_000_000 + seconds + offset),
                monotonic: Duration::from_secs(seconds.unsigned_abs()),
            }
        };
        let mut timeline = Timeline::new(moment(0, 0));
        let stamped = offsets.iter().enumerate().map(|(turn, offset)| {
            let (at, jump) = timeline.stamp(moment(turn, *offset));
            let off = (at.micros() - moment(turn, 0).wall.micros()) / 1_000_000;
            format!("{off}{}", if jump.is_some() { "!" } else { "" })
        });
        stamped.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn new_time_is_followed_once_it_has_held() {
        for (offsets, expected) in [
            (vec![0, 0, 0], "0 0 0"),
            // Steered by less than a minute at a time: followed at once, and nobody set it.
            (vec![0, 5, -20, 30, 80, 130], "0 5 -20 30 80 130"),
            (vec![0, 7200, 7200, 7200, 7200], "0 0! 0 7200 7200"),
            (vec![0, -7200, -7200, -7200], "0 0! 0 -7200"),
            // Wrong for two readings: no trace.
            (vec![0, 7200, 7200, 0, 0], "0 0! 0 0! 0"),
            // Wrong for long, then right again.
            (vec![0, -7200, -7200, -7200, 0, 0, 0], "0 0! 0 -7200 -7200! -7200 0"),
            // Never the same twice: never followed.
            (vec![0, 900, 1800, 2700, 3600], "0 0! 0! 0! 0!"),
        ] {
            assert_eq!(stamps(&offsets), expected, "{offsets:?}");
        }
    }

    #[test]
    fn jump_tells_from_where_to_where() {
        let start = Moment { wall: Time::from_seconds(1_000_000), monotonic: Duration::ZERO };
        let mut timeline = Timeline::new(start);
        let now = Moment { wall: Time::from_seconds(992_810), monotonic: Duration::from_secs(10) };
        let (_, jump) = timeline.stamp(now);
        let jump = jump.unwrap();
        assert_eq!((jump.from, jump.to), (Time::from_seconds(1_000_010), now.wall));
        assert_eq!(jump.seconds(), -7200.0);
    }

    proptest! {
        /// Whatever the clock did: once it holds, its time is followed, and nothing breaks.
        #[test]
        fn clock_that_holds_is_followed_whatever_it_did_before(
            walls in proptest::collection::vec(any::<i64>(), 0..20),
            held in -1_000_000_000_000_000_i64..4_000_000_000_000_000,
        ) {
            let moment = |turn: usize, wall: i64| Moment {
                wall: Time::from_micros(wall),
                monotonic: Duration::from_secs(10 * turn as u64),
            };
            let mut timeline = Timeline::new(moment(0, 0));
            for (turn, wall) in walls.iter().enumerate() {
                timeline.stamp(moment(turn, *wall));
            }
            for more in 0..=READINGS_TO_BELIEVE {
                let wall = held + 10_000_000 * i64::from(more);
                let (at, _) = timeline.stamp(moment(walls.len() + more as usize, wall));
                prop_assert!(more < READINGS_TO_BELIEVE || at == Time::from_micros(wall));
            }
        }
    }
}
