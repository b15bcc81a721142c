use jiff::{civil::DateTime, tz::TimeZone};
use kernel::{FieldFault, Language, Text, Time};

use super::table::{CellFault, Row, Table};
use crate::{HoldingKind, model};

/// A row that is being read. Whatever is wrong with its cells is gathered: whoever mends the file
/// wants to know all of it.
#[derive(Debug)]
pub(super) struct Line<'f> {
    pub(super) table: &'f Table,
    pub(super) row: &'f Row,
    faults: Vec<FieldFault>,
    /// It names what another row defines, and that one is wrong.
    blocked: bool,
    /// So many of the faults say just that.
    passed_on: usize,
}

impl<'f> Line<'f> {
    pub(super) fn new(table: &'f Table, row: &'f Row) -> Self {
        Self { table, row, faults: Vec::new(), blocked: false, passed_on: 0 }
    }

    /// What stands in a column.
    pub(super) fn cell(&self, column: &str) -> &'f str {
        self.table.cell(self.row, column)
    }

    /// Notes a fault. Of one cell the first counts: the next follows from it.
    pub(super) fn note(&mut self, fault: FieldFault) {
        let column = self.table.column(&fault.field);
        if !self.faults.iter().any(|known| self.table.column(&known.field) == column) {
            self.faults.push(fault);
        }
    }

    pub(super) fn note_all(&mut self, faults: Vec<FieldFault>) {
        faults.into_iter().for_each(|fault| self.note(fault));
    }

    /// Notes that it cannot be brought in because of another row, at which it is told why.
    pub(super) fn block(&mut self) {
        self.blocked = true;
    }

    /// From when it counts, if it can be brought in.
    pub(super) fn ready(&self, from: Option<Time>) -> Option<Time> {
        from.filter(|_| !self.is_wrong())
    }

    /// The same, where it has not been told to any row yet that the other one is wrong.
    pub(super) fn pass_on(&mut self, fault: FieldFault) {
        let before = self.faults.len();
        self.note(fault);
        self.passed_on += self.faults.len() - before;
        self.block();
    }

    /// Whether it cannot be brought in.
    pub(super) fn is_wrong(&self) -> bool {
        self.blocked || !self.faults.is_empty()
    }

    /// Whether the only reason for that is another row.
    pub(super) fn is_only_blocked(&self) -> bool {
        self.blocked && self.faults.len() == self.passed_on
    }

    /// What is wrong, cell by cell from the left.
    pub(super) fn faults(&self) -> Vec<CellFault> {
        let mut faults: Vec<&FieldFault> = self.faults.iter().collect();
        let table = self.table;
        faults.sort_by_key(|fault| table.place(table.column(&fault.field)));
        faults.into_iter().map(|fault| table.fault(self.row, fault)).collect()
    }

    /// A cell that says something.
    pub(super) fn text(&self, column: &str) -> Option<String> {
        Some(self.cell(column).to_owned()).filter(|text| !text.is_empty())
    }

    /// A name in both languages from two columns; none when both are empty. Where one is empty,
    /// what is known of it stays.
    pub(super) fn name(&self, (zh, en): (&str, &str), known: Option<&Text>) -> Option<Text> {
        let (zh, en) = (self.text(zh), self.text(en));
        if zh.is_none() && en.is_none() {
            return None;
        }
        let old = known.cloned().unwrap_or_default();
        Some(Text { zh: zh.unwrap_or(old.zh), en: en.unwrap_or(old.en) })
    }

    /// The day or time in a cell; none when it is empty or wrong.
    pub(super) fn moment(&mut self, column: &str, zone: &TimeZone) -> Option<Time> {
        let text = self.cell(column);
        if text.is_empty() {
            return None;
        }
        if let Some(local) = text.parse::<DateTime>().ok().filter(|_| text.len() == 19)
            && let Ok(there) = local.to_zoned(zone.clone())
        {
            return Some(Time::from_micros(there.timestamp().as_microsecond()));
        }
        let day = written_out(text).unwrap_or_else(|| text.to_owned());
        self.read(model::moment(column, &day, zone))
    }

    /// Yes or no in either language; none when the cell is empty or wrong.
    pub(super) fn flag(&mut self, column: &str) -> Option<bool> {
        let text = self.cell(column);
        let flag = match text.to_lowercase().as_str() {
            "" => return None,
            "是" | "yes" | "y" | "true" | "1" => Ok(true),
            "否" | "no" | "n" | "false" | "0" => Ok(false),
            _ => Err(FieldFault::new(column, text, Text::new("yes or no", "是或否"))),
        };
        self.read(flag)
    }

    /// A language; none when the cell is empty or wrong.
    pub(super) fn language(&mut self) -> Option<Language> {
        let text = self.cell("language");
        let language = match text.to_lowercase().as_str() {
            "" => return None,
            "zh" | "中文" | "zh-cn" => Ok(Language::Chinese),
            "en" | "英文" | "english" => Ok(Language::English),
            _ => Err(FieldFault::new("language", text, Text::new("zh or en", "中文或英文"))),
        };
        self.read(language)
    }

    /// In which way a post is held; none when the cell is empty or wrong.
    pub(super) fn holding_kind(&mut self) -> Option<HoldingKind> {
        let text = self.cell("kind");
        let kind = match text {
            "" => return None,
            "正式" | "正式任职" => Some(HoldingKind::Substantive),
            "代理" => Some(HoldingKind::Acting),
            "兼任" | "兼职" => Some(HoldingKind::PartTime),
            other => HoldingKind::from_name(&other.to_lowercase()),
        };
        let expected = || Text::new("substantive, acting or part-time", "正式、代理或兼任");
        self.read(kind.ok_or_else(|| FieldFault::new("kind", text, expected())))
    }

    /// A number of percent, with or without the sign; none when the cell is empty or wrong.
    pub(super) fn percent(&mut self, column: &str) -> Option<u32> {
        let text = self.cell(column);
        if text.is_empty() {
            return None;
        }
        let number = text.trim_end_matches(['%', '％']).trim().parse().ok();
        let number = number.filter(|number| (1..=100).contains(number));
        self.read(number.ok_or_else(|| FieldFault::new(column, text, Text::same("1–100"))))
    }

    /// Degrees from `-max` to `max`; none when the cell is empty or wrong.
    pub(super) fn degrees(&mut self, column: &str, max: f64) -> Option<f64> {
        let text = self.cell(column);
        if text.is_empty() {
            return None;
        }
        let number = text.trim_end_matches('°').trim().parse().ok();
        let number = number.filter(|degrees| (-max..=max).contains(degrees));
        let expected = || {
            Text::new(
                format!("degrees from -{max} to {max}, such as 30.25"),
                format!("-{max} 到 {max} 之间的度数，如 30.25"),
            )
        };
        self.read(number.ok_or_else(|| FieldFault::new(column, text, expected())))
    }

    /// What was read; what is wrong is noted.
    pub(super) fn read<T>(&mut self, read: Result<T, FieldFault>) -> Option<T> {
        read.map_err(|fault| self.note(fault)).ok()
    }
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
