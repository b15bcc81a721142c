use std::sync::{Arc, OnceLock};

use axum::body::Body;
use kernel::{Caller, Page, PageOf, Text};
use sha2::{Digest, Sha256};
use vault::{Attachment, AttachmentSubject, SubjectFuture, Upload, VaultError};

use crate::{
    Desk, DeskError,
    model::{
        mail::message::{MailId, MailState},
        permission::{DESK_CONFIGURE, TICKET_READ, TICKET_WORK},
        ticket::TicketId,
    },
    store::{self, mails::MailFilter},
};

/// What files of tickets are attached to.
const TICKET: &str = "ticket";
/// What files of mails are attached to: they are there before it is known which ticket has them.
const MAIL: &str = "mail";
/// The largest file of a mail.
pub(super) const FILE_BYTES_MAX: usize = 50 * 1024 * 1024;
/// Mails of one ticket whose files are listed.
const MAILS_MAX: u32 = 200;

/// Who sees the files of tickets and mails. The vault asks before there is a desk: then nobody.
#[derive(Debug, Clone, Default)]
pub struct DeskFiles(Arc<OnceLock<Desk>>);

impl DeskFiles {
    /// What files can be attached to.
    #[must_use]
    pub fn subjects(&self) -> Vec<Arc<dyn AttachmentSubject>> {
        vec![Arc::new(OfTicket(self.clone())), Arc::new(OfMail(self.clone()))]
    }

    /// From now on that desk is asked.
    pub fn learn(&self, desk: Desk) {
        self.0.get_or_init(|| desk);
    }
}

/// Files of a ticket: who sees it sees them, who works on it may change them.
struct OfTicket(DeskFiles);

/// Files of a mail: who sees its ticket sees them, and they are as they came.
struct OfMail(DeskFiles);

impl AttachmentSubject for OfTicket {
    fn kind(&self) -> &'static str {
        TICKET
    }

    fn may_read<'a>(&'a self, caller: &'a Caller, id: &'a str) -> SubjectFuture<'a> {
        Box::pin(async move {
            let (Some(desk), Ok(id)) = (self.0.0.get(), id.parse()) else { return Ok(false) };
            Ok(desk.permits_ticket(caller, id, TICKET_READ).await?)
        })
    }

    fn may_change<'a>(&'a self, caller: &'a Caller, id: &'a str) -> SubjectFuture<'a> {
        Box::pin(async move {
            let (Some(desk), Ok(id)) = (self.0.0.get(), id.parse()) else { return Ok(false) };
            Ok(desk.permits_ticket(caller, id, TICKET_WORK).await?)
        })
    }
}

impl AttachmentSubject for OfMail {
    fn kind(&self) -> &'static str {
        MAIL
    }

    fn may_read<'a>(&'a self, caller: &'a Caller, id: &'a str) -> SubjectFuture<'a> {
        Box::pin(async move {
            let (Some(desk), Ok(id)) = (self.0.0.get(), id.parse()) else { return Ok(false) };
            Ok(desk.may_read_mail(caller, id).await?)
        })
    }

    fn may_change<'a>(&'a self, caller: &'a Caller, id: &'a str) -> SubjectFuture<'a> {
        Box::pin(async move {
            let (Some(desk), Ok(id)) = (self.0.0.get(), id.parse::<MailId>()) else {
                return Ok(false);
            };
            // What somebody wrote to us stays as they wrote it: only the desk itself adds it.
            let itself = caller.actor == kernel::Actor::system("desk");
            Ok(itself
                && store::mails::find(desk.db().reader(), id)
                    .await
                    .map_err(DeskError::from)?
                    .is_some())
        })
    }
}

/// What became of a file of a mail.
pub(super) enum Kept {
    /// It is a file now.
    File(Box<Attachment>),
    /// It was refused, with the reason.
    Refused(Text),
}

