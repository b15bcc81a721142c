use axum::{body::Body, extract::State};
use http_kit::{Created, Key, PageView, Problem, Query, Reply, Routes, Who, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use vault::Attachment;

use crate::{
    Desk,
    model::{
        permission::{TICKET_READ, TICKET_WORK},
        ticket::Ticket,
    },
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileQuery {
    /// Its name where it comes from.
    name: Option<String>,
}

/// A file of a ticket or of one of its mails; `/api/v1/attachments/{id}/content` has its bytes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketFile)]
pub(crate) struct FileView {
    id: String,
    /// The name it is offered under.
    name: String,
    /// The mail that it came with; null: it was attached to the ticket.
    mail_id: Option<String>,
    size_bytes: u64,
    /// Judged by the bytes.
    media_type: String,
    /// `unscanned`, `pending`, `clean`, `infected` or `failed`; only the first and the third are
    /// given out.
    verdict: &'static str,
    added_at: String,
    added_by: String,
}

/// The routes of files.
pub(crate) fn routes(desk: Desk) -> Routes {
    Routes::new().read(TICKET_READ, routes!(list)).write(TICKET_WORK, routes!(add)).with_state(desk)
}

/// The files of a ticket and of its mails, the oldest first.
#[utoipa::path(
    get, path = "/api/v1/tickets/{id}/files", tag = "desk", operation_id = "list_ticket_files",
    params(("id" = String, Path)),
    responses((status = 200, body = PageView<FileView>), (status = 404)))]
async fn list(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
) -> Result<PageView<FileView>, Problem> {
    let files = desk.files(&caller, id).await?;
    Ok(PageView::whole(files.into_iter().map(FileView::from).collect()))
}

/// Attaches a file to a ticket. The body is the file itself. Needs `attachment.change`, too.
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/files", tag = "desk", operation_id = "add_ticket_file",
    params(("id" = String, Path), FileQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = FileView), (status = 400), (status = 403), (status = 404),
        (status = 413)))]
async fn add(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
    Query(query): Query<FileQuery>,
    body: Body,
) -> Result<Created<FileView>, Problem> {
    let name = query.name.unwrap_or_default();
    let file = desk.add_file(&caller, (id, name), body).await?;
    Ok(Created(Reply::new(FileView::from(file), 1)))
}

impl From<Attachment> for FileView {
    fn from(file: Attachment) -> Self {
        Self {
            id: file.id.to_string(),
            name: file.name,
            mail_id: (file.subject_kind == "mail").then_some(file.subject_id),
            size_bytes: file.content.size_bytes,
            media_type: file.content.media_type,
            verdict: file.content.verdict.name(),
            added_at: file.created_at.to_string(),
            added_by: file.created_by,
        }
    }
}
