use std::{collections::HashMap, time::Duration};

use ::mail::MailFault;
use kernel::{Caller, FieldFault, Id, Text};

use crate::{
    DeskError,
    actions::{Desk, Row, none_wrong},
    model::{
        fact::Told,
        mail::{
            fact::{MailboxChanged, MailboxCreated, MailboxRemoved},
            mailbox::{Mailbox, MailboxDraft, MailboxId, Progress},
        },
    },
    store::{self, mailboxes::MAILBOXES_MAX, mails::Waiting},
};

/// Who tries a mailbox waits for it.
const TEST_PATIENCE: Duration = Duration::from_secs(20);

/// What was found when a mailbox was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    /// How many mails are in the folder.
    pub(crate) count: u32,
    /// How many of them nobody has read.
    pub(crate) unread: usize,
}

impl Desk {
    /// All mailboxes, in the order they were made.
    pub(crate) async fn mailboxes(&self) -> Result<Vec<Mailbox>, DeskError> {
        Ok(store::mailboxes::all(self.db().reader()).await?)
    }

    /// The mailbox of that id.
    ///
    /// Errors: [`DeskError::NotFound`].
    pub(crate) async fn mailbox(&self, id: MailboxId) -> Result<Mailbox, DeskError> {
        let found = store::mailboxes::find(self.db().reader(), id).await?;
        found.ok_or_else(|| no_mailbox(id))
    }

    /// The mailboxes of these ids, those that were removed too, each with whether it was.
    pub(crate) async fn known_mailboxes(
        &self,
        ids: &[MailboxId],
    ) -> Result<HashMap<MailboxId, (Mailbox, bool)>, DeskError> {
        let (reader, dialect) = (self.db().reader(), self.db().dialect());
        let known = store::mailboxes::known(reader, dialect, ids).await?;
        Ok(known.into_iter().map(|(one, removed)| (one.id, (one, removed))).collect())
    }

    /// How many mails of each mailbox wait: for being taken, and for somebody who looks at them.
    pub(crate) async fn waiting_mails(&self) -> Result<HashMap<MailboxId, Waiting>, DeskError> {
        Ok(store::mails::waiting(self.db().reader()).await?)
    }

