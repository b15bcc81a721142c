use std::{sync::Arc, time::Duration};

use ::mail::OpenFolder;
use jobs::Status;
use kernel::{Caller, Id, Text, Time};
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    DeskError,
    actions::{Desk, Occasion, note},
    model::{
        fact::Told,
        mail::{
            fact::{MailboxFailed, MailboxRecovered},
            mailbox::{Mailbox, Progress},
            message::{Direction, Mail, MailState},
        },
    },
    store,
};

/// Mailboxes that are read at once: each may hold a large mail in memory.
const AT_ONCE: usize = 4;
/// One mailbox takes no longer than this in one run; the rest comes in the next.
const PATIENCE: Duration = Duration::from_secs(420);
/// New mails that are noted in one run.
const NOTED_MAX: usize = 5_000;
/// Mails that are told to be done with in one run.
const FILED_MAX: u32 = 500;
/// Where numbers of mails changed, those that arrived this long before the last reading are looked
/// at again: what was taken is recognised by what it says.
const OVERLAP: Duration = Duration::from_secs(2 * 86_400);

/// What was done in a run of a mailbox.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Polled {
    /// Mails that were taken or set aside.
    pub(crate) done: u64,
    /// Mails that are known and not taken yet.
    pub(crate) left: u64,
}

impl Desk {
    /// Reads all mailboxes, a few at once: one that does not answer holds up no other.
    ///
    /// Errors: the records fail.
    pub(crate) async fn read_mailboxes(&self) -> Result<Status, DeskError> {
        let mut status = Status::default();
        if self.parts.mail.is_none() {
            return Ok(status);
        }
        let (turns, mut reading) = (Arc::new(Semaphore::new(AT_ONCE)), JoinSet::new());
        for mailbox in self.mailboxes().await?.into_iter().filter(|one| one.draft.enabled) {
            let (desk, turns) = (self.clone(), Arc::clone(&turns));
            reading.spawn(async move {
                let _turn = turns.acquire_owned().await;
                desk.read_mailbox(&mailbox).await
            });
        }
        let mut fault = None;
        while let Some(read) = reading.join_next().await {
            match read {
                Ok(Ok(polled)) => {
                    status.done += polled.done;
                    status.left += polled.left;
                }
                Ok(Err(error)) => fault = Some(error),
                Err(error) => tracing::error!("failed to read a mailbox: {error}"),
            }
        }
        fault.map_or(Ok(status), Err)
    }

    /// Reads a mailbox once. That it cannot be read is told once, and is no error.
    async fn read_mailbox(&self, mailbox: &Mailbox) -> Result<Polled, DeskError> {
        let reading = tokio::time::timeout(PATIENCE, self.read_folder(mailbox)).await;
        let read = reading.unwrap_or_else(|_| Ok(Polled { done: 0, left: 1 }));
        match read {
            Ok(polled) => {
                self.mailbox_well(mailbox).await?;
                Ok(polled)
            }
            Err(DeskError::Db(error)) => Err(error.into()),
            Err(error) => {
                let said = kernel::Fault::from(error).text;
                self.mailbox_failing(mailbox, said).await?;
                Ok(Polled::default())
            }
        }
    }

    async fn read_folder(&self, mailbox: &Mailbox) -> Result<Polled, DeskError> {
        let means = self.means()?;
        let password = means.password(mailbox).await?;
        let mut folder = means.reader.open(&mailbox.draft.account(), password.expose()).await?;
        let polled = self.read_open(mailbox, &mut folder).await;
        folder.close().await;
        polled
    }

    async fn read_open(
        &self,
        mailbox: &Mailbox,
        folder: &mut OpenFolder,
    ) -> Result<Polled, DeskError> {
        self.note_new(mailbox, folder).await?;
        let polled = self.take_arrived(mailbox, folder).await?;
        self.file_done(mailbox, folder).await?;
        Ok(polled)
    }

    /// Notes the mails that are new in a folder, before anything is done with them: what is noted
    /// is taken, whatever happens in between.
    async fn note_new(&self, mailbox: &Mailbox, folder: &mut OpenFolder) -> Result<(), DeskError> {
        let (validity, before) = (folder.uid_validity, &mailbox.progress);
        let mut new = match before.uid_validity {
            Some(known) if known == validity => folder.above(before.uid_known).await?,
            // Numbers changed: by the day of arrival, and what was taken is recognised.
            Some(_) => {
                let since = before.read_at.unwrap_or(mailbox.changed_at).minus(OVERLAP);
                folder.since(&imap_day(since)).await?
            }
            // Read for the first time: what somebody has read already is theirs.
            None => folder.unread().await?,
        };
        let all = new.len() <= NOTED_MAX;
        new.truncate(NOTED_MAX);
        let last = new.last().copied().unwrap_or(0);
        let known = if before.uid_validity == Some(validity) { before.uid_known } else { 0 };
        let there = folder.uid_next.map_or(0, |next| next.saturating_sub(1));
        let uid_known = if all { last.max(there).max(known) } else { last };
        if before.uid_validity == Some(validity) && uid_known == before.uid_known && new.is_empty()
        {
            return Ok(());
        }
        let now = self.now();
        let mut tx = self.db().begin().await?;
        store::mails::renumbered(&mut tx, (mailbox.id, validity)).await?;
        for uid in new {
            store::mails::add(&mut tx, &self.noticed(mailbox, (validity, uid), now)).await?;
        }
        let progress = Progress { uid_validity: Some(validity), uid_known, ..before.clone() };
        store::mailboxes::progress(&mut tx, mailbox.id, &progress).await?;
        // no fact: that mails are there is none; what becomes of each is.
        tx.commit().await?;
        Ok(())
    }

