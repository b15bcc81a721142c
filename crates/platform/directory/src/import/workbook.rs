use std::{
    collections::HashSet,
    io::{self, Cursor, Read},
};

use calamine::{DataRef, Reader, SheetVisible, Xlsx};
use kernel::Text;

use super::{
    ImportError,
    columns::SheetKind,
    csv_file::CELLS_IN_ROW_MAX,
    heading::Assembly,
    table::{CellFault, Table, cell_name},
};

/// What the sheet of a template is called that says what belongs where.
pub(super) const NOTES: [&str; 2] = ["notes", "填写说明"];
/// A sheet has at most so many rows.
pub(crate) const ROWS_MAX: u32 = 100_000;
/// What a workbook may hold once it is unpacked.
const UNPACKED_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// A workbook is an archive of at most so many files.
const FILES_MAX: usize = 10_000;
/// Cells that merged regions fill, at most.
const MERGED_CELLS_MAX: usize = 1_000_000;
/// Cells with formulas that are named.
const FORMULAS_NAMED_MAX: usize = 100;

/// What was read of a file.
#[derive(Debug, Default)]
pub(crate) struct Sheets {
    pub(crate) tables: Vec<Table>,
    pub(crate) faults: Vec<CellFault>,
    /// Cells that hold a formula: its value when the file was saved was taken.
    pub(crate) formulas: Vec<String>,
}

/// Reads the sheets of a workbook that are understood. Others are faults, so that a misnamed one
/// is not lost: unless they are hidden, or nothing is in them, or they are a template's notes.
///
/// Errors: it is no workbook, too large once unpacked, or has too many rows; none of its sheets is
/// understood.
pub(crate) fn read_workbook(bytes: &[u8]) -> Result<Sheets, ImportError> {
    check_archive(bytes)?;
    let mut book: Xlsx<_> =
        Xlsx::new(Cursor::new(bytes)).map_err(|error| unreadable(&error.to_string()))?;
    let seen = |sheet: &&calamine::Sheet| sheet.visible == SheetVisible::Visible;
    let visible: HashSet<String> =
        book.sheets_metadata().iter().filter(seen).map(|sheet| sheet.name.clone()).collect();
    let names = book.sheet_names();
    if !names.iter().any(|name| SheetKind::from_name(name).is_some()) {
        return Err(ImportError::NoSheet);
    }
    let mut sheets = Sheets::default();
    for name in names {
        let Some(kind) = SheetKind::from_name(&name) else {
            let is_meant = visible.contains(&name) && !NOTES.contains(&name.as_str());
            if is_meant && !read_grid(&mut book, &name, &mut Vec::new())?.is_empty() {
                sheets.faults.push(misnamed(name));
            }
            continue;
        };
        let merged = book.merge_cells_by_sheet_name(&name);
        let merged = merged.map_err(|error| unreadable(&error.to_string()))?;
        let mut grid = read_grid(&mut book, &name, &mut sheets.formulas)?;
        fill_merged(&mut grid, merged.iter().map(|region| (region.start, region.end)))?;
        let mut assembly = Assembly::new(kind, &name);
        for (at, cells) in grid.into_iter().enumerate() {
            let number = u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1);
            assembly.row(number, cells);
        }
        assembly.into_sheets(&mut sheets);
    }
    Ok(sheets)
}

fn misnamed(name: String) -> CellFault {
    let expected = Text::new(
        "a sheet named regions, units, sites, posts, people or holdings",
        "名为“区域”“单位”“地点”“岗位”“人员”或“任职”的工作表",
    );
    let found = name.clone();
    let (column, cell) = (String::new(), String::new());
    CellFault { sheet: name, row: 1, column, cell, found, expected }
}

