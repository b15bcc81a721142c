use kernel::Text;

use super::{
    columns::SheetKind,
    table::{CellFault, Row, Table},
    workbook::Sheets,
};

/// The headings stand in one of so many first rows: a title may come before them.
const HEADING_ROWS_MAX: u32 = 10;

/// A sheet on its way to a table: first its headings are looked for, then rows are taken.
#[derive(Debug)]
pub(crate) struct Assembly {
    kind: SheetKind,
    name: String,
    table: Option<Table>,
    faults: Vec<CellFault>,
    given_up: bool,
}

impl Assembly {
    pub(crate) fn new(kind: SheetKind, name: &str) -> Self {
        let name = name.to_owned();
        Self { kind, name, table: None, faults: Vec::new(), given_up: false }
    }

    /// Takes the next row. Rows in which nothing stands are passed over.
    pub(crate) fn row(&mut self, number: u32, cells: Vec<String>) {
        if self.given_up || cells.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        if let Some(table) = &mut self.table {
            table.rows.push(Row { number, cells });
        } else if self.is_heading(&cells) || number >= HEADING_ROWS_MAX {
            match Table::headed(self.kind, &self.name, number, &cells) {
                Ok((table, faults)) => {
                    self.faults.extend(faults);
                    self.table = Some(table);
                }
                Err(faults) => {
                    self.faults.extend(faults);
                    self.given_up = true;
                }
            }
        }
    }

    /// Hands over what was read.
    pub(crate) fn into_sheets(self, sheets: &mut Sheets) {
        if self.table.is_none() && self.faults.is_empty() {
            let needed: Vec<_> =
                self.kind.columns().iter().filter(|column| column.needed).collect();
            let en: Vec<&str> = needed.iter().map(|column| column.name).collect();
            let zh: Vec<&str> = needed.iter().map(|column| column.zh).collect();
            sheets.faults.push(CellFault {
                sheet: self.name,
                row: 1,
                column: String::new(),
                cell: String::new(),
                found: String::new(),
                expected: Text::new(
                    format!("a row of headings with at least {}", en.join(", ")),
                    format!("含有{}的标题行", zh.join("、")),
                ),
            });
            return;
        }
        sheets.faults.extend(self.faults);
        sheets.tables.extend(self.table);
    }

    /// Whether one of the cells is a heading that every sheet of this sort has.
    fn is_heading(&self, cells: &[String]) -> bool {
        let needed = self.kind.columns().iter().filter(|column| column.needed);
        let said: Vec<String> = cells.iter().map(|cell| folded(cell)).collect();
        let found = needed
            .filter(|column| said.iter().any(|cell| cell == column.name || cell == column.zh))
            .count();
        found > 0
    }
}

fn folded(cell: &str) -> String {
    cell.trim().trim_end_matches('*').trim().to_lowercase().replace(' ', "_")
}
