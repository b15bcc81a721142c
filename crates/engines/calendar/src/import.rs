//! Dated days from files: all of them or none, and every fault by its line.

mod csv_days;
mod ical;
mod recurrence;

use std::fmt;

use jiff::civil::Date;

use crate::SpecialDay;

pub use csv_days::from_csv;
pub use ical::{ContentLine, content_lines, from_ical, unescaped};

/// The most days of one file.
pub(crate) const DAYS_MAX: usize = 20_000;
/// The most faults that are told of one file.
const FAULTS_MAX: usize = 100;

/// What a file said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// The days, in order.
    pub days: Vec<SpecialDay>,
    /// The years that the file says it publishes completely (`# published: 2026`).
    pub published: Vec<i16>,
    /// Where it says the days come from (`# source: …`).
    pub source: Option<String>,
}

/// What is wrong with a file; nothing of it was taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ImportError {
    /// The faults, in the file's order; at most a hundred.
    pub faults: Vec<LineFault>,
}

/// What is wrong with one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFault {
    /// The line, from 1.
    pub line: u64,
    /// The column or property: `date`, `DTSTART`.
    pub field: &'static str,
    /// What was found, shortened.
    pub found: String,
    /// What was expected.
    pub expected: &'static str,
}

impl LineFault {
    pub(crate) fn new(line: u64, field: &'static str, found: &str, expected: &'static str) -> Self {
        let shown = found.chars().take(60).map(|c| if c.is_control() { '·' } else { c });
        Self { line, field, found: shown.collect(), expected }
    }
}

impl fmt::Display for LineFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, field, found, expected } = self;
        write!(out, "line {line}: {field}: found `{found}`, expected {expected}")
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.faults.iter().enumerate() {
            write!(out, "{}{fault}", if index == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

/// The days in order, unless there are faults or a day stands twice.
fn checked(
    mut found: Vec<(u64, SpecialDay)>,
    mut faults: Vec<LineFault>,
) -> Result<Vec<SpecialDay>, ImportError> {
    found.sort_by_key(|(line, day)| (day.date, *line));
    for pair in found.windows(2) {
        let [(_, first), (line, second)] = pair else { continue };
        if first.date == second.date && first.rule != second.rule {
            let date = second.date.to_string();
            faults.push(LineFault::new(*line, "date", &date, "each day once"));
        }
    }
    faults.sort_by_key(|fault| fault.line);
    faults.truncate(FAULTS_MAX);
    if !faults.is_empty() {
        return Err(ImportError { faults });
    }
    found.dedup_by_key(|(_, day)| day.date);
    Ok(found.into_iter().map(|(_, day)| day).collect())
}

/// `2026-02-17` or `2026/2/17`, as spreadsheets write it.
fn date(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.trim().split(['-', '/']).collect();
    let [year, month, day] = parts[..] else { return None };
    let number = |part: &str, digits: std::ops::RangeInclusive<usize>| {
        let plain = digits.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| part.parse::<i16>().ok()).flatten()
    };
    let (month, day) = (number(month, 1..=2)?, number(day, 1..=2)?);
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    Date::new(number(year, 4..=4)?, month, day).ok()
}
