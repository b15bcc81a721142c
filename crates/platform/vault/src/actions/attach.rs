use axum::body::{Body, Bytes};
use futures_util::StreamExt;
use journal::Entry;
use kernel::{Caller, FieldFault, Id, Page, PageOf, Text};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use crate::{
    ATTACHMENT_CHANGE, ATTACHMENT_READ, Attachment, AttachmentId, Content, ContentStream, Vault,
    VaultError, Verdict,
    facts::{AttachmentAdded, AttachmentRemoved, AttachmentSnapshot},
    model::{Sniffer, served_name},
    storage::{Incoming, disk},
    store,
};

/// Files attached to one thing.
const PER_SUBJECT_MAX: i64 = 1_000;

/// What is said of a file that is sent.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Its name where it comes from; only cleaned it is kept.
    pub name: String,
    /// What it is attached to: the noun.
    pub subject_kind: String,
    /// What it is attached to: the id.
    pub subject_id: String,
}

/// What was received.
struct Received {
    incoming: Incoming,
    digest: String,
    size_bytes: u64,
    sniffer: Sniffer,
}

impl Vault {
    /// Receives a file and attaches it.
    ///
    /// Errors: [`VaultError::NotAllowed`], [`VaultError::WrongInput`] (no such subject, name over
    /// 500 characters, an empty file, too many), [`VaultError::FileTooLarge`],
    /// [`VaultError::UploadCutOff`], [`VaultError::Disk`], [`VaultError::Storage`].
    pub async fn attach(
        &self,
        caller: &Caller,
        upload: Upload,
        body: Body,
    ) -> Result<Attachment, VaultError> {
        if !caller.may(ATTACHMENT_CHANGE) {
            return Err(VaultError::NotAllowed(ATTACHMENT_CHANGE));
        }
        if upload.name.chars().count() > 500 {
            let expected = Text::new("at most 500 characters", "不超过 500 个字符");
            return Err(FieldFault::new("name", upload.name, expected).into());
        }
        self.check_change(caller, &upload.subject_kind, &upload.subject_id).await?;
        let received = self.receive(body).await?;
        if received.size_bytes == 0 {
            let expected = Text::new("a file with something in it", "非空文件");
            return Err(FieldFault::new("body", "0 bytes", expected).into());
        }
        let now = self.now();
        let media = received.sniffer.finish();
        let scanned = self.settings().scan_command.is_some();
        let content = Content {
            digest: received.digest,
            size_bytes: received.size_bytes,
            media_type: media.name,
            verdict: if scanned { Verdict::Pending } else { Verdict::Unscanned },
            verdict_note: String::new(),
            scan_attempts: 0,
            stored_at: now,
        };
        let attachment = Attachment {
            id: Id::new(self.inner.ids.as_ref(), self.inner.clock.as_ref()),
            name: served_name(&upload.name, &media.ending),
            subject_kind: upload.subject_kind,
            subject_id: upload.subject_id,
            created_at: now,
            created_by: caller.actor.name.clone(),
            content,
        };
        self.keep(caller, received.incoming, attachment).await
    }

    /// One attachment.
    ///
    /// Errors: [`VaultError::AttachmentNotFound`], also when the caller may not see what it is
    /// attached to.
    pub async fn attachment(
        &self,
        caller: &Caller,
        id: AttachmentId,
    ) -> Result<Attachment, VaultError> {
        let reader = self.inner.db.reader().acquire().await;
        let mut connection = reader.map_err(db::DbError::from)?;
        let found = store::attachments::load(&mut connection, id).await?;
        drop(connection);
        let attachment = found.ok_or(VaultError::AttachmentNotFound { id })?;
        let (kind, subject_id) = (&attachment.subject_kind, &attachment.subject_id);
        let seen = match self.subject(kind) {
            Ok(subject) => subject.may_read(caller, subject_id).await?,
            // Its owner is not part of this installation any more.
            Err(_) => caller.may_everywhere(ATTACHMENT_READ),
        };
        if seen { Ok(attachment) } else { Err(VaultError::AttachmentNotFound { id }) }
    }

