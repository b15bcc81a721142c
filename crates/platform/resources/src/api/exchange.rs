use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderName, header},
};
use http_kit::{Problem, Query, TextView, Who};
use kernel::{Fault, Text};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::resources::{listed, searched};
use crate::{
    CellFault, ExchangeError, ImportMode, ImportReport, ResourceSearch, Resources, Sheets,
    exchange::{csv_file, read_csv, read_workbook, workbook},
};

/// The largest file that is taken.
pub(super) const FILE_BYTES_MAX: usize = 32 * 1024 * 1024;
/// So many faults are named when a file is refused; a dry run names more.
const FAULTS_IN_PROBLEM_MAX: usize = 100;
const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

type File = ([(HeaderName, &'static str); 2], Vec<u8>);

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportQuery {
    /// `true`: only tell what it would do.
    dry_run: Option<bool>,
    /// What a CSV file is about: one of `/kinds`, or `relations`. A workbook's sheets say it by
    /// their names.
    sheet: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportQuery {
    /// `xlsx` (when not given) or `csv`.
    format: Option<String>,
    /// Fields of filters, with commas between them; a sheet for each kind with all its attributes
    /// when not given, or a few columns in a CSV file.
    columns: Option<String>,
    /// Those that this text of the filter language matches; at most 16 KiB.
    filter: Option<String>,
    /// Those that the saved query with this id matches.
    query: Option<String>,
    /// `id`, `name`, `-name`, `updated_at` or `-updated_at`; the saved query's when not given.
    sort: Option<String>,
    /// Only this kind.
    kind: Option<String>,
    /// Only those with this text, as in the list.
    q: Option<String>,
    /// Only those out of use (`true`) or in use (`false`).
    retired: Option<bool>,
}

/// What a file does, or would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResourceImport)]
pub(crate) struct ImportView {
    /// Whether it was done.
    applied: bool,
    created: usize,
    changed: usize,
    unchanged: usize,
    /// Relations that come.
    related: usize,
    /// What is wrong, at most 1000 of it.
    faults: Vec<CellFaultView>,
    /// Sheets that are hidden or about nothing known.
    left_alone: Vec<String>,
    /// Cells with formulas, whose last values were taken; at most 100.
    formulas: Vec<String>,
    /// The rows that mean a resource that is there; at most 1000.
    matched: Vec<MatchedRowView>,
}

/// What is wrong with a cell.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResourceImportFault)]
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

/// A row that means a resource that is there.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResourceImportMatch)]
struct MatchedRowView {
    sheet: String,
    row: u32,
    /// The resource's id.
    resource: String,
}

/// Brings a workbook or a CSV file into the register: all of it, or nothing.
#[utoipa::path(
    post, path = "/api/v1/resources/import", tag = "resources", params(ImportQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream",
        description = "a workbook (.xlsx), or a CSV file in UTF-8, UTF-16 or GB18030"),
    responses((status = 200, body = ImportView)))]
pub(crate) async fn import_file(
    State(resources): State<Resources>,
    Who(caller): Who,
    Query(query): Query<ImportQuery>,
    body: Bytes,
) -> Result<Json<ImportView>, Problem> {
    if let Some(sheet) = query.sheet.as_deref().filter(|_| !is_workbook(&body)) {
        resources.check_sheet(sheet).await?;
    }
    let sheets = read(body, query.sheet).await?;
    let mode = match query.dry_run {
        Some(true) => ImportMode::DryRun,
        _ => ImportMode::Apply,
    };
    let report = resources.import(&caller, sheets, mode).await?;
    if !report.faults.is_empty() && mode == ImportMode::Apply {
        let fields = report.faults.iter().take(FAULTS_IN_PROBLEM_MAX).map(CellFault::as_field);
        return Err(Fault::invalid_fields(fields.collect()).into());
    }
    Ok(Json(ImportView::of(report, mode)))
}

/// The resources that match as a workbook or a CSV file.
#[utoipa::path(
    get, path = "/api/v1/resources/export", tag = "resources", params(ExportQuery),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
pub(crate) async fn export_file(
    State(resources): State<Resources>,
    Who(caller): Who,
    Query(query): Query<ExportQuery>,
) -> Result<File, Problem> {
    let fields = listed(query.kind, query.q, query.retired);
    let search = ResourceSearch { fields, ..searched(query.filter, query.query, query.sort)? };
    let csv = is_csv(query.format.as_deref())?;
    let columns = columns_of(query.columns.as_deref(), if csv { CSV_COLUMNS } else { "" });
    let tables = resources.export(&caller, &search, &columns).await?;
    let work = move || match (csv, tables.first()) {
        (true, Some(table)) => Ok(csv_file(table)),
        _ => workbook(&tables),
    };
    let bytes = tokio::task::spawn_blocking(work).await.map_err(Fault::internal)?;
    let bytes = bytes.map_err(Fault::from)?;
    Ok(if csv {
        file("text/csv; charset=utf-8", "attachment; filename=\"resources.csv\"", bytes)
    } else {
        file(WORKBOOK, "attachment; filename=\"resources.xlsx\"", bytes)
    })
}

/// Whether a CSV file is asked for, and not a workbook. Errors: something else is.
fn is_csv(format: Option<&str>) -> Result<bool, Fault> {
    match format {
        None | Some("xlsx") => Ok(false),
        Some("csv") => Ok(true),
        Some(other) => Err(Fault::invalid("format", other, Text::same("xlsx, csv"))),
    }
}

/// What a CSV file has where nothing else is asked for.
const CSV_COLUMNS: &str = "id,kind,name,description,unit_code,region_code,life_cycle,tags";

/// The columns that are asked for, or the usual ones.
fn columns_of(asked: Option<&str>, usual: &str) -> Vec<String> {
    let asked = asked.filter(|asked| !asked.is_empty());
    let columns = asked.unwrap_or(usual).split(',').map(str::trim);
    columns.filter(|column| !column.is_empty()).map(str::to_owned).collect()
}

/// A workbook is an archive, which begins so (APPNOTE.TXT 4.3.6).
fn is_workbook(body: &[u8]) -> bool {
    body.starts_with(b"PK\x03\x04")
}

/// Reads a file beside the threads that answer: a large one takes seconds.
async fn read(body: Bytes, sheet: Option<String>) -> Result<Sheets, Fault> {
    let work = move || -> Result<Sheets, ExchangeError> {
        match sheet {
            _ if is_workbook(&body) => read_workbook(&body),
            Some(sheet) => read_csv(&body, &sheet),
            None => Err(ExchangeError::Unreadable {
                expected: Text::new(
                    "a workbook (.xlsx), or a CSV file with `sheet` saying what it is about",
                    "Excel 工作簿（.xlsx），或用 sheet 参数指明内容的 CSV 文件",
                ),
            }),
        }
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(read) => Ok(read?),
        // The reader of workbooks gave up on what no spreadsheet writes: the file's fault.
        Err(gone) if gone.is_panic() => {
            let expected = Text::new("a workbook that is not damaged", "未损坏的 Excel 工作簿");
            Err(ExchangeError::Unreadable { expected }.into())
        }
        Err(gone) => Err(Fault::internal(gone)),
    }
}

fn file(media: &'static str, disposition: &'static str, bytes: Vec<u8>) -> File {
    ([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, disposition)], bytes)
}

impl ImportView {
    fn of(report: ImportReport, mode: ImportMode) -> Self {
        let fault = |fault: CellFault| CellFaultView {
            sheet: fault.sheet,
            row: fault.row,
            column: fault.column,
            cell: fault.cell,
            found: fault.found,
            expected: fault.expected.into(),
        };
        let matched = report.matched.into_iter().map(|(place, id)| MatchedRowView {
            sheet: place.sheet,
            row: place.row,
            resource: id.to_string(),
        });
        Self {
            applied: mode == ImportMode::Apply,
            created: report.created,
            changed: report.changed,
            unchanged: report.unchanged,
            related: report.related,
            matched: matched.collect(),
            faults: report.faults.into_iter().map(fault).collect(),
            left_alone: report.left_alone,
            formulas: report.formulas,
        }
    }
}
