use axum::{Json, extract::State, http::StatusCode};
use http_kit::{Body, Key, PageView, Problem, Query, Routes, Who, routes};

use super::views::{MessageBody, MessageDetailView, MessageView, MessagesQuery, SentView};
use crate::{MESSAGE_READ, MESSAGE_SEND, Message, Notify};

pub(super) fn routes() -> Routes<Notify> {
    Routes::new()
        .read_everywhere(MESSAGE_READ, routes!(list))
        .write_everywhere(MESSAGE_SEND, routes!(send))
        .read_everywhere(MESSAGE_READ, routes!(find))
}

/// Messages, the newest first: whom, what, and what became of it.
#[utoipa::path(get, path = "/api/v1/messages", tag = "notify", params(MessagesQuery),
    responses((status = 200, body = PageView<MessageView>)))]
async fn list(
    State(notify): State<Notify>,
    Who(caller): Who,
    Query(query): Query<MessagesQuery>,
) -> Result<PageView<MessageView>, Problem> {
    let (filter, request) = query.read()?;
    let page = request.checked()?;
    Ok(PageView::of(notify.messages(&caller, &filter, &page).await?, MessageView::from))
}

/// Sends a message to a person, a user, a post, an address or a channel.
#[utoipa::path(post, path = "/api/v1/messages", tag = "notify", request_body = MessageBody,
    responses((status = 202, body = SentView)))]
async fn send(
    State(notify): State<Notify>,
    Who(caller): Who,
    Body(body): Body<MessageBody>,
) -> Result<(StatusCode, Json<SentView>), Problem> {
    let id = notify.send_by_hand(&caller, &body.read()?).await?;
    Ok((StatusCode::ACCEPTED, Json(SentView { id: id.to_string() })))
}

/// One message: each way it went, each attempt, and what the far side said.
#[utoipa::path(get, path = "/api/v1/messages/{id}", tag = "notify",
    params(("id" = String, Path)),
    responses((status = 200, body = MessageDetailView), (status = 404)))]
async fn find(
    State(notify): State<Notify>,
    Who(caller): Who,
    Key(id): Key<Message>,
) -> Result<Json<MessageDetailView>, Problem> {
    Ok(Json(notify.message(&caller, id).await?.into()))
}
