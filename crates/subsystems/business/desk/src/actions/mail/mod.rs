//! Mail in and out: mailboxes are read, each mail is taken once, requesters are answered.

mod answer;
mod fetch;
mod files;
mod mailboxes;
mod read;
mod said;
mod set_aside;
mod take;
mod threads;

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
};

use ::mail::MailReader;
use kernel::{Caller, Text};
use vault::{Revealed, SecretId, Vault};

pub use files::DeskFiles;
pub(crate) use mailboxes::Found;

use super::Desk;
use crate::{DeskError, model::mail::mailbox::Mailbox};

/// How the desk reads mail and keeps files.
pub struct MailMeans {
    /// Opens mailboxes.
    pub reader: MailReader,
    /// Where passwords and files are.
    pub vault: Vault,
    /// Passwords that were revealed, each at the number of its value: reading on is no new use.
    held: Mutex<HashMap<SecretId, (i64, Revealed)>>,
}

impl MailMeans {
    /// The means of reading mail by `reader`, with what is kept in `vault`.
    #[must_use]
    pub fn new(reader: MailReader, vault: Vault) -> Self {
        Self { reader, vault, held: Mutex::default() }
    }

    /// The password of a mailbox.
    ///
    /// Errors: what the vault says.
    async fn password(&self, mailbox: &Mailbox) -> Result<Revealed, DeskError> {
        let id = mailbox.draft.password_secret;
        let version = self.vault.value_version(id).await?;
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        if let (Some(version), Some((at, value))) = (version, held)
            && at == version
        {
            return Ok(value);
        }
        let purpose: String =
            format!("the mailbox {}", mailbox.draft.name).chars().take(200).collect();
        let value = self.vault.reveal(&Caller::system("desk"), id, &purpose).await?;
        if let Some(version) = version {
            let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            held.insert(id, (version, value.clone()));
        }
        Ok(value)
    }
}

impl fmt::Debug for MailMeans {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("MailMeans").field("reader", &self.reader).finish_non_exhaustive()
    }
}

impl Desk {
    /// Errors: [`DeskError::Conflict`] where the desk has no mail.
    fn means(&self) -> Result<&MailMeans, DeskError> {
        self.parts.mail.as_ref().ok_or_else(|| DeskError::Conflict {
            code: "no-mail",
            text: Text::new("mail is not set up here", "未启用邮件"),
        })
    }
}
