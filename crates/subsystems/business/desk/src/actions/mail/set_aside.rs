use std::sync::Arc;

use ::mail::{Letter, Nature, Party};
use axum::body::Body;
use db::Tx;
use kernel::{Caller, Page, PageOf, Text};

use super::{
    fetch::{Taken, read},
    files::mail_is_theirs,
    mailboxes::no_mailbox,
    take::Coming,
};
use crate::{
    DeskError,
    actions::{Desk, Occasion, note},
    model::{
        fact::Told,
        mail::{
            fact::{MailDismissed, MailSetAside},
            message::{Mail, MailId, MailState},
        },
        permission::{TICKET_CREATE, TICKET_WORK},
        ticket::Ticket,
    },
    store::{self, mails::MailFilter},
};

/// A mail that is read again is no larger than what was kept of it.
const RAW_BYTES_MAX: usize = 128 * 1024 * 1024;

impl Desk {
    /// The mails that match, of mailboxes whose unit's tickets the caller works on, the newest
    /// first.
    pub(crate) async fn mails(
        &self,
        caller: &Caller,
        filter: &MailFilter,
        page: &Page,
    ) -> Result<PageOf<Mail>, DeskError> {
        let scope = caller.scope(TICKET_WORK);
        Ok(store::mails::list(self.db(), &scope, filter, page).await?)
    }

    /// Opens a ticket by a mail that was set aside.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Forbidden`], [`DeskError::Conflict`].
    pub(crate) async fn ticket_of_mail(
        &self,
        caller: &Caller,
        id: MailId,
    ) -> Result<Ticket, DeskError> {
        let mail = self.mail_seen(caller, id).await?;
        // One that was removed still says what its mails become.
        let known = self.known_mailboxes(&[mail.mailbox_id]).await?.remove(&mail.mailbox_id);
        let (mailbox, _) = known.ok_or_else(|| no_mailbox(mail.mailbox_id))?;
        let unit = mailbox.draft.unit_id.to_string();
        let place = kernel::Place { unit_id: Some(&unit), ..kernel::Place::default() };
        if !caller.may_at(TICKET_CREATE, &place) {
            return Err(DeskError::lacking(caller, TICKET_CREATE));
        }
        let mut files = self.files_of_mail(id).await?;
        let raw = if files.is_empty() { None } else { Some(files.remove(0)) };
        let read_again = match &raw {
            Some(raw) => {
                let desk = Caller::system("desk");
                let (_, bytes) = self.means()?.vault.open_attachment(&desk, raw.id).await?;
                let bytes = axum::body::to_bytes(Body::from_stream(bytes), RAW_BYTES_MAX).await;
                match bytes {
                    Ok(bytes) => read(Arc::new(bytes.to_vec())).await,
                    Err(error) => Err(Text::same(error.to_string())),
                }
            }
            None => Err(mail.reason.clone()),
        };
        let letter = read_again.unwrap_or_else(|why| unread(&mail, &why));
        let taken = Taken {
            letter: Ok(letter.clone()),
            head: None,
            raw,
            files,
            refused: Vec::new(),
            digest: mail.digest.clone(),
        };
        let mut tx = self.db().begin().await?;
        let mail = waiting(&mut tx, id).await?;
        let occasion = Occasion::new(caller, self.now());
        let coming = Coming { mailbox: &mailbox, mail: &mail, taken: &taken, letter: &letter };
        let ticket = self.opened_by_mail(&mut tx, occasion, coming).await?;
        let state = MailState::Taken;
        let settled = Mail { state, ticket_id: Some(ticket.id), ..mail };
        store::mails::put(&mut tx, &settled).await?;
        tx.commit().await?;
        Ok(ticket)
    }

    /// Notes that nothing follows from a mail that was set aside.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Conflict`].
    pub(crate) async fn dismiss_mail(
        &self,
        caller: &Caller,
        id: MailId,
    ) -> Result<Mail, DeskError> {
        self.mail_seen(caller, id).await?;
        let mut tx = self.db().begin().await?;
        let mail = Mail { state: MailState::Dismissed, ..waiting(&mut tx, id).await? };
        store::mails::put(&mut tx, &mail).await?;
        let occasion = Occasion::new(caller, self.now());
        note(&mut tx, occasion, Told::<MailDismissed>::of(&id.to_string(), id.to_string())).await?;
        tx.commit().await?;
        Ok(mail)
    }

    async fn mail_seen(&self, caller: &Caller, id: MailId) -> Result<Mail, DeskError> {
        let found = store::mails::find(self.db().reader(), id).await?;
        found.filter(|mail| mail_is_theirs(caller, mail)).ok_or_else(|| no_mail(id))
    }

    /// Tells that somebody must look at a mail.
    pub(super) async fn tell_set_aside(&self, tx: &mut Tx, mail: &Mail) -> Result<(), DeskError> {
        let caller = Caller::system("desk");
        let id = mail.id.to_string();
        let told = Told::<MailSetAside>::of(&id, id.clone())
            .with("mailbox_id", mail.mailbox_id)
            .with("unit_id", mail.unit_id);
        note(tx, Occasion::new(&caller, self.now()), told).await
    }
}

/// The mail, if it is set aside.
async fn waiting(tx: &mut Tx, id: MailId) -> Result<Mail, DeskError> {
    let mail = store::mails::find(tx.connection(), id).await?.ok_or_else(|| no_mail(id))?;
    if mail.state != MailState::SetAside {
        let state = mail.state.name();
        return Err(DeskError::conflict(
            "not-set-aside",
            format!("the mail is not set aside: it is {state}"),
            format!("该邮件不是待处理状态（{state}）"),
        ));
    }
    Ok(mail)
}

/// What is known of a mail that nobody can read.
fn unread(mail: &Mail, why: &Text) -> Letter {
    Letter {
        message_id: Some(mail.message_id.clone()).filter(|id| !id.is_empty()),
        references: Vec::new(),
        from: Party { name: mail.name.clone(), address: mail.address.clone() },
        to: Vec::new(),
        cc: Vec::new(),
        parties_left_out: 0,
        subject: mail.subject.clone(),
        dated_s: None,
        text: format!("{} / {}", why.zh, why.en),
        files: Vec::new(),
        files_left_out: 0,
        nature: Nature::Written,
        wants_no_answer: true,
        protection: None,
    }
}

fn no_mail(id: MailId) -> DeskError {
    DeskError::not_found("mail", "邮件", id)
}
