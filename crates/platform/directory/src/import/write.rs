use kernel::{Language, Text};
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::{columns::SheetKind, workbook::NOTES};

/// One sheet on its way out: text cell by cell, in the order of its columns.
#[derive(Debug)]
pub(crate) struct SheetOut {
    pub(crate) kind: SheetKind,
    pub(crate) rows: Vec<Vec<String>>,
}

/// The widest a column is made, in characters.
const WIDTH_MAX: usize = 40;

/// A workbook of these sheets, with headings in `language`.
///
/// Errors: a cell is too long for a workbook, which our own limits rule out.
pub(crate) fn workbook(sheets: &[SheetOut], language: Language) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    for sheet in sheets {
        let page = book.add_worksheet();
        page.set_name(sheet_name(sheet.kind, language))?;
        page.set_freeze_panes(1, 0)?;
        for (at, column) in sheet.kind.columns().iter().enumerate() {
            let at = u16::try_from(at).unwrap_or(u16::MAX);
            let heading = heading(column.name, column.zh, column.needed, language);
            page.write_string_with_format(0, at, &heading, &bold)?;
            let wide = heading.chars().count() * 2 + 2;
            page.set_column_width(at, u16::try_from(wide.min(WIDTH_MAX)).unwrap_or(20))?;
        }
        for (number, row) in sheet.rows.iter().enumerate() {
            let number = u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1);
            for (at, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
                // Written as text: a spreadsheet computes nothing of it.
                page.write_string(number, u16::try_from(at).unwrap_or(u16::MAX), cell)?;
            }
        }
    }
    book.save_to_buffer()
}

/// The workbook to fill in: headings, and a sheet that says what belongs where.
///
/// Errors: as [`workbook`].
pub(crate) fn template(language: Language) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    for kind in SheetKind::ALL {
        let page = book.add_worksheet();
        page.set_name(sheet_name(kind, language))?;
        page.set_freeze_panes(1, 0)?;
        let text = Format::new().set_num_format("@");
        for (at, column) in kind.columns().iter().enumerate() {
            let at = u16::try_from(at).unwrap_or(u16::MAX);
            let heading = heading(column.name, column.zh, column.needed, language);
            page.write_string_with_format(0, at, &heading, &bold)?;
            // As text: employee numbers keep their zeros.
            page.set_column_format(at, &text)?;
            page.set_column_width(at, 18)?;
        }
    }
    let page = book.add_worksheet();
    page.set_name(said(&Text::new(NOTES[0], NOTES[1]), language))?;
    let mut row = 0;
    for kind in SheetKind::ALL {
        for column in kind.columns() {
            page.write_string(row, 0, sheet_name(kind, language))?;
            let heading = heading(column.name, column.zh, column.needed, language);
            page.write_string(row, 1, &heading)?;
            page.write_string(row, 2, said(&Text::new(column.note.0, column.note.1), language))?;
            row += 1;
        }
    }
    book.save_to_buffer()
}

/// A CSV file of one sheet, in UTF-8 with its mark, so that spreadsheets read the Chinese in it.
pub(crate) fn csv_file(sheet: &SheetOut, language: Language) -> Vec<u8> {
    let mut text = String::from('\u{feff}');
    let columns = sheet.kind.columns().iter();
    let headings = columns.map(|c| heading(c.name, c.zh, false, language));
    push_row(&mut text, headings);
    for row in &sheet.rows {
        push_row(&mut text, row.iter().map(|cell| escaped(cell)));
    }
    text.into_bytes()
}

fn push_row(text: &mut String, cells: impl Iterator<Item = String>) {
    let mut first = true;
    for cell in cells {
        if !first {
            text.push(',');
        }
        first = false;
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
pub(crate) fn computes(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

/// The cell with an apostrophe before it where a spreadsheet would compute it.
fn escaped(cell: &str) -> String {
    if computes(cell) { format!("'{cell}") } else { cell.to_owned() }
}

fn sheet_name(kind: SheetKind, language: Language) -> &'static str {
    match language {
        Language::English => kind.name(),
        Language::Chinese => kind.chinese(),
    }
}

fn heading(en: &str, zh: &str, needed: bool, language: Language) -> String {
    let text = match language {
        Language::English => en,
        Language::Chinese => zh,
    };
    if needed { format!("{text}*") } else { text.to_owned() }
}

fn said(text: &Text, language: Language) -> &str {
    text.in_language(language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_compute_are_escaped_and_signs_are_quoted() {
        let rows = vec![vec![
            "=HYPERLINK(\"http://x\")".to_owned(),
            "a,\"b\"".to_owned(),
            "+8613800000000".to_owned(),
            "王小明".to_owned(),
        ]];
        let sheet = SheetOut { kind: SheetKind::People, rows };
        let text = String::from_utf8(csv_file(&sheet, Language::Chinese)).unwrap();
        let mut lines = text.lines();
        assert!(lines.next().unwrap().starts_with("\u{feff}工号,姓名,"));
        let line = "\"'=HYPERLINK(\"\"http://x\"\")\",\"a,\"\"b\"\"\",'+8613800000000,王小明";
        assert_eq!(lines.next(), Some(line));
    }
}
