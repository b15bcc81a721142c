use std::time::Duration;

use calendar::{CalendarError, Why, WorkingCalendar};
use kernel::{Text, Time};
use serde::Serialize;

use super::policy::{moment, time};

/// From a moment on a ticket is in a state in which clocks run or stand still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// From this moment, until that of the next stretch.
    pub from: Time,
    /// Whether working time counts.
    pub runs: bool,
    /// What people call the state.
    pub state: Text,
}

/// All that a clock is computed from, besides the calendar.
#[derive(Debug, Clone)]
pub(crate) struct ClockFacts<'a> {
    /// When it begins.
    pub from: Time,
    /// The ticket's stretches in the order of time.
    pub stretches: &'a [Stretch],
    /// When it was stopped for good; none: it goes on.
    pub ended_at: Option<Time>,
    /// How much working time is promised.
    pub target: Duration,
    /// At which moment it is read.
    pub now: Time,
}

/// What a span of time is to a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Counting {
    /// It counts.
    Counts,
    /// The state of the ticket lets the clock stand still.
    Paused,
    /// Nobody works.
    OffHours,
}

/// A span of a clock, and why it counts or does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClockSpan {
    /// From this moment …
    pub from: Time,
    /// … to this.
    pub to: Time,
    /// What it is.
    pub counting: Counting,
    /// Why.
    pub why: Text,
}

/// What a clock shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClockState {
    /// It runs, and the target is not used up.
    Running,
    /// It stands still, and the target is not used up.
    Paused,
    /// The target is used up, and it was not ended.
    Overdue,
    /// It ended within the target.
    Kept,
    /// It ended after the target was used up.
    Broken,
}

/// A clock as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reading {
    /// Everything from its beginning to the moment of reading, without gaps.
    pub spans: Vec<ClockSpan>,
    /// How much counted.
    pub elapsed: Duration,
    /// How much is promised.
    pub target: Duration,
    /// What it shows.
    pub state: ClockState,
    /// The moment at which the target is used up, or was. None while it stands still before that,
    /// and if it ended before that.
    pub due_at: Option<Time>,
    /// Whether it runs at the moment of reading.
    runs: bool,
    /// Until when it was read.
    until: Time,
}

impl Reading {
    /// How much of the target is left; nothing when it is used up.
    #[must_use]
    pub(crate) fn left(&self) -> Duration {
        self.target.saturating_sub(self.elapsed)
    }

    /// Whether it goes on.
    #[must_use]
    pub(crate) fn is_open(&self) -> bool {
        !matches!(self.state, ClockState::Kept | ClockState::Broken)
    }

    /// The moment at which so many percent of the target have counted: a past one, or a coming one
    /// if the clock runs. None where it stands still or ended before that.
    ///
    /// Errors: [`CalendarError`] where a century has not that much working time.
    pub(crate) fn reached(
        &self,
        percent: u8,
        calendar: &WorkingCalendar,
    ) -> Result<Option<Time>, CalendarError> {
        self.counted(self.target * u32::from(percent) / 100, calendar)
    }

    /// The moment by which `amount` has counted.
    fn counted(
        &self,
        amount: Duration,
        calendar: &WorkingCalendar,
    ) -> Result<Option<Time>, CalendarError> {
        let mut sum = Duration::ZERO;
        for span in self.spans.iter().filter(|span| span.counting == Counting::Counts) {
            let length = span.to.since(span.from);
            if sum + length >= amount {
                return Ok(Some(span.from.plus(amount - sum)));
            }
            sum += length;
        }
        if !self.runs {
            return Ok(None);
        }
        let due = calendar.due(moment(self.until)?, amount - sum)?.value;
        Ok(Some(time(due)))
    }
}

