use axum::extract::State;
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, Routes, Who, routes};
use kernel::PageRequest;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{one_of, tickets::EntriesQuery};
use crate::{
    Desk,
    actions::NewPublication,
    model::{
        permission::{TICKET_ASSIGN, TICKET_READ, TICKET_WORK},
        publication::{Publication, PublicationState},
        ticket::Ticket,
    },
};

/// A redacted copy of an answer.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewPublication)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublicationBody {
    /// The number of the entry that is the answer.
    entry: u32,
    title: String,
    /// The question and the answer, without what tells who asked.
    text: String,
}

/// An answer that is published.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Publication)]
pub(crate) struct PublicationView {
    id: String,
    version: i64,
    ticket_id: String,
    ticket_number: String,
    entry: u32,
    title: String,
    text: String,
    /// `proposed`, `published` or `withdrawn`.
    state: &'static str,
    redacted_by: String,
    redacted_at: String,
    approved_by: Option<String>,
    approved_at: Option<String>,
    withdrawn_by: Option<String>,
    withdrawn_at: Option<String>,
}

/// What everybody reads of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublishedAnswer)]
pub(crate) struct PublishedView {
    id: String,
    title: String,
    text: String,
    published_at: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublicationsQuery {
    /// `proposed`, `published` or `withdrawn`.
    state: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// The routes of publications.
pub(crate) fn routes(desk: Desk) -> Routes {
    Routes::new()
        .write(TICKET_WORK, routes!(propose))
        .read(TICKET_READ, routes!(list))
        .write(TICKET_ASSIGN, routes!(publish))
        .write(TICKET_ASSIGN, routes!(withdraw))
        .open("what was approved for publication is for everybody to read", routes!(published))
        .with_state(desk)
}

/// Proposes a redacted copy of an answer for publication.
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/publications", tag = "desk",
    operation_id = "propose_publication", params(("id" = String, Path)),
    request_body = PublicationBody,
    responses((status = 201, body = PublicationView), (status = 400), (status = 404)))]
async fn propose(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
    Body(body): Body<PublicationBody>,
) -> Result<Created<PublicationView>, Problem> {
    let new = NewPublication { entry: body.entry, title: body.title, text: body.text };
    Ok(Created(reply(desk.propose_publication(&caller, id, new).await?)))
}

/// The publications of tickets that one sees, the newest first.
#[utoipa::path(
    get, path = "/api/v1/publications", tag = "desk", operation_id = "list_publications",
    params(PublicationsQuery),
    responses((status = 200, body = PageView<PublicationView>), (status = 400)))]
async fn list(
    State(desk): State<Desk>,
    Who(caller): Who,
    Query(query): Query<PublicationsQuery>,
) -> Result<PageView<PublicationView>, Problem> {
    let names = (PublicationState::from_name, "proposed, published, withdrawn");
    let state = one_of("state", query.state.as_deref(), names)?;
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let found = desk.publications(&caller, state, &page).await?;
    let items = found.items.into_iter().map(PublicationView::from).collect();
    Ok(PageView { items, next: found.next })
}

/// Publishes what somebody else has redacted.
#[utoipa::path(
    post, path = "/api/v1/publications/{id}/approve", tag = "desk",
    operation_id = "approve_publication",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 200, body = PublicationView), (status = 404), (status = 409),
        (status = 412)))]
async fn publish(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Publication>,
    IfMatch(version): IfMatch,
) -> Result<Reply<PublicationView>, Problem> {
    Ok(reply(desk.publish(&caller, (id, version)).await?))
}

/// Withdraws what was proposed or published.
#[utoipa::path(
    post, path = "/api/v1/publications/{id}/withdraw", tag = "desk",
    operation_id = "withdraw_publication",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 200, body = PublicationView), (status = 404), (status = 409),
        (status = 412)))]
async fn withdraw(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Publication>,
    IfMatch(version): IfMatch,
) -> Result<Reply<PublicationView>, Problem> {
    Ok(reply(desk.withdraw_publication(&caller, (id, version)).await?))
}

/// The answers that everybody reads, the newest first.
#[utoipa::path(
    get, path = "/api/v1/public/publications", tag = "public",
    operation_id = "list_published_answers", params(EntriesQuery),
    responses((status = 200, body = PageView<PublishedView>), (status = 400)))]
async fn published(
    State(desk): State<Desk>,
    Query(query): Query<EntriesQuery>,
) -> Result<PageView<PublishedView>, Problem> {
    let page = query.page()?;
    let found = desk.published(&page).await?;
    let items = found.items.into_iter().map(PublishedView::from).collect();
    Ok(PageView { items, next: found.next })
}

fn reply(one: Publication) -> Reply<PublicationView> {
    let version = one.version;
    Reply::new(PublicationView::from(one), version)
}

impl From<Publication> for PublicationView {
    fn from(one: Publication) -> Self {
        let (approved_by, approved_at) = one.approved.unzip();
        let (withdrawn_by, withdrawn_at) = one.withdrawn.unzip();
        Self {
            id: one.id.to_string(),
            version: one.version,
            ticket_id: one.ticket_id.to_string(),
            ticket_number: one.ticket_number,
            entry: one.entry,
            title: one.title,
            text: one.text,
            state: one.state.name(),
            redacted_by: one.redacted_by,
            redacted_at: one.redacted_at.to_string(),
            approved_by,
            approved_at: approved_at.map(|at| at.to_string()),
            withdrawn_by,
            withdrawn_at: withdrawn_at.map(|at| at.to_string()),
        }
    }
}

impl From<Publication> for PublishedView {
    fn from(one: Publication) -> Self {
        let published_at = one.approved.map(|(_, at)| at.to_string()).unwrap_or_default();
        Self { id: one.id.to_string(), title: one.title, text: one.text, published_at }
    }
}
