//! What happens in the vault, as the journal tells it: names and ids, never a value.

use kernel::{Fact, Subject, Time};
use serde::Serialize;

use crate::{Attachment, AttachmentId, Secret, SecretId};

/// What the journal keeps of a secret before and after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SecretSnapshot {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: &'static str,
    /// What it is for.
    pub description: String,
    /// Who answers for it.
    pub owner: String,
    /// The unit it belongs to.
    pub unit_id: Option<String>,
    /// When it stops being good.
    pub expires_at: Option<Time>,
    /// The number of its value.
    pub value_version: i64,
}

impl From<&Secret> for SecretSnapshot {
    fn from(secret: &Secret) -> Self {
        Self {
            name: secret.name.clone(),
            kind: secret.kind.name(),
            description: secret.description.clone(),
            owner: secret.owner.clone(),
            unit_id: secret.unit_id.clone(),
            expires_at: secret.expires_at,
            value_version: secret.value_version,
        }
    }
}

fn secret_subject(id: SecretId, name: &str) -> Subject {
    Subject::new("secret", id, name)
}

/// A secret was put into the vault.
#[derive(Debug, Clone, Serialize)]
pub struct SecretCreated {
    /// Its id.
    pub secret_id: SecretId,
    /// Its name.
    pub name: String,
}

impl Fact for SecretCreated {
    const VERB: &'static str = "secret.created";

    fn subject(&self) -> Subject {
        secret_subject(self.secret_id, &self.name)
    }
}

/// What is said of a secret was changed; its value stayed.
#[derive(Debug, Clone, Serialize)]
pub struct SecretChanged {
    /// Its id.
    pub secret_id: SecretId,
    /// Its name now.
    pub name: String,
}

impl Fact for SecretChanged {
    const VERB: &'static str = "secret.changed";

    fn subject(&self) -> Subject {
        secret_subject(self.secret_id, &self.name)
    }
}

/// A secret got another value.
#[derive(Debug, Clone, Serialize)]
pub struct SecretValueChanged {
    /// Its id.
    pub secret_id: SecretId,
    /// Its name.
    pub name: String,
    /// The number of the new value.
    pub value_version: i64,
}

impl Fact for SecretValueChanged {
    const VERB: &'static str = "secret.value_changed";

    fn subject(&self) -> Subject {
        secret_subject(self.secret_id, &self.name)
    }
}

/// A secret was sealed anew, under a new data key; its value is the same.
#[derive(Debug, Clone, Serialize)]
pub struct SecretResealed {
    /// Its id.
    pub secret_id: SecretId,
    /// Its name.
    pub name: String,
    /// The master key it is under now.
    pub master_id: String,
}

impl Fact for SecretResealed {
    const VERB: &'static str = "secret.resealed";

    fn subject(&self) -> Subject {
        secret_subject(self.secret_id, &self.name)
    }
}

/// A secret was removed, with its value.
#[derive(Debug, Clone, Serialize)]
pub struct SecretRemoved {
    /// Its id.
    pub secret_id: SecretId,
    /// Its name.
    pub name: String,
}

impl Fact for SecretRemoved {
    const VERB: &'static str = "secret.removed";

    fn subject(&self) -> Subject {
        secret_subject(self.secret_id, &self.name)
    }
}

/// A part of the server took a secret out to use it.
#[derive(Debug, Clone, Serialize)]
pub struct SecretUsed {
    /// Its id.
    pub secret_id: SecretId,
    /// Its name.
    pub name: String,
    /// The number of the value that was used.
    pub value_version: i64,
    /// For what: `notify: channel “alerts by mail”`.
    pub purpose: String,
}

impl Fact for SecretUsed {
    const VERB: &'static str = "secret.used";

    fn subject(&self) -> Subject {
        secret_subject(self.secret_id, &self.name)
    }
}

/// A secret stops being good soon.
#[derive(Debug, Clone, Serialize)]
pub struct SecretExpiring {
    /// Its id.
    pub secret_id: SecretId,
    /// Its name.
    pub name: String,
    /// When.
    pub expires_at: Time,
    /// Who answers for it.
    pub owner: String,
}

impl Fact for SecretExpiring {
    const VERB: &'static str = "secret.expiring";

