use axum::{extract::State, http::StatusCode};
use http_kit::{
    Body, Created, IfMatch, Key, PageView, Problem, Reply, Routes, TextView, Who, routes,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Desk,
    model::{
        canned::{Canned, CannedDraft},
        permission::{DESK_CONFIGURE, TICKET_READ},
        ticket::Ticket,
    },
};

/// A reply that is written once and used often.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CannedReply)]
pub(crate) struct CannedView {
    id: String,
    version: i64,
    changed_at: String,
    reply: CannedDraft,
}

/// A canned reply, filled in for a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FilledReply)]
pub(crate) struct FilledView {
    id: String,
    name: TextView,
    text: TextView,
}

/// The routes of canned replies.
pub(crate) fn routes(desk: Desk) -> Routes {
    Routes::new()
        .read(TICKET_READ, routes!(list))
        .write_everywhere(DESK_CONFIGURE, routes!(create))
        .write_everywhere(DESK_CONFIGURE, routes!(change))
        .write_everywhere(DESK_CONFIGURE, routes!(remove))
        .read(TICKET_READ, routes!(of_ticket))
        .with_state(desk)
}

/// The canned replies for all units, and for those whose tickets one sees; at most 500.
#[utoipa::path(
    get, path = "/api/v1/canned-replies", tag = "desk", operation_id = "list_canned_replies",
    responses((status = 200, body = PageView<CannedView>)))]
async fn list(State(desk): State<Desk>, Who(caller): Who) -> Result<PageView<CannedView>, Problem> {
    Ok(PageView::whole(desk.canned(&caller).await?.into_iter().map(CannedView::from).collect()))
}

/// Makes a canned reply.
#[utoipa::path(
    post, path = "/api/v1/canned-replies", tag = "desk", operation_id = "create_canned_reply",
    request_body = CannedDraft,
    responses((status = 201, body = CannedView), (status = 400), (status = 409)))]
async fn create(
    State(desk): State<Desk>,
    Who(caller): Who,
    Body(body): Body<CannedDraft>,
) -> Result<Created<CannedView>, Problem> {
    Ok(Created(reply(desk.create_canned(&caller, body).await?)))
}

/// Changes a canned reply.
#[utoipa::path(
    put, path = "/api/v1/canned-replies/{id}", tag = "desk", operation_id = "change_canned_reply",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = CannedDraft,
    responses((status = 200, body = CannedView), (status = 400), (status = 404), (status = 412)))]
async fn change(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Canned>,
    IfMatch(version): IfMatch,
    Body(body): Body<CannedDraft>,
) -> Result<Reply<CannedView>, Problem> {
    Ok(reply(desk.change_canned(&caller, (id, version), body).await?))
}

/// Removes a canned reply.
#[utoipa::path(
    delete, path = "/api/v1/canned-replies/{id}", tag = "desk",
    operation_id = "remove_canned_reply", params(("id" = String, Path)),
    responses((status = 204), (status = 404)))]
async fn remove(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Canned>,
) -> Result<StatusCode, Problem> {
    desk.remove_canned(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The canned replies that fit a ticket, filled in for it.
#[utoipa::path(
    get, path = "/api/v1/tickets/{id}/canned-replies", tag = "desk",
    operation_id = "list_ticket_canned_replies", params(("id" = String, Path)),
    responses((status = 200, body = PageView<FilledView>), (status = 404)))]
async fn of_ticket(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
) -> Result<PageView<FilledView>, Problem> {
    let filled = desk.canned_for(&caller, id).await?.into_iter();
    let view = |(one, text): (Canned, kernel::Text)| FilledView {
        id: one.id.to_string(),
        name: one.draft.name.into(),
        text: text.into(),
    };
    Ok(PageView::whole(filled.map(view).collect()))
}

fn reply(one: Canned) -> Reply<CannedView> {
    let version = one.version;
    Reply::new(CannedView::from(one), version)
}

impl From<Canned> for CannedView {
    fn from(one: Canned) -> Self {
        let (id, changed_at) = (one.id.to_string(), one.changed_at.to_string());
        Self { id, version: one.version, changed_at, reply: one.draft }
    }
}
