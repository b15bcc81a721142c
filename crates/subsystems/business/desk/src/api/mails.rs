use std::collections::BTreeSet;

use axum::extract::State;
use http_kit::{Created, Key, PageView, Problem, Query, Reply, Routes, TextView, Who, routes};
use kernel::{Fault, PageRequest};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    id_or_none, one_of,
    ticket_views::{TicketPageView, page_of},
};
use crate::{
    Desk, DeskError,
    model::{
        mail::{
            mailbox::{Mailbox, MailboxId},
            message::{Mail, MailState},
        },
        permission::{TICKET_CREATE, TICKET_READ, TICKET_WORK},
    },
    store::mails::MailFilter,
};

/// What the list of mails is asked for; every parameter that is given narrows.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailsQuery {
    /// `arriving`, `taken`, `set_aside`, `dismissed`, `repeated`, `gone`, `sent` or `bounced`.
    state: Option<String>,
    /// Of this mailbox.
    mailbox_id: Option<String>,
    /// Of this ticket.
    ticket_id: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// A mail that came or went. Its files are attachments of the kind `mail`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeskMail)]
pub(crate) struct MailView {
    id: String,
    mailbox_id: String,
    /// What that mailbox is called; null where nothing is known of it any more.
    mailbox: Option<String>,
    /// Whether that mailbox was removed.
    mailbox_removed: bool,
    /// `in` or `out`.
    direction: &'static str,
    /// `arriving`, `taken`, `set_aside`, `dismissed`, `repeated`, `gone`, `sent` or `bounced`.
    state: &'static str,
    /// Who sent it, or to whom it went.
    address: String,
    name: String,
    subject: String,
    message_id: String,
    ticket_id: Option<String>,
    /// Why it is in that state, where that has to be said.
    reason: TextView,
    /// How often taking it failed.
    attempts: u32,
    noticed_at: String,
    settled_at: Option<String>,
}

/// The routes of mails.
pub(crate) fn routes(desk: Desk) -> Routes {
    Routes::new()
        .read(TICKET_READ, routes!(list))
        .write(TICKET_CREATE, routes!(open_ticket))
        .write(TICKET_WORK, routes!(dismiss))
        .with_state(desk)
}

/// Mails of the mailboxes whose unit's tickets one works on, the newest first.
#[utoipa::path(
    get, path = "/api/v1/mails", tag = "desk", operation_id = "list_mails",
    params(MailsQuery), responses((status = 200, body = PageView<MailView>), (status = 400)))]
async fn list(
    State(desk): State<Desk>,
    Who(caller): Who,
    Query(query): Query<MailsQuery>,
) -> Result<PageView<MailView>, Problem> {
    let states = (MailState::from_name, MailState::NAMES);
    let filter = MailFilter {
        state: one_of("state", query.state.as_deref(), states)?,
        mailbox_id: id_or_none("mailbox_id", query.mailbox_id.as_deref())?,
        ticket_id: id_or_none("ticket_id", query.ticket_id.as_deref())?,
    };
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let found = desk.mails(&caller, &filter, &page).await?;
    let (items, next) = (views(&desk, found.items).await?, found.next);
    Ok(PageView { items, next })
}

/// Opens a ticket by a mail that was set aside.
#[utoipa::path(
    post, path = "/api/v1/mails/{id}/ticket", tag = "desk", operation_id = "open_ticket_of_mail",
    params(("id" = String, Path)),
    responses((status = 201, body = TicketPageView), (status = 403), (status = 404),
        (status = 409)))]
async fn open_ticket(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Mail>,
) -> Result<Created<TicketPageView>, Problem> {
    let ticket = desk.ticket_of_mail(&caller, id).await?;
    Ok(Created(page_of(&desk, &caller, ticket).await?))
}

/// Notes that nothing follows from a mail that was set aside.
#[utoipa::path(
    post, path = "/api/v1/mails/{id}/dismissal", tag = "desk", operation_id = "dismiss_mail",
    params(("id" = String, Path)),
    responses((status = 200, body = MailView), (status = 404), (status = 409)))]
async fn dismiss(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Mail>,
) -> Result<Reply<MailView>, Problem> {
    let dismissed = desk.dismiss_mail(&caller, id).await?;
    // One in, one out.
    let view = views(&desk, vec![dismissed]).await?.pop().ok_or_else(Fault::stale)?;
    Ok(Reply::new(view, 1))
}

async fn views(desk: &Desk, mails: Vec<Mail>) -> Result<Vec<MailView>, DeskError> {
    let ids: BTreeSet<MailboxId> = mails.iter().map(|mail| mail.mailbox_id).collect();
    let known = desk.known_mailboxes(&ids.into_iter().collect::<Vec<_>>()).await?;
    let view = |mail: Mail| {
        let mailbox = known.get(&mail.mailbox_id);
        MailView::of(mail, mailbox)
    };
    Ok(mails.into_iter().map(view).collect())
}

impl MailView {
    fn of(mail: Mail, mailbox: Option<&(Mailbox, bool)>) -> Self {
        Self {
            id: mail.id.to_string(),
            mailbox_id: mail.mailbox_id.to_string(),
            mailbox: mailbox.map(|(one, _)| one.draft.name.clone()),
            mailbox_removed: mailbox.is_none_or(|(_, removed)| *removed),
            direction: mail.direction.name(),
            state: mail.state.name(),
            address: mail.address,
            name: mail.name,
            subject: mail.subject,
            message_id: mail.message_id,
            ticket_id: mail.ticket_id.map(|id| id.to_string()),
            reason: mail.reason.into(),
            attempts: mail.attempts,
            noticed_at: mail.noticed_at.to_string(),
            settled_at: mail.settled_at.map(|at| at.to_string()),
        }
    }
}
