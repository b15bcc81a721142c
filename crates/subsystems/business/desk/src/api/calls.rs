use axum::{Json, extract::State};
use http_kit::{Body, Created, Key, PageView, Problem, Query, Routes, Who, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    ticket_ties::NumberedView,
    ticket_views::{TicketPageView, TicketView, page_of, views},
    tickets::{EntriesQuery, NewTicketBody},
};
use crate::{
    Desk,
    actions::{CallTold, SeenCall},
    model::{
        call::{Call, CallEvent, Direction},
        permission::{TICKET_CREATE, TICKET_READ},
    },
};

/// What an exchange tells of a call; what else it says is passed over.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PhoneCallTold)]
pub(crate) struct CallBody {
    event: CallEvent,
    /// What the exchange calls it; the same in all events of a call.
    #[serde(rename = "callId")]
    call_id: String,
    direction: Direction,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    /// Who answers.
    #[serde(default)]
    user: String,
    /// Why it ends.
    #[serde(default)]
    cause: String,
}

/// A telephone call.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PhoneCall)]
pub(crate) struct CallView {
    id: String,
    call_id: String,
    direction: Direction,
    from: String,
    to: String,
    /// Who is outside, if the directory knows.
    person_id: Option<String>,
    /// `ringing`, `talking`, `ended` or `missed`.
    state: &'static str,
    began_at: String,
    answered_at: Option<String>,
    answered_by: String,
    ended_at: Option<String>,
    cause: String,
}

/// A call with what is known of whoever is outside.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PhoneCallPage)]
pub(crate) struct CallPageView {
    #[serde(flatten)]
    call: CallView,
    /// The name of who is outside.
    person: Option<String>,
    /// Of their open tickets those that one sees; at most 20.
    open_tickets: Vec<TicketView>,
    /// The ticket that was opened from it; without a subject where one does not see it.
    ticket: Option<NumberedView>,
}

/// The routes of telephone calls. They belong to no unit.
pub(crate) fn routes(desk: Desk) -> Routes {
    Routes::new()
        .write_everywhere(TICKET_CREATE, routes!(told))
        .read_everywhere(TICKET_READ, routes!(list))
        .read_everywhere(TICKET_READ, routes!(find))
        .write_everywhere(TICKET_CREATE, routes!(open))
        .with_state(desk)
}

/// Takes in what an exchange tells of a call, with the token of a user who opens tickets.
#[utoipa::path(
    post, path = "/api/v1/cti/calls", tag = "desk", operation_id = "tell_call",
    request_body = CallBody, responses((status = 200, body = CallView), (status = 400)))]
async fn told(
    State(desk): State<Desk>,
    Who(caller): Who,
    Body(body): Body<CallBody>,
) -> Result<Json<CallView>, Problem> {
    let told = CallTold {
        event: body.event,
        call_id: body.call_id,
        direction: body.direction,
        from: body.from,
        to: body.to,
        user: body.user,
        cause: body.cause,
    };
    Ok(Json(CallView::from(desk.call_told(&caller, told).await?)))
}

/// The calls, the newest first.
#[utoipa::path(
    get, path = "/api/v1/cti/calls", tag = "desk", operation_id = "list_calls",
    params(EntriesQuery), responses((status = 200, body = PageView<CallView>), (status = 400)))]
async fn list(
    State(desk): State<Desk>,
    Query(query): Query<EntriesQuery>,
) -> Result<PageView<CallView>, Problem> {
    let page = query.page()?;
    let found = desk.calls(&page).await?;
    Ok(PageView { items: found.items.into_iter().map(CallView::from).collect(), next: found.next })
}

/// A call with who is outside and their open tickets.
#[utoipa::path(
    get, path = "/api/v1/cti/calls/{id}", tag = "desk", operation_id = "get_call",
    params(("id" = String, Path)),
    responses((status = 200, body = CallPageView), (status = 404)))]
async fn find(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Call>,
) -> Result<Json<CallPageView>, Problem> {
    let SeenCall { call, person, open, ticket } = desk.call(&caller, id).await?;
    let open_tickets = views(&desk, &open).await?;
    let ticket = ticket.map(|(ticket, subject)| {
        NumberedView::of(ticket.id, ticket.number, subject.unwrap_or_default())
    });
    Ok(Json(CallPageView { call: CallView::from(call), person, open_tickets, ticket }))
}

/// Opens a ticket from a call; who asks and how to reach them is taken from it unless given.
#[utoipa::path(
    post, path = "/api/v1/cti/calls/{id}/ticket", tag = "desk",
    operation_id = "create_ticket_from_call", params(("id" = String, Path)),
    request_body = NewTicketBody,
    responses((status = 201, body = TicketPageView), (status = 400), (status = 404),
        (status = 409)))]
async fn open(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Call>,
    Body(body): Body<NewTicketBody>,
) -> Result<Created<TicketPageView>, Problem> {
    let ticket = desk.create_from_call(&caller, id, body.new_ticket()?).await?;
    Ok(Created(page_of(&desk, &caller, ticket).await?))
}

impl From<Call> for CallView {
    fn from(call: Call) -> Self {
        Self {
            state: call.state(),
            id: call.id.to_string(),
            call_id: call.call_id,
            direction: call.direction,
            from: call.from,
            to: call.to,
            person_id: call.person_id.map(|id| id.to_string()),
            began_at: call.began_at.to_string(),
            answered_at: call.answered_at.map(|at| at.to_string()),
            answered_by: call.answered_by,
            ended_at: call.ended_at.map(|at| at.to_string()),
            cause: call.cause,
        }
    }
}
