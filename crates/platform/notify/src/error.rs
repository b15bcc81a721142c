use db::DbError;
use directory::DirectoryError;
use http_kit::Problem;
use kernel::{Fault, FieldFault, Permission, Text};
use vault::VaultError;

use crate::{ChannelId, MessageId};

/// Why a message could not be handled as asked.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// The caller may not.
    #[error("the permission {0} is lacking")]
    NotAllowed(Permission),
    /// The input is wrong: every wrong field is named.
    #[error("{} fields of the input are wrong", .0.len())]
    WrongInput(Vec<FieldFault>),
    /// There is no such thing, or it is another's.
    #[error("there is no {} {id}", noun.en)]
    NotFound {
        /// What it would be.
        noun: Text,
        /// What was asked for.
        id: String,
    },
    /// The name is taken.
    #[error("there is a channel named {name} already")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// It was changed in between.
    #[error("it is at another version than the change is for")]
    VersionDiffers,
    /// More than there may be.
    #[error("there are {limit} {} already", noun.en)]
    TooMany {
        /// Of what.
        noun: Text,
        /// The limit.
        limit: u32,
    },
    /// The channel into the app cannot be removed.
    #[error("the channel into the app always exists")]
    InAppStays,
    /// Only a person has notifications and preferences.
    #[error("nobody is signed in")]
    NotAUser,
    /// A row cannot be read.
    #[error("the records hold {what} that cannot be read: {found}")]
    Unreadable {
        /// What it is.
        what: &'static str,
        /// What is there.
        found: String,
    },
    /// A secret cannot be used.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The directory failed.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// Who signs in could not be asked.
    #[error("{0}")]
    Accounts(Fault),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<NotifyError> for Fault {
    fn from(error: NotifyError) -> Self {
        let (code, text) = match error {
            NotifyError::NotAllowed(permission) => return Self::forbidden(permission),
            NotifyError::WrongInput(fields) => return Self::invalid_fields(fields),
            NotifyError::NotFound { noun, id } => return Self::not_found(&noun, id),
            NotifyError::VersionDiffers => return Self::stale(),
            NotifyError::Unreadable { .. } => return Self::internal(&error),
            NotifyError::Vault(error) => return error.into(),
            NotifyError::Directory(error) => return error.into(),
            NotifyError::Accounts(fault) => return fault,
            NotifyError::Db(error) => return error.into(),
            NotifyError::NameTaken { name } => (
                "name-taken",
                Text::new(
                    format!("there is a channel named `{name}` already"),
                    format!("已有名为“{name}”的通知渠道"),
                ),
            ),
            NotifyError::TooMany { noun, limit } => (
                "too-many",
                Text::new(
                    format!("there are {limit} {} already", noun.en),
                    format!("{}已达到上限 {limit} 个", noun.zh),
                ),
            ),
            NotifyError::InAppStays => (
                "in-app-stays",
                Text::new(
                    "the channel into the app cannot be removed; disable it instead",
                    "站内消息通知渠道不能删除，可以停用",
                ),
            ),
            NotifyError::NotAUser => (
                "not-a-user",
                Text::new("only a user has notifications", "只有登录用户才有站内消息"),
            ),
        };
        Self::conflict(code, text)
    }
}

impl From<NotifyError> for Problem {
    fn from(error: NotifyError) -> Self {
        Self(error.into())
    }
}

impl From<Vec<FieldFault>> for NotifyError {
    fn from(fields: Vec<FieldFault>) -> Self {
        Self::WrongInput(fields)
    }
}

impl From<FieldFault> for NotifyError {
    fn from(field: FieldFault) -> Self {
        Self::WrongInput(vec![field])
    }
}

impl NotifyError {
    pub(crate) fn no_channel(id: ChannelId) -> Self {
        Self::NotFound { noun: Text::new("channel", "通知渠道"), id: id.to_string() }
    }

    pub(crate) fn no_template(name: &str) -> Self {
        Self::NotFound { noun: Text::new("template", "模板"), id: name.to_owned() }
    }

    pub(crate) fn no_message(id: MessageId) -> Self {
        Self::NotFound { noun: Text::new("message", "消息"), id: id.to_string() }
    }
}
