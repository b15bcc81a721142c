//! Who is on when: blocks of participants, one after another, round and round.

use jiff::{Span, Timestamp, civil::DateTime, tz::TimeZone};

use crate::{CalendarError, WallClock, zone};

/// The most blocks of one rotation.
const BLOCKS_MAX: usize = 1_000;
/// The most shifts of one answer.
const SHIFTS_MAX: usize = 10_000;
/// The longest block: ten years.
const MONTHS_MAX: u32 = 120;

/// How long a block lasts, on the wall clock: a day from 08:00 ends at 08:00, whatever the clocks
/// were set in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// Hours.
    Hours(u32),
    /// Days.
    Days(u32),
    /// Weeks.
    Weeks(u32),
    /// Months: from the 31st to the last day of a shorter month.
    Months(u32),
}

/// One participant's part of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block<P> {
    /// Who.
    pub participant: P,
    /// How long.
    pub length: Length,
}

/// Blocks of participants that follow each other for ever from a first hand-over on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation<P> {
    zone: TimeZone,
    start: DateTime,
    blocks: Vec<Block<P>>,
    /// For each block, what of the round lies before it; one more for the whole round.
    before: Vec<Elapsed>,
}

/// One shift: who is on, from when, until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift<P> {
    /// Who.
    pub participant: P,
    /// When it begins.
    pub from: Timestamp,
    /// The hand-over at its end.
    pub to: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Elapsed {
    months: i64,
    hours: i64,
}

impl<P> Rotation<P> {
    /// `blocks` in turn, the first of them from `start` on the wall clock of `zone`.
    ///
    /// Errors: [`CalendarError::NoBlocks`], [`CalendarError::BadBlock`].
    pub fn new(
        zone: TimeZone,
        start: DateTime,
        blocks: Vec<Block<P>>,
    ) -> Result<Self, CalendarError> {
        if blocks.is_empty() || blocks.len() > BLOCKS_MAX {
            return Err(CalendarError::NoBlocks { max: BLOCKS_MAX });
        }
        let mut sum = Elapsed::default();
        let mut before = vec![sum];
        for (index, block) in blocks.iter().enumerate() {
            let part = elapsed(block.length);
            let part = part.ok_or(CalendarError::BadBlock { number: index + 1 })?;
            sum = Elapsed { months: sum.months + part.months, hours: sum.hours + part.hours };
            before.push(sum);
        }
        Ok(Self { zone, start, blocks, before })
    }

    /// `participants` in turn, each for `length`.
    ///
    /// Errors: as [`Rotation::new`].
    pub fn even(
        zone: TimeZone,
        start: DateTime,
        length: Length,
        participants: Vec<P>,
    ) -> Result<Self, CalendarError> {
        let blocks = participants.into_iter().map(|participant| Block { participant, length });
        Self::new(zone, start, blocks.collect())
    }

    /// The shift at `moment`; none before the first.
    ///
    /// Errors: [`CalendarError::OutOfRange`].
    pub fn at(&self, moment: Timestamp) -> Result<Option<Shift<&P>>, CalendarError> {
        match self.number_at(moment)? {
            None => Ok(None),
            Some(number) => self.shift(number).map(Some),
        }
    }

    /// The first hand-over after `moment`: the end of its shift, or the start of the first one.
    ///
    /// Errors: [`CalendarError::OutOfRange`].
    pub fn next_hand_over(&self, moment: Timestamp) -> Result<Timestamp, CalendarError> {
        match self.at(moment)? {
            Some(shift) => Ok(shift.to),
            None => self.boundary(0),
        }
    }

    /// The shifts that touch `[from, to)`, in order, each whole.
    ///
    /// Errors: [`CalendarError::TooManyShifts`] beyond 10,000; [`CalendarError::OutOfRange`].
    pub fn shifts(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Shift<&P>>, CalendarError> {
        let mut shifts = Vec::new();
        let mut number = self.number_at(from)?.unwrap_or(0);
        loop {
            let shift = self.shift(number)?;
            if shift.from >= to {
                return Ok(shifts);
            }
            if shifts.len() == SHIFTS_MAX {
                return Err(CalendarError::TooManyShifts { max: SHIFTS_MAX });
            }
            // An hour that the clocks skipped is nobody's.
            if shift.to > shift.from {
                shifts.push(shift);
            }
            number += 1;
        }
    }

    /// The number of the shift at `moment`: the last that begins at or before it.
    fn number_at(&self, moment: Timestamp) -> Result<Option<i64>, CalendarError> {
        if moment < self.boundary(0)? {
            return Ok(None);
        }
        // No block is shorter than an hour, and two hours of slack cover any change of clocks.
        let hours = moment.duration_since(self.boundary(0)?).as_hours();
        let (mut low, mut high) = (0, hours + 3);
        while low + 1 < high {
            let middle = low + (high - low) / 2;
            // A boundary beyond the year 9999 is after every moment.
            let begun = self.boundary(middle).is_ok_and(|begin| begin <= moment);
            if begun { low = middle } else { high = middle }
        }
        Ok(Some(low))
    }

    fn shift(&self, number: i64) -> Result<Shift<&P>, CalendarError> {
        let (_, place) = self.round_and_place(number);
        let participant = &self.blocks[place].participant;
        Ok(Shift { participant, from: self.boundary(number)?, to: self.boundary(number + 1)? })
    }

    /// When shift `number` begins. Reckoned from the start each time: the 31st comes back after
    /// February.
    fn boundary(&self, number: i64) -> Result<Timestamp, CalendarError> {
        let (round, place) = self.round_and_place(number);
        let whole = self.before[self.blocks.len()];
        let part = self.before[place];
        let out_of_range = || CalendarError::OutOfRange;
        let months = round.checked_mul(whole.months).and_then(|m| m.checked_add(part.months));
        let hours = round.checked_mul(whole.hours).and_then(|h| h.checked_add(part.hours));
        let months = Span::new().try_months(months.ok_or_else(out_of_range)?);
        let hours = Span::new().try_hours(hours.ok_or_else(out_of_range)?);
        let (Ok(months), Ok(hours)) = (months, hours) else { return Err(out_of_range()) };
        let local = self.start.checked_add(months).and_then(|local| local.checked_add(hours));
        zone::resolve(&self.zone, local.map_err(|_| out_of_range())?).map(WallClock::moment)
    }

    fn round_and_place(&self, number: i64) -> (i64, usize) {
        // At most a thousand blocks: the length fits, and the remainder is below it.
        let count = i64::try_from(self.blocks.len()).unwrap_or(i64::MAX);
        (number.div_euclid(count), usize::try_from(number.rem_euclid(count)).unwrap_or(0))
    }
}

fn elapsed(length: Length) -> Option<Elapsed> {
    let hours_max = i64::from(MONTHS_MAX) * 31 * 24;
    let hours = |count: u32, each: i64| {
        let hours = i64::from(count) * each;
        (1..=hours_max).contains(&hours).then_some(Elapsed { months: 0, hours })
    };
    match length {
        Length::Hours(count) => hours(count, 1),
        Length::Days(count) => hours(count, 24),
        Length::Weeks(count) => hours(count, 7 * 24),
        Length::Months(count) => {
            let months = i64::from(count);
            (1..=i64::from(MONTHS_MAX)).contains(&months).then_some(Elapsed { months, hours: 0 })
        }
    }
}
