//! Cron expressions on a wall clock, with days off.
//!
//! What `croner` finds is a time on the wall; what it means in a zone is decided here, so that a
//! time of the day runs exactly once in every night in which the clocks are changed.

use std::sync::Arc;

use calendar::{WorkingCalendar, resolve};
use croner::{
    Cron,
    parser::{CronParser, Seconds, Year},
};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::DateTime, tz::TimeZone};
use kernel::{Fault, Text, Time};

/// The longest expression.
const LENGTH_MAX: usize = 200;
/// Occurrences that are looked at for one that falls on a workday.
const TRIED_MAX: usize = 10_000;
/// Runs of days off that are looked back over.
const DAYS_OFF_MAX: usize = 60;
/// The clock is never put back by more than this.
const FOLD_MAX: SignedDuration = SignedDuration::from_hours(3);

/// What becomes of a run that falls on a day off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DaysOff {
    /// It is left out.
    Skip,
    /// It moves to the next workday, at the same time of the day.
    Next,
}

/// The workdays of a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Workdays {
    pub(crate) name: String,
    pub(crate) calendar: Arc<WorkingCalendar>,
    pub(crate) days_off: DaysOff,
}

/// A cron expression in a zone.
#[derive(Debug, Clone)]
pub(crate) struct CronRule {
    text: String,
    cron: Cron,
    zone_name: String,
    zone: TimeZone,
    workdays: Option<Workdays>,
    /// Whether it runs every so often rather than at times of the day: its hour has a `*`.
    recurring: bool,
}

impl PartialEq for CronRule {
    fn eq(&self, other: &Self) -> bool {
        let key = |rule: &Self| (rule.text.clone(), rule.zone_name.clone(), rule.workdays.clone());
        key(self) == key(other)
    }
}

impl Eq for CronRule {}

impl DaysOff {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Next => "next",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Skip, Self::Next].into_iter().find(|rule| rule.name() == name)
    }
}

