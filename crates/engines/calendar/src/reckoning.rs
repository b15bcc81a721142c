//! Sums of working time, deadlines and counted workdays, each with the lines it was added up from.

use std::{collections::BTreeSet, time::Duration};

use jiff::{Timestamp, civil::Date};

use crate::{CalendarError, Day, Note, Why, WorkingCalendar};

/// The most days that are ever reckoned over: a century.
const DAYS_MAX: u32 = 36_525;

/// An answer with what it was reckoned from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<T> {
    /// The answer.
    pub value: T,
    /// What was added up: a line for every span that counts and for every day that does not.
    pub lines: Vec<Line>,
    /// What its reader should know.
    pub notes: Vec<Note>,
}

/// One line of a reckoning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The day on the wall.
    pub date: Date,
    /// Why it counts, or does not.
    pub why: Why,
    /// The span that counts; none on a day on which nobody works.
    pub counted: Option<(Timestamp, Timestamp)>,
}

/// A reckoning on its way.
#[derive(Debug, Default)]
struct Sheet {
    lines: Vec<Line>,
    notes: BTreeSet<Note>,
    year: Option<i16>,
    sum: Duration,
}

impl Line {
    /// How much of it counts.
    #[must_use]
    pub fn worked(&self) -> Duration {
        self.counted.map_or(Duration::ZERO, |(from, to)| between(from, to))
    }
}

impl WorkingCalendar {
    /// How much working time lies in `[from, to)`; none when `to` is not after `from`.
    ///
    /// Errors: [`CalendarError::RangeTooLong`] beyond a century.
    pub fn worked(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Answer<Duration>, CalendarError> {
        let mut sheet = Sheet::default();
        if to > from {
            // One more day: where a clock is put back over midnight, the next day has begun once.
            let last = next(self.date_at(to))?;
            let mut date = self.date_at(from);
            for _ in 0..=DAYS_MAX {
                sheet.add_day(self, date, (from, to), Duration::MAX)?;
                if date >= last {
                    return Ok(sheet.answer(|sum| sum));
                }
                date = next(date)?;
            }
            return Err(CalendarError::RangeTooLong { days_max: DAYS_MAX });
        }
        Ok(sheet.answer(|sum| sum))
    }

    /// The first moment by which `working` of working time has passed since `from`.
    ///
    /// Errors: [`CalendarError::NoWorkingTime`] when a century has not that much.
    pub fn due(
        &self,
        from: Timestamp,
        working: Duration,
    ) -> Result<Answer<Timestamp>, CalendarError> {
        let mut sheet = Sheet::default();
        let first = self.date_at(from);
        let mut date = first;
        for _ in 0..DAYS_MAX {
            if sheet.sum == working {
                let end = sheet.end().unwrap_or(from);
                return Ok(sheet.answer(|_| end));
            }
            sheet.add_day(self, date, (from, Timestamp::MAX), working)?;
            date = next(date)?;
        }
        Err(CalendarError::NoWorkingTime { from: first, days_max: DAYS_MAX })
    }

    /// The `count`th workday after `from` (N 个工作日): counting begins on the next day. With a
    /// count of 0 it is `from` itself.
    ///
    /// Errors: [`CalendarError::NoWorkingTime`] when a century has not that many.
    pub fn workday_after(&self, from: Date, count: u32) -> Result<Answer<Date>, CalendarError> {
        let mut sheet = Sheet::default();
        let (mut date, mut left) = (from, count);
        for _ in 0..DAYS_MAX {
            if left == 0 {
                return Ok(sheet.answer(|_| date));
            }
            date = next(date)?;
            let day = self.day(date);
            left -= u32::from(!day.plan.is_closed());
            sheet.add_whole_day(self, day)?;
        }
        Err(CalendarError::NoWorkingTime { from, days_max: DAYS_MAX })
    }

    /// `date` if anybody works on it, or else the next day on which somebody does.
    ///
    /// Errors: [`CalendarError::NoWorkingTime`] when a century has none.
    pub fn workday_from(&self, date: Date) -> Result<Answer<Date>, CalendarError> {
        let mut sheet = Sheet::default();
        let mut current = date;
        for _ in 0..DAYS_MAX {
            let day = self.day(current);
            let closed = day.plan.is_closed();
            sheet.add_whole_day(self, day)?;
            if !closed {
                return Ok(sheet.answer(|_| current));
            }
            current = next(current)?;
        }
        Err(CalendarError::NoWorkingTime { from: date, days_max: DAYS_MAX })
    }

    /// Whether it is working time at `moment`.
    ///
    /// Errors: [`CalendarError::OutOfRange`].
    pub fn is_working(&self, moment: Timestamp) -> Result<bool, CalendarError> {
        let today = self.date_at(moment);
        for date in [today, next(today)?] {
            for span in self.day(date).plan.spans() {
                let (from, to) = self.moments(date, *span)?;
                if from <= moment && moment < to {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

impl Sheet {
    /// Adds what of `date` lies within `range`, until `enough` is reached.
    fn add_day(
        &mut self,
        calendar: &WorkingCalendar,
        date: Date,
        range: (Timestamp, Timestamp),
        enough: Duration,
    ) -> Result<(), CalendarError> {
        let day = calendar.day(date);
        if calendar.whole_day(date)?.0 < range.1 {
            self.note_year(calendar, date);
        }
        if day.plan.is_closed() {
            let (begin, end) = calendar.whole_day(date)?;
            if begin < range.1 && range.0 < end {
                self.lines.push(Line { date, why: day.why, counted: None });
            }
            return Ok(());
        }
        for span in day.plan.spans() {
            let (from, to) = calendar.moments(date, *span)?;
            let (from, mut to) = (from.max(range.0), to.min(range.1));
            let missing = enough.saturating_sub(self.sum);
            if to <= from || missing.is_zero() {
                continue;
            }
            if between(from, to) > missing {
                to = from.checked_add(missing).map_err(|_| CalendarError::OutOfRange)?;
            }
            self.sum += between(from, to);
            self.lines.push(Line { date, why: day.why.clone(), counted: Some((from, to)) });
        }
        Ok(())
    }

    fn add_whole_day(&mut self, calendar: &WorkingCalendar, day: Day) -> Result<(), CalendarError> {
        self.note_year(calendar, day.date);
        if day.plan.is_closed() {
            self.lines.push(Line { date: day.date, why: day.why, counted: None });
            return Ok(());
        }
        for span in day.plan.spans() {
            let counted = Some(calendar.moments(day.date, *span)?);
            self.lines.push(Line { date: day.date, why: day.why.clone(), counted });
        }
        Ok(())
    }

    fn note_year(&mut self, calendar: &WorkingCalendar, date: Date) {
        if self.year != Some(date.year()) {
            self.year = Some(date.year());
            self.notes.extend(calendar.notes(date.year()));
        }
    }

    /// Where the last span that counts ends.
    fn end(&self) -> Option<Timestamp> {
        self.lines.iter().rev().find_map(|line| line.counted).map(|(_, to)| to)
    }

    fn answer<T>(self, value: impl FnOnce(Duration) -> T) -> Answer<T> {
        let notes = self.notes.into_iter().collect();
        Answer { value: value(self.sum), lines: self.lines, notes }
    }
}

fn between(from: Timestamp, to: Timestamp) -> Duration {
    // `to` is never before `from` here; a difference of timestamps always fits.
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}

fn next(date: Date) -> Result<Date, CalendarError> {
    date.tomorrow().map_err(|_| CalendarError::OutOfRange)
}