/// Unpacks everything once without keeping it: what a file says of its size may be a lie.
fn check_archive(bytes: &[u8]) -> Result<(), ImportError> {
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(&error.to_string()))?;
    if archive.len() > FILES_MAX {
        return Err(ImportError::TooLarge);
    }
    let mut left = UNPACKED_BYTES_MAX;
    for at in 0..archive.len() {
        let file = archive.by_index(at).map_err(|error| unreadable(&error.to_string()))?;
        let size = io::copy(&mut file.take(left + 1), &mut io::sink())
            .map_err(|error| unreadable(&error.to_string()))?;
        left = left.checked_sub(size).ok_or(ImportError::TooLarge)?;
    }
    Ok(())
}

/// The cells of a sheet, row by row, as text.
fn read_grid(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    formulas: &mut Vec<String>,
) -> Result<Vec<Vec<String>>, ImportError> {
    let wrong = |error: calamine::XlsxError| unreadable(&error.to_string());
    let mut reader = book.worksheet_cells_reader(name).map_err(wrong)?;
    // What the sheet says of its size is believed where it says that it is too large.
    let (from, to) = (reader.dimensions().start.0, reader.dimensions().end.0);
    check_rows(name, to.saturating_sub(from))?;
    let mut grid: Vec<Vec<String>> = Vec::new();
    while let Some(cell) = reader.next_cell_with_formula().map_err(wrong)? {
        let (row, column) = cell.pos;
        let text = text_of(&cell.value);
        if text.is_empty() || column as usize >= CELLS_IN_ROW_MAX {
            continue;
        }
        check_rows(name, row)?;
        if cell.formula.is_some() && formulas.len() < FORMULAS_NAMED_MAX {
            formulas.push(format!("{name}!{}", cell_name(column as usize, row + 1)));
        }
        let (row, column) = (row as usize, column as usize);
        if grid.len() <= row {
            grid.resize(row + 1, Vec::new());
        }
        if grid[row].len() <= column {
            grid[row].resize(column + 1, String::new());
        }
        grid[row][column] = text;
    }
    Ok(grid)
}

/// Errors: [`ImportError::TooManyRows`].
pub(crate) fn check_rows(sheet: &str, rows: u32) -> Result<(), ImportError> {
    // A title, an empty line and the headings come on top.
    if rows <= ROWS_MAX + 10 {
        return Ok(());
    }
    Err(ImportError::TooManyRows { sheet: sheet.to_owned(), found: rows })
}

/// Every cell of a merged region says what its first one says: so it is read by people.
fn fill_merged(
    grid: &mut [Vec<String>],
    regions: impl Iterator<Item = ((u32, u32), (u32, u32))>,
) -> Result<(), ImportError> {
    let mut left = MERGED_CELLS_MAX;
    for ((top, first), (bottom, last)) in regions {
        let (top, first) = (top as usize, first as usize);
        let bottom = (bottom as usize).min(grid.len().saturating_sub(1));
        let last = (last as usize).min(CELLS_IN_ROW_MAX - 1);
        let text = grid.get(top).and_then(|row| row.get(first)).cloned().unwrap_or_default();
        if text.is_empty() || bottom < top || last < first {
            continue;
        }
        let cells = (bottom - top + 1).saturating_mul(last - first + 1);
        left = left.checked_sub(cells).ok_or(ImportError::TooLarge)?;
        for row in &mut grid[top..=bottom] {
            if row.len() <= last {
                row.resize(last + 1, String::new());
            }
            row[first..=last].fill(text.clone());
        }
    }
    Ok(())
}

/// What a reader sees in a cell.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(set) => if *set { "yes" } else { "no" }.to_owned(),
        DataRef::DateTime(time) => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            if (hour, minute, second) == (0, 0, 0) {
                date
            } else {
                format!("{date}T{hour:02}:{minute:02}:{second:02}")
            }
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// An employee number that the spreadsheet took for a number: 17, not 17.0.
fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{number:.0}")
    } else {
        number.to_string()
    }
}

fn unreadable(said: &str) -> ImportError {
    ImportError::Unreadable {
        expected: Text::new(
            format!("a workbook (.xlsx); {said}"),
            format!("Excel 工作簿（.xlsx）；{said}"),
        ),
    }
}