    /// What is attached to a thing, in the order it was attached.
    ///
    /// Errors: [`VaultError::WrongInput`] naming `kind` or `id`.
    pub async fn attachments(
        &self,
        caller: &Caller,
        kind: &str,
        id: &str,
        page: &Page,
    ) -> Result<PageOf<Attachment>, VaultError> {
        if !self.subject(kind)?.may_read(caller, id).await? {
            return Err(no_such_subject(kind, id));
        }
        let items = store::attachments::of_subject(self.inner.db.reader(), kind, id, page).await?;
        Ok(PageOf::from_fetched(items, page.limit, |attachment| attachment.id.to_string()))
    }

    /// The file of an attachment, to be read by the one who asked.
    ///
    /// Errors: [`VaultError::AttachmentNotFound`], [`VaultError::Withheld`],
    /// [`VaultError::ContentLost`], [`VaultError::Disk`], [`VaultError::Storage`].
    pub async fn open_attachment(
        &self,
        caller: &Caller,
        id: AttachmentId,
    ) -> Result<(Attachment, ContentStream), VaultError> {
        let attachment = self.attachment(caller, id).await?;
        let content = &attachment.content;
        if !content.verdict.served() {
            return Err(VaultError::Withheld { verdict: content.verdict });
        }
        let bytes = self.inner.files.open(&content.digest, content.size_bytes).await?;
        Ok((attachment, bytes))
    }