impl Desk {
    async fn permits_ticket(
        &self,
        caller: &Caller,
        id: TicketId,
        permission: kernel::Permission,
    ) -> Result<bool, DeskError> {
        let mut connection = self.db().reader().acquire().await?;
        match self.scene(&mut connection, id).await {
            Ok(scene) => Ok(scene.permits(caller, permission)),
            Err(DeskError::NotFound { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn may_read_mail(&self, caller: &Caller, id: MailId) -> Result<bool, DeskError> {
        let Some(mail) = store::mails::find(self.db().reader(), id).await? else {
            return Ok(false);
        };
        match mail.ticket_id {
            Some(ticket) => self.permits_ticket(caller, ticket, TICKET_READ).await,
            None => Ok(caller.may_everywhere(DESK_CONFIGURE) || mail_is_theirs(caller, &mail)),
        }
    }

    /// The files of a ticket and of its mails, for who sees it, the oldest first.
    ///
    /// Errors: [`DeskError::NotFound`], what the vault says.
    pub(crate) async fn files(
        &self,
        caller: &Caller,
        id: TicketId,
    ) -> Result<Vec<Attachment>, DeskError> {
        self.seen(caller, id).await?;
        let vault = &self.means()?.vault;
        let page = Page { after: None, limit: 500 };
        let own = vault.attachments(caller, TICKET, &id.to_string(), &page).await?;
        let mut files = own.items;
        let filter = MailFilter { ticket_id: Some(id), ..MailFilter::default() };
        let mails = Page { after: None, limit: MAILS_MAX };
        let everywhere = kernel::Scope::Everywhere;
        let PageOf { items, .. } =
            store::mails::list(self.db(), &everywhere, &filter, &mails).await?;
        for mail in items.into_iter().filter(|mail| mail.state == MailState::Taken) {
            let of = vault.attachments(caller, MAIL, &mail.id.to_string(), &page).await?;
            files.extend(of.items);
        }
        files.sort_by_key(|file| (file.created_at, file.id));
        Ok(files)
    }

    /// Attaches a file to a ticket.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Forbidden`], what the vault says.
    pub(crate) async fn add_file(
        &self,
        caller: &Caller,
        (id, name): (TicketId, String),
        body: Body,
    ) -> Result<Attachment, DeskError> {
        self.seen(caller, id).await?.permit(caller, TICKET_WORK)?;
        let upload = Upload { name, subject_kind: TICKET.to_owned(), subject_id: id.to_string() };
        Ok(self.means()?.vault.attach(caller, upload, body).await?)
    }

    /// The files of a mail, in the order they were kept.
    pub(super) async fn files_of_mail(&self, id: MailId) -> Result<Vec<Attachment>, DeskError> {
        let page = Page { after: None, limit: 500 };
        let caller = Caller::system("desk");
        let found = self.means()?.vault.attachments(&caller, MAIL, &id.to_string(), &page).await?;
        Ok(found.items)
    }

    /// Keeps a file of a mail, unless that was done before the server was ended.
    ///
    /// Errors: what the vault says when it can keep nothing at all.
    pub(super) async fn keep_file(
        &self,
        (id, known): (MailId, &[Attachment]),
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<Kept, DeskError> {
        let digest = hex(&Sha256::digest(&bytes));
        if let Some(file) = known.iter().find(|file| file.content.digest == digest) {
            return Ok(Kept::File(Box::new(file.clone())));
        }
        let upload = Upload {
            name: name.chars().take(200).collect(),
            subject_kind: MAIL.to_owned(),
            subject_id: id.to_string(),
        };
        let caller = Caller::system("desk");
        match self.means()?.vault.attach(&caller, upload, Body::from(bytes)).await {
            Ok(file) => Ok(Kept::File(Box::new(file))),
            Err(VaultError::FileTooLarge { limit_bytes }) => {
                Ok(Kept::Refused(too_large(limit_bytes)))
            }
            Err(VaultError::WrongInput(faults)) => {
                let expected = faults.into_iter().next().map(|fault| fault.expected);
                Ok(Kept::Refused(expected.unwrap_or_default()))
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Whether somebody works on tickets of the mailbox's unit.
pub(super) fn mail_is_theirs(caller: &Caller, mail: &crate::model::mail::message::Mail) -> bool {
    let unit = mail.unit_id.to_string();
    caller.may_at(TICKET_WORK, &kernel::Place { unit_id: Some(&unit), ..kernel::Place::default() })
}

pub(super) fn too_large(limit_bytes: u64) -> Text {
    let mib = limit_bytes / (1024 * 1024);
    Text::new(format!("larger than {mib} MiB"), format!("超过 {mib} MiB"))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
