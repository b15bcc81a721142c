use kernel::{FieldFault, Text};
use serde::{Deserialize, Serialize};

use super::columns::SheetKind;

/// So much of what is found is shown.
const FOUND_CHARS_MAX: usize = 80;

/// One sheet, as it was read: text cell by cell.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) kind: SheetKind,
    /// The sheet's name in the file.
    pub(crate) name: String,
    /// Which of [`SheetKind::columns`] stands in which column of the file.
    pub(crate) columns: Vec<Option<usize>>,
    pub(crate) rows: Vec<Row>,
}

/// One row with anything in it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Its number in the file, from 1.
    pub(crate) number: u32,
    /// Its cells, by the file's columns.
    pub(crate) cells: Vec<String>,
}

/// What is wrong with a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellFault {
    /// The sheet's name in the file.
    pub sheet: String,
    /// The row's number in the file, from 1.
    pub row: u32,
    /// The column's heading; empty when the whole row is meant.
    pub column: String,
    /// The cell as spreadsheets name it: `C5`; empty when the whole row is meant.
    pub cell: String,
    /// What is there.
    pub found: String,
    /// What was expected.
    pub expected: Text,
}

impl Table {
    /// A table whose first row is `headings`, in either language, and the faults of those that are
    /// unknown or double: what stands in the other columns is read all the same.
    ///
    /// Errors: the same faults and those of headings that are missing: no row makes sense then.
    pub(crate) fn headed(
        kind: SheetKind,
        name: &str,
        row: u32,
        headings: &[String],
    ) -> Result<(Self, Vec<CellFault>), Vec<CellFault>> {
        let known = kind.columns();
        let mut faults = Vec::new();
        let mut columns: Vec<Option<usize>> = Vec::new();
        for (at, heading) in headings.iter().enumerate() {
            let heading = heading.trim().trim_end_matches('*').trim();
            if heading.is_empty() {
                columns.push(None);
                continue;
            }
            let folded = heading.to_lowercase().replace(' ', "_");
            let found = known.iter().position(|c| c.name == folded || c.zh == heading);
            let expected = match found {
                None => Some(expected_headings(kind)),
                Some(_) if columns.contains(&found) => {
                    Some(Text::new("each heading once", "每个列标题只出现一次"))
                }
                Some(_) => None,
            };
            columns.push(found.filter(|_| expected.is_none()));
            faults.extend(expected.map(|expected| CellFault {
                sheet: name.to_owned(),
                row,
                column: heading.to_owned(),
                cell: cell_name(at, row),
                found: heading.to_owned(),
                expected,
            }));
        }
        let told = faults.len();
        for (at, column) in known.iter().enumerate() {
            if column.needed && !columns.contains(&Some(at)) {
                faults.push(CellFault {
                    sheet: name.to_owned(),
                    row,
                    column: String::new(),
                    cell: String::new(),
                    found: String::new(),
                    expected: Text::new(
                        format!("a column `{}`", column.name),
                        format!("“{}”列", column.zh),
                    ),
                });
            }
        }
        if faults.len() > told {
            return Err(faults);
        }
        Ok((Self { kind, name: name.to_owned(), columns, rows: Vec::new() }, faults))
    }

    /// What stands in a row's column; empty when the file has no such column.
    pub(crate) fn cell<'r>(&self, row: &'r Row, column: &str) -> &'r str {
        let at = self.place(column);
        at.and_then(|at| row.cells.get(at)).map_or("", |cell| cell.trim())
    }

    /// A fault in a row's column, named by what a [`FieldFault`] names. What is found is what
    /// stands there, not what became of it: an id says nothing to whoever wrote a code.
    pub(crate) fn fault(&self, row: &Row, fault: &FieldFault) -> CellFault {
        let known = self.kind.columns();
        let column = self.column(&fault.field);
        let at = self.place(column);
        let heading = known.iter().find(|c| c.name == column);
        let found = at.map_or(fault.found.as_str(), |_| self.cell(row, column));
        CellFault {
            sheet: self.name.clone(),
            row: row.number,
            column: heading.map_or_else(|| fault.field.clone(), |c| format!("{} {}", c.name, c.zh)),
            cell: at.map_or_else(String::new, |at| cell_name(at, row.number)),
            found: found.chars().take(FOUND_CHARS_MAX).collect(),
            expected: fault.expected.clone(),
        }
    }

    /// A fault of a row as a whole.
    pub(crate) fn row_fault(&self, row: &Row, expected: Text) -> CellFault {
        CellFault {
            sheet: self.name.clone(),
            row: row.number,
            column: String::new(),
            cell: String::new(),
            found: row.cells.join(" ").chars().take(FOUND_CHARS_MAX).collect(),
            expected,
        }
    }

    /// The column in which a field of a thing stands: a name in that which the file has.
    pub(super) fn column<'f>(&self, field: &'f str) -> &'f str {
        match column_of(self.kind, field) {
            "name_zh" if self.place("name_zh").is_none() => "name_en",
            "title_zh" if self.place("title_zh").is_none() => "title_en",
            column => column,
        }
    }

    /// In which column of the file a column of the sheet stands.
    pub(super) fn place(&self, column: &str) -> Option<usize> {
        let known = self.kind.columns();
        self.columns.iter().position(|at| at.is_some_and(|at| known[at].name == column))
    }
}

