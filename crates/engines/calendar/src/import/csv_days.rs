use csv::{ReaderBuilder, StringRecord, Trim};

use super::{DAYS_MAX, ImportError, Imported, LineFault, checked, date};
use crate::{DayRule, SpecialDay};

const KINDS: &str = "closed, open, morning, afternoon or hours such as 08:30-12:00";
const HEADER: &str = "date,kind,name";

/// Days from a table `date,kind,name` in UTF-8.
///
/// `kind` is `closed` (休), `open` (班), `morning` (上午), `afternoon` (下午), or the hours worked.
/// Lines that begin with `#` are remarks; `# published: 2026` says that the year is complete,
/// `# source: …` where it comes from.
///
/// Errors: [`ImportError`] with a fault for every wrong line.
pub fn from_csv(text: &str) -> Result<Imported, ImportError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut imported, mut faults) = remarks(text);
    let mut reader = ReaderBuilder::new()
        .comment(Some(b'#'))
        .trim(Trim::All)
        .flexible(true)
        .from_reader(text.as_bytes());
    if let Err(fault) = header(reader.headers()) {
        faults.push(fault);
        return Err(ImportError { faults });
    }
    let mut found = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => match day(&record) {
                Ok(day) => found.push((line_of(&record), day)),
                Err(fault) => faults.push(fault),
            },
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                faults.push(LineFault::new(line, "line", &error.to_string(), HEADER));
            }
        }
        if found.len() > DAYS_MAX {
            faults.push(LineFault::new(0, "file", "more days", "at most 20000 days"));
            break;
        }
    }
    imported.days = checked(found, faults)?;
    Ok(imported)
}

fn header(found: Result<&StringRecord, csv::Error>) -> Result<(), LineFault> {
    let names: Vec<String> = match found {
        Ok(record) => record.iter().map(str::to_lowercase).collect(),
        Err(error) => vec![error.to_string()],
    };
    if names.starts_with(&["date".to_owned(), "kind".to_owned()]) && names.len() <= 3 {
        return Ok(());
    }
    Err(LineFault::new(1, "header", &names.join(","), HEADER))
}

fn day(record: &StringRecord) -> Result<SpecialDay, LineFault> {
    let line = line_of(record);
    let cell = |index| record.get(index).unwrap_or_default();
    if record.len() > 3 {
        return Err(LineFault::new(line, "line", cell(3), "three columns: date,kind,name"));
    }
    let date = date(cell(0))
        .ok_or_else(|| LineFault::new(line, "date", cell(0), "a date such as 2026-02-17"))?;
    let rule = rule(cell(1)).ok_or_else(|| LineFault::new(line, "kind", cell(1), KINDS))?;
    let name = cell(2);
    if name.chars().count() > 100 {
        return Err(LineFault::new(line, "name", name, "at most 100 characters"));
    }
    Ok(SpecialDay { date, rule, name: name.to_owned() })
}

fn rule(kind: &str) -> Option<DayRule> {
    match kind.to_lowercase().as_str() {
        "closed" | "holiday" | "休" | "放假" | "休息" => Some(DayRule::Closed),
        "open" | "workday" | "班" | "上班" | "调休上班" => Some(DayRule::Open),
        "morning" | "上午" => Some(DayRule::Morning),
        "afternoon" | "下午" => Some(DayRule::Afternoon),
        "" => None,
        hours => hours.parse().ok().map(DayRule::Hours),
    }
}

/// What the remarks say of the whole file.
fn remarks(text: &str) -> (Imported, Vec<LineFault>) {
    let (mut imported, mut faults) = (Imported::default(), Vec::new());
    for (line, remark) in (1..).zip(text.lines()) {
        let Some(remark) = remark.strip_prefix('#') else { continue };
        let Some((key, value)) = remark.split_once([':', '：']) else { continue };
        match key.trim() {
            "source" => imported.source = Some(value.trim().to_owned()),
            "published" => match value.trim().parse::<i16>() {
                Ok(year @ 1..=9999) => imported.published.push(year),
                _ => faults.push(LineFault::new(line, "published", value.trim(), "a year")),
            },
            _ => {}
        }
    }
    (imported, faults)
}

fn line_of(record: &StringRecord) -> u64 {
    record.position().map_or(0, csv::Position::line)
}
