use jiff::{Span, civil::Date};

use super::{DAYS_MAX, ical::basic_date};

/// A repetition of whole days (RFC 5545 3.3.10), as calendars of holidays use it.
///
/// Parts that only repeat what the first day says (BYMONTH of a yearly one) are understood; parts
/// that would move it are refused rather than read half.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Recurrence {
    frequency: Frequency,
    interval: i32,
    count: Option<usize>,
    until: Option<Date>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

const SUPPORTED: &str = "FREQ=DAILY, WEEKLY, MONTHLY or YEARLY with INTERVAL, COUNT or UNTIL";

impl Recurrence {
    /// Reads `rule` of an event that first begins on `start`.
    ///
    /// Errors: what was expected.
    pub(super) fn parse(rule: &str, start: Date) -> Result<Self, &'static str> {
        let (mut frequency, mut interval, mut count, mut until) = (None, 1, None, None);
        let parts: Vec<(String, String)> = rule
            .split(';')
            .filter(|part| !part.is_empty())
            .map(|part| part.split_once('=').map(|(k, v)| (upper(k), upper(v))).ok_or(SUPPORTED))
            .collect::<Result<_, _>>()?;
        for (key, value) in &parts {
            match key.as_str() {
                "FREQ" => frequency = Some(Frequency::of(value).ok_or(SUPPORTED)?),
                "INTERVAL" => interval = number(value).ok_or("INTERVAL from 1 to 1000")?,
                "COUNT" => {
                    let number = number(value).ok_or("COUNT from 1 to 1000")?;
                    count = Some(usize::try_from(number).unwrap_or(0));
                }
                "UNTIL" => {
                    let day = value.get(..8).and_then(basic_date);
                    until = Some(day.ok_or("UNTIL as a date: 20261231")?);
                }
                "WKST" => {}
                _ if repeats_the_start(key, value, start) => {}
                _ => return Err(SUPPORTED),
            }
        }
        let frequency = frequency.ok_or(SUPPORTED)?;
        Ok(Self { frequency, interval, count, until })
    }

    /// The first days of all repetitions up to the end of `last_year`.
    ///
    /// A 29 February or 31st that a month has not is left out (RFC 5545 3.3.10).
    pub(super) fn starts(self, start: Date, last_year: i16) -> Vec<Date> {
        let mut starts = Vec::new();
        for step in 0..i32::try_from(DAYS_MAX).unwrap_or(i32::MAX) {
            let Some(date) = self.nth(start, step) else { break };
            let over = date.year() > last_year
                || self.until.is_some_and(|until| date > until)
                || self.count.is_some_and(|count| starts.len() >= count);
            if over {
                break;
            }
            let clamped = self.frequency.keeps_day() && date.day() != start.day();
            if !clamped {
                starts.push(date);
            }
        }
        starts
    }

    fn nth(self, start: Date, step: i32) -> Option<Date> {
        let count = i64::from(step).checked_mul(i64::from(self.interval))?;
        let span = match self.frequency {
            Frequency::Daily => Span::new().try_days(count),
            Frequency::Weekly => Span::new().try_weeks(count),
            Frequency::Monthly => Span::new().try_months(count),
            Frequency::Yearly => Span::new().try_years(count),
        };
        start.checked_add(span.ok()?).ok()
    }
}

impl Frequency {
    fn of(value: &str) -> Option<Self> {
        match value {
            "DAILY" => Some(Self::Daily),
            "WEEKLY" => Some(Self::Weekly),
            "MONTHLY" => Some(Self::Monthly),
            "YEARLY" => Some(Self::Yearly),
            _ => None,
        }
    }

    fn keeps_day(self) -> bool {
        matches!(self, Self::Monthly | Self::Yearly)
    }
}

/// Whether a BY… part says nothing that the first day does not say already.
fn repeats_the_start(key: &str, value: &str, start: Date) -> bool {
    const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let weekday = usize::from(start.weekday().to_monday_zero_offset().unsigned_abs());
    match key {
        "BYMONTH" => value == start.month().to_string(),
        "BYMONTHDAY" => value == start.day().to_string(),
        "BYDAY" => DAYS.get(weekday) == Some(&value),
        _ => false,
    }
}

fn number(value: &str) -> Option<i32> {
    value.parse().ok().filter(|number| (1..=1000).contains(number))
}

fn upper(text: &str) -> String {
    text.trim().to_ascii_uppercase()
}
