use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::{ExchangeError, SheetTable};

/// Characters that a sheet's name cannot have.
const NOT_IN_NAMES: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];
/// A cell of a workbook holds at most so many characters.
const CELL_CHARS_MAX: usize = 32_767;

/// A workbook of these sheets. All cells are written as text: a spreadsheet computes none of them.
///
/// Errors: [`ExchangeError::Unwritable`].
pub fn workbook(tables: &[SheetTable]) -> Result<Vec<u8>, ExchangeError> {
    written(tables).map_err(|error| ExchangeError::Unwritable(error.to_string()))
}

fn written(tables: &[SheetTable]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    let text = Format::new().set_num_format("@");
    for table in tables {
        let page = book.add_worksheet();
        page.set_name(table.name.replace(NOT_IN_NAMES, "-").chars().take(31).collect::<String>())?;
        page.set_freeze_panes(1, 0)?;
        for (column, heading) in (0_u16..).zip(&table.headings) {
            page.set_column_format(column, &text)?;
            page.set_column_width(column, 20)?;
            page.write_string_with_format(0, column, heading, &bold)?;
        }
        for (row, cells) in (1_u32..).zip(&table.rows) {
            for (column, cell) in (0_u16..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
                let cell: String = cell.chars().take(CELL_CHARS_MAX).collect();
                page.write_string(row, column, cell)?;
            }
        }
    }
    book.save_to_buffer()
}

/// A CSV file of one sheet, in UTF-8 with its mark, so that spreadsheets read the Chinese in it.
/// What a spreadsheet would compute gets an apostrophe before it.
#[must_use]
pub fn csv_file(table: &SheetTable) -> Vec<u8> {
    let mut text = String::from('\u{feff}');
    push_row(&mut text, &table.headings);
    for row in &table.rows {
        push_row(&mut text, row);
    }
    text.into_bytes()
}

fn push_row(text: &mut String, cells: &[String]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        let cell = if computes(cell) { format!("'{cell}") } else { cell.clone() };
        if cell.contains([',', '"', '\n', '\r']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&cell);
        }
    }
    text.push_str("\r\n");
}

/// Whether a spreadsheet would take the cell for something to compute (OWASP, CSV injection).
pub(super) fn computes(cell: &str) -> bool {
    let signs = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
    // A number is a number, with its sign too.
    cell.starts_with(signs) && cell.parse::<f64>().is_err()
}
