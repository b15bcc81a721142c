use calendar::{Block, CalendarError, Length, Rotation, resolve};
use jiff::{
    ToSpan as _,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use kernel::Time;

use super::{Dated, SHIFTS_MAX, Stretch, Who, kinds_of};
use crate::model::{
    plan::stamp,
    roster::{Clock, TurnUnit},
};

/// People who take turns, within a span of each of some weekdays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Turns {
    /// On which weekdays, from Monday.
    pub weekdays: [bool; 7],
    /// From when to when on each; the same twice: for a whole day.
    pub hours: (Clock, Clock),
    /// When the first turn begins.
    pub start: DateTime,
    /// In what the length of a turn is counted.
    pub unit: TurnUnit,
    /// Of how many each is.
    pub length: u32,
    /// Who, one after another.
    pub people: Vec<Who>,
}

impl Turns {
    /// Whether a roster can say it as turns: no turn ends within the span of a day, and the
    /// weekdays are all of them, the working week or the weekend.
    #[must_use]
    pub(crate) fn is_expressible(&self) -> bool {
        let (from, to) = self.hours;
        let begins = Clock(self.start.time());
        let hands_over_inside =
            if from < to { from < begins && begins < to } else { begins > from || begins < to };
        self.unit != TurnUnit::Hours && !hands_over_inside && kinds_of(self.weekdays).is_some()
    }

    /// The same, with days that begin when turns do where it is round the clock.
    #[must_use]
    pub(super) fn round_the_clock(mut self) -> Self {
        if self.weekdays == [true; 7] && self.hours.0 == self.hours.1 {
            self.hours = (Clock(self.start.time()), Clock(self.start.time()));
        }
        self
    }

    fn rotation(&self, zone: &TimeZone) -> Result<Rotation<usize>, CalendarError> {
        let length = match self.unit {
            TurnUnit::Hours => Length::Hours(self.length),
            TurnUnit::Weeks => Length::Weeks(self.length),
            TurnUnit::Months => Length::Months(self.length),
            _ => Length::Days(self.length),
        };
        let blocks = (0..self.people.len()).map(|participant| Block { participant, length });
        Rotation::new(zone.clone(), self.start, blocks.collect())
    }

    /// The same with the people moved on, so that `people[active]` is on just before `moment`.
    ///
    /// Errors: [`CalendarError`].
    pub(super) fn turned(
        mut self,
        zone: &TimeZone,
        (active, moment): (usize, Time),
    ) -> Result<Self, CalendarError> {
        let before = stamp(Time::from_micros(moment.micros() - 1))?;
        let on = self.rotation(zone)?.at(before)?.map_or(0, |shift| *shift.participant);
        let count = self.people.len().max(1);
        self.people.rotate_left((active + count - on % count) % count);
        Ok(self)
    }
}

/// The shifts of turns one by one.
///
/// Errors: [`CalendarError`].
pub(crate) fn expanded(
    turns: &Turns,
    zone: &TimeZone,
    stretch: Stretch,
) -> Result<Vec<Dated>, CalendarError> {
    let rotation = turns.rotation(zone)?;
    let first = stamp(stretch.from)?.to_zoned(zone.clone()).date();
    let mut found = Vec::new();
    let days = first.yesterday().map_err(|_| CalendarError::OutOfRange)?.series(1.day());
    for day in days {
        let (from, to) = span(turns, zone, day)?;
        if from >= stretch.to || found.len() >= SHIFTS_MAX {
            break;
        }
        let weekday = day.weekday().to_monday_zero_offset().unsigned_abs();
        if !turns.weekdays[usize::from(weekday)] || !stretch.touches(from, to) {
            continue;
        }
        for shift in rotation.shifts(stamp(from)?, stamp(to)?)? {
            let micros = |at: jiff::Timestamp| Time::from_micros(at.as_microsecond());
            let (begins, ends) = (from.max(micros(shift.from)), to.min(micros(shift.to)));
            if stretch.touches(begins, ends) {
                let who = turns.people[*shift.participant].clone();
                joined(&mut found, Dated { from: begins, to: ends, who });
            }
        }
    }
    Ok(found)
}

/// What goes on with the same person is one shift.
fn joined(found: &mut Vec<Dated>, next: Dated) {
    match found.last_mut().filter(|last| last.to == next.from && last.who == next.who) {
        Some(last) => last.to = next.to,
        None => found.push(next),
    }
}

fn span(turns: &Turns, zone: &TimeZone, day: Date) -> Result<(Time, Time), CalendarError> {
    let (from, to) = turns.hours;
    let next = day.tomorrow().map_err(|_| CalendarError::OutOfRange)?;
    let at = |day: Date, clock: Clock| {
        let wall = resolve(zone, day.to_datetime(clock.0))?;
        Ok::<_, CalendarError>(Time::from_micros(wall.moment().as_microsecond()))
    };
    Ok((at(day, from)?, at(if to > from { day } else { next }, to)?))
}
