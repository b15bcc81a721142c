use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use http_kit::{Body, Created, Key, PageView, Problem, Routes, Who, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    articles::{ArticleView, reply},
    id_of,
};
use crate::{
    Knowledge,
    actions::SeenLink,
    model::{
        article::{Article, ArticleId},
        permission::{KNOWLEDGE_READ, KNOWLEDGE_WRITE, TICKET_READ, TICKET_WORK},
    },
    store::tickets::Link,
};

/// The ticket that an article is made from.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ArticleFromTicket)]
#[serde(deny_unknown_fields)]
pub(crate) struct FromTicketBody {
    ticket_id: String,
}

/// An article of a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketArticle)]
pub(crate) struct TicketArticleView {
    id: String,
    /// By what people call it.
    number: String,
    title: String,
    /// Whether there is something to read; otherwise it is being written.
    published: bool,
    linked_by: String,
    linked_at: String,
}

/// A ticket of an article.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArticleTicket)]
pub(crate) struct ArticleTicketView {
    id: String,
    /// By what people called it when it was linked.
    number: String,
    linked_by: String,
    linked_at: String,
}

/// The routes of articles and tickets that belong together.
pub(crate) fn routes(knowledge: Knowledge) -> Routes {
    Routes::new()
        .write(KNOWLEDGE_WRITE, routes!(from_ticket))
        .read(TICKET_READ, routes!(of_ticket))
        .write(TICKET_WORK, routes!(link))
        .write(TICKET_WORK, routes!(unlink))
        .read(KNOWLEDGE_READ, routes!(of_article))
        .with_state(knowledge)
}

/// Begins an article with what a solved ticket says, once for each ticket.
#[utoipa::path(
    post, path = "/api/v1/knowledge/articles/from-ticket", tag = "knowledge",
    operation_id = "create_article_from_ticket", request_body = FromTicketBody,
    responses((status = 201, body = ArticleView), (status = 400), (status = 403), (status = 404),
        (status = 409)))]
async fn from_ticket(
    State(knowledge): State<Knowledge>,
    Who(caller): Who,
    Body(body): Body<FromTicketBody>,
) -> Result<Created<ArticleView>, Problem> {
    let article = knowledge.create_from_ticket(&caller, &body.ticket_id).await?;
    Ok(Created(reply(&knowledge, &caller, article).await?))
}

/// The articles of a ticket.
#[utoipa::path(
    get, path = "/api/v1/knowledge/tickets/{ticket_id}/articles", tag = "knowledge",
    operation_id = "list_ticket_articles", params(("ticket_id" = String, Path)),
    responses((status = 200, body = PageView<TicketArticleView>), (status = 404)))]
async fn of_ticket(
    State(knowledge): State<Knowledge>,
    Who(caller): Who,
    Path(ticket): Path<String>,
) -> Result<PageView<TicketArticleView>, Problem> {
    let found = knowledge.articles_of(&caller, &ticket).await?;
    Ok(PageView::whole(found.into_iter().map(TicketArticleView::from).collect()))
}

/// Links an article to a ticket.
#[utoipa::path(
    put, path = "/api/v1/knowledge/tickets/{ticket_id}/articles/{id}", tag = "knowledge",
    operation_id = "link_article",
    params(("ticket_id" = String, Path), ("id" = String, Path)),
    responses((status = 204), (status = 404), (status = 409)))]
async fn link(
    State(knowledge): State<Knowledge>,
    Who(caller): Who,
    Path((ticket, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let id: ArticleId = id_of("id", &id)?;
    knowledge.link(&caller, (&ticket, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes the link between an article and a ticket away.
#[utoipa::path(
    delete, path = "/api/v1/knowledge/tickets/{ticket_id}/articles/{id}", tag = "knowledge",
    operation_id = "unlink_article",
    params(("ticket_id" = String, Path), ("id" = String, Path)),
    responses((status = 204), (status = 404)))]
async fn unlink(
    State(knowledge): State<Knowledge>,
    Who(caller): Who,
    Path((ticket, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let id: ArticleId = id_of("id", &id)?;
    knowledge.unlink(&caller, (&ticket, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The tickets of an article that one sees, the last linked first.
#[utoipa::path(
    get, path = "/api/v1/knowledge/articles/{id}/tickets", tag = "knowledge",
    operation_id = "list_article_tickets", params(("id" = String, Path)),
    responses((status = 200, body = PageView<ArticleTicketView>), (status = 404)))]
async fn of_article(
    State(knowledge): State<Knowledge>,
    Who(caller): Who,
    Key(id): Key<Article>,
) -> Result<PageView<ArticleTicketView>, Problem> {
    let found = knowledge.tickets_of(&caller, id).await?;
    Ok(PageView::whole(found.into_iter().map(ArticleTicketView::from).collect()))
}

impl From<SeenLink> for TicketArticleView {
    fn from(seen: SeenLink) -> Self {
        Self {
            id: seen.link.article_id.to_string(),
            number: seen.number,
            title: seen.title,
            published: seen.published,
            linked_by: seen.link.linked_by,
            linked_at: seen.link.linked_at.to_string(),
        }
    }
}

impl From<Link> for ArticleTicketView {
    fn from(link: Link) -> Self {
        Self {
            id: link.ticket.id,
            number: link.ticket.number,
            linked_by: link.linked_by,
            linked_at: link.linked_at.to_string(),
        }
    }
}
