use std::io::{self, Cursor, Read};

use calamine::{DataRef, Reader, SheetVisible, Xlsx};
use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};
use kernel::Text;

use super::{
    ExchangeError, Sheet, Sheets,
    sheet::{Cell, cell_name},
};

/// A file has at most so many rows.
pub(crate) const ROWS_MAX: u32 = 20_000;
/// A row has at most so many cells: what is beyond is left alone.
const CELLS_MAX: usize = 250;
/// A cell is at most so long.
const CELL_BYTES_MAX: usize = 64 * 1024;
/// What a workbook may hold once it is unpacked.
const UNPACKED_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// A workbook is an archive of at most so many files.
const FILES_MAX: usize = 10_000;
/// Cells that merged regions fill, at most.
const MERGED_CELLS_MAX: usize = 500_000;
/// Cells with formulas that are named.
const FORMULAS_MAX: usize = 100;

/// Reads a workbook: all its sheets that are not hidden.
///
/// Errors: it is no workbook, too large once unpacked, or has too many rows.
pub(crate) fn read_workbook(bytes: &[u8]) -> Result<Sheets, ExchangeError> {
    check_archive(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let known: Vec<(String, bool)> = book
        .sheets_metadata()
        .iter()
        .map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible))
        .collect();
    let mut sheets = Sheets::default();
    let mut rows_left = ROWS_MAX;
    for (name, visible) in known {
        if !visible {
            sheets.hidden.push(name);
            continue;
        }
        let merged = book.merge_cells_by_sheet_name(&name).map_err(|error| unreadable(&error))?;
        let mut rows = read_rows(&mut book, &name, &mut sheets.formulas)?;
        fill_merged(&mut rows, merged.iter().map(|region| (region.start, region.end)))?;
        rows.retain(|(_, cells)| cells.iter().any(|cell| !cell.is_empty()));
        let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        rows_left = rows_left
            .checked_sub(count)
            .ok_or_else(|| ExchangeError::TooManyRows { sheet: name.clone(), most: ROWS_MAX })?;
        sheets.sheets.push(Sheet { name, rows });
    }
    Ok(sheets)
}

