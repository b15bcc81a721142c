/// The sheets of a file, as text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheets {
    /// Those that are read.
    pub sheets: Vec<Sheet>,
    /// Those that are hidden: they are left alone.
    pub hidden: Vec<String>,
    /// Cells that hold a formula: the value of when the file was saved was taken. At most 100.
    pub formulas: Vec<String>,
}

/// One sheet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// Its name in the file.
    pub name: String,
    /// Its rows that are not empty: the number in the file, from 1, and the cells.
    pub rows: Vec<(u32, Vec<String>)>,
}

/// The text of a cell; empty where there is nothing.
pub(super) type Cell = String;

/// A sheet on its way out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SheetTable {
    /// What it is called; what a workbook does not take is replaced.
    pub name: String,
    /// What its columns are called.
    pub headings: Vec<String>,
    /// Its rows, cell by cell.
    pub rows: Vec<Vec<String>>,
}

/// `C5` for the third column and row 5.
pub(super) fn cell_name(column: usize, row: u32) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        letters.push(char::from(b'A' + u8::try_from((left - 1) % 26).unwrap_or(0)));
        left = (left - 1) / 26;
    }
    letters.iter().rev().collect::<String>() + &row.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_spreadsheets_name_them() {
        for (column, row, name) in [(0, 1, "A1"), (2, 5, "C5"), (25, 9, "Z9"), (26, 1, "AA1")] {
            assert_eq!(cell_name(column, row), name);
        }
    }
}
