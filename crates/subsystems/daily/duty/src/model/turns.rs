use std::collections::HashMap;

use calendar::{Block, CalendarError, Length, Rotation, WorkingCalendar};
use directory::PersonId;
use jiff::{Timestamp, civil::Date};

use super::{
    days::kind_of,
    roster::{DayKind, RosterDraft, RotationDraft, TurnUnit},
};

/// A rotation over more days than this is not counted through.
const DAYS_MAX: usize = 20_000;

/// What the days of a calendar are, each asked once.
#[derive(Debug)]
pub(crate) struct Days<'c> {
    calendar: &'c WorkingCalendar,
    known: HashMap<Date, DayKind>,
}

impl<'c> Days<'c> {
    pub(crate) fn new(calendar: &'c WorkingCalendar) -> Self {
        Self { calendar, known: HashMap::new() }
    }

    pub(crate) fn kind(&mut self, date: Date) -> DayKind {
        *self.known.entry(date).or_insert_with(|| kind_of(self.calendar, date).0)
    }
}

/// Whose turn it is in a rotation.
#[derive(Debug)]
pub(crate) enum Turns<'r> {
    /// By time on the wall clock.
    Timed(Rotation<&'r [PersonId]>),
    /// By what the rotation covers: which turn each shift of a day is.
    Counted { draft: &'r RotationDraft, numbers: HashMap<(Date, &'r str), u64>, round: u64 },
}

impl<'r> Turns<'r> {
    /// The turns of `rotation` of a roster until the end of `last`.
    ///
    /// Errors: [`CalendarError`] for blocks that are none.
    pub(crate) fn new(
        draft: &'r RosterDraft,
        rotation: &'r RotationDraft,
        days: &mut Days<'_>,
        last: Date,
    ) -> Result<Self, CalendarError> {
        let length: fn(u32) -> Length = match rotation.unit {
            TurnUnit::Hours => Length::Hours,
            TurnUnit::Days => Length::Days,
            TurnUnit::Weeks => Length::Weeks,
            TurnUnit::Months => Length::Months,
            TurnUnit::Shifts | TurnUnit::DutyDays => {
                return Ok(Self::counted(draft, rotation, days, last));
            }
        };
        let blocks = rotation.blocks.iter().map(|block| Block {
            participant: block.people.as_slice(),
            length: length(block.length),
        });
        let zone = days.calendar.zone().clone();
        Ok(Self::Timed(Rotation::new(zone, rotation.start, blocks.collect())?))
    }

    fn counted(
        draft: &'r RosterDraft,
        rotation: &'r RotationDraft,
        days: &mut Days<'_>,
        last: Date,
    ) -> Self {
        let mut numbers = HashMap::new();
        let (mut next, mut date) = (0, rotation.start.date());
        let by_shift = rotation.unit == TurnUnit::Shifts;
        for _ in 0..DAYS_MAX {
            if date > last {
                break;
            }
            let kind = days.kind(date);
            let begun = date > rotation.start.date();
            let mut shifts: Vec<_> = draft
                .shifts
                .iter()
                .filter(|shift| shift.begins_on(kind) && rotation.covers(&shift.key, kind))
                .filter(|shift| begun || shift.from.0 >= rotation.start.time())
                .collect();
            shifts.sort_by_key(|shift| shift.from);
            for (at, shift) in (0..).zip(&shifts) {
                numbers.insert((date, shift.key.as_str()), next + if by_shift { at } else { 0 });
            }
            next += if by_shift { shifts.len() as u64 } else { u64::from(!shifts.is_empty()) };
            let Ok(tomorrow) = date.tomorrow() else { break };
            date = tomorrow;
        }
        let round = rotation.blocks.iter().map(|block| u64::from(block.length)).sum();
        Self::Counted { draft: rotation, numbers, round }
    }

    /// Who is on in the shift of `date` that begins at `from`; none before the first turn.
    ///
    /// Errors: [`CalendarError::OutOfRange`].
    pub(crate) fn people(
        &self,
        (date, shift): (Date, &str),
        from: Timestamp,
    ) -> Result<Option<&'r [PersonId]>, CalendarError> {
        match self {
            Self::Timed(rotation) => Ok(rotation.at(from)?.map(|found| *found.participant)),
            Self::Counted { draft, numbers, round } => {
                let Some(number) = numbers.get(&(date, shift)) else { return Ok(None) };
                let mut left = number % (*round).max(1);
                for block in &draft.blocks {
                    match left.checked_sub(u64::from(block.length)) {
                        Some(rest) => left = rest,
                        None => return Ok(Some(&block.people)),
                    }
                }
                Ok(None)
            }
        }
    }
}
