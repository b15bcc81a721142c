use axum::{Json, extract::State};
use http_kit::{Body, IfMatch, Key, PageView, Problem, Query, Routes, Who, routes};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{id_of, tickets::EntriesQuery};
use crate::{
    Desk,
    model::{
        major::Major,
        permission::{TICKET_ASSIGN, TICKET_READ, TICKET_WORK},
        ticket::Ticket,
    },
};

/// A ticket is declared major.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = MajorDeclaration)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeclarationBody {
    /// The person who leads.
    lead_id: String,
    /// How often those concerned are told how it stands: 5 to 1440.
    every_minutes: u32,
}

/// How a major incident stands.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = MajorUpdate)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateBody {
    text: String,
    /// Whether the requester sees it.
    #[serde(default)]
    public: bool,
}

/// How a major incident went.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = MajorEnd)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndBody {
    summary: String,
}

/// A major incident.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MajorIncident)]
pub(crate) struct MajorView {
    ticket_id: String,
    /// Its number and subject; absent where only this was asked for.
    ticket: Option<String>,
    lead_id: String,
    every_minutes: u32,
    declared_by: String,
    declared_at: String,
    /// When those concerned are to be told next; none: it is over.
    update_due_at: Option<String>,
    /// Whether that is overdue.
    overdue: bool,
    ended_by: Option<String>,
    ended_at: Option<String>,
    summary: String,
}

/// A fact of the journal about a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketFact)]
pub(crate) struct FactView {
    seq: i64,
    at: String,
    by: String,
    verb: String,
    #[schema(value_type = std::collections::HashMap<String, Value>)]
    detail: Value,
}

/// The routes of major incidents.
pub(crate) fn routes(desk: Desk) -> Routes {
    Routes::new()
        .write(TICKET_ASSIGN, routes!(declare))
        .write(TICKET_WORK, routes!(update))
        .write(TICKET_ASSIGN, routes!(end))
        .read(TICKET_READ, routes!(find))
        .read(TICKET_READ, routes!(list))
        .read(TICKET_READ, routes!(timeline))
        .with_state(desk)
}

/// Declares a ticket major.
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/major", tag = "desk", operation_id = "declare_major",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = DeclarationBody,
    responses((status = 200, body = MajorView), (status = 400), (status = 404), (status = 409),
        (status = 412)))]
async fn declare(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
    IfMatch(version): IfMatch,
    Body(body): Body<DeclarationBody>,
) -> Result<Json<MajorView>, Problem> {
    let declared = (id_of("lead_id", &body.lead_id)?, body.every_minutes);
    let major = desk.declare_major(&caller, (id, version), declared).await?;
    Ok(Json(view(&desk, major, None)))
}

/// Tells how a major incident stands; the clock of updates begins anew.
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/major/updates", tag = "desk",
    operation_id = "update_major",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = UpdateBody,
    responses((status = 200, body = MajorView), (status = 400), (status = 404), (status = 409),
        (status = 412)))]
async fn update(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
    IfMatch(version): IfMatch,
    Body(body): Body<UpdateBody>,
) -> Result<Json<MajorView>, Problem> {
    let major = desk.update_major(&caller, (id, version), (body.text, body.public)).await?;
    Ok(Json(view(&desk, major, None)))
}

/// Ends a major incident, with how it went.
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/major/end", tag = "desk", operation_id = "end_major",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = EndBody,
    responses((status = 200, body = MajorView), (status = 400), (status = 404), (status = 409),
        (status = 412)))]
async fn end(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
    IfMatch(version): IfMatch,
    Body(body): Body<EndBody>,
) -> Result<Json<MajorView>, Problem> {
    let major = desk.end_major(&caller, (id, version), body.summary).await?;
    Ok(Json(view(&desk, major, None)))
}

/// How a ticket that is or was major stands.
#[utoipa::path(
    get, path = "/api/v1/tickets/{id}/major", tag = "desk", operation_id = "get_major",
    params(("id" = String, Path)), responses((status = 200, body = MajorView), (status = 404)))]
async fn find(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
) -> Result<Json<MajorView>, Problem> {
    let major = desk.major(&caller, id).await?;
    Ok(Json(view(&desk, major, None)))
}

/// The major incidents that go on and that one sees; at most 100.
#[utoipa::path(
    get, path = "/api/v1/major-incidents", tag = "desk", operation_id = "list_majors",
    responses((status = 200, body = PageView<MajorView>)))]
async fn list(State(desk): State<Desk>, Who(caller): Who) -> Result<PageView<MajorView>, Problem> {
    let majors = desk.majors(&caller).await?.into_iter();
    Ok(PageView::whole(
        majors.map(|(one, ticket)| view(&desk, one, Some(ticket.title()))).collect(),
    ))
}

/// What the journal says of a ticket, the newest first.
#[utoipa::path(
    get, path = "/api/v1/tickets/{id}/timeline", tag = "desk",
    operation_id = "get_ticket_timeline", params(("id" = String, Path), EntriesQuery),
    responses((status = 200, body = PageView<FactView>), (status = 404)))]
async fn timeline(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
    Query(query): Query<EntriesQuery>,
) -> Result<PageView<FactView>, Problem> {
    let page = query.page()?;
    let found = desk.timeline(&caller, id, page).await?;
    let fact = |row: journal::Row| FactView {
        seq: row.seq.0,
        at: row.at.to_string(),
        by: row.actor.name,
        verb: row.verb,
        detail: row.detail,
    };
    Ok(PageView { items: found.items.into_iter().map(fact).collect(), next: found.next })
}

fn view(desk: &Desk, major: Major, ticket: Option<String>) -> MajorView {
    let (ended_by, ended_at) = major.ended.unzip();
    MajorView {
        ticket_id: major.ticket_id.to_string(),
        ticket,
        lead_id: major.lead_id.to_string(),
        every_minutes: major.every_minutes,
        declared_by: major.declared_by,
        declared_at: major.declared_at.to_string(),
        overdue: major.update_due_at.is_some_and(|due| due <= desk.now()),
        update_due_at: major.update_due_at.map(|at| at.to_string()),
        ended_by,
        ended_at: ended_at.map(|at| at.to_string()),
        summary: major.summary,
    }
}
