use std::time::Duration;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use http_kit::{Problem, Query, Who};
use kernel::{Caller, Fault, FieldFault, Language, Text};
use serde::Deserialize;
use utoipa::IntoParams;

use super::imports::{ImportView, RunView};
use crate::{
    Directory, DirectoryError,
    import::{
        self, CellFault, ImportError, ImportMode, ImportReport, Running, SheetKind, Sheets,
        write::SheetOut,
    },
};

/// An import that takes longer goes on, and its caller is told where its report will be.
const PATIENCE: Duration = Duration::from_secs(20);
/// The largest file that is taken.
pub(super) const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// So many faults are named when a file is refused; a dry run names more.
const FAULTS_IN_PROBLEM_MAX: usize = 100;
const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const CSV: &str = "text/csv; charset=utf-8";

type File = ([(HeaderName, String); 2], Vec<u8>);

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ImportQuery {
    /// `true`: only tell what it would do.
    dry_run: Option<bool>,
    /// What a CSV file is about: `regions`, `units`, `sites`, `posts`, `people` or `holdings`. A
    /// workbook's sheets say it by their names.
    sheet: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct TemplateQuery {
    /// `regions`, `units`, `sites`, `posts`, `people` or `holdings`: a CSV file of it; a workbook
    /// of all when not given.
    sheet: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ExportQuery {
    /// `regions`, `units`, `sites`, `posts`, `people` or `holdings`: a CSV file of it; a workbook
    /// of all when not given.
    sheet: Option<String>,
    /// As it was on that day (`2026-03-01`) or at that time (RFC 3339); now when not given.
    as_of: Option<String>,
    /// As it was known then; as it is known now when not given.
    known_at: Option<String>,
}

/// Brings a workbook or a CSV file into the directory: all of it, or nothing. One that takes more
/// than 20 seconds is answered with 202 and goes on: how far it is can be read here, too.
#[utoipa::path(
    post, path = "/api/v1/directory/import", tag = "directory", params(ImportQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream",
        description = "a workbook (.xlsx), or a CSV file in UTF-8, UTF-16 or GB18030"),
    responses(
        (status = 200, body = ImportView), (status = 202, body = RunView), (status = 400),
        (status = 409), (status = 413)))]
pub(super) async fn import_file(
    State(directory): State<Directory>,
    Who(caller): Who,
    Query(query): Query<ImportQuery>,
    body: Bytes,
) -> Result<Response, Problem> {
    let kind = query.sheet.as_deref().map(sheet_kind).transpose()?;
    let mode = match query.dry_run {
        Some(true) => ImportMode::DryRun,
        _ => ImportMode::Apply,
    };
    let running = directory.start_import(&caller, mode).await?;
    let work = {
        let (directory, caller) = (directory.clone(), caller.clone());
        tokio::spawn(async move {
            let done = bring_in(&directory, &caller, (body, kind), &running).await;
            running.end(&done).await;
            done
        })
    };
    let Ok(ended) = tokio::time::timeout(PATIENCE, work).await else {
        return Ok(run_reply(StatusCode::ACCEPTED, &directory, &caller).await?);
    };
    Ok(outcome(ended.map_err(Fault::internal)??, mode)?.into_response())
}

/// What a file did, or why it was not brought in.
fn outcome(report: ImportReport, mode: ImportMode) -> Result<Json<ImportView>, Fault> {
    if !report.faults.is_empty() && mode == ImportMode::Apply {
        let fields = report.faults.iter().take(FAULTS_IN_PROBLEM_MAX).map(CellFault::as_field);
        return Err(Fault::invalid_fields(fields.collect()));
    }
    Ok(Json(ImportView::from(report)))
}

/// Your last import of the last 30 days: how far it is, or what it did. Every server knows it.
#[utoipa::path(
    get, path = "/api/v1/directory/import", tag = "directory",
    responses((status = 200, body = RunView), (status = 204, description = "there was none")))]
pub(super) async fn last_import(
    State(directory): State<Directory>,
    Who(caller): Who,
) -> Result<Response, Problem> {
    Ok(run_reply(StatusCode::OK, &directory, &caller).await?)
}

async fn run_reply(
    status: StatusCode,
    directory: &Directory,
    caller: &Caller,
) -> Result<Response, DirectoryError> {
    Ok(match directory.last_import(caller).await? {
        Some(run) => (status, Json(RunView::from(run))).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
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
    let sheets = directory.export(&caller, &kinds, as_of, language).await?;
    if let (Some(kind), [sheet]) = (kind, &sheets[..]) {
        let name = format!("{}.csv", kind.name());
        return Ok(file(CSV, &name, import::write::csv_file(sheet, language)));
    }
    let bytes = tokio::task::spawn_blocking(move || import::write::workbook(&sheets, language));
    let bytes = bytes.await.map_err(Fault::internal)?.map_err(Fault::internal)?;
    Ok(file(WORKBOOK, "directory.xlsx", bytes))
}

/// What is to be filled in for an import: a workbook, or one sheet of it as a CSV file.
#[utoipa::path(
    get, path = "/api/v1/directory/template", tag = "directory", params(TemplateQuery),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
pub(super) async fn template_file(
    headers: HeaderMap,
    Query(query): Query<TemplateQuery>,
) -> Result<File, Problem> {
    let language = language_of(&headers);
    if let Some(kind) = query.sheet.as_deref().map(sheet_kind).transpose()? {
        let empty = SheetOut { kind, rows: Vec::new() };
        let name = format!("{}-template.csv", kind.name());
        return Ok(file(CSV, &name, import::write::csv_file(&empty, language)));
    }
    let bytes = import::write::template(language).map_err(Fault::internal)?;
    Ok(file(WORKBOOK, "directory-template.xlsx", bytes))
}

/// Reads a file and brings it in.
async fn bring_in(
    directory: &Directory,
    caller: &Caller,
    (body, kind): (Bytes, Option<SheetKind>),
    running: &Running,
) -> Result<ImportReport, Fault> {
    let sheets = read(body, kind).await?;
    Ok(directory.import(caller, sheets, running).await?)
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
