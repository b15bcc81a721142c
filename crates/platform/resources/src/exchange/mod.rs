//! Resources and relations in files that people work on in spreadsheets.

mod fault;
mod places;
mod read;
mod rows;
mod sheet;
mod values;
mod write;

pub use fault::{CellFault, ExchangeError};
pub use rows::{ImportReport, RowPlace};
pub use sheet::{Sheet, SheetTable, Sheets};
pub use write::{csv_file, workbook};

pub(crate) use values::{COLUMNS_OF_ALL, cell};

pub(crate) use places::PlaceCodes;
pub(crate) use read::{read_csv, read_workbook};
pub(crate) use rows::{
    FAULTS_MAX, Intent, Reading, ResourceWish, Who, Wish, check_sheet, fault, intents,
};
