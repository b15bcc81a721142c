use db::DbError;
use http_kit::Problem;
use kernel::{Fault, FaultKind, FieldFault, Permission, Text};

use crate::{AttachmentId, SealId, SecretId, Verdict};

/// Why the vault could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The caller may not.
    #[error("the permission {0} is lacking")]
    NotAllowed(Permission),
    /// The input is wrong: every wrong field is named.
    #[error("{} fields of the input are wrong", .0.len())]
    WrongInput(Vec<FieldFault>),
    /// There is no such secret, or not for this caller.
    #[error("there is no secret {id}")]
    SecretNotFound {
        /// What was asked for.
        id: SecretId,
    },
    /// There is no such seal.
    #[error("there is no seal {id}")]
    SealNotFound {
        /// What was asked for.
        id: SealId,
    },
    /// There is no such attachment, or not for this caller.
    #[error("there is no attachment {id}")]
    AttachmentNotFound {
        /// What was asked for.
        id: AttachmentId,
    },
    /// The name is taken.
    #[error("there is a secret named {name} already")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// It was changed in between.
    #[error("it is at another version than the change is for")]
    VersionDiffers,
    /// More secrets than one installation may have.
    #[error("there are {limit} secrets already")]
    TooManySecrets {
        /// The limit.
        limit: i64,
    },
    /// The master keys are not at hand: nothing is sealed and nothing opened.
    #[error("the vault is locked: {}", reason.en)]
    Locked {
        /// Why, and what to do.
        reason: Text,
    },
    /// The master key of one secret is not at hand.
    #[error("secret {name} is under the master key {master_id}, which is not in {keys}")]
    KeyMissing {
        /// The secret's name.
        name: String,
        /// The key it is under.
        master_id: String,
        /// Where the keys come from.
        keys: String,
    },
    /// A seal does not open.
    #[error("secret {name}: {said}")]
    Tampered {
        /// The secret's name.
        name: String,
        /// Which seal.
        said: String,
    },
    /// The key file cannot be read.
    #[error("the vault's keys in {path} cannot be read: {said}")]
    KeysUnreadable {
        /// The file.
        path: String,
        /// What is wrong.
        said: String,
    },
    /// The key file cannot be written.
    #[error("the vault's keys cannot be written to {path}: {said}")]
    KeysUnwritable {
        /// The file.
        path: String,
        /// What the system said.
        said: String,
    },
    /// The keys are given from outside, and changed there.
    #[error("the vault's keys are given from outside")]
    KeysNotOurs,
    /// A rotation is not finished.
    #[error("{left} secrets are still under an older master key")]
    RotationUnderWay {
        /// How many.
        left: i64,
    },
    /// The file is larger than allowed.
    #[error("the file is over {limit_bytes} bytes")]
    FileTooLarge {
        /// The limit.
        limit_bytes: u64,
    },
    /// The upload ended before its end.
    #[error("the upload was cut off: {said}")]
    UploadCutOff {
        /// What the connection said.
        said: String,
    },
    /// The file waits for the scanner, or failed it.
    #[error("the file is withheld: {}", verdict.name())]
    Withheld {
        /// Why.
        verdict: Verdict,
    },
    /// The files cannot be read or written.
    #[error("{doing}: {said}")]
    Disk {
        /// What was tried.
        doing: &'static str,
        /// What the system said.
        said: String,
        /// Whether there was no room.
        full: bool,
    },
    /// The bytes of a content are not there, or not all of them.
    #[error("the file {digest} is lost: {said}")]
    ContentLost {
        /// The file's SHA-256.
        digest: String,
        /// What was found.
        said: String,
    },
    /// The bucket does not do what was asked.
    #[error("{doing} in {name}: {said}")]
    Storage {
        /// What was tried.
        doing: &'static str,
        /// The bucket and its endpoint.
        name: String,
        /// What it said, or why it could not be asked.
        said: String,
    },
    /// The bucket does not let us in, or is not trusted.
    #[error("{doing} in {name}: {}", why.en)]
    StorageRefused {
        /// What was tried.
        doing: &'static str,
        /// The bucket and its endpoint.
        name: String,
        /// Why, and what helps.
        why: Text,
    },
    /// A row cannot be read.
    #[error("the vault holds {what} that cannot be read: {found}")]
    Unreadable {
        /// What it is.
        what: &'static str,
        /// What is there.
        found: String,
    },
    /// Whatever is attached to could not be asked.
    #[error("{0}")]
    Subject(Fault),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<VaultError> for Fault {
    fn from(error: VaultError) -> Self {
        match &error {
            VaultError::SecretNotFound { id } => {
                return Self::not_found(&Text::new("secret", "密钥凭据"), id);
            }
            VaultError::AttachmentNotFound { id } => {
                return Self::not_found(&Text::new("attachment", "附件"), id);
            }
            VaultError::NotAllowed(permission) => return Self::forbidden(*permission),
            VaultError::VersionDiffers => return Self::stale(),
            VaultError::Unreadable { .. } | VaultError::SealNotFound { .. } => {
                return Self::internal(&error);
            }
            _ => {}
        }
        match error {
            VaultError::WrongInput(fields) => Self::invalid_fields(fields),
            VaultError::Subject(fault) => fault,
            VaultError::Db(error) => error.into(),
            other => told(&other),
        }
    }
}