impl CronRule {
    /// Five fields (minute, hour, day, month, weekday), or six with the second first.
    ///
    /// Errors: [`Fault`] naming `cron` or `zone`.
    pub(crate) fn new(
        text: &str,
        zone_name: &str,
        workdays: Option<Workdays>,
    ) -> Result<Self, Fault> {
        let text = text.trim();
        let wrong = |why: &str| {
            let en = format!("a cron expression of five fields, such as 30 2 * * 1-5 ({why})");
            let zh = format!("五段式 cron 表达式，例如 30 2 * * 1-5（{why}）");
            Fault::invalid("cron", text, Text::new(en, zh))
        };
        if text.len() > LENGTH_MAX {
            return Err(wrong("at most 200 characters"));
        }
        let parser =
            CronParser::builder().seconds(Seconds::Optional).year(Year::Disallowed).build();
        let cron = parser.parse(text).map_err(|error| wrong(&error.to_string()))?;
        let zone = calendar::zone(zone_name).map_err(|_| {
            let expected =
                Text::new("an IANA zone such as Asia/Shanghai", "IANA 时区名，例如 Asia/Shanghai");
            Fault::invalid("zone", zone_name, expected)
        })?;
        let fields: Vec<&str> = text.split_whitespace().collect();
        // The hour is the fourth field from the end; `@hourly` has none and recurs.
        let hour = fields.len().checked_sub(4).and_then(|at| fields.get(at));
        let recurring = hour.map_or(text.contains("hourly"), |hour| hour.contains('*'));
        let text = text.to_owned();
        let zone_name = zone_name.to_owned();
        let rule = Self { text, cron, zone_name, zone, workdays, recurring };
        // 30 February never comes: said now, not by a job that never runs.
        if rule.next_after(Time::from_seconds(1_767_225_600)).is_none() {
            return Err(Fault::invalid(
                "cron",
                &rule.text,
                Text::new("an expression that comes true some day", "有机会触发的表达式"),
            ));
        }
        Ok(rule)
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn zone_name(&self) -> &str {
        &self.zone_name
    }

    pub(crate) fn workdays(&self) -> Option<&Workdays> {
        self.workdays.as_ref()
    }

    /// Whether it runs every so often rather than at times of the day.
    pub(crate) fn recurring(&self) -> bool {
        self.recurring
    }

    /// The first run after `after`; none when there is none any more.
    pub(crate) fn next_after(&self, after: Time) -> Option<Time> {
        let after = Timestamp::from_microsecond(after.micros()).ok()?;
        let next = match &self.workdays {
            None => self.occurrence_after(after),
            Some(workdays) => match workdays.days_off {
                DaysOff::Skip => self.on_workday_after(after, workdays),
                DaysOff::Next => self.moved_after(after, workdays),
            },
        };
        Some(Time::from_micros(next?.as_microsecond()))
    }

    fn on_workday_after(&self, after: Timestamp, workdays: &Workdays) -> Option<Timestamp> {
        let mut current = after;
        for _ in 0..TRIED_MAX {
            current = self.occurrence_after(current)?;
            let date = self.zone.to_datetime(current).date();
            if workdays.calendar.is_workday(date) {
                return Some(current);
            }
            // The rest of a day off brings nothing: on to its last second.
            let last = date.at(23, 59, 59, 999_999_999);
            current = current.max(resolve(&self.zone, last).ok()?.moment());
        }
        None
    }

    /// The first run after `after`, where those of days off move to the next workday.
    fn moved_after(&self, after: Timestamp, workdays: &Workdays) -> Option<Timestamp> {
        // What moves over `after` comes from the days off right before it.
        let mut date = self.zone.to_datetime(after).date();
        for _ in 0..DAYS_OFF_MAX {
            let before = date.yesterday().ok()?;
            if workdays.calendar.is_workday(before) {
                break;
            }
            date = before;
        }
        let start = resolve(&self.zone, date.at(0, 0, 0, 0)).ok()?.moment();
        let mut current = start.checked_sub(1.nanosecond()).ok()?;
        for _ in 0..TRIED_MAX {
            current = self.occurrence_after(current)?;
            let local = self.zone.to_datetime(current);
            let workday = workdays.calendar.workday_from(local.date()).ok()?.value;
            let moved = match workday == local.date() {
                true => current,
                false => resolve(&self.zone, workday.to_datetime(local.time())).ok()?.moment(),
            };
            if moved > after {
                return Some(moved);
            }
        }
        None
    }

    /// The first occurrence after `after`, days off or not.
    fn occurrence_after(&self, after: Timestamp) -> Option<Timestamp> {
        if self.recurring { self.recurring_after(after) } else { self.fixed_after(after) }
    }

    /// Times of the day: each date's once. A skipped one runs when the clock goes on; one that
    /// comes twice runs the first time.
    fn fixed_after(&self, after: Timestamp) -> Option<Timestamp> {
        let early = after.checked_sub(FOLD_MAX).ok()?;
        let mut local = self.zone.to_datetime(early);
        for _ in 0..TRIED_MAX {
            local = self.wall_after(local)?;
            let moment = resolve(&self.zone, local).ok()?.moment();
            if moment > after {
                return Some(moment);
            }
        }
        None
    }

    /// Every so often: follows the time that passes, so an hour that comes twice is served twice
    /// and one that is skipped is nobody's.
    fn recurring_after(&self, after: Timestamp) -> Option<Timestamp> {
        let mut begin = after;
        // Between two changes of the clock the wall is the moment plus an offset.
        for _ in 0..TRIED_MAX {
            let offset = self.zone.to_offset(begin);
            let local = self.wall_after(offset.to_datetime(begin))?;
            let moment = offset.to_timestamp(local).ok()?;
            let change = self.zone.following(begin).next().map(|change| change.timestamp());
            match change {
                Some(change) if moment >= change => {
                    let shown = self.zone.to_datetime(change);
                    if self.cron.is_time_matching(&shown).ok()? {
                        return Some(change);
                    }
                    begin = change;
                }
                _ => return Some(moment),
            }
        }
        None
    }

    /// The first time on the wall after `local`.
    fn wall_after(&self, local: DateTime) -> Option<DateTime> {
        self.cron.find_next_occurrence(&local, false).ok()
    }
}

#[cfg(test)]
mod tests;
