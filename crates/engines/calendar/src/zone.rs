use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{AmbiguousOffset, TimeZone},
};

use crate::CalendarError;

/// What a time on the wall clock means in a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WallClock {
    /// One moment.
    Once(Timestamp),
    /// None: the clock was put forward over it.
    Skipped {
        /// The moment at which it was put forward: the first that the wall clock shows after it.
        resumes: Timestamp,
    },
    /// Two: the clock was put back over it.
    Twice {
        /// The first time.
        first: Timestamp,
        /// The second time.
        second: Timestamp,
    },
}

impl WallClock {
    /// The first moment at which the wall clock shows this time or, where it never does, a later
    /// one. Grows with the time on the wall.
    #[must_use]
    pub fn moment(self) -> Timestamp {
        match self {
            Self::Once(moment)
            | Self::Skipped { resumes: moment }
            | Self::Twice { first: moment, .. } => moment,
        }
    }
}

/// The zone of that IANA name.
///
/// Errors: [`CalendarError::UnknownZone`].
pub fn zone(name: &str) -> Result<TimeZone, CalendarError> {
    let unknown = || CalendarError::UnknownZone { found: name.chars().take(64).collect() };
    // The machine's own zone is not a name that means the same everywhere.
    if name.is_empty() || name.eq_ignore_ascii_case("local") {
        return Err(unknown());
    }
    TimeZone::get(name).map_err(|_| unknown())
}

/// What `local` means in `zone`.
///
/// Errors: [`CalendarError::OutOfRange`].
pub fn resolve(zone: &TimeZone, local: DateTime) -> Result<WallClock, CalendarError> {
    let out_of_range = |_| CalendarError::OutOfRange;
    let ambiguous = zone.to_ambiguous_timestamp(local);
    Ok(match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { offset } => {
            WallClock::Once(offset.to_timestamp(local).map_err(out_of_range)?)
        }
        AmbiguousOffset::Gap { before, after } => {
            // Before the gap the clock would show `local` with the later offset.
            let earlier = after.to_timestamp(local).map_err(out_of_range)?;
            let resumes = zone.following(earlier).next().map(|change| change.timestamp());
            let resumes = match resumes {
                Some(moment) => moment,
                None => before.to_timestamp(local).map_err(out_of_range)?,
            };
            WallClock::Skipped { resumes }
        }
        AmbiguousOffset::Fold { before, after } => WallClock::Twice {
            first: before.to_timestamp(local).map_err(out_of_range)?,
            second: after.to_timestamp(local).map_err(out_of_range)?,
        },
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn shown(zone_name: &str, local: DateTime) -> (&'static str, String) {
        let zone = zone(zone_name).unwrap();
        let wall = resolve(&zone, local).unwrap();
        let kind = match wall {
            WallClock::Once(_) => "once",
            WallClock::Skipped { .. } => "skipped",
            WallClock::Twice { .. } => "twice",
        };
        (kind, wall.moment().to_string())
    }

    /// China put its clocks forward in the summers of 1986 to 1991 (国务院 1986 夏时制).
    #[test]
    fn summer_time_of_shanghai_is_answered_explicitly() {
        for (local, expected) in [
            (date(1986, 5, 4).at(2, 30, 0, 0), ("skipped", "1986-05-03T18:00:00Z")),
            (date(1986, 5, 4).at(1, 59, 59, 0), ("once", "1986-05-03T17:59:59Z")),
            (date(1986, 5, 4).at(3, 0, 0, 0), ("once", "1986-05-03T18:00:00Z")),
            (date(1986, 7, 1).at(8, 0, 0, 0), ("once", "1986-06-30T23:00:00Z")),
            (date(1986, 9, 14).at(1, 30, 0, 0), ("twice", "1986-09-13T16:30:00Z")),
            (date(1991, 7, 1).at(8, 0, 0, 0), ("once", "1991-06-30T23:00:00Z")),
            (date(1992, 7, 1).at(8, 0, 0, 0), ("once", "1992-07-01T00:00:00Z")),
        ] {
            let (kind, moment) = shown("Asia/Shanghai", local);
            assert_eq!((kind, moment.as_str()), expected, "{local}");
        }
    }

    #[test]
    fn rules_that_go_on_for_ever_have_gaps_too() {
        let local = date(2037, 3, 29).at(2, 15, 0, 0);
        assert_eq!(shown("Europe/Berlin", local), ("skipped", "2037-03-29T01:00:00Z".to_owned()));
    }

    #[test]
    fn unknown_zone_is_named() {
        for name in ["", "Mars/Olympus", "local", "LOCAL"] {
            assert_eq!(zone(name), Err(CalendarError::UnknownZone { found: name.to_owned() }));
        }
    }
}
