#![doc = include_str!("../README.md")]

pub mod facts;

mod actions;
mod api;
mod error;
mod key_source;
mod model;
mod storage;
mod store;
mod vault;

pub use actions::{AttachmentSubject, Done, SubjectFuture, Upload};
pub use api::routes;
pub use error::VaultError;
pub use key_source::KeySource;
pub use model::{
    Attachment, AttachmentId, Content, NewSecret, Revealed, Seal, SealId, Secret, SecretChange,
    SecretFilter, SecretId, SecretKind, SecretText, Verdict,
};
pub use storage::{
    AddressStyle, ContentStream, S3Secret, S3Settings, StorageKind, StorageSettings, try_bucket,
};
pub use vault::{
    ATTACHMENT_CHANGE, ATTACHMENT_READ, AttachmentSettings, SECRET_CHANGE, SECRET_READ, SECRET_USE,
    Standing, Vault, VaultParts,
};

/// The vault's tables.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        component: "vault",
        number: 1,
        name: "secret",
        sql: include_str!("../migrations/0001_secret.sql"),
    },
    db::Migration {
        component: "vault",
        number: 2,
        name: "attachment",
        sql: include_str!("../migrations/0002_attachment.sql"),
    },
    db::Migration {
        component: "vault",
        number: 3,
        name: "seal",
        sql: include_str!("../migrations/0003_seal.sql"),
    },
    db::Migration {
        component: "vault",
        number: 4,
        name: "leaving",
        sql: include_str!("../migrations/0004_leaving.sql"),
    },
];
