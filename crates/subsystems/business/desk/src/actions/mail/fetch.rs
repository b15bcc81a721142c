use std::sync::Arc;

use ::mail::{Fetched, Letter, LetterFile, MailFault, OpenFolder};
use kernel::Text;
use sha2::{Digest, Sha256};
use vault::Attachment;

use super::{
    files::{FILE_BYTES_MAX, Kept, hex, too_large},
    read::Polled,
};
use crate::{
    DeskError,
    actions::Desk,
    model::mail::{
        mailbox::Mailbox,
        message::{Mail, MailState},
    },
    store,
};

/// A mail that is larger is not taken whole.
const MAIL_BYTES_MAX: u64 = 100 * 1024 * 1024;
/// Mails that are taken of one mailbox in one run.
const TAKEN_MAX: u32 = 100;
/// A mail that cannot be taken is tried so often.
const ATTEMPTS_MAX: u32 = 5;

/// A mail as it was fetched, with what was kept of it.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    /// What it says, or why nobody can read it.
    pub(super) letter: Result<Letter, Text>,
    /// What its head says, where only that was taken.
    pub(super) head: Option<Letter>,
    /// The mail itself, as a file; none where it is too large for one.
    pub(super) raw: Option<Attachment>,
    /// What came with it.
    pub(super) files: Vec<Attachment>,
    /// What came with it and was not kept: its name, and why.
    pub(super) refused: Vec<(String, Text)>,
    /// Of what it says.
    pub(super) digest: String,
}

impl Desk {
    /// Takes the mails that are noted, one by one.
    ///
    /// Errors: the connection broke, or nothing can be kept: the rest waits for the next run.
    pub(super) async fn take_arrived(
        &self,
        mailbox: &Mailbox,
        folder: &mut OpenFolder,
    ) -> Result<Polled, DeskError> {
        let of = (mailbox.id, folder.uid_validity);
        let arrived = store::mails::arriving(self.db().reader(), of, TAKEN_MAX).await?;
        let mut polled = Polled { done: 0, left: u64::from(arrived.len() >= TAKEN_MAX as usize) };
        for mail in arrived {
            let Some((_, uid)) = mail.uid else { continue };
            let taken = match folder.take(uid, MAIL_BYTES_MAX).await {
                Ok(Fetched::Gone) => {
                    self.gone(mail).await?;
                    continue;
                }
                Ok(Fetched::Whole(raw)) => self.keep(&mail, raw).await?,
                Ok(Fetched::HeadOnly { head, size_bytes }) => {
                    self.keep_head(&mail, head, size_bytes).await?
                }
                Err(MailFault::Denied { said, .. }) => {
                    self.failed_once(mail, Text::same(said), None).await?;
                    polled.left += 1;
                    continue;
                }
                Err(fault) => return Err(fault.into()),
            };
            match self.settle_mail(mailbox, &mail, &taken).await {
                Ok(()) => polled.done += 1,
                Err(DeskError::Db(error)) => return Err(error.into()),
                Err(error) => {
                    let said = kernel::Fault::from(error).text;
                    self.failed_once(mail, said, taken.raw.as_ref()).await?;
                    polled.left += 1;
                }
            }
        }
        Ok(polled)
    }

    /// Reads a mail and keeps what is in it as files. Done again it keeps nothing twice.
    async fn keep(&self, mail: &Mail, raw: Vec<u8>) -> Result<Taken, DeskError> {
        let raw = Arc::new(raw);
        let letter = read(Arc::clone(&raw)).await;
        let known = self.files_of_mail(mail.id).await?;
        let digest = match &letter {
            // What has neither a Message-ID nor a date may say the same twice and mean it.
            Ok(letter) if letter.message_id.is_none() && letter.dated_s.is_none() => {
                mail.id.to_string()
            }
            Ok(letter) => digest_of(letter),
            Err(_) => hex(&Sha256::digest(raw.as_slice())),
        };
        let raw = Arc::try_unwrap(raw).unwrap_or_else(|raw| raw.to_vec());
        let mut taken =
            Taken { letter, head: None, raw: None, files: Vec::new(), refused: Vec::new(), digest };
        match self.keep_file((mail.id, &known), "mail.eml", raw).await? {
            Kept::File(file) => taken.raw = Some(*file),
            Kept::Refused(why) => taken.refused.push(("mail.eml".to_owned(), why)),
        }
        let files = match &mut taken.letter {
            Ok(letter) => std::mem::take(&mut letter.files),
            Err(_) => Vec::new(),
        };
        for LetterFile { name, bytes, .. } in files {
            let name = if name.is_empty() { "file".to_owned() } else { name };
            if bytes.len() > FILE_BYTES_MAX {
                taken.refused.push((name, too_large(FILE_BYTES_MAX as u64)));
                continue;
            }
            match self.keep_file((mail.id, &known), &name, bytes).await? {
                Kept::File(file) => taken.files.push(*file),
                Kept::Refused(why) => taken.refused.push((name, why)),
            }
        }
        Ok(taken)
    }

