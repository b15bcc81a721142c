//! Working time: who works when, how long that is, and until when something is due.
//!
//! A library by itself: it knows no clock, no database and nothing of Mainstay; moments and dates
//! go in and come out. Zones and wall clocks are [`jiff`]'s.
//!
//! # What is in it
//!
//! - [`DayPlan`], [`WeeklyPattern`]: the spans worked on a day; an ordinary week.
//! - [`Layer`]: what one authority says: a week, days off (closures), make-up days (调休上班日),
//!   half days, single hours; published year by year or not.
//! - [`WorkingCalendar`]: a zone and a pile of layers, the state's below, a region's or an
//!   office's above; for a day the uppermost that says something holds.
//! - [`WorkingCalendar::worked`], [`due`](WorkingCalendar::due): working time between two moments;
//!   the moment by which so much of it has passed.
//! - [`WorkingCalendar::workday_after`]: N 个工作日, counted from the next day.
//! - [`Answer`]: every answer with the lines it was added up from, and notes: a year that was not
//!   published yet.
//! - [`Rotation`]: who is on: uneven blocks of hours, days, weeks or months that keep their time
//!   on the wall clock.
//! - [`resolve`]: a time on the wall clock as a moment: once, skipped, or twice.
//! - [`from_csv`], [`from_ical`]: days from files: all or none, faults by line.
//! - [`china`](china()), [`china_notices`]: mainland China's published years, each with its
//!   notice.
//!
//! # Laws
//!
//! The tests hold these for random calendars, zones and moments:
//!
//! - `worked(a, b) + worked(b, c) == worked(a, c)`, and it never falls when the end moves on;
//! - `worked(from, due(from, d)) == d`, and `due` is the first such moment;
//! - a closure never makes a deadline earlier;
//! - cutting a span of a plan in two changes nothing.
//!
//! # Where clocks are changed
//!
//! A time that the wall clock shows twice is its first occurrence; one that it skips is the moment
//! at which it goes on. So a span 01:00–03:00 lasts three hours in the night in which the clock is
//! put back, and one hour when it is put forward: people are there that long.
//!
//! # Limits
//!
//! Reckoning goes over a century at most. A file brings 20,000 days at most. Of iCalendar's
//! repetitions those that calendars of holidays use are read (FREQ, INTERVAL, COUNT, UNTIL,
//! EXDATE); others are refused by name, never read half.

mod china;
mod day_plan;
mod error;
mod import;
mod layer;
mod reckoning;
mod rotation;
mod weekly;
mod working_calendar;
mod zone;

pub use china::{CHINA, Notice, china, china_layer, china_notices};
pub use day_plan::{DayPlan, DaySpan};
pub use error::CalendarError;
pub use import::{
    ContentLine, ImportError, Imported, LineFault, content_lines, from_csv, from_ical, unescaped,
};
pub use layer::{DayRule, Layer, SpecialDay};
pub use reckoning::{Answer, Line};
pub use rotation::{Block, Length, Rotation, Shift};
pub use weekly::WeeklyPattern;
pub use working_calendar::{Day, Note, Why, WorkingCalendar};
pub use zone::{WallClock, resolve, zone};