    /// Removes an attachment. Its file goes later, when nothing else needs it.
    ///
    /// Errors: [`VaultError::AttachmentNotFound`], [`VaultError::NotAllowed`].
    pub async fn detach(&self, caller: &Caller, id: AttachmentId) -> Result<(), VaultError> {
        let attachment = self.attachment(caller, id).await?;
        let (kind, subject_id) = (&attachment.subject_kind, &attachment.subject_id);
        let allowed = match self.subject(kind) {
            Ok(subject) => subject.may_change(caller, subject_id).await?,
            Err(_) => caller.may_everywhere(ATTACHMENT_CHANGE),
        };
        if !allowed || !caller.may(ATTACHMENT_CHANGE) {
            return Err(VaultError::NotAllowed(ATTACHMENT_CHANGE));
        }
        let mut tx = self.inner.db.begin().await?;
        remove(&mut tx, caller, &attachment, self.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn check_change(&self, caller: &Caller, kind: &str, id: &str) -> Result<(), VaultError> {
        let subject = self.subject(kind)?;
        if subject.may_change(caller, id).await? {
            return Ok(());
        }
        // Who sees the thing is told that it is not theirs to change; who does not, nothing.
        match subject.may_read(caller, id).await? {
            true => Err(VaultError::NotAllowed(ATTACHMENT_CHANGE)),
            false => Err(no_such_subject(kind, id)),
        }
    }

    /// Reads the body piece by piece to a file of its own, on stable storage when it returns.
    async fn receive(&self, body: Body) -> Result<Received, VaultError> {
        let limit_bytes = self.settings().size_bytes_max;
        let name = self.inner.ids.uuid(self.now()).to_string();
        let (incoming, mut file) = self.inner.files.receive(&name).await?;
        let (mut hash, mut sniffer, mut size_bytes) = (Sha256::new(), Sniffer::default(), 0_u64);
        let mut pieces = body.into_data_stream();
        while let Some(piece) = pieces.next().await {
            let piece: Bytes =
                piece.map_err(|error| VaultError::UploadCutOff { said: error.to_string() })?;
            size_bytes += piece.len() as u64;
            if size_bytes > limit_bytes {
                return Err(VaultError::FileTooLarge { limit_bytes });
            }
            hash.update(&piece);
            sniffer.feed(&piece);
            file.write_all(&piece).await.map_err(|error| disk("write a file", &error))?;
        }
        file.flush().await.map_err(|error| disk("write a file", &error))?;
        file.sync_all().await.map_err(|error| disk("write a file", &error))?;
        let digest = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Received { incoming, digest, size_bytes, sniffer })
    }

    /// The file first, then its attachment: what one names is there.
    async fn keep(
        &self,
        caller: &Caller,
        mut incoming: Incoming,
        attachment: Attachment,
    ) -> Result<Attachment, VaultError> {
        let (files, content) = (&self.inner.files, &attachment.content);
        if files.is_shared() {
            // A long way for a large file: nobody has to wait for it.
            self.announce(content).await?;
            files.keep(&mut incoming, &content.digest, content.size_bytes).await?;
            return self.record(caller, &attachment).await;
        }
        let _turn = self.inner.file_turn.lock().await;
        files.keep(&mut incoming, &content.digest, content.size_bytes).await?;
        self.record(caller, &attachment).await
    }

    /// Tells the other servers that a file is about to be kept: from now on, and for a day, none
    /// takes it away. One that is being taken away at this moment is refused.
    async fn announce(&self, content: &Content) -> Result<(), VaultError> {
        let mut tx = self.inner.db.begin().await?;
        if store::leaving::is_there(&mut tx, &content.digest).await? {
            let said = "the same file is just being taken away; try again shortly".to_owned();
            let name = self.inner.files.name();
            return Err(VaultError::Storage { doing: "keep a file", name, said });
        }
        store::contents::insert(&mut tx, content).await?;
        // no fact: what is attached is one, a moment later; without it this row goes after a day.
        tx.commit().await?;
        Ok(())
    }

    /// Writes the rows of a file that is there.
    async fn record(
        &self,
        caller: &Caller,
        attachment: &Attachment,
    ) -> Result<Attachment, VaultError> {
        let mut attachment = attachment.clone();
        let mut tx = self.inner.db.begin().await?;
        let (kind, id) = (&attachment.subject_kind, &attachment.subject_id);
        let count = store::attachments::count_of(&mut tx, kind, id).await?;
        if count >= PER_SUBJECT_MAX {
            let expected = Text::new(
                format!("a thing with fewer than {PER_SUBJECT_MAX} attachments"),
                format!("附件少于 {PER_SUBJECT_MAX} 个的对象"),
            );
            return Err(FieldFault::new("id", id, expected).into());
        }
        // What is known of the same content already, its verdict above all, holds.
        store::contents::insert(&mut tx, &attachment.content).await?;
        let digest = attachment.content.digest.clone();
        if let Some(content) = store::contents::load(tx.connection(), &digest).await? {
            attachment.content = content;
        }
        store::attachments::insert(&mut tx, &attachment).await?;
        let fact = AttachmentAdded {
            attachment_id: attachment.id,
            name: attachment.name.clone(),
            subject_kind: attachment.subject_kind.clone(),
            subject_id: attachment.subject_id.clone(),
        };
        let entry = Entry::new(caller, attachment.created_at, &fact);
        let after = AttachmentSnapshot::from(&attachment);
        journal::append(&mut tx, entry.after(&after)).await?;
        tx.commit().await?;
        Ok(attachment)
    }
}

/// Removes an attachment within a change.
pub(super) async fn remove(
    tx: &mut db::Tx,
    caller: &Caller,
    attachment: &Attachment,
    now: kernel::Time,
) -> Result<(), VaultError> {
    store::attachments::delete(tx, attachment.id).await?;
    let fact = AttachmentRemoved {
        attachment_id: attachment.id,
        name: attachment.name.clone(),
        subject_kind: attachment.subject_kind.clone(),
        subject_id: attachment.subject_id.clone(),
    };
    let before = AttachmentSnapshot::from(attachment);
    journal::append(tx, Entry::new(caller, now, &fact).before(&before)).await?;
    Ok(())
}

fn no_such_subject(kind: &str, id: &str) -> VaultError {
    let expected = Text::new(
        format!("the id of a {kind} that you can see"),
        format!("您可见的 {kind} 的编号"),
    );
    FieldFault::new("id", id, expected).into()
}
