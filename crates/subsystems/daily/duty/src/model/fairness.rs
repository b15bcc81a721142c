use std::collections::{BTreeMap, BTreeSet};

use directory::PersonId;
use jiff::{ToSpan as _, tz::TimeZone};
use kernel::Time;

use super::{
    plan::{DutySpan, Slot, stamp},
    roster::DayKind,
};

/// A night is from 22:00 to 06:00 on the wall clock (劳动法 夜班 as commonly counted).
const NIGHT_FROM: i8 = 22;
const NIGHT_TO: i8 = 6;
/// Who is on for so much of a night has had a night.
const NIGHT_S_MIN: i64 = 2 * 3600;

/// How much duty a person has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Load {
    /// Shifts, parts of one counted once.
    pub shifts: u32,
    /// Seconds in all.
    pub seconds: i64,
    /// Shifts with two hours between 22:00 and 06:00 or more.
    pub nights: u32,
    /// Seconds between 22:00 and 06:00.
    pub night_seconds: i64,
    /// Shifts that begin on a weekend.
    pub weekends: u32,
    /// Shifts that begin on a holiday.
    pub holidays: u32,
    /// Seconds of those of a weekend or holiday.
    pub off_seconds: i64,
}

/// How much duty each person has in `spans`.
#[must_use]
pub(crate) fn loads(spans: &[DutySpan], zone: &TimeZone) -> BTreeMap<PersonId, Load> {
    let mut loads: BTreeMap<PersonId, Load> = BTreeMap::new();
    let mut counted: BTreeSet<(PersonId, &Slot)> = BTreeSet::new();
    let mut nights: BTreeMap<(PersonId, &Slot), i64> = BTreeMap::new();
    for span in spans {
        let Some(person) = span.person else { continue };
        let load = loads.entry(person).or_default();
        let seconds = (span.to.micros() - span.from.micros()) / 1_000_000;
        let night = night_seconds(span.from, span.to, zone);
        load.seconds += seconds;
        load.night_seconds += night;
        if span.day_kind != DayKind::Workday {
            load.off_seconds += seconds;
        }
        *nights.entry((person, &span.slot)).or_default() += night;
        if counted.insert((person, &span.slot)) {
            load.shifts += 1;
            load.weekends += u32::from(span.day_kind == DayKind::Weekend);
            load.holidays += u32::from(span.day_kind == DayKind::Holiday);
        }
    }
    for ((person, _), seconds) in nights {
        if seconds >= NIGHT_S_MIN {
            loads.entry(person).or_default().nights += 1;
        }
    }
    loads
}

/// Seconds of from–to that lie in a night on the wall clock of `zone`.
fn night_seconds(from: Time, to: Time, zone: &TimeZone) -> i64 {
    let (Ok(from), Ok(to)) = (stamp(from), stamp(to)) else { return 0 };
    let last = zone.to_datetime(to).date();
    let Ok(mut date) = zone.to_datetime(from).date().yesterday() else { return 0 };
    let mut seconds = 0;
    while date <= last {
        let Ok(next) = date.checked_add(1.day()) else { break };
        let bounds = [date.at(NIGHT_FROM, 0, 0, 0), next.at(NIGHT_TO, 0, 0, 0)];
        let [begin, end] = bounds.map(|local| calendar::resolve(zone, local));
        if let (Ok(begin), Ok(end)) = (begin, end) {
            let (begin, end) = (begin.moment().max(from), end.moment().min(to));
            seconds += end.duration_since(begin).as_secs().max(0);
        }
        date = next;
    }
    seconds
}
