use kernel::{Fault, FaultKind, FieldFault, Text};

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// It is not what it should be.
    #[error("the file cannot be read: {}", .expected.en)]
    Unreadable {
        /// What was expected.
        expected: Text,
    },
    /// Unpacked it is larger than anybody needs.
    #[error("the file is too large once unpacked")]
    TooLarge,
    /// It has more rows than are taken at once.
    #[error("the sheet {sheet} has more than {most} rows")]
    TooManyRows {
        /// The sheet.
        sheet: String,
        /// So many are taken.
        most: u32,
    },
    /// It could not be written.
    #[error("the file cannot be written: {0}")]
    Unwritable(String),
}

/// What is wrong with a cell, or with a whole row.
#[derive(Debug, Clone, PartialEq, Eq)]
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

impl CellFault {
    /// As a fault of the field `sheet!C5`.
    #[must_use]
    pub fn as_field(&self) -> FieldFault {
        let place = if self.cell.is_empty() { self.row.to_string() } else { self.cell.clone() };
        FieldFault::new(format!("{}!{place}", self.sheet), &self.found, self.expected.clone())
    }
}

impl From<ExchangeError> for Fault {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::Unreadable { expected } => Self::invalid("file", "", expected),
            ExchangeError::TooLarge => {
                let text =
                    Text::new("the file is over 256 MiB once unpacked", "文件解压后超过 256 MiB");
                Self::new(FaultKind::TooLarge, "too-large", text)
            }
            ExchangeError::TooManyRows { sheet, most } => {
                let text = Text::new(
                    format!("the sheet `{sheet}` has more than {most} rows: split the file"),
                    format!("工作表“{sheet}”超过 {most} 行，请拆分文件"),
                );
                Self::new(FaultKind::TooLarge, "too-many-rows", text)
            }
            ExchangeError::Unwritable(inside) => Self::internal(inside),
        }
    }
}