/// The situations that have a sentence of their own.
fn told(error: &VaultError) -> Fault {
    let (kind, code, text) = match error {
        VaultError::NameTaken { name } => (
            FaultKind::Conflict,
            "name-taken",
            Text::new(
                format!("there is a secret named `{name}` already"),
                format!("已有名为“{name}”的密钥凭据"),
            ),
        ),
        VaultError::TooManySecrets { limit } => (
            FaultKind::Conflict,
            "too-many-secrets",
            Text::new(
                format!("there are {limit} secrets already"),
                format!("已有 {limit} 个密钥凭据，达到上限"),
            ),
        ),
        VaultError::Locked { reason } => (FaultKind::Unavailable, "vault-locked", reason.clone()),
        VaultError::KeyMissing { .. }
        | VaultError::Tampered { .. }
        | VaultError::KeysUnreadable { .. }
        | VaultError::KeysUnwritable { .. } => key_told(error),
        VaultError::KeysNotOurs => (
            FaultKind::Conflict,
            "keys-from-outside",
            Text::new(
                "the master keys are given in MAINSTAY_VAULT_KEYS: put the new key in front of \
                 the old one there and restart; what is under the old one is then moved",
                "主密钥由环境变量 MAINSTAY_VAULT_KEYS 提供：请在其中把新密钥放在旧密钥之前并重启，\
                 随后会自动迁移",
            ),
        ),
        VaultError::RotationUnderWay { left } => (
            FaultKind::Conflict,
            "rotation-under-way",
            Text::new(
                format!("a rotation is under way: {left} secrets are still under the old key"),
                format!("主密钥轮换尚未完成：还有 {left} 个密钥凭据使用旧主密钥"),
            ),
        ),
        _ => file_told(error),
    };
    Fault { inside: Some(error.to_string()), ..Fault::new(kind, code, text) }
}

fn key_told(error: &VaultError) -> (FaultKind, &'static str, Text) {
    match error {
        VaultError::KeyMissing { name, master_id, keys } => (
            FaultKind::Unavailable,
            "vault-key-missing",
            Text::new(
                format!(
                    "`{name}` is sealed under the master key {master_id}, which is not in {keys}; \
                     put that key back"
                ),
                format!("“{name}”由主密钥 {master_id} 加密，但 {keys} 中没有该密钥，请恢复该密钥"),
            ),
        ),
        VaultError::Tampered { name, .. } => (
            FaultKind::Unavailable,
            "secret-damaged",
            Text::new(
                format!("`{name}` does not open: what is stored was altered; set its value anew"),
                format!("“{name}”无法解密：存储的内容被改动过，请重新设置"),
            ),
        ),
        _ => (
            FaultKind::Unavailable,
            "vault-keys-unusable",
            Text::new(
                "the vault's key file cannot be used; the server's log says why",
                "主密钥文件不可用，原因见服务器日志",
            ),
        ),
    }
}

