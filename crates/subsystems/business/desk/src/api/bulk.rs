use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, header},
};
use http_kit::{Body, PageView, Problem, Query, Routes, TextView, Who, routes};
use kernel::{Fault, Language, Text};
use resources::{SheetTable, csv_file, workbook};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    assignee,
    figures::FiguresQuery,
    id_of,
    moves::{AssignmentBody, MoveBody},
    tickets::TicketsQuery,
};
use crate::{
    Desk,
    actions::{Bulk, BulkDone},
    model::{
        permission::{TICKET_READ, TICKET_WORK},
        priority::Level,
        ticket::TicketId,
    },
};

const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

type File = ([(HeaderName, &'static str); 2], Vec<u8>);

/// What is done to several tickets.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TicketBulk)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkBody {
    /// 1 to 500 of them.
    ticket_ids: Vec<String>,
    action: BulkAction,
}

/// One of several things that are done to each.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TicketBulkAction)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BulkAction {
    /// It is given to somebody, or to nobody.
    Assign(AssignmentBody),
    /// It is moved on.
    Move(MoveBody),
    /// Its impact and urgency become these, and its priority with them.
    Priority(LevelsBody),
}

/// How far it reaches and how soon it matters.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TicketLevels)]
#[serde(deny_unknown_fields)]
pub(crate) struct LevelsBody {
    impact: Level,
    urgency: Level,
}

/// What became of one of several tickets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketBulkResult)]
pub(crate) struct BulkView {
    id: String,
    /// By what people call it, where one sees it.
    number: Option<String>,
    done: bool,
    /// A stable name of why not.
    code: Option<&'static str>,
    /// Why not.
    why: Option<TextView>,
}

/// The routes of many tickets at once.
pub(crate) fn routes(desk: Desk) -> Routes {
    Routes::new()
        .write(TICKET_WORK, routes!(bulk))
        .read(TICKET_READ, routes!(export_tickets))
        .read(TICKET_READ, routes!(export_figures))
        .with_state(desk)
}

/// Does the same to each of several tickets as they are now; one that is refused holds up no other.
#[utoipa::path(
    post, path = "/api/v1/tickets/bulk", tag = "desk", operation_id = "change_tickets",
    request_body = BulkBody,
    responses((status = 200, body = PageView<BulkView>), (status = 400)))]
async fn bulk(
    State(desk): State<Desk>,
    Who(caller): Who,
    Body(body): Body<BulkBody>,
) -> Result<PageView<BulkView>, Problem> {
    let ids = body.ticket_ids.iter().enumerate();
    let ids = ids.map(|(at, id)| id_of::<TicketId>(&format!("ticket_ids[{at}]"), id));
    let ids = ids.collect::<Result<Vec<_>, _>>()?;
    let what = match body.action {
        BulkAction::Assign(to) => {
            let to = assignee(to.person_id.as_deref(), to.post_id.as_deref())?;
            Bulk::Assign(to.unwrap_or_default())
        }
        BulkAction::Move(order) => Bulk::Move(order.order()?),
        BulkAction::Priority(levels) => Bulk::Priority(levels.impact, levels.urgency),
    };
    let done = desk.bulk(&caller, ids, what).await?;
    Ok(PageView::whole(done.into_iter().map(BulkView::from).collect()))
}

/// The tickets that one sees and asks for, as a workbook or a CSV file; at most 20,000.
#[utoipa::path(
    get, path = "/api/v1/tickets/export", tag = "desk", operation_id = "export_tickets",
    params(TicketsQuery),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>),
        (status = 400), (status = 409)))]
async fn export_tickets(
    State(desk): State<Desk>,
    Who(caller): Who,
    headers: HeaderMap,
    Query(query): Query<TicketsQuery>,
) -> Result<File, Problem> {
    let format = format_of(query.format.as_deref())?;
    let table = desk.tickets_sheet(&caller, query.asked()?, language_of(&headers)).await?;
    Ok(file(table, format, "tickets").await?)
}

/// The figures that one sees and asks for, as a workbook or a CSV file.
#[utoipa::path(
    get, path = "/api/v1/ticket-figures/export", tag = "desk", operation_id = "export_figures",
    params(FiguresQuery),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>),
        (status = 400)))]
async fn export_figures(
    State(desk): State<Desk>,
    Who(caller): Who,
    headers: HeaderMap,
    Query(query): Query<FiguresQuery>,
) -> Result<File, Problem> {
    let format = format_of(query.format.as_deref())?;
    let table = desk.figures_sheet(&caller, query.asked()?, language_of(&headers)).await?;
    Ok(file(table, format, "figures").await?)
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Workbook,
    Csv,
}

fn format_of(asked: Option<&str>) -> Result<Format, Fault> {
    match asked {
        None | Some("xlsx") => Ok(Format::Workbook),
        Some("csv") => Ok(Format::Csv),
        Some(other) => Err(Fault::invalid("format", other, Text::same("xlsx, csv"))),
    }
}

/// Written beside the threads that answer: a large one takes seconds.
async fn file(table: SheetTable, format: Format, name: &str) -> Result<File, Fault> {
    let work = move || match format {
        Format::Csv => Ok(csv_file(&table)),
        Format::Workbook => workbook(&[table]),
    };
    let bytes = tokio::task::spawn_blocking(work).await.map_err(Fault::internal)?;
    let bytes = bytes.map_err(Fault::from)?;
    let (media, disposition) = match (format, name) {
        (Format::Csv, "tickets") => {
            ("text/csv; charset=utf-8", "attachment; filename=\"tickets.csv\"")
        }
        (Format::Csv, _) => ("text/csv; charset=utf-8", "attachment; filename=\"figures.csv\""),
        (Format::Workbook, "tickets") => (WORKBOOK, "attachment; filename=\"tickets.xlsx\""),
        (Format::Workbook, _) => (WORKBOOK, "attachment; filename=\"figures.xlsx\""),
    };
    Ok(([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, disposition)], bytes))
}

fn language_of(headers: &HeaderMap) -> Language {
    let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    accept.map_or(Language::default(), Language::from_accept)
}

impl From<BulkDone> for BulkView {
    fn from(done: BulkDone) -> Self {
        Self {
            id: done.id.to_string(),
            number: done.number,
            done: done.refused.is_none(),
            code: done.refused.as_ref().map(|fault| fault.code),
            why: done.refused.map(|fault| fault.text.into()),
        }
    }
}
