use axum::{
    Json,
    extract::{Path, State},
};
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, Routes, Who, routes};
use kernel::PageOf;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    id_of, id_or_none, numbered,
    ticket_views::{EntryView, TicketPageView, TicketView, page_of, views},
    tickets::EntriesQuery,
};
use crate::{
    Desk,
    actions::{Likeness, SplitOrder, ThreadEntry},
    model::{
        permission::{TICKET_READ, TICKET_WORK},
        ticket::{Ticket, TicketId},
    },
};

/// Tickets that are merged into one.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TicketMerge)]
#[serde(deny_unknown_fields)]
pub(crate) struct MergeBody {
    /// 1 to 50 others.
    ticket_ids: Vec<String>,
}

/// What becomes a ticket of its own.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TicketSplit)]
#[serde(deny_unknown_fields)]
pub(crate) struct SplitBody {
    /// What it is about, on one line.
    subject: String,
    /// The key of its type; the same when not given.
    r#type: Option<String>,
    /// The unit in charge; the same when not given.
    unit_id: Option<String>,
}

/// By what similar tickets are looked for.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TicketLikeness)]
#[serde(deny_unknown_fields)]
pub(crate) struct LikenessBody {
    /// The key of their type.
    r#type: String,
    /// About this region or one within it.
    region_id: Option<String>,
    subject: String,
    #[serde(default)]
    text: String,
}

/// Open tickets that say about the same.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimilarTickets)]
pub(crate) struct SimilarView {
    /// The most alike first; at most 10.
    items: Vec<SimilarOne>,
    /// Whether five or more were opened within a day.
    hot: bool,
}

/// One that says about the same.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimilarTicket)]
pub(crate) struct SimilarOne {
    /// 0.25 to 1: the part that both have in common.
    likeness: f64,
    ticket: TicketView,
}

/// An entry with the ticket it belongs to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketThreadEntry)]
pub(crate) struct ThreadView {
    ticket_id: String,
    ticket_number: String,
    entry: EntryView,
}

/// The routes of tickets that say the same.
pub(crate) fn routes(desk: Desk) -> Routes {
    Routes::new()
        .write(TICKET_WORK, routes!(merge))
        .write(TICKET_WORK, routes!(unmerge))
        .write(TICKET_WORK, routes!(split))
        .read(TICKET_READ, routes!(thread))
        .read(TICKET_READ, routes!(similar))
        .with_state(desk)
}

/// Merges others into a ticket: they are closed as its duplicates.
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/merges", tag = "desk", operation_id = "merge_tickets",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = MergeBody,
    responses((status = 200, body = TicketPageView), (status = 400), (status = 404),
        (status = 409), (status = 412)))]
async fn merge(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
    IfMatch(version): IfMatch,
    Body(body): Body<MergeBody>,
) -> Result<Reply<TicketPageView>, Problem> {
    let ids = body.ticket_ids.iter().enumerate();
    let ids = ids.map(|(at, other)| id_of::<TicketId>(&format!("ticket_ids[{at}]"), other));
    let others = ids.collect::<Result<Vec<_>, _>>()?;
    let ticket = desk.merge(&caller, (id, version), others).await?;
    Ok(page_of(&desk, &caller, ticket).await?)
}

/// Takes a ticket out of the one that it was merged into: it is again where it was.
#[utoipa::path(
    delete, path = "/api/v1/tickets/{id}/merge", tag = "desk", operation_id = "unmerge_ticket",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 200, body = TicketPageView), (status = 404), (status = 409),
        (status = 412)))]
async fn unmerge(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
    IfMatch(version): IfMatch,
) -> Result<Reply<TicketPageView>, Problem> {
    let ticket = desk.unmerge(&caller, (id, version)).await?;
    Ok(page_of(&desk, &caller, ticket).await?)
}

/// Makes a ticket of its own of what an entry says; the entry stays.
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/entries/{number}/split", tag = "desk",
    operation_id = "split_ticket",
    params(("id" = String, Path), ("number" = u32, Path, description = "the entry's number"),
        ("If-Match" = String, Header, description = "the ETag")),
    request_body = SplitBody,
    responses((status = 201, body = TicketPageView), (status = 400), (status = 404),
        (status = 412)))]
async fn split(
    State(desk): State<Desk>,
    Who(caller): Who,
    Path(path): Path<(String, String)>,
    IfMatch(version): IfMatch,
    Body(body): Body<SplitBody>,
) -> Result<Created<TicketPageView>, Problem> {
    let (id, entry) = numbered(&path)?;
    let unit_id = id_or_none("unit_id", body.unit_id.as_deref())?;
    let order = SplitOrder { entry, subject: body.subject, type_key: body.r#type, unit_id };
    let part = desk.split(&caller, (id, version), order).await?;
    Ok(Created(page_of(&desk, &caller, part).await?))
}

/// What happened to a ticket and to those merged into it, in order of time.
#[utoipa::path(
    get, path = "/api/v1/tickets/{id}/thread", tag = "desk", operation_id = "get_ticket_thread",
    params(("id" = String, Path), EntriesQuery),
    responses((status = 200, body = PageView<ThreadView>), (status = 404)))]
async fn thread(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
    Query(query): Query<EntriesQuery>,
) -> Result<PageView<ThreadView>, Problem> {
    let page = query.page()?;
    let PageOf { items, next } = desk.thread(&caller, id, &page).await?;
    Ok(PageView { items: items.into_iter().map(ThreadView::from).collect(), next })
}

/// Open tickets of a type that say about the same as what somebody is about to open.
#[utoipa::path(
    post, path = "/api/v1/tickets/similar", tag = "desk", operation_id = "find_similar_tickets",
    request_body = LikenessBody,
    responses((status = 200, body = SimilarView), (status = 400)))]
async fn similar(
    State(desk): State<Desk>,
    Who(caller): Who,
    Body(body): Body<LikenessBody>,
) -> Result<Json<SimilarView>, Problem> {
    let region_id = id_or_none("region_id", body.region_id.as_deref())?;
    let (subject, text) = (body.subject, body.text);
    let wanted = Likeness { type_key: body.r#type, region_id, subject, text };
    let similar = desk.similar(&caller, wanted).await?;
    let (tickets, likeness): (Vec<_>, Vec<_>) = similar.found.into_iter().unzip();
    let tickets = views(&desk, &tickets).await?.into_iter().zip(likeness);
    let items = tickets.map(|(ticket, likeness)| SimilarOne { likeness, ticket }).collect();
    Ok(Json(SimilarView { items, hot: similar.hot }))
}

impl From<ThreadEntry> for ThreadView {
    fn from(one: ThreadEntry) -> Self {
        Self {
            ticket_id: one.id.to_string(),
            ticket_number: one.number,
            entry: EntryView::from(one.entry),
        }
    }
}