    fn subject(&self) -> Subject {
        secret_subject(self.secret_id, &self.name)
    }
}

/// Another master key seals from now on; what is under the old one is being moved.
#[derive(Debug, Clone, Serialize)]
pub struct VaultKeyRotated {
    /// The key before.
    pub from: String,
    /// The key now.
    pub to: String,
}

impl Fact for VaultKeyRotated {
    const VERB: &'static str = "vault.key_rotated";

    fn subject(&self) -> Subject {
        Subject::new("vault", &self.to, self.to.clone())
    }
}

/// Nothing is under a master key any more: it may be forgotten.
#[derive(Debug, Clone, Serialize)]
pub struct VaultKeyRetired {
    /// The key.
    pub master_id: String,
}

impl Fact for VaultKeyRetired {
    const VERB: &'static str = "vault.key_retired";

    fn subject(&self) -> Subject {
        Subject::new("vault", &self.master_id, self.master_id.clone())
    }
}

/// What the journal keeps of an attachment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttachmentSnapshot {
    /// The name it is offered under.
    pub name: String,
    /// What it is attached to.
    pub subject_kind: String,
    /// What it is attached to.
    pub subject_id: String,
    /// Its size.
    pub size_bytes: u64,
    /// What it is.
    pub media_type: String,
    /// Its SHA-256.
    pub digest: String,
}

impl From<&Attachment> for AttachmentSnapshot {
    fn from(attachment: &Attachment) -> Self {
        Self {
            name: attachment.name.clone(),
            subject_kind: attachment.subject_kind.clone(),
            subject_id: attachment.subject_id.clone(),
            size_bytes: attachment.content.size_bytes,
            media_type: attachment.content.media_type.clone(),
            digest: attachment.content.digest.clone(),
        }
    }
}

/// A file was attached to a thing.
#[derive(Debug, Clone, Serialize)]
pub struct AttachmentAdded {
    /// Its id.
    pub attachment_id: AttachmentId,
    /// The name it is offered under.
    pub name: String,
    /// What it is attached to: the noun.
    pub subject_kind: String,
    /// What it is attached to: the id.
    pub subject_id: String,
}

impl Fact for AttachmentAdded {
    const VERB: &'static str = "attachment.added";

    fn subject(&self) -> Subject {
        Subject::new("attachment", self.attachment_id, self.name.clone())
    }

    fn resource_id(&self) -> Option<String> {
        (self.subject_kind == "resource").then(|| self.subject_id.clone())
    }
}

/// A file is no longer attached, by hand or because it was old enough.
#[derive(Debug, Clone, Serialize)]
pub struct AttachmentRemoved {
    /// Its id.
    pub attachment_id: AttachmentId,
    /// The name it was offered under.
    pub name: String,
    /// What it was attached to: the noun.
    pub subject_kind: String,
    /// What it was attached to: the id.
    pub subject_id: String,
}

impl Fact for AttachmentRemoved {
    const VERB: &'static str = "attachment.removed";

    fn subject(&self) -> Subject {
        Subject::new("attachment", self.attachment_id, self.name.clone())
    }

    fn resource_id(&self) -> Option<String> {
        (self.subject_kind == "resource").then(|| self.subject_id.clone())
    }
}

/// The scanner found something in a file, or could not tell: it is given to nobody.
#[derive(Debug, Clone, Serialize)]
pub struct ContentRefused {
    /// Its SHA-256.
    pub digest: String,
    /// `infected` or `failed`.
    pub verdict: &'static str,
    /// What the scanner said.
    pub note: String,
}

impl Fact for ContentRefused {
    const VERB: &'static str = "attachment.refused";

    fn subject(&self) -> Subject {
        let short = self.digest.get(..12).unwrap_or(&self.digest);
        Subject::new("content", &self.digest, short)
    }
}

/// Attached files were moved to where new ones go.
#[derive(Debug, Clone, Serialize)]
pub struct AttachmentsMoved {
    /// How many.
    pub files: u64,
    /// How much.
    pub bytes: u64,
    /// Where to: `the data directory`, or the bucket and its endpoint.
    pub to: String,
}

impl Fact for AttachmentsMoved {
    const VERB: &'static str = "attachment.moved";

    fn subject(&self) -> Subject {
        Subject::new("storage", "attachments", self.to.clone())
    }
}
