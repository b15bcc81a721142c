mod apply;
mod columns;
mod csv_file;
mod decode;
mod export;
mod heading;
mod holdings;
mod known;
mod line;
mod order;
mod people;
mod posts;
mod regions;
mod report;
mod run;
mod sites;
mod table;
mod tree;
mod units;
mod workbook;
pub(crate) mod write;

pub(crate) use apply::ImportMode;
pub use columns::SheetKind;
pub(crate) use csv_file::read_csv;
use kernel::{Fault, FaultKind, Text};
pub(crate) use report::{ImportReport, SheetTally};
pub(crate) use run::{ImportRun, Running, Runs};
pub use table::CellFault;
pub(crate) use workbook::{Sheets, read_workbook};

/// Why a file was not read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// It is not what it should be.
    #[error("the file cannot be read: expected {}", expected.en)]
    Unreadable {
        /// What it should be.
        expected: Text,
    },
    /// It would take too much room once unpacked.
    #[error("the file is too large once unpacked")]
    TooLarge,
    /// A sheet has too many rows.
    #[error("sheet {sheet} has {found} rows")]
    TooManyRows {
        /// The sheet.
        sheet: String,
        /// How many it has, or had when reading stopped.
        found: u32,
    },
    /// None of its sheets is understood.
    #[error("no sheet of the file is understood")]
    NoSheet,
}

impl From<ImportError> for Fault {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Unreadable { expected } => Self::invalid("file", "", expected),
            ImportError::TooLarge => {
                let text = Text::new(
                    "the file is too large once unpacked (at most 512 MiB)",
                    "文件解压后过大（不超过 512 MiB）",
                );
                Self::new(FaultKind::TooLarge, "too-large", text)
            }
            ImportError::TooManyRows { sheet, found } => {
                let max = workbook::ROWS_MAX;
                let text = Text::new(
                    format!("sheet `{sheet}` has {found} rows or more; at most {max} are read"),
                    format!("工作表“{sheet}”有 {found} 行或更多，最多读取 {max} 行"),
                );
                Self::new(FaultKind::TooLarge, "too-many-rows", text)
            }
            ImportError::NoSheet => {
                let expected = Text::new(
                    "a workbook with sheets named regions, units, sites, posts, people, holdings",
                    "含有名为“区域”“单位”“地点”“岗位”“人员”或“任职”的工作表的工作簿",
                );
                Self::invalid("file", "", expected)
            }
        }
    }
}
