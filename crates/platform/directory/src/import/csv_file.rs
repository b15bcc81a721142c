use kernel::Text;

use super::{
    ImportError,
    columns::SheetKind,
    decode::decoded,
    heading::Assembly,
    workbook::{Sheets, check_rows},
};

/// A row has at most so many cells: what is beyond is left alone.
pub(crate) const CELLS_IN_ROW_MAX: usize = 100;

/// Reads a CSV file as one sheet: with commas, semicolons or tabs, in UTF-8, UTF-16 or GB18030.
///
/// Errors: it is not text, is not CSV, or has too many rows.
pub(crate) fn read_csv(bytes: &[u8], kind: SheetKind) -> Result<Sheets, ImportError> {
    let text = decoded(bytes).filter(|text| !text.contains('\0'));
    let text = text.ok_or_else(|| ImportError::Unreadable {
        expected: Text::new(
            "a CSV file in UTF-8, UTF-16 or GB18030 (GBK)",
            "UTF-8、UTF-16 或 GB18030（GBK）编码的 CSV 文件",
        ),
    })?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let mut assembly = Assembly::new(kind, kind.name());
    let mut record = csv::StringRecord::new();
    let mut number = 0;
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => {
                let expected =
                    Text::new(format!("a CSV file; {error}"), format!("CSV 文件；{error}"));
                return Err(ImportError::Unreadable { expected });
            }
        }
        number += 1;
        check_rows(kind.name(), number)?;
        let cells = record.iter().take(CELLS_IN_ROW_MAX);
        assembly.row(number, cells.map(|cell| unescaped(cell).to_owned()).collect());
    }
    let mut sheets = Sheets::default();
    assembly.into_sheets(&mut sheets);
    Ok(sheets)
}

/// The sign that stands most often in the first line.
fn delimiter(text: &str) -> u8 {
    let line = text.lines().next().unwrap_or_default();
    let count = |sign: u8| line.bytes().filter(|byte| *byte == sign).count();
    [b',', b'\t', b';'].into_iter().rev().max_by_key(|sign| count(*sign)).unwrap_or(b',')
}

/// A cell without the apostrophe that our export puts before what a spreadsheet would compute.
fn unescaped(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if super::write::computes(rest) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiter_is_found_and_title_rows_are_passed_over() {
        for text in [
            "工号,姓名\n17,王小明\n",
            "工号\t姓名\r\n17\t王小明\r\n",
            "人员花名册;\n工号;姓名\n17;王小明",
        ] {
            let sheets = read_csv(text.as_bytes(), SheetKind::People).unwrap();
            let table = &sheets.tables[0];
            assert_eq!(table.cell(&table.rows[0], "name"), "王小明", "{text}");
        }
    }

    #[test]
    fn what_is_no_csv_is_refused() {
        for bytes in [&[0x41, 0xFF, 0x80, 0xFF][..], b"a\0b"] {
            assert!(read_csv(bytes, SheetKind::People).is_err());
        }
        let sheets = read_csv(b"", SheetKind::People).unwrap();
        assert_eq!(sheets.faults.len(), 1);
        assert!(sheets.faults[0].expected.zh.contains("工号"));
    }
}