/// Reads text with commas, semicolons or tabs, in UTF-8, UTF-16 or GB18030, as the sheet `name`.
///
/// Errors: it is not text, is not CSV, or has too many rows.
pub(crate) fn read_csv(bytes: &[u8], name: &str) -> Result<Sheets, ExchangeError> {
    let text = decoded(bytes).filter(|text| !text.contains('\0'));
    let text = text.ok_or_else(|| ExchangeError::Unreadable {
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
    let mut sheet = Sheet { name: name.to_owned(), rows: Vec::new() };
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| not_csv(&error))? {
        if sheet.rows.len() == ROWS_MAX as usize {
            let sheet = name.to_owned();
            return Err(ExchangeError::TooManyRows { sheet, most: ROWS_MAX });
        }
        let line = record.position().map_or(0, csv::Position::line);
        let cells: Vec<Cell> =
            record.iter().take(CELLS_MAX).map(|cell| unescaped(cell).to_owned()).collect();
        if cells.iter().any(|cell| !cell.trim().is_empty()) {
            sheet.rows.push((u32::try_from(line).unwrap_or(u32::MAX), cells));
        }
    }
    Ok(Sheets { sheets: vec![sheet], ..Sheets::default() })
}

fn not_csv(error: &csv::Error) -> ExchangeError {
    let expected = Text::new(format!("a CSV file; {error}"), format!("CSV 文件；{error}"));
    ExchangeError::Unreadable { expected }
}

/// Unpacks everything once without keeping it: what a file says of its size may be a lie.
fn check_archive(bytes: &[u8]) -> Result<(), ExchangeError> {
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    if archive.len() > FILES_MAX {
        return Err(ExchangeError::TooLarge);
    }
    let mut left = UNPACKED_BYTES_MAX;
    for at in 0..archive.len() {
        let file = archive.by_index(at).map_err(|error| unreadable(&error))?;
        let size = io::copy(&mut file.take(left + 1), &mut io::sink())
            .map_err(|error| unreadable(&error))?;
        left = left.checked_sub(size).ok_or(ExchangeError::TooLarge)?;
    }
    Ok(())
}

type Rows = Vec<(u32, Vec<Cell>)>;

fn read_rows(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    formulas: &mut Vec<String>,
) -> Result<Rows, ExchangeError> {
    let mut reader = book.worksheet_cells_reader(name).map_err(|error| unreadable(&error))?;
    let mut rows: Rows = Vec::new();
    while let Some(cell) = reader.next_cell_with_formula().map_err(|error| unreadable(&error))? {
        let (row, column) = (cell.pos.0.saturating_add(1), cell.pos.1 as usize);
        let text = text_of(&cell.value);
        if text.is_empty() || column >= CELLS_MAX {
            continue;
        }
        if cell.formula.is_some() && formulas.len() < FORMULAS_MAX {
            formulas.push(format!("{name}!{}", cell_name(column, row)));
        }
        if rows.last().is_none_or(|(last, _)| *last != row) {
            if rows.len() == ROWS_MAX as usize {
                let sheet = name.to_owned();
                return Err(ExchangeError::TooManyRows { sheet, most: ROWS_MAX });
            }
            rows.push((row, Vec::new()));
        }
        if let Some((_, cells)) = rows.last_mut() {
            put(cells, column, text);
        }
    }
    rows.sort_by_key(|(row, _)| *row);
    Ok(rows)
}

fn put(cells: &mut Vec<Cell>, column: usize, text: Cell) {
    if cells.len() <= column {
        cells.resize(column + 1, Cell::new());
    }
    cells[column] = text;
}

/// Every cell of a merged region says what its first one says: so it is read by people.
fn fill_merged(
    rows: &mut Rows,
    regions: impl Iterator<Item = ((u32, u32), (u32, u32))>,
) -> Result<(), ExchangeError> {
    let mut left = MERGED_CELLS_MAX;
    for ((top, first), (bottom, last)) in regions {
        let (first, last) = (first as usize, (last as usize).min(CELLS_MAX - 1));
        let at = rows.binary_search_by_key(&(top + 1), |(row, _)| *row);
        let text = at.ok().and_then(|at| rows[at].1.get(first)).cloned().unwrap_or_default();
        if text.is_empty() || last < first {
            continue;
        }
        for (row, cells) in rows.iter_mut() {
            if (top + 1..=bottom + 1).contains(row) {
                left = left.checked_sub(last - first + 1).ok_or(ExchangeError::TooLarge)?;
                (first..=last).for_each(|column| put(cells, column, text.clone()));
            }
        }
    }
    Ok(())
}

/// What a reader sees in a cell.
fn text_of(value: &DataRef<'_>) -> String {
    let text = match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            format!("{number:.0}")
        }
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(flag) => flag.to_string(),
        DataRef::DateTime(time) => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            match (hour, minute, second) {
                (0, 0, 0) => date,
                _ => format!("{date}T{hour:02}:{minute:02}:{second:02}Z"),
            }
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    };
    let mut text = text.trim().to_owned();
    let mut end = text.len().min(CELL_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}

/// The text of a file: UTF-8 with or without its mark, UTF-16 with its mark, else GB18030, which
/// GBK and GB 2312 are part of. None: it is in none of these.
fn decoded(bytes: &[u8]) -> Option<String> {
    if let Some(rest) = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
        return std::str::from_utf8(rest).ok().map(str::to_owned);
    }
    for (mark, encoding) in [([0xFF, 0xFE], UTF_16LE), ([0xFE, 0xFF], UTF_16BE)] {
        if let Some(rest) = bytes.strip_prefix(&mark) {
            let (text, wrong) = encoding.decode_without_bom_handling(rest);
            return (!wrong).then(|| text.into_owned());
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text.to_owned());
    }
    let (text, wrong) = GB18030.decode_without_bom_handling(bytes);
    (!wrong).then(|| text.into_owned())
}

/// The sign that stands most often in the first line.
fn delimiter(text: &str) -> u8 {
    let line = text.lines().next().unwrap_or_default();
    let count = |sign: u8| line.bytes().filter(|byte| *byte == sign).count();
    [b'\t', b';', b','].into_iter().max_by_key(|sign| count(*sign)).unwrap_or(b',')
}

/// A cell without the apostrophe that an export puts before what a spreadsheet would compute.
fn unescaped(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if super::write::computes(rest) => rest,
        _ => cell,
    }
}

fn unreadable(error: &dyn std::error::Error) -> ExchangeError {
    ExchangeError::Unreadable {
        expected: Text::new(
            format!("a workbook (.xlsx); {error}"),
            format!("Excel 工作簿（.xlsx）；{error}"),
        ),
    }
}