impl CellFault {
    /// The same as a field of the whole file: `people!C5`.
    pub(crate) fn as_field(&self) -> FieldFault {
        let place = if self.cell.is_empty() { self.row.to_string() } else { self.cell.clone() };
        FieldFault::new(format!("{}!{place}", self.sheet), &self.found, self.expected.clone())
    }
}

/// The column in which a field of a thing stands.
fn column_of(kind: SheetKind, field: &str) -> &str {
    use SheetKind::{Posts, Regions, Sites, Units};
    match (kind, field) {
        (_, "name.en") => "name_en",
        (Regions | Units | Sites, "name" | "name.zh") => "name_zh",
        (Posts, "title" | "title.zh") => "title_zh",
        (_, "title.en") => "title_en",
        (_, "parent_id") => "parent_code",
        (_, "region_id") => "region_code",
        (_, "unit_id") => "unit_code",
        (_, "person_id") => "person_number",
        (_, "post_id") => "post_code",
        (_, other) => other,
    }
}

fn expected_headings(kind: SheetKind) -> Text {
    let known = kind.columns();
    let en: Vec<&str> = known.iter().map(|column| column.name).collect();
    let zh: Vec<&str> = known.iter().map(|column| column.zh).collect();
    Text::new(format!("one of {}", en.join(", ")), format!("以下之一：{}", zh.join("、")))
}

/// `C5` for the third column and row 5.
pub(crate) fn cell_name(column: usize, row: u32) -> String {
    let mut letters = String::new();
    let mut left = column + 1;
    while left > 0 {
        let digit = u8::try_from((left - 1) % 26).unwrap_or(0);
        letters.insert(0, char::from(b'A' + digit));
        left = (left - 1) / 26;
    }
    format!("{letters}{row}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_spreadsheets_name_them() {
        for (column, name) in [(0, "A5"), (25, "Z5"), (26, "AA5"), (701, "ZZ5"), (702, "AAA5")] {
            assert_eq!(cell_name(column, 5), name);
        }
    }

    #[test]
    fn headings_are_read_in_either_language_and_any_order() {
        let headings = ["姓名*", "Number", "", "unit code"].map(str::to_owned);
        let (table, faults) = Table::headed(SheetKind::People, "人员", 1, &headings).unwrap();
        assert_eq!(faults, []);
        assert_eq!(table.columns, [Some(1), Some(0), None, Some(3)]);
        let row = Row { number: 2, cells: vec!["王小明".to_owned(), " 17 ".to_owned()] };
        assert_eq!((table.cell(&row, "number"), table.cell(&row, "mail")), ("17", ""));
    }

    #[test]
    fn columns_beside_an_unknown_heading_are_read() {
        let headings = ["name", "colour", "number", "姓名"].map(str::to_owned);
        let (table, faults) = Table::headed(SheetKind::People, "p", 1, &headings).unwrap();
        let cells: Vec<&str> = faults.iter().map(|fault| fault.cell.as_str()).collect();
        assert_eq!(cells, ["B1", "D1"]);
        let cells = ["Mara", "red", "17", "Eve"].map(str::to_owned).to_vec();
        let row = Row { number: 2, cells };
        assert_eq!((table.cell(&row, "number"), table.cell(&row, "name")), ("17", "Mara"));
    }

    #[test]
    fn unknown_double_and_missing_headings_are_named() {
        let headings = ["name", "colour", "姓名"].map(str::to_owned);
        let faults = Table::headed(SheetKind::People, "p", 1, &headings).unwrap_err();
        let cells: Vec<&str> = faults.iter().map(|fault| fault.cell.as_str()).collect();
        assert_eq!(cells, ["B1", "C1", ""]);
        assert_eq!(faults[2].expected.zh, "“工号”列");
        assert_eq!(faults[0].as_field().field, "p!B1");
    }
}
