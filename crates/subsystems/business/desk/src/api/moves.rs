use axum::extract::{Path, State};
use http_kit::{Body, IfMatch, Key, Problem, Reply, Routes, Who, routes};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    assignee, id_of, id_or_none, numbered,
    ticket_views::{TicketPageView, page_of},
};
use crate::{
    Desk, DeskError,
    actions::Audience,
    model::{
        moving::MoveOrder,
        permission::{TICKET_ASSIGN, TICKET_WORK},
        ticket::Ticket,
    },
};

/// A transition that is done.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TicketMove)]
#[serde(deny_unknown_fields)]
pub(crate) struct MoveBody {
    /// The key of the transition.
    transition: String,
    /// Why, or the answer.
    #[serde(default)]
    text: String,
    /// To which unit, of a dispatch.
    unit_id: Option<String>,
    /// To whom within the unit.
    person_id: Option<String>,
    /// To which post within the unit.
    post_id: Option<String>,
}

/// Whom a ticket is given to; neither: to nobody.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TicketAssignment)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssignmentBody {
    pub(super) person_id: Option<String>,
    pub(super) post_id: Option<String>,
}

/// A note, or a reply to the requester.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TicketComment)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommentBody {
    text: String,
    /// Whether the requester sees it.
    #[serde(default)]
    public: bool,
}

/// A unit that is asked to help.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TicketAssist)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssistBody {
    unit_id: String,
    /// With what.
    #[serde(default)]
    text: String,
}

/// What a unit that helps answers.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TicketAssistAnswer)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssistAnswerBody {
    text: String,
}

impl MoveBody {
    /// What is to be done.
    pub(super) fn order(self) -> Result<MoveOrder, DeskError> {
        Ok(MoveOrder {
            assignee: assignee(self.person_id.as_deref(), self.post_id.as_deref())?,
            unit_id: id_or_none("unit_id", self.unit_id.as_deref())?,
            transition: self.transition,
            text: self.text,
        })
    }
}

/// The routes by which tickets move on.
pub(crate) fn routes(desk: Desk) -> Routes {
    Routes::new()
        .write(TICKET_WORK, routes!(transition))
        .write(TICKET_WORK, routes!(assign))
        .write(TICKET_WORK, routes!(comment))
        .write(TICKET_ASSIGN, routes!(ask_assist))
        .write(TICKET_WORK, routes!(give_assist))
        .with_state(desk)
}

/// Moves a ticket by a transition of its type.
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/transitions", tag = "desk", operation_id = "move_ticket",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = MoveBody,
    responses((status = 200, body = TicketPageView), (status = 400), (status = 404),
        (status = 409), (status = 412)))]
async fn transition(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
    IfMatch(version): IfMatch,
    Body(body): Body<MoveBody>,
) -> Result<Reply<TicketPageView>, Problem> {
    let ticket = desk.move_on(&caller, (id, version), body.order()?).await?;
    Ok(page_of(&desk, &caller, ticket).await?)
}

/// Gives a ticket to a person or a post, or to nobody. Who works on tickets may take one that is
/// nobody's.
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/assignment", tag = "desk", operation_id = "assign_ticket",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = AssignmentBody,
    responses((status = 200, body = TicketPageView), (status = 400), (status = 404),
        (status = 409), (status = 412)))]
async fn assign(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
    IfMatch(version): IfMatch,
    Body(body): Body<AssignmentBody>,
) -> Result<Reply<TicketPageView>, Problem> {
    let to = assignee(body.person_id.as_deref(), body.post_id.as_deref())?;
    let ticket = desk.assign(&caller, (id, version), to.unwrap_or_default()).await?;
    Ok(page_of(&desk, &caller, ticket).await?)
}

/// Writes a note on a ticket, or a reply that the requester sees.
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/comments", tag = "desk", operation_id = "comment_ticket",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = CommentBody,
    responses((status = 200, body = TicketPageView), (status = 400), (status = 404),
        (status = 412)))]
async fn comment(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
    IfMatch(version): IfMatch,
    Body(body): Body<CommentBody>,
) -> Result<Reply<TicketPageView>, Problem> {
    let audience = if body.public { Audience::Requester } else { Audience::Desk };
    let ticket = desk.comment(&caller, (id, version), (body.text, audience)).await?;
    Ok(page_of(&desk, &caller, ticket).await?)
}

/// Asks a unit to help; the unit in charge stays in charge.
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/assists", tag = "desk", operation_id = "ask_ticket_assist",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = AssistBody,
    responses((status = 200, body = TicketPageView), (status = 400), (status = 404),
        (status = 409), (status = 412)))]
async fn ask_assist(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
    IfMatch(version): IfMatch,
    Body(body): Body<AssistBody>,
) -> Result<Reply<TicketPageView>, Problem> {
    let unit = id_of("unit_id", &body.unit_id)?;
    let ticket = desk.ask_assist(&caller, (id, version), (unit, body.text)).await?;
    Ok(page_of(&desk, &caller, ticket).await?)
}

/// Gives the part of a unit that helps.
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/assists/{number}/answer", tag = "desk",
    operation_id = "give_ticket_assist",
    params(("id" = String, Path), ("number" = u32, Path, description = "the hop's number"),
        ("If-Match" = String, Header, description = "the ETag")),
    request_body = AssistAnswerBody,
    responses((status = 200, body = TicketPageView), (status = 400), (status = 404),
        (status = 409), (status = 412)))]
async fn give_assist(
    State(desk): State<Desk>,
    Who(caller): Who,
    Path(path): Path<(String, String)>,
    IfMatch(version): IfMatch,
    Body(body): Body<AssistAnswerBody>,
) -> Result<Reply<TicketPageView>, Problem> {
    let (id, number) = numbered(&path)?;
    let ticket = desk.give_assist(&caller, (id, version), (number, body.text)).await?;
    Ok(page_of(&desk, &caller, ticket).await?)
}
