use std::time::Duration;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use http_kit::{Problem, Query, TextView, Who};
use kernel::{Fault, FieldFault, Language, Text};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    Directory, DirectoryError,
    import::{
        self, CellFault, ImportError, ImportMode, ImportReport, SheetKind, SheetTally, Sheets,
    },
};

/// An import that takes longer goes on, and its caller is told where its report will be.
const PATIENCE: Duration = Duration::from_secs(20);
/// The largest file that is taken.
pub(super) const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// So many faults are named when a file is refused; a dry run names more.
const FAULTS_IN_PROBLEM_MAX: usize = 100;
const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

type File = ([(HeaderName, String); 2], Vec<u8>);

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ImportQuery {
    /// `true`: only tell what it would do.
    dry_run: Option<bool>,
    /// What a CSV file is about: `units`, `posts`, `people` or `holdings`. A workbook's sheets say
    /// it by their names.
    sheet: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ExportQuery {
    /// `units`, `posts`, `people` or `holdings`: a CSV file of it; a workbook of all when not
    /// given.
    sheet: Option<String>,
    /// As it was on that day (`2026-03-01`) or at that time (RFC 3339); now when not given.
    as_of: Option<String>,
    /// As it was known then; as it is known now when not given.
    known_at: Option<String>,
}

/// What a file does, or would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DirectoryImport)]
pub(super) struct ImportView {
    /// Whether it was done.
    applied: bool,
    sheets: Vec<TallyView>,
    /// What is wrong, at most 1000 of it.
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
    /// `units`, `posts`, `people` or `holdings`.
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

/// Brings a workbook or a CSV file into the directory: all of it, or nothing. One that takes more
/// than 20 seconds is answered with 202 and goes on: what it did can be read here, too.
#[utoipa::path(
    post, path = "/api/v1/directory/import", tag = "directory", params(ImportQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream",
        description = "a workbook (.xlsx), or a CSV file in UTF-8, UTF-16 or GB18030"),
    responses((status = 200, body = ImportView), (status = 202)))]
pub(super) async fn import_file(
    State(directory): State<Directory>,
    Who(caller): Who,
    Query(query): Query<ImportQuery>,
    body: Bytes,
) -> Result<Response, Problem> {
    let kind = query.sheet.as_deref().map(sheet_kind).transpose()?;
    let dry_run = query.dry_run.unwrap_or(false);
    let mode = if dry_run { ImportMode::DryRun } else { ImportMode::Apply };
    let work = tokio::spawn(async move {
        let sheets = read(body, kind).await?;
        let report = directory.import(&caller, sheets, mode).await?;
        directory.keep_import(&caller, report.clone());
        Ok::<_, Fault>(report)
    });
    let Ok(ended) = tokio::time::timeout(PATIENCE, work).await else {
        return Ok(StatusCode::ACCEPTED.into_response());
    };
    let report = ended.map_err(Fault::internal)??;
    if !report.faults.is_empty() && !dry_run {
        let fields = report.faults.iter().take(FAULTS_IN_PROBLEM_MAX).map(CellFault::as_field);
        return Err(Fault::invalid_fields(fields.collect()).into());
    }
    Ok(Json(ImportView::from(report)).into_response())
}

/// What your last import did, if there was one since the server started.
#[utoipa::path(
    get, path = "/api/v1/directory/import", tag = "directory",
    responses((status = 200, body = ImportView), (status = 404)))]
pub(super) async fn last_import(
    State(directory): State<Directory>,
    Who(caller): Who,
) -> Result<Json<ImportView>, Problem> {
    match directory.last_import(&caller) {
        Some(report) => Ok(Json(report.into())),
        None => Err(Fault::not_found(&Text::new("import", "导入"), "last").into()),
    }
}

/// The directory as a workbook, or one sheet of it as a CSV file.
#[utoipa::path(
    get, path = "/api/v1/directory/export", tag = "directory", params(ExportQuery),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
pub(super) async fn export_file(
    State(directory): State<Directory>,
    Who(caller): Who,
    headers: HeaderMap,
    Query(query): Query<ExportQuery>,
) -> Result<File, Problem> {
    let as_of = directory.as_of(query.as_of.as_deref(), query.known_at.as_deref());
    let as_of = as_of.map_err(DirectoryError::from)?;
    let language = language_of(&headers);
    let kind = query.sheet.as_deref().map(sheet_kind).transpose()?;
    let kinds = kind.map_or_else(|| SheetKind::ALL.to_vec(), |kind| vec![kind]);
    let sheets = directory.export(&caller, &kinds, as_of).await?;
    if let (Some(kind), [sheet]) = (kind, &sheets[..]) {
        let name = format!("{}.csv", kind.name());
        return Ok(file(
            "text/csv; charset=utf-8",
            &name,
            import::write::csv_file(sheet, language),
        ));
    }
    let bytes = tokio::task::spawn_blocking(move || import::write::workbook(&sheets, language));
    let bytes = bytes.await.map_err(Fault::internal)?.map_err(Fault::internal)?;
    Ok(file(WORKBOOK, "directory.xlsx", bytes))
}

/// The workbook to fill in for an import.
#[utoipa::path(
    get, path = "/api/v1/directory/template", tag = "directory",
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
pub(super) async fn template_file(headers: HeaderMap) -> Result<File, Problem> {
    let bytes = import::write::template(language_of(&headers)).map_err(Fault::internal)?;
    Ok(file(WORKBOOK, "directory-template.xlsx", bytes))
}

/// Reads a file beside the threads that answer: a large one takes seconds.
async fn read(body: Bytes, kind: Option<SheetKind>) -> Result<Sheets, Fault> {
    let work = move || -> Result<Sheets, ImportError> {
        // A workbook is an archive, which begins so (APPNOTE.TXT 4.3.6).
        match kind {
            _ if body.starts_with(b"PK\x03\x04") => import::read_workbook(&body),
            Some(kind) => import::read_csv(&body, kind),
            None => Err(ImportError::Unreadable {
                expected: Text::new(
                    "a workbook (.xlsx), or a CSV file with `sheet` saying what it is about",
                    "Excel 工作簿（.xlsx），或用 sheet 参数指明内容的 CSV 文件",
                ),
            }),
        }
    };
    let read = tokio::task::spawn_blocking(work).await.map_err(Fault::internal)?;
    Ok(read?)
}

/// Errors: names `sheet`.
fn sheet_kind(name: &str) -> Result<SheetKind, Fault> {
    SheetKind::from_name(name).ok_or_else(|| {
        let expected = Text::same(SheetKind::ALL.map(SheetKind::name).join(", "));
        Fault::invalid_fields(vec![FieldFault::new("sheet", name, expected)])
    })
}

fn file(media: &str, name: &str, bytes: Vec<u8>) -> File {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers =
        [(header::CONTENT_TYPE, media.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    (headers, bytes)
}

fn language_of(headers: &HeaderMap) -> Language {
    let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    accept.map_or(Language::default(), Language::from_accept)
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