    /// Keeps the head of a mail that is too large to be taken.
    async fn keep_head(
        &self,
        mail: &Mail,
        head: Vec<u8>,
        size_bytes: u64,
    ) -> Result<Taken, DeskError> {
        let mib = size_bytes.div_ceil(1024 * 1024);
        let mut taken = self.keep(mail, head).await?;
        let why = Text::new(
            format!("it has {mib} MiB: only its head was taken, the mail is still on its server"),
            format!("邮件大小 {mib} MiB，超过上限，仅保存邮件头，原邮件仍在邮件服务器上"),
        );
        taken.head = std::mem::replace(&mut taken.letter, Err(why)).ok();
        Ok(taken)
    }

    async fn gone(&self, mail: Mail) -> Result<(), DeskError> {
        let gone = Mail {
            state: MailState::Gone,
            filed: true,
            settled_at: Some(self.now()),
            reason: Text::new(
                "it was removed from its folder before it was taken",
                "邮件在收取前已从邮箱中删除",
            ),
            ..mail
        };
        let mut tx = self.db().begin().await?;
        store::mails::put(&mut tx, &gone).await?;
        // no fact: nothing came that anybody could have done something about.
        tx.commit().await?;
        Ok(())
    }

    /// Notes that a mail could not be taken; the next one is. After five times it is set aside, if
    /// it is kept: what is nowhere else stays where it is.
    async fn failed_once(
        &self,
        mail: Mail,
        said: Text,
        raw: Option<&Attachment>,
    ) -> Result<(), DeskError> {
        tracing::warn!(mail = %mail.id, "failed to take the mail {}: {}", mail.id, said.en);
        let attempts = mail.attempts.saturating_add(1);
        let mut mail = Mail { attempts, reason: said, ..mail };
        let mut tx = self.db().begin().await?;
        if attempts >= ATTEMPTS_MAX && raw.is_some() {
            mail.state = MailState::SetAside;
            mail.settled_at = Some(self.now());
            self.tell_set_aside(&mut tx, &mail).await?;
        }
        store::mails::put(&mut tx, &mail).await?;
        // no fact: that it is set aside is one; that it is tried again is none.
        tx.commit().await?;
        Ok(())
    }
}

/// Reads a mail aside, so that one that takes long, or that breaks the reader, holds up nobody.
pub(super) async fn read(raw: Arc<Vec<u8>>) -> Result<Letter, Text> {
    let reading = tokio::task::spawn_blocking(move || ::mail::read(&raw)).await;
    match reading {
        Ok(Ok(letter)) => Ok(letter),
        Ok(Err(unreadable)) => {
            let zh = match unreadable {
                ::mail::Unreadable::NoHead => "无法解析：没有邮件头",
                ::mail::Unreadable::NoSender => "无法解析：没有发件人地址",
            };
            Err(Text::new(unreadable.to_string(), zh))
        }
        Err(_) => Err(Text::new("it broke the reader of mails", "邮件内容导致解析失败")),
    }
}

/// Of what a mail says, whatever way it took.
fn digest_of(letter: &Letter) -> String {
    let mut hash = Sha256::new();
    let head = format!(
        "{:?}\n{}\n{:?}\n{}\n{}",
        letter.message_id, letter.from.address, letter.dated_s, letter.subject, letter.text
    );
    hash.update(head.as_bytes());
    for file in &letter.files {
        hash.update(file.name.as_bytes());
        hash.update(&file.bytes);
    }
    hex(&hash.finalize())
}
