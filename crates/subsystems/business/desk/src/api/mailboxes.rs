use std::collections::HashMap;

use axum::{Json, extract::State, http::StatusCode};
use http_kit::{
    Body, Created, IfMatch, Key, PageView, Problem, Reply, Routes, TextView, Who, routes,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Desk, DeskError,
    actions::Found,
    model::{
        mail::mailbox::{Mailbox, MailboxDraft, MailboxId},
        permission::{DESK_CONFIGURE, TICKET_READ},
    },
    store::mails::Waiting,
};

/// A mailbox that is read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Mailbox)]
pub(crate) struct MailboxView {
    id: String,
    version: i64,
    changed_at: String,
    mailbox: MailboxDraft,
    /// When it was last read without a fault; null: never.
    read_at: Option<String>,
    /// Since when it cannot be read; null: it can.
    failing_since: Option<String>,
    /// Why it cannot be read.
    fault: Option<TextView>,
    /// How many of its mails are known and not taken yet.
    arriving: u32,
    /// How many of its mails wait for somebody to look at them.
    set_aside: u32,
}

/// What was found when a mailbox was tried.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MailboxFound)]
pub(crate) struct FoundView {
    /// How many mails are in its folder.
    mails: u32,
    /// How many of them nobody has read.
    unread: usize,
}

/// The routes of mailboxes.
pub(crate) fn routes(desk: Desk) -> Routes {
    Routes::new()
        .read_everywhere(TICKET_READ, routes!(list))
        .write_everywhere(DESK_CONFIGURE, routes!(create))
        .read_everywhere(TICKET_READ, routes!(find))
        .write_everywhere(DESK_CONFIGURE, routes!(change))
        .write_everywhere(DESK_CONFIGURE, routes!(remove))
        .write_everywhere(DESK_CONFIGURE, routes!(test))
        .with_state(desk)
}

/// All mailboxes with how reading them goes, in the order they were made; at most 100.
#[utoipa::path(
    get, path = "/api/v1/mailboxes", tag = "desk", operation_id = "list_mailboxes",
    responses((status = 200, body = PageView<MailboxView>)))]
async fn list(State(desk): State<Desk>) -> Result<PageView<MailboxView>, Problem> {
    let (all, waiting) = (desk.mailboxes().await?, desk.waiting_mails().await?);
    Ok(PageView::whole(all.into_iter().map(|one| view(one, &waiting)).collect()))
}

/// Makes a mailbox. It is read from then on: mails that nobody has read become tickets.
#[utoipa::path(
    post, path = "/api/v1/mailboxes", tag = "desk", operation_id = "create_mailbox",
    request_body = MailboxDraft,
    responses((status = 201, body = MailboxView), (status = 400), (status = 403)))]
async fn create(
    State(desk): State<Desk>,
    Who(caller): Who,
    Body(body): Body<MailboxDraft>,
) -> Result<Created<MailboxView>, Problem> {
    let made = desk.create_mailbox(&caller, body).await?;
    Ok(Created(reply(&desk, made).await?))
}

/// One mailbox.
#[utoipa::path(
    get, path = "/api/v1/mailboxes/{id}", tag = "desk", operation_id = "get_mailbox",
    params(("id" = String, Path)),
    responses((status = 200, body = MailboxView), (status = 404)))]
async fn find(
    State(desk): State<Desk>,
    Key(id): Key<Mailbox>,
) -> Result<Reply<MailboxView>, Problem> {
    let mailbox = desk.mailbox(id).await?;
    Ok(reply(&desk, mailbox).await?)
}

/// Changes a mailbox; where it leads elsewhere, reading begins anew.
#[utoipa::path(
    put, path = "/api/v1/mailboxes/{id}", tag = "desk", operation_id = "change_mailbox",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = MailboxDraft,
    responses((status = 200, body = MailboxView), (status = 400), (status = 404),
        (status = 412)))]
async fn change(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Mailbox>,
    IfMatch(version): IfMatch,
    Body(body): Body<MailboxDraft>,
) -> Result<Reply<MailboxView>, Problem> {
    let changed = desk.change_mailbox(&caller, (id, version), body).await?;
    Ok(reply(&desk, changed).await?)
}

/// Removes a mailbox; what came by it stays.
#[utoipa::path(
    delete, path = "/api/v1/mailboxes/{id}", tag = "desk", operation_id = "remove_mailbox",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 204), (status = 404), (status = 412)))]
async fn remove(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Mailbox>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Problem> {
    desk.remove_mailbox(&caller, (id, version)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Connects to a mailbox and says what is in it, or at which step that failed.
#[utoipa::path(
    post, path = "/api/v1/mailboxes/{id}/test", tag = "desk", operation_id = "test_mailbox",
    params(("id" = String, Path)),
    responses((status = 200, body = FoundView), (status = 404), (status = 409)))]
async fn test(State(desk): State<Desk>, Key(id): Key<Mailbox>) -> Result<Json<FoundView>, Problem> {
    let Found { count, unread } = desk.test_mailbox(id).await?;
    Ok(Json(FoundView { mails: count, unread }))
}

async fn reply(desk: &Desk, one: Mailbox) -> Result<Reply<MailboxView>, DeskError> {
    let version = one.version;
    Ok(Reply::new(view(one, &desk.waiting_mails().await?), version))
}

fn view(one: Mailbox, waiting: &HashMap<MailboxId, Waiting>) -> MailboxView {
    let (since, fault) = one.progress.failing.unzip();
    let Waiting { arriving, set_aside } = waiting.get(&one.id).copied().unwrap_or_default();
    MailboxView {
        id: one.id.to_string(),
        version: one.version,
        changed_at: one.changed_at.to_string(),
        mailbox: one.draft,
        read_at: one.progress.read_at.map(|at| at.to_string()),
        failing_since: since.map(|at| at.to_string()),
        fault: fault.map(TextView::from),
        arriving,
        set_aside,
    }
}
