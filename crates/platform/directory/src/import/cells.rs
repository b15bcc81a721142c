use jiff::{civil::DateTime, tz::TimeZone};
use kernel::{FieldFault, Language, Text, Time};

use super::table::{Row, Table};
use crate::{HoldingKind, model};

/// The day or time in a cell; none when it is empty.
///
/// Errors: names the column.
pub(super) fn moment_in(
    table: &Table,
    row: &Row,
    column: &str,
    zone: &TimeZone,
) -> Result<Option<Time>, FieldFault> {
    let text = table.cell(row, column);
    if text.is_empty() {
        return Ok(None);
    }
    if let Some(local) = text.parse::<DateTime>().ok().filter(|_| text.len() == 19)
        && let Ok(there) = local.to_zoned(zone.clone())
    {
        return Ok(Some(Time::from_micros(there.timestamp().as_microsecond())));
    }
    let day = written_out(text).unwrap_or_else(|| text.to_owned());
    model::moment(column, &day, zone)
        .map(Some)
        .map_err(|fault| FieldFault { found: text.to_owned(), ..fault })
}

/// `2026-03-01` for `2026/3/1`, `2026.3.1` and `2026年3月1日`.
fn written_out(text: &str) -> Option<String> {
    let parts: Vec<&str> =
        text.split(['/', '.', '-', '年', '月', '日']).filter(|part| !part.is_empty()).collect();
    let [year, month, day] = parts[..] else { return None };
    let (year, month, day): (u16, u8, u8) =
        (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    (year >= 1000).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// Yes or no in either language; none when the cell is empty.
///
/// Errors: names the column.
pub(super) fn flag_in(table: &Table, row: &Row, column: &str) -> Result<Option<bool>, FieldFault> {
    let text = table.cell(row, column);
    match text.to_lowercase().as_str() {
        "" => Ok(None),
        "是" | "yes" | "y" | "true" | "1" => Ok(Some(true)),
        "否" | "no" | "n" | "false" | "0" => Ok(Some(false)),
        _ => Err(FieldFault::new(column, text, Text::new("yes or no", "是或否"))),
    }
}

/// A language; none when the cell is empty.
///
/// Errors: names the column.
pub(super) fn language_in(table: &Table, row: &Row) -> Result<Option<Language>, FieldFault> {
    let text = table.cell(row, "language");
    match text.to_lowercase().as_str() {
        "" => Ok(None),
        "zh" | "中文" | "zh-cn" => Ok(Some(Language::Chinese)),
        "en" | "英文" | "english" => Ok(Some(Language::English)),
        _ => Err(FieldFault::new("language", text, Text::new("zh or en", "中文或英文"))),
    }
}

/// In which way a post is held; none when the cell is empty.
///
/// Errors: names the column.
pub(super) fn holding_kind_in(table: &Table, row: &Row) -> Result<Option<HoldingKind>, FieldFault> {
    let text = table.cell(row, "kind");
    let kind = match text {
        "" => return Ok(None),
        "正式" | "正式任职" => Some(HoldingKind::Substantive),
        "代理" => Some(HoldingKind::Acting),
        "兼任" | "兼职" => Some(HoldingKind::PartTime),
        other => HoldingKind::from_name(&other.to_lowercase()),
    };
    let expected = || Text::new("substantive, acting or part-time", "正式、代理或兼任");
    kind.map(Some).ok_or_else(|| FieldFault::new("kind", text, expected()))
}

/// A number of percent, with or without the sign; none when the cell is empty.
///
/// Errors: names the column.
pub(super) fn percent_in(table: &Table, row: &Row) -> Result<Option<u32>, FieldFault> {
    let text = table.cell(row, "share_percent");
    if text.is_empty() {
        return Ok(None);
    }
    let number = text.trim_end_matches(['%', '％']).trim().parse();
    number.map(Some).map_err(|_| FieldFault::new("share_percent", text, Text::same("1–100")))
}

/// A cell that says something.
pub(super) fn text_in(table: &Table, row: &Row, column: &str) -> Option<String> {
    Some(table.cell(row, column).to_owned()).filter(|text| !text.is_empty())
}

/// A name in both languages from two columns; none when both are empty. Where one is empty, what
/// is known of it stays.
pub(super) fn name_in(
    table: &Table,
    row: &Row,
    (zh, en): (&str, &str),
    known: Option<&Text>,
) -> Option<Text> {
    let (zh, en) = (text_in(table, row, zh), text_in(table, row, en));
    if zh.is_none() && en.is_none() {
        return None;
    }
    let old = known.cloned().unwrap_or_default();
    Some(Text { zh: zh.unwrap_or(old.zh), en: en.unwrap_or(old.en) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_write_them() {
        for (text, day) in [
            ("2026/3/1", Some("2026-03-01")),
            ("2026.03.01", Some("2026-03-01")),
            ("2026年3月1日", Some("2026-03-01")),
            ("2026-3-1", Some("2026-03-01")),
            ("3/1/26", None),
            ("soon", None),
        ] {
            assert_eq!(written_out(text).as_deref(), day, "{text}");
        }
    }
}
