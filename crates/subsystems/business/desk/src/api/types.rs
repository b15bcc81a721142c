use axum::extract::{Path, State};
use http_kit::{Body, Created, IfMatch, PageView, Problem, Reply, Routes, Who, routes};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Desk,
    model::{
        permission::{DESK_CONFIGURE, TICKET_READ},
        ticket_type::{TicketType, TypeDraft},
    },
};

/// A kind of ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketType)]
pub(crate) struct TypeView {
    version: i64,
    changed_at: String,
    r#type: TypeDraft,
}

/// The routes of kinds of tickets.
pub(crate) fn routes(desk: Desk) -> Routes {
    Routes::new()
        .read(TICKET_READ, routes!(list))
        .write_everywhere(DESK_CONFIGURE, routes!(create))
        .read(TICKET_READ, routes!(find))
        .write_everywhere(DESK_CONFIGURE, routes!(change))
        .with_state(desk)
}

/// All kinds of tickets, by their keys; at most 200.
#[utoipa::path(
    get, path = "/api/v1/ticket-types", tag = "desk", operation_id = "list_ticket_types",
    responses((status = 200, body = PageView<TypeView>)))]
async fn list(State(desk): State<Desk>) -> Result<PageView<TypeView>, Problem> {
    let types = desk.types().await?;
    Ok(PageView::whole(types.into_iter().map(TypeView::from).collect()))
}

/// Makes a kind of ticket.
#[utoipa::path(
    post, path = "/api/v1/ticket-types", tag = "desk", operation_id = "create_ticket_type",
    request_body = TypeDraft, responses((status = 201, body = TypeView), (status = 400)))]
async fn create(
    State(desk): State<Desk>,
    Who(caller): Who,
    Body(body): Body<TypeDraft>,
) -> Result<Created<TypeView>, Problem> {
    Ok(Created(reply(desk.create_type(&caller, body).await?)))
}

/// One kind of ticket.
#[utoipa::path(
    get, path = "/api/v1/ticket-types/{key}", tag = "desk", operation_id = "get_ticket_type",
    params(("key" = String, Path)), responses((status = 200, body = TypeView), (status = 404)))]
async fn find(
    State(desk): State<Desk>,
    Path(key): Path<String>,
) -> Result<Reply<TypeView>, Problem> {
    Ok(reply(desk.ticket_type(&key).await?))
}

/// Changes a kind of ticket; states that tickets are in stay.
#[utoipa::path(
    put, path = "/api/v1/ticket-types/{key}", tag = "desk", operation_id = "change_ticket_type",
    params(("key" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = TypeDraft,
    responses((status = 200, body = TypeView), (status = 400), (status = 404), (status = 412)))]
async fn change(
    State(desk): State<Desk>,
    Who(caller): Who,
    Path(key): Path<String>,
    IfMatch(version): IfMatch,
    Body(body): Body<TypeDraft>,
) -> Result<Reply<TypeView>, Problem> {
    Ok(reply(desk.change_type(&caller, (&key, version), body).await?))
}

fn reply(one: TicketType) -> Reply<TypeView> {
    let version = one.version;
    Reply::new(TypeView::from(one), version)
}

impl From<TicketType> for TypeView {
    fn from(one: TicketType) -> Self {
        Self { version: one.version, changed_at: one.changed_at.to_string(), r#type: one.draft }
    }
}