fn file_told(error: &VaultError) -> (FaultKind, &'static str, Text) {
    match error {
        VaultError::FileTooLarge { limit_bytes } => (
            FaultKind::TooLarge,
            "file-too-large",
            Text::new(
                format!("the file is over {limit_bytes} bytes"),
                format!("文件超过 {limit_bytes} 字节"),
            ),
        ),
        VaultError::UploadCutOff { .. } => (
            FaultKind::Invalid,
            "body-cut-off",
            Text::new("the upload was cut off", "上传内容不完整"),
        ),
        VaultError::Withheld { verdict: Verdict::Infected } => (
            FaultKind::Conflict,
            "attachment-infected",
            Text::new(
                "the scanner found something harmful in this file: it is given to nobody",
                "病毒扫描发现该文件有害，不予提供",
            ),
        ),
        VaultError::Withheld { verdict: Verdict::Failed } => (
            FaultKind::Conflict,
            "attachment-not-scanned",
            Text::new(
                "the scanner could not tell whether this file is harmless: it is given to nobody",
                "病毒扫描未能完成，暂不提供该文件",
            ),
        ),
        VaultError::Withheld { .. } => (
            FaultKind::Conflict,
            "attachment-quarantined",
            Text::new(
                "the file waits for the scanner; try again shortly",
                "文件正在等待病毒扫描，请稍后再试",
            ),
        ),
        _ => storage_told(error),
    }
}

fn storage_told(error: &VaultError) -> (FaultKind, &'static str, Text) {
    match error {
        VaultError::ContentLost { .. } => (
            FaultKind::Internal,
            "attachment-lost",
            Text::new(
                "the file of this attachment is not in the storage any more, or not all of it; \
                 put it back from a backup, or remove the attachment and attach the file again",
                "该附件的文件已不在存储中或不完整；请从备份恢复，或删除后重新上传",
            ),
        ),
        VaultError::Storage { name, said, .. } => (
            FaultKind::Unavailable,
            "storage-unavailable",
            Text::new(
                format!("the storage of attachments, {name}, does not do what was asked: {said}"),
                format!("附件存储（{name}）无法完成操作：{said}"),
            ),
        ),
        VaultError::StorageRefused { name, why, .. } => (
            FaultKind::Unavailable,
            "storage-refused",
            Text::new(
                format!("the storage of attachments, {name}, cannot be used: {}", why.en),
                format!("附件存储（{name}）无法使用：{}", why.zh),
            ),
        ),
        VaultError::Disk { full: true, .. } => (
            FaultKind::Unavailable,
            "disk-full",
            Text::new(
                "the disk is full: the file was not kept; free some space and try again",
                "磁盘已满，文件未保存；请先清理空间再试",
            ),
        ),
        _ => (
            FaultKind::Internal,
            "internal",
            Text::new(
                "something failed inside the server; its log has the details under this request id",
                "服务器内部出错，详情见服务器日志（按请求编号查找）",
            ),
        ),
    }
}

impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Self {
        Self(error.into())
    }
}

impl From<Vec<FieldFault>> for VaultError {
    fn from(fields: Vec<FieldFault>) -> Self {
        Self::WrongInput(fields)
    }
}

impl From<FieldFault> for VaultError {
    fn from(field: FieldFault) -> Self {
        Self::WrongInput(vec![field])
    }
}

impl From<Fault> for VaultError {
    fn from(fault: Fault) -> Self {
        Self::Subject(fault)
    }
}
