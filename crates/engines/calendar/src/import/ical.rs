use std::collections::BTreeSet;

use jiff::{ToSpan, civil::Date};

use super::{DAYS_MAX, ImportError, Imported, LineFault, checked, recurrence::Recurrence};
use crate::{DayRule, SpecialDay};

/// The longest event: a year of days.
const EVENT_DAYS_MAX: i32 = 366;
const ALL_DAY: &str = "an all-day date: DTSTART;VALUE=DATE:20260217";

/// A content line (RFC 5545 3.1) with the number of its first line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentLine {
    /// The line, from 1.
    pub line: u64,
    /// The property in capitals: `DTSTART`.
    pub name: String,
    /// Its parameters as they are written: `TZID=Asia/Shanghai`.
    pub parameters: String,
    /// Its value, with its escapes.
    pub value: String,
}

impl ContentLine {
    /// The value of a parameter, without quotes; its name is written in any case.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let mut all = self.parameters.split(';').filter_map(|one| one.split_once('='));
        let (_, value) = all.find(|(other, _)| other.trim().eq_ignore_ascii_case(name))?;
        Some(value.trim().trim_matches('"'))
    }

    /// Whether its value is of that type (RFC 5545 3.2.20).
    #[must_use]
    pub fn is_of(&self, value_type: &str) -> bool {
        self.parameter("VALUE").is_some_and(|value| value.eq_ignore_ascii_case(value_type))
    }
}

/// An event as it is read.
#[derive(Default)]
struct Event {
    line: u64,
    start: Option<Date>,
    end: Option<Date>,
    days: Option<i32>,
    summary: String,
    special: Option<DayRule>,
    recurrence: Option<(u64, String)>,
    except: BTreeSet<Date>,
    cancelled: bool,
    /// A fault of it was told already.
    faulty: bool,
}

/// The all-day events (VEVENT) of an iCalendar file (RFC 5545), repeating ones until `last_year`.
///
/// A day is closed, unless its event says that it is worked: `X-APPLE-SPECIAL-DAY:
/// ALTERNATE-WORKDAY`, or a summary that ends in （班）. Repetitions: FREQ with INTERVAL, COUNT,
/// UNTIL and EXDATE.
///
/// Errors: [`ImportError`] with a fault for every event that is not all-day or repeats otherwise.
pub fn from_ical(text: &str, last_year: i16) -> Result<Imported, ImportError> {
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    let mut event: Option<Event> = None;
    let mut calendar = false;
    for content in content_lines(text) {
        match (content.name.as_str(), content.value.to_ascii_uppercase().as_str()) {
            ("BEGIN", "VCALENDAR") => calendar = true,
            ("BEGIN", "VEVENT") => {
                event = Some(Event { line: content.line, ..Event::default() });
            }
            ("END", "VEVENT") => match event.take().map(|event| event.days(last_year)) {
                Some(Ok(days)) => found.extend(days),
                Some(Err(fault)) => faults.push(fault),
                None => {}
            },
            _ => {
                let read = event.as_mut().map_or(Ok(()), |event| event.read(&content));
                if let Err(fault) = read {
                    faults.push(fault);
                    if let Some(event) = event.as_mut() {
                        event.faulty = true;
                    }
                }
            }
        }
        if found.len() > DAYS_MAX {
            faults.push(LineFault::new(content.line, "file", "more days", "at most 20000 days"));
            break;
        }
    }
    if let Some(event) = event {
        faults.push(LineFault::new(event.line, "VEVENT", "no end", "END:VEVENT"));
    }
    if !calendar {
        faults.push(LineFault::new(1, "file", text, "BEGIN:VCALENDAR"));
    }
    Ok(Imported { days: checked(found, faults)?, ..Imported::default() })
}

impl Event {
    fn read(&mut self, content: &ContentLine) -> Result<(), LineFault> {
        let ContentLine { line, name, value, .. } = content;
        let date = |value| basic_date(value).filter(|_| !content.is_of("DATE-TIME"));
        let day = |field| date(value).ok_or_else(|| LineFault::new(*line, field, value, ALL_DAY));
        match name.as_str() {
            "DTSTART" => self.start = Some(day("DTSTART")?),
            "DTEND" => self.end = Some(day("DTEND")?),
            "DURATION" => {
                let expected = "whole days or weeks, such as P2D";
                let wrong = || LineFault::new(*line, "DURATION", value, expected);
                self.days = Some(whole_days(value).ok_or_else(wrong)?);
            }
            "EXDATE" => {
                for part in value.split(',') {
                    let wrong = || LineFault::new(*line, "EXDATE", part, ALL_DAY);
                    self.except.insert(date(part).ok_or_else(wrong)?);
                }
            }
            "SUMMARY" => self.summary = unescaped(value),
            "RRULE" => self.recurrence = Some((*line, value.clone())),
            "RDATE" => {
                return Err(LineFault::new(*line, "RDATE", value, "an RRULE or single events"));
            }
            "STATUS" => self.cancelled = value.eq_ignore_ascii_case("CANCELLED"),
            "X-APPLE-SPECIAL-DAY" => {
                let open = value.eq_ignore_ascii_case("ALTERNATE-WORKDAY");
                self.special = Some(if open { DayRule::Open } else { DayRule::Closed });
            }
            _ => {}
        }
        Ok(())
    }

