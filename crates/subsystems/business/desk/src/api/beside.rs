use axum::extract::{Path, State};
use http_kit::{Body, IfMatch, Key, Problem, Reply, Routes, Who, routes};
use kernel::{Fault, Text};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    id_of, numbered,
    ticket_views::{TicketPageView, page_of},
    time_of,
};
use crate::{
    Desk,
    model::{
        beside::ExtensionState,
        link::LinkKind,
        permission::{TICKET_ASSIGN, TICKET_WORK},
        ticket::Ticket,
    },
};

/// An order of supervision.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewTicketOrder)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderBody {
    text: String,
    /// Until when it is to be reported back, RFC 3339.
    due_at: String,
}

/// What is reported on an order of supervision.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TicketReport)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportBody {
    text: String,
}

/// A request for more time.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewTicketExtension)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExtensionBody {
    /// Minutes of working time.
    minutes: u32,
    reason: String,
}

/// What is decided on a request for more time.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TicketExtensionDecision)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionBody {
    granted: bool,
}

/// A link to another ticket.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewTicketLink)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkBody {
    kind: LinkKind,
    other_id: String,
}

/// The routes of what stands beside a ticket.
pub(crate) fn routes(desk: Desk) -> Routes {
    Routes::new()
        .write(TICKET_ASSIGN, routes!(supervise))
        .write(TICKET_WORK, routes!(report))
        .write(TICKET_WORK, routes!(ask_extension))
        .write(TICKET_ASSIGN, routes!(decide_extension))
        .write(TICKET_WORK, routes!(link))
        .write(TICKET_WORK, routes!(unlink))
        .with_state(desk)
}

/// Orders a ticket to be supervised.
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/orders", tag = "desk", operation_id = "supervise_ticket",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = OrderBody,
    responses((status = 200, body = TicketPageView), (status = 400), (status = 404),
        (status = 412)))]
async fn supervise(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
    IfMatch(version): IfMatch,
    Body(body): Body<OrderBody>,
) -> Result<Reply<TicketPageView>, Problem> {
    let due_at = time_of("due_at", &body.due_at)?;
    let ticket = desk.supervise(&caller, (id, version), (body.text, due_at)).await?;
    Ok(page_of(&desk, &caller, ticket).await?)
}

/// Reports back on an order of supervision.
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/orders/{number}/report", tag = "desk",
    operation_id = "report_ticket_order",
    params(("id" = String, Path), ("number" = u32, Path, description = "the order's number"),
        ("If-Match" = String, Header, description = "the ETag")),
    request_body = ReportBody,
    responses((status = 200, body = TicketPageView), (status = 400), (status = 404),
        (status = 409), (status = 412)))]
async fn report(
    State(desk): State<Desk>,
    Who(caller): Who,
    Path(path): Path<(String, String)>,
    IfMatch(version): IfMatch,
    Body(body): Body<ReportBody>,
) -> Result<Reply<TicketPageView>, Problem> {
    let (id, number) = numbered(&path)?;
    let ticket = desk.report(&caller, (id, version), (number, body.text)).await?;
    Ok(page_of(&desk, &caller, ticket).await?)
}

/// Asks for more time, before the ticket is due.
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/extensions", tag = "desk",
    operation_id = "ask_ticket_extension",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = ExtensionBody,
    responses((status = 200, body = TicketPageView), (status = 400), (status = 404),
        (status = 409), (status = 412)))]
async fn ask_extension(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
    IfMatch(version): IfMatch,
    Body(body): Body<ExtensionBody>,
) -> Result<Reply<TicketPageView>, Problem> {
    let asked = (body.minutes, body.reason);
    let ticket = desk.ask_extension(&caller, (id, version), asked).await?;
    Ok(page_of(&desk, &caller, ticket).await?)
}

/// Decides whether there is more time.
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/extensions/{number}/decision", tag = "desk",
    operation_id = "decide_ticket_extension",
    params(("id" = String, Path), ("number" = u32, Path, description = "the request's number"),
        ("If-Match" = String, Header, description = "the ETag")),
    request_body = DecisionBody,
    responses((status = 200, body = TicketPageView), (status = 404), (status = 409),
        (status = 412)))]
async fn decide_extension(
    State(desk): State<Desk>,
    Who(caller): Who,
    Path(path): Path<(String, String)>,
    IfMatch(version): IfMatch,
    Body(body): Body<DecisionBody>,
) -> Result<Reply<TicketPageView>, Problem> {
    let (id, number) = numbered(&path)?;
    let state = if body.granted { ExtensionState::Granted } else { ExtensionState::Refused };
    let ticket = desk.decide_extension(&caller, (id, version), (number, state)).await?;
    Ok(page_of(&desk, &caller, ticket).await?)
}

/// Links a ticket to another.
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/links", tag = "desk", operation_id = "link_ticket",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = LinkBody,
    responses((status = 200, body = TicketPageView), (status = 400), (status = 404),
        (status = 409), (status = 412)))]
async fn link(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
    IfMatch(version): IfMatch,
    Body(body): Body<LinkBody>,
) -> Result<Reply<TicketPageView>, Problem> {
    let other = id_of("other_id", &body.other_id)?;
    let ticket = desk.link(&caller, (id, version), (body.kind, other)).await?;
    Ok(page_of(&desk, &caller, ticket).await?)
}

/// Removes a link to another ticket.
#[utoipa::path(
    delete, path = "/api/v1/tickets/{id}/links/{kind}/{other}", tag = "desk",
    operation_id = "unlink_ticket",
    params(("id" = String, Path), ("kind" = String, Path), ("other" = String, Path),
        ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 200, body = TicketPageView), (status = 404), (status = 412)))]
async fn unlink(
    State(desk): State<Desk>,
    Who(caller): Who,
    Path((id, kind, other)): Path<(String, String, String)>,
    IfMatch(version): IfMatch,
) -> Result<Reply<TicketPageView>, Problem> {
    let id = id_of("id", &id)?;
    let expected = Text::same("parent, duplicate_of, caused_by, relates_to");
    let found = LinkKind::from_name(&kind);
    let kind = found.ok_or_else(|| Fault::invalid("kind", kind, expected))?;
    let ticket = desk.unlink(&caller, (id, version), (kind, id_of("other", &other)?)).await?;
    Ok(page_of(&desk, &caller, ticket).await?)
}
