use http_kit::TextView;
use kernel::Text;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    import::{CellFault, ImportMode, ImportReport, ImportRun, SheetTally},
    store::ImportEnd,
};

/// Your last import: how far it is, or what came of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DirectoryImportRun)]
pub(super) struct RunView {
    /// `running`, `ended` (see `result`), `failed` (see `failure`) or `interrupted`: its server was
    /// stopped, and nothing was changed.
    state: &'static str,
    /// Whether the file was only tried.
    dry_run: bool,
    started_at: String,
    ended_at: Option<String>,
    /// How many rows have been looked at.
    rows_done: u32,
    /// How many rows there are; 0 while the file is being read.
    rows_total: u32,
    result: Option<ImportView>,
    /// Why it came to nothing, for those that ended otherwise.
    failure: Option<TextView>,
}

/// What a file does, or would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DirectoryImport)]
pub(crate) struct ImportView {
    /// Whether it was done.
    applied: bool,
    sheets: Vec<TallyView>,
    /// What is wrong, at most 5000 of it, in the order of the file.
    faults: Vec<CellFaultView>,
    /// How much is wrong.
    faults_total: usize,
    /// Cells with formulas, whose last values were taken; at most 100.
    formulas: Vec<String>,
}

/// What one sheet does.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DirectoryImportSheet)]
struct TallyView {
    /// `regions`, `units`, `sites`, `posts`, `people` or `holdings`.
    kind: String,
    /// Its name in the file.
    name: String,
    created: u32,
    changed: u32,
    unchanged: u32,
}

/// What is wrong with a cell.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DirectoryImportFault)]
struct CellFaultView {
    /// The sheet's name in the file.
    sheet: String,
    /// The row's number in the file, from 1.
    row: u32,
    /// The column's heading; empty when the whole row is meant.
    column: String,
    /// The cell as spreadsheets name it: `C5`; empty when the whole row is meant.
    cell: String,
    /// What is there.
    found: String,
    /// What was expected.
    expected: TextView,
}

impl From<ImportRun> for RunView {
    fn from(run: ImportRun) -> Self {
        let (rows_done, rows_total) = run.rows;
        let (at, end) = run.ended.unzip();
        let (state, result, failure) = match end {
            None => ("running", None, None),
            Some(ImportEnd::Report(report)) => ("ended", Some(report.into()), None),
            Some(ImportEnd::Failure(text)) => ("failed", None, Some(text.into())),
            Some(ImportEnd::Interrupted) => ("interrupted", None, Some(interrupted().into())),
        };
        Self {
            state,
            dry_run: run.mode == ImportMode::DryRun,
            started_at: run.started_at.to_string(),
            ended_at: at.map(|at| at.to_string()),
            rows_done,
            rows_total,
            result,
            failure,
        }
    }
}

impl From<ImportReport> for ImportView {
    fn from(report: ImportReport) -> Self {
        let fault = |fault: CellFault| CellFaultView {
            sheet: fault.sheet,
            row: fault.row,
            column: fault.column,
            cell: fault.cell,
            found: fault.found,
            expected: fault.expected.into(),
        };
        let tally = |sheet: SheetTally| TallyView {
            kind: sheet.kind.name().to_owned(),
            name: sheet.name,
            created: sheet.created,
            changed: sheet.changed,
            unchanged: sheet.unchanged,
        };
        Self {
            applied: report.applied,
            sheets: report.sheets.into_iter().map(tally).collect(),
            faults: report.faults.into_iter().map(fault).collect(),
            faults_total: report.faults_total,
            formulas: report.formulas,
        }
    }
}

fn interrupted() -> Text {
    Text::new(
        "the server was stopped before the import was done: nothing was changed; import the file \
         again",
        "导入完成之前服务器已停止：未作任何变更，请重新导入",
    )
}