    fn days(self, last_year: i16) -> Result<Vec<(u64, SpecialDay)>, LineFault> {
        if self.cancelled || self.faulty {
            return Ok(Vec::new());
        }
        let Some(start) = self.start else {
            return Err(LineFault::new(self.line, "DTSTART", "nothing", ALL_DAY));
        };
        let length = match (self.end, self.days) {
            (Some(end), _) => start.until(end).map_or(0, |span| span.get_days()),
            (None, Some(days)) => days,
            (None, None) => 1,
        };
        // An end on the day of the start means that day (as many programs write it).
        let length = if self.end == Some(start) { 1 } else { length };
        if !(1..=EVENT_DAYS_MAX).contains(&length) {
            let found = length.to_string();
            let expected = "an event of 1 to 366 days";
            return Err(LineFault::new(self.line, "DTEND", &found, expected));
        }
        let starts = match &self.recurrence {
            None => vec![start],
            Some((line, rule)) => Recurrence::parse(rule, start)
                .map_err(|expected| LineFault::new(*line, "RRULE", rule, expected))?
                .starts(start, last_year),
        };
        let (name, by_summary) = rule_of(&self.summary);
        let rule = self.special.unwrap_or(by_summary);
        let starts = starts.into_iter().filter(|start| !self.except.contains(start));
        let days = starts.flat_map(|start| {
            (0..length).filter_map(move |day| start.checked_add(day.days()).ok())
        });
        let days = days.take(DAYS_MAX + 1);
        Ok(days
            .map(|date| (self.line, SpecialDay { date, rule: rule.clone(), name: name.clone() }))
            .collect())
    }
}

/// The name and the rule that a summary such as `春节（休）` or `春节（班）` gives.
fn rule_of(summary: &str) -> (String, DayRule) {
    let summary = summary.trim();
    for (mark, rule) in [
        ("（班）", DayRule::Open),
        ("(班)", DayRule::Open),
        ("（休）", DayRule::Closed),
        ("(休)", DayRule::Closed),
    ] {
        if let Some(name) = summary.strip_suffix(mark) {
            return (name.trim().to_owned(), rule);
        }
    }
    (summary.chars().take(100).collect(), DayRule::Closed)
}

/// The content lines; a line that begins with a blank goes on with the one before.
#[must_use]
pub fn content_lines(text: &str) -> Vec<ContentLine> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines: Vec<(u64, String)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(more), Some((_, last))) => last.push_str(more),
            _ => lines.push((number, line.to_owned())),
        }
    }
    lines.into_iter().filter_map(|(line, text)| content(line, &text)).collect()
}

/// Splits at the first colon outside of quotes.
fn content(line: u64, text: &str) -> Option<ContentLine> {
    let mut quoted = false;
    let colon = text.find(|c| {
        quoted ^= c == '"';
        c == ':' && !quoted
    })?;
    let (head, value) = (&text[..colon], &text[colon + 1..]);
    let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
    Some(ContentLine {
        line,
        name: name.trim().to_ascii_uppercase(),
        parameters: parameters.to_owned(),
        value: value.trim().to_owned(),
    })
}

/// `20260217`; with a time it is not a whole day.
pub(super) fn basic_date(value: &str) -> Option<Date> {
    if value.len() != 8 || !value.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (year, month, day) = (&value[..4], &value[4..6], &value[6..]);
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// `P2D` or `P1W` in days.
fn whole_days(value: &str) -> Option<i32> {
    let value = value.strip_prefix('+').unwrap_or(value).strip_prefix('P')?;
    let (count, each) = match (value.strip_suffix('D'), value.strip_suffix('W')) {
        (Some(count), _) => (count, 1),
        (None, Some(count)) => (count, 7),
        (None, None) => return None,
    };
    let plain = (1..=4).contains(&count.len()) && count.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| count.parse::<i32>().ok()).flatten().map(|count| count * each)
}

/// A text value without its escapes (RFC 5545 3.3.11).
#[must_use]
pub fn unescaped(value: &str) -> String {
    let mut plain = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n' | 'N') => plain.push(' '),
                Some(escaped) => plain.push(escaped),
                None => {}
            },
            other => plain.push(other),
        }
    }
    plain
}
