use http_kit::TextView;
use kernel::{FieldFault, Text, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Attachment, NewSecret, Secret, SecretChange, SecretKind, SecretText, Standing, VaultError,
};

/// A secret. Its value is never given out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Secret)]
pub(crate) struct SecretView {
    id: String,
    name: String,
    /// `password`, `token`, `private_key`, `snmp_community`, `signing_key`, `connection_string` or
    /// `other`.
    kind: &'static str,
    description: String,
    owner: String,
    unit_id: Option<String>,
    expires_at: Option<String>,
    /// Whether that has passed.
    expired: bool,
    value_set_at: String,
    /// Grows with each value.
    value_version: i64,
    /// The master key it is under.
    master_key_id: String,
    version: i64,
    created_at: String,
    updated_at: String,
}

/// A secret to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewSecret)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecretBody {
    /// Unique in any case.
    name: String,
    /// `password`, `token`, `private_key`, `snmp_community`, `signing_key`, `connection_string` or
    /// `other`.
    kind: String,
    description: Option<String>,
    /// Who answers for it, in words.
    owner: Option<String>,
    /// The unit it belongs to.
    unit_id: Option<String>,
    /// When it stops being good (RFC 3339).
    #[schema(value_type = Option<String>)]
    expires_at: Option<Time>,
    /// At most 65,536 bytes. Never given out again.
    #[schema(value_type = String, write_only)]
    value: SecretText,
}

/// A change of what is said of a secret; what is not given stays, null clears.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SecretChange)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecretChangeBody {
    name: Option<String>,
    description: Option<String>,
    owner: Option<String>,
    #[serde(default, deserialize_with = "kernel::nullable")]
    #[schema(value_type = Option<String>)]
    unit_id: Option<Option<String>>,
    #[serde(default, deserialize_with = "kernel::nullable")]
    #[schema(value_type = Option<String>)]
    expires_at: Option<Option<Time>>,
}

/// Another value of a secret.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SecretValue)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecretValueBody {
    /// At most 65,536 bytes. Never given out again.
    #[schema(value_type = String, write_only)]
    pub(crate) value: SecretText,
}

/// How the vault stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Vault)]
pub(crate) struct VaultView {
    /// Why nothing can be sealed or opened; null when all is well.
    locked: Option<TextView>,
    /// The key file, or `MAINSTAY_VAULT_KEYS`.
    keys_from: String,
    /// Whether the server can make a new master key by itself.
    rotates: bool,
    keys: Vec<MasterKeyView>,
}

/// A master key, without the key.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MasterKey)]
pub(crate) struct MasterKeyView {
    id: String,
    /// Whether it seals.
    current: bool,
    /// Whether it is in the key file.
    at_hand: bool,
    /// How many secrets are under it.
    secrets: i64,
}

/// A file attached to a thing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attachment)]
pub(crate) struct AttachmentView {
    id: String,
    /// The name it is offered under.
    name: String,
    subject_kind: String,
    subject_id: String,
    size_bytes: u64,
    /// Judged by the bytes.
    media_type: String,
    /// SHA-256, hexadecimal.
    sha256: String,
    /// `unscanned`, `pending`, `clean`, `infected` or `failed`; only the first and the third are
    /// given out.
    verdict: &'static str,
    /// What the scanner said.
    verdict_note: String,
    created_at: String,
    created_by: String,
}

impl SecretView {
    pub(crate) fn of(secret: Secret, now: Time) -> Self {
        Self {
            id: secret.id.to_string(),
            name: secret.name,
            kind: secret.kind.name(),
            description: secret.description,
            owner: secret.owner,
            unit_id: secret.unit_id,
            expired: secret.expires_at.is_some_and(|at| at <= now),
            expires_at: secret.expires_at.map(|at| at.to_string()),
            value_set_at: secret.value_set_at.to_string(),
            value_version: secret.value_version,
            master_key_id: secret.master_id,
            version: secret.version,
            created_at: secret.created_at.to_string(),
            updated_at: secret.updated_at.to_string(),
        }
    }
}

impl SecretBody {
    pub(crate) fn read(self) -> Result<NewSecret, VaultError> {
        Ok(NewSecret {
            kind: kind(&self.kind)?,
            name: self.name,
            description: self.description.unwrap_or_default(),
            owner: self.owner.unwrap_or_default(),
            unit_id: self.unit_id,
            expires_at: self.expires_at,
            value: self.value,
        })
    }
}

/// The kind of that name. Errors: [`VaultError::WrongInput`] naming `kind`.
pub(crate) fn kind(name: &str) -> Result<SecretKind, VaultError> {
    SecretKind::from_name(name).ok_or_else(|| {
        let names = SecretKind::ALL.map(SecretKind::name).join(", ");
        let expected = Text::new(format!("one of {names}"), format!("以下之一：{names}"));
        FieldFault::new("kind", name, expected).into()
    })
}

impl From<SecretChangeBody> for SecretChange {
    fn from(body: SecretChangeBody) -> Self {
        Self {
            name: body.name,
            description: body.description,
            owner: body.owner,
            unit_id: body.unit_id,
            expires_at: body.expires_at,
        }
    }
}

impl From<Standing> for VaultView {
    fn from(standing: Standing) -> Self {
        let keys = standing.keys.into_iter().map(|key| MasterKeyView {
            id: key.id,
            current: key.current,
            at_hand: key.at_hand,
            secrets: key.secrets,
        });
        Self {
            locked: standing.locked.map(TextView::from),
            keys_from: standing.keys_from,
            rotates: standing.rotates,
            keys: keys.collect(),
        }
    }
}

impl From<Attachment> for AttachmentView {
    fn from(attachment: Attachment) -> Self {
        let content = attachment.content;
        Self {
            id: attachment.id.to_string(),
            name: attachment.name,
            subject_kind: attachment.subject_kind,
            subject_id: attachment.subject_id,
            size_bytes: content.size_bytes,
            media_type: content.media_type,
            sha256: content.digest,
            verdict: content.verdict.name(),
            verdict_note: content.verdict_note,
            created_at: attachment.created_at.to_string(),
            created_by: attachment.created_by,
        }
    }
}