    fn noticed(&self, mailbox: &Mailbox, uid: (u32, u32), now: Time) -> Mail {
        Mail {
            id: Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref()),
            mailbox_id: mailbox.id,
            unit_id: mailbox.draft.unit_id,
            direction: Direction::In,
            state: MailState::Arriving,
            uid: Some(uid),
            filed: false,
            message_id: String::new(),
            digest: String::new(),
            address: String::new(),
            name: String::new(),
            subject: String::new(),
            ticket_id: None,
            reason: Text::default(),
            attempts: 0,
            noticed_at: now,
            settled_at: None,
        }
    }

    /// Tells the server which mails are done with.
    async fn file_done(&self, mailbox: &Mailbox, folder: &mut OpenFolder) -> Result<(), DeskError> {
        let of = (mailbox.id, folder.uid_validity);
        for mail in store::mails::unfiled(self.db().reader(), of, FILED_MAX).await? {
            let Some((_, uid)) = mail.uid else { continue };
            match &mailbox.draft.done_folder {
                Some(done) => folder.move_to(uid, done).await?,
                None => folder.mark_read(uid).await?,
            }
            let mut tx = self.db().begin().await?;
            store::mails::put(&mut tx, &Mail { filed: true, ..mail }).await?;
            // no fact: what became of the mail was told when it was taken.
            tx.commit().await?;
        }
        Ok(())
    }

    /// Writes that a mailbox was read, and tells of it where it could not be before.
    async fn mailbox_well(&self, mailbox: &Mailbox) -> Result<(), DeskError> {
        let (caller, now) = (Caller::system("desk"), self.now());
        let mut tx = self.db().begin().await?;
        let Some(one) = store::mailboxes::find(tx.connection(), mailbox.id).await? else {
            return Ok(());
        };
        let recovered = one.progress.failing.is_some();
        let progress = Progress { read_at: Some(now), failing: None, ..one.progress };
        store::mailboxes::progress(&mut tx, one.id, &progress).await?;
        if recovered {
            let told = Told::<MailboxRecovered>::of(&one.id.to_string(), one.draft.name);
            note(&mut tx, Occasion::new(&caller, now), told).await?;
        }
        // no fact: that it was read once more is none.
        tx.commit().await?;
        Ok(())
    }

    async fn mailbox_failing(&self, mailbox: &Mailbox, said: Text) -> Result<(), DeskError> {
        let (caller, now) = (Caller::system("desk"), self.now());
        let mut tx = self.db().begin().await?;
        let Some(one) = store::mailboxes::find(tx.connection(), mailbox.id).await? else {
            return Ok(());
        };
        let since = one.progress.failing.as_ref().map(|(since, _)| *since);
        let failing = Some((since.unwrap_or(now), said.clone()));
        if one.progress.failing == failing {
            return Ok(());
        }
        let progress = Progress { failing, ..one.progress };
        store::mailboxes::progress(&mut tx, one.id, &progress).await?;
        if since.is_none() {
            tracing::warn!("failed to read the mailbox {}: {}", one.draft.name, said.en);
            let told = Told::<MailboxFailed>::of(&one.id.to_string(), one.draft.name);
            note(&mut tx, Occasion::new(&caller, now), told.with("why", said)).await?;
        }
        // no fact: that it cannot be read was told when that began.
        tx.commit().await?;
        Ok(())
    }
}

/// A day as the protocol writes it: `29-Nov-2026`.
fn imap_day(time: Time) -> String {
    let months =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    // RFC 3339: `2026-11-29T…`.
    let text = time.to_string();
    let mut parts = text.split(['-', 'T']);
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let month: usize = month.and_then(|month| month.parse().ok()).unwrap_or(1);
    let month = months.get(month.saturating_sub(1)).unwrap_or(&months[0]);
    format!("{}-{month}-{}", day.unwrap_or("01"), year.unwrap_or("1970"))
}

#[cfg(test)]
mod tests {
    use super::imap_day;

    #[test]
    fn days_are_written_as_the_protocol_has_them() {
        assert_eq!(imap_day("2026-02-09T23:00:00Z".parse().unwrap()), "09-Feb-2026");
    }
}
