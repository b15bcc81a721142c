use std::{fmt, str::FromStr};

use crate::CalendarError;

/// Seconds of a day on the wall.
const DAY_S: u32 = 86_400;
/// Where morning ends and afternoon begins.
const NOON_S: u32 = 12 * 3600;

/// A part of a day on the wall clock: from, and up to but not including, a second of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DaySpan {
    from_s: u32,
    to_s: u32,
}

/// When people work on one day: spans in order that neither touch nor overlap.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct DayPlan(Vec<DaySpan>);

impl DaySpan {
    /// From second `from_s` to second `to_s` of the day; `from_s < to_s <= 86400`.
    ///
    /// Errors: [`CalendarError::NotASpan`].
    pub fn new(from_s: u32, to_s: u32) -> Result<Self, CalendarError> {
        if from_s < to_s && to_s <= DAY_S {
            return Ok(Self { from_s, to_s });
        }
        Err(CalendarError::NotASpan { found: format!("{}-{}", clock(from_s), clock(to_s)) })
    }

    /// Its first second of the day.
    #[must_use]
    pub fn from_s(self) -> u32 {
        self.from_s
    }

    /// The second of the day before which it ends; 86400 is midnight.
    #[must_use]
    pub fn to_s(self) -> u32 {
        self.to_s
    }
}

impl DayPlan {
    /// Nobody works.
    #[must_use]
    pub fn closed() -> Self {
        Self::default()
    }

    /// These spans, in any order; those that touch or overlap become one.
    #[must_use]
    pub fn new(mut spans: Vec<DaySpan>) -> Self {
        spans.sort_unstable();
        let mut merged: Vec<DaySpan> = Vec::with_capacity(spans.len());
        for span in spans {
            match merged.last_mut() {
                Some(last) if span.from_s <= last.to_s => last.to_s = last.to_s.max(span.to_s),
                _ => merged.push(span),
            }
        }
        Self(merged)
    }

    /// The spans, earliest first.
    #[must_use]
    pub fn spans(&self) -> &[DaySpan] {
        &self.0
    }

    /// Whether nobody works.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.is_empty()
    }

    /// What of it is before 12:00.
    #[must_use]
    pub fn morning(&self) -> Self {
        self.clipped(0, NOON_S)
    }

    /// What of it is from 12:00 on.
    #[must_use]
    pub fn afternoon(&self) -> Self {
        self.clipped(NOON_S, DAY_S)
    }

    fn clipped(&self, from_s: u32, to_s: u32) -> Self {
        let spans = self
            .0
            .iter()
            .filter_map(|span| DaySpan::new(span.from_s.max(from_s), span.to_s.min(to_s)).ok());
        Self(spans.collect())
    }
}

impl FromStr for DaySpan {
    type Err = CalendarError;

    /// `08:30-12:00`; the end may be `24:00`.
    fn from_str(text: &str) -> Result<Self, CalendarError> {
        let wrong = || CalendarError::NotASpan { found: text.chars().take(40).collect() };
        let (from, to) = text.trim().split_once('-').ok_or_else(wrong)?;
        let (from, to) = (second(from).ok_or_else(wrong)?, second(to).ok_or_else(wrong)?);
        Self::new(from, to).map_err(|_| wrong())
    }
}

impl FromStr for DayPlan {
    type Err = CalendarError;

    /// Spans with commas or blanks between them: `08:30-12:00, 13:30-17:30`. Nothing: closed.
    fn from_str(text: &str) -> Result<Self, CalendarError> {
        let parts = text.split([',', '，', ' ', ';']).filter(|part| !part.trim().is_empty());
        Ok(Self::new(parts.map(str::parse).collect::<Result<_, _>>()?))
    }
}

impl fmt::Display for DaySpan {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}-{}", clock(self.from_s), clock(self.to_s))
    }
}

impl fmt::Display for DayPlan {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, span) in self.0.iter().enumerate() {
            write!(out, "{}{span}", if index == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

fn clock(second: u32) -> String {
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    if second == 0 {
        format!("{hour:02}:{minute:02}")
    } else {
        format!("{hour:02}:{minute:02}:{second:02}")
    }
}

/// `HH:MM` or `HH:MM:SS` as a second of the day.
fn second(text: &str) -> Option<u32> {
    let mut parts = text.trim().split(':').map(|part| {
        let digits = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse::<u32>().ok()).flatten()
    });
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = match parts.next() {
        Some(second) => second?,
        None => 0,
    };
    let fits = hour <= 24 && minute < 60 && second < 60 && parts.next().is_none();
    let whole = hour * 3600 + minute * 60 + second;
    (fits && whole <= DAY_S).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plan_reads_back_what_it_writes_and_joins_what_touches() {
        for (text, expected) in [
            ("08:30-12:00, 13:30-17:30", "08:30-12:00, 13:30-17:30"),
            ("13:30-17:30，8:30-12:00", "08:30-12:00, 13:30-17:30"),
            ("09:00-12:00 12:00-18:00", "09:00-18:00"),
            ("20:00-24:00", "20:00-24:00"),
            ("00:00:30-00:01", "00:00:30-00:01"),
            ("", ""),
        ] {
            assert_eq!(text.parse::<DayPlan>().unwrap().to_string(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_span_is_refused_by_what_was_found() {
        for text in ["8", "12:00-08:00", "08:00-24:01", "22:00-06:00", "a-b", "8:60-9:00", "-"] {
            let error = text.parse::<DayPlan>().unwrap_err();
            assert!(error.to_string().contains(text), "{error}");
        }
    }

    #[test]
    fn halves_meet_at_noon() {
        let plan: DayPlan = "08:30-12:30, 13:30-17:30".parse().unwrap();
        assert_eq!(plan.morning().to_string(), "08:30-12:00");
        assert_eq!(plan.afternoon().to_string(), "12:00-12:30, 13:30-17:30");
    }
}