/// Reads a clock: a pure function of what happened, the calendar and the moment of reading.
///
/// Time before `facts.from` counts for nothing; so does what is after `ended_at`.
/// Errors: [`CalendarError`] beyond a century.
pub(crate) fn read(
    facts: &ClockFacts<'_>,
    calendar: &WorkingCalendar,
) -> Result<Reading, CalendarError> {
    let until = facts.ended_at.map_or(facts.now, |ended| ended.min(facts.now)).max(facts.from);
    let mut spans = Vec::new();
    let mut runs = false;
    let mut cursor = facts.from;
    for (at, stretch) in facts.stretches.iter().enumerate() {
        if stretch.from <= until {
            runs = stretch.runs;
        }
        // What happened first at the latest counts from the beginning.
        let next = facts.stretches.get(at + 1).map_or(until, |next| next.from);
        let to = next.min(until);
        if to <= cursor {
            continue;
        }
        if stretch.runs {
            add_working(calendar, cursor, to, &mut spans)?;
        } else {
            let why = Text::new(
                format!("the clock stands still in the state “{}”", stretch.state.en),
                format!("“{}”状态暂停计时", stretch.state.zh),
            );
            spans.push(ClockSpan { from: cursor, to, counting: Counting::Paused, why });
        }
        cursor = to;
    }
    let counts = spans.iter().filter(|span| span.counting == Counting::Counts);
    let elapsed: Duration = counts.map(|span| span.to.since(span.from)).sum();
    let ended = facts.ended_at.is_some_and(|ended| ended <= facts.now);
    let used_up = elapsed >= facts.target;
    let state = match (ended, used_up) {
        (true, _) if elapsed > facts.target => ClockState::Broken,
        (true, _) => ClockState::Kept,
        (false, true) => ClockState::Overdue,
        (false, false) if runs => ClockState::Running,
        (false, false) => ClockState::Paused,
    };
    let runs = runs && !ended;
    let target = facts.target;
    let mut reading = Reading { spans, elapsed, target, state, due_at: None, runs, until };
    reading.due_at = reading.counted(target, calendar)?;
    Ok(reading)
}

/// Adds what of a stretch in which the clock runs is working time, and what is not.
fn add_working(
    calendar: &WorkingCalendar,
    from: Time,
    to: Time,
    spans: &mut Vec<ClockSpan>,
) -> Result<(), CalendarError> {
    let mut cursor = from;
    let mut closed: Vec<Text> = Vec::new();
    let off = |spans: &mut Vec<ClockSpan>, closed: &mut Vec<Text>, from, to| {
        let why = off_hours(closed);
        closed.clear();
        spans.push(ClockSpan { from, to, counting: Counting::OffHours, why });
    };
    for line in calendar.worked(moment(from)?, moment(to)?)?.lines {
        let Some((begin, end)) = line.counted else {
            let name = day_name(&line.why);
            if !closed.contains(&name) {
                closed.push(name);
            }
            continue;
        };
        // Where a clock is put back over midnight two days may overlap: no moment counts twice.
        let (begin, end) = (time(begin).max(cursor), time(end).min(to));
        if end <= begin {
            continue;
        }
        if begin > cursor {
            off(spans, &mut closed, cursor, begin);
        }
        closed.clear();
        let why = match &line.why {
            Why::Special { name, .. } if !name.is_empty() => {
                Text::new(format!("working time ({name})"), format!("工作时间（{name}）"))
            }
            _ => Text::new("working time", "工作时间"),
        };
        spans.push(ClockSpan { from: begin, to: end, counting: Counting::Counts, why });
        cursor = end;
    }
    if cursor < to {
        off(spans, &mut closed, cursor, to);
    }
    Ok(())
}

fn off_hours(closed: &[Text]) -> Text {
    if closed.is_empty() {
        return Text::new("outside of working hours", "非工作时段");
    }
    let en: Vec<&str> = closed.iter().map(|name| name.en.as_str()).collect();
    let zh: Vec<&str> = closed.iter().map(|name| name.zh.as_str()).collect();
    Text::new(format!("nobody works: {}", en.join(", ")), format!("非工作日：{}", zh.join("、")))
}

fn day_name(why: &Why) -> Text {
    match why {
        Why::Special { name, .. } if !name.is_empty() => Text::same(name.clone()),
        Why::Special { .. } => Text::new("a day off", "休息日"),
        Why::Week { .. } => Text::new("weekend", "周末"),
    }
}

#[cfg(test)]
mod tests;