    /// Makes a mailbox.
    ///
    /// Errors: [`DeskError::Invalid`], [`DeskError::Conflict`].
    pub(crate) async fn create_mailbox(
        &self,
        caller: &Caller,
        draft: MailboxDraft,
    ) -> Result<Mailbox, DeskError> {
        let others = self.mailboxes().await?;
        self.check_mailbox(caller, &draft, None, &others).await?;
        if others.len() >= MAILBOXES_MAX as usize {
            return Err(DeskError::conflict(
                "too-many",
                format!("there are {MAILBOXES_MAX} mailboxes already"),
                format!("邮箱已达上限 {MAILBOXES_MAX} 个"),
            ));
        }
        let now = self.now();
        let one = Mailbox {
            id: Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref()),
            draft,
            version: 1,
            changed_at: now,
            progress: Progress::default(),
        };
        let mut tx = self.db().begin().await?;
        store::mailboxes::put(&mut tx, &one).await?;
        let told = Told::<MailboxCreated>::of(&one.id.to_string(), one.draft.name.clone());
        journal::append(&mut tx, Row::new(caller, now, &told).after(&one.draft)).await?;
        tx.commit().await?;
        Ok(one)
    }

    /// Changes version `version` of a mailbox. Where it leads elsewhere, reading begins anew.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Stale`], [`DeskError::Invalid`].
    pub(crate) async fn change_mailbox(
        &self,
        caller: &Caller,
        (id, version): (MailboxId, i64),
        draft: MailboxDraft,
    ) -> Result<Mailbox, DeskError> {
        let before = self.mailbox(id).await?;
        self.check_mailbox(caller, &draft, Some(&before), &self.mailboxes().await?).await?;
        let mut tx = self.db().begin().await?;
        let found = store::mailboxes::find(tx.connection(), id).await?;
        let before = found.ok_or_else(|| no_mailbox(id))?;
        if before.version != version {
            return Err(DeskError::Stale);
        }
        if before.draft == draft {
            return Ok(before);
        }
        let place = |one: &MailboxDraft| (one.host.clone(), one.user.clone(), one.folder.clone());
        let elsewhere = place(&before.draft) != place(&draft);
        let one = Mailbox {
            version: version + 1,
            changed_at: self.now(),
            progress: if elsewhere { Progress::default() } else { before.progress.clone() },
            draft,
            ..before
        };
        store::mailboxes::put(&mut tx, &one).await?;
        let told = Told::<MailboxChanged>::of(&id.to_string(), one.draft.name.clone());
        let row = Row::new(caller, one.changed_at, &told).before(&before.draft).after(&one.draft);
        journal::append(&mut tx, row).await?;
        tx.commit().await?;
        Ok(one)
    }

    /// Removes version `version` of a mailbox; what came by it stays.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Stale`].
    pub(crate) async fn remove_mailbox(
        &self,
        caller: &Caller,
        (id, version): (MailboxId, i64),
    ) -> Result<(), DeskError> {
        let mut tx = self.db().begin().await?;
        let found = store::mailboxes::find(tx.connection(), id).await?;
        let before = found.ok_or_else(|| no_mailbox(id))?;
        if before.version != version {
            return Err(DeskError::Stale);
        }
        let now = self.now();
        store::mailboxes::remove(&mut tx, id, now).await?;
        let told = Told::<MailboxRemoved>::of(&id.to_string(), before.draft.name.clone());
        let row = Row::new(caller, now, &told).before(&before.draft);
        journal::append(&mut tx, row).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Connects to a mailbox, and says what is in it.
    ///
    /// Errors: [`DeskError::Mail`], which says at which step, and what the vault says.
    pub(crate) async fn test_mailbox(&self, id: MailboxId) -> Result<Found, DeskError> {
        let mailbox = self.mailbox(id).await?;
        match tokio::time::timeout(TEST_PATIENCE, self.look_into(&mailbox)).await {
            Ok(found) => found,
            Err(_) => {
                let (doing, seconds) = ("test the mailbox".to_owned(), TEST_PATIENCE.as_secs());
                Err(MailFault::Slow { doing, seconds }.into())
            }
        }
    }

    async fn look_into(&self, mailbox: &Mailbox) -> Result<Found, DeskError> {
        let means = self.means()?;
        let password = means.password(mailbox).await?;
        let mut folder = means.reader.open(&mailbox.draft.account(), password.expose()).await?;
        let unread = folder.unread().await?.len();
        let found = Found { count: folder.count, unread };
        folder.close().await;
        Ok(found)
    }

    /// Errors: [`DeskError::Invalid`], and whatever forbids the use of the secret.
    async fn check_mailbox(
        &self,
        caller: &Caller,
        draft: &MailboxDraft,
        before: Option<&Mailbox>,
        others: &[Mailbox],
    ) -> Result<(), DeskError> {
        let mut faults = draft.faults();
        let taken = others.iter().any(|one| {
            before.is_none_or(|before| before.id != one.id)
                && one.draft.address.eq_ignore_ascii_case(&draft.address)
        });
        if taken {
            let expected =
                Text::new("an address that no other mailbox has", "不与其他邮箱重复的地址");
            faults.push(FieldFault::new("address", &draft.address, expected));
        }
        let kind = store::types::find(self.db().reader(), &draft.r#type).await?;
        if !kind.is_some_and(|kind| kind.draft.enabled) {
            let expected = Text::new("the key of a type that is in use", "已启用的工单类型标识");
            faults.push(FieldFault::new("type", &draft.r#type, expected));
        }
        faults.extend(self.absent_unit(draft.unit_id).await?);
        none_wrong(faults)?;
        // Whoever leads a mailbox elsewhere sends its password there.
        let place = |one: &MailboxDraft| {
            (one.password_secret, one.host.clone(), one.port, one.tls, one.ca_pem.clone())
        };
        if before.is_none_or(|before| place(&before.draft) != place(draft)) {
            self.permit_secret(caller, draft).await?;
        }
        Ok(())
    }

    async fn permit_secret(&self, caller: &Caller, draft: &MailboxDraft) -> Result<(), DeskError> {
        match self.means()?.vault.permit_use(caller, draft.password_secret).await {
            Ok(_) => Ok(()),
            Err(vault::VaultError::SecretNotFound { id }) => {
                let expected = Text::new("the id of a secret that you see", "您可见的密钥凭据编号");
                Err(DeskError::field("password_secret", id, expected))
            }
            Err(error) => Err(error.into()),
        }
    }
}

pub(super) fn no_mailbox(id: MailboxId) -> DeskError {
    DeskError::not_found("mailbox", "邮箱", id)
}
