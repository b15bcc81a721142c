use db::DbError;
use forward::ForwardError;
use http_kit::Problem;
use kernel::{Fault, FieldFault, Permission, Text};
use vault::VaultError;

use crate::DestinationId;

/// Why a destination could not be handled as asked.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// The caller may not.
    #[error("the permission {0} is lacking")]
    NotAllowed(Permission),
    /// The input is wrong: every wrong field is named.
    #[error("{} fields of the input are wrong", .0.len())]
    WrongInput(Vec<FieldFault>),
    /// There is no such destination.
    #[error("there is no destination {id}")]
    DestinationNotFound {
        /// What was asked for.
        id: DestinationId,
    },
    /// The name is taken.
    #[error("there is a destination named {name} already")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// Another destination is where history is read: of two, samples would count twice.
    #[error("history is read from {name} already")]
    HistoryTaken {
        /// The other's name.
        name: String,
    },
    /// It was changed in between.
    #[error("it is at another version than the change is for")]
    VersionDiffers,
    /// More than there may be.
    #[error("there are {limit} destinations already")]
    TooMany {
        /// The limit.
        limit: u32,
    },
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
    /// The queue failed.
    #[error(transparent)]
    Queue(#[from] ForwardError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<RemoteError> for Fault {
    fn from(error: RemoteError) -> Self {
        let (code, text) = match error {
            RemoteError::NotAllowed(permission) => return Self::forbidden(permission),
            RemoteError::WrongInput(fields) => return Self::invalid_fields(fields),
            RemoteError::DestinationNotFound { id } => {
                return Self::not_found(&Text::new("destination", "转发目标"), id);
            }
            RemoteError::VersionDiffers => return Self::stale(),
            RemoteError::Unreadable { .. } | RemoteError::Queue(_) => {
                return Self::internal(&error);
            }
            RemoteError::Vault(error) => return error.into(),
            RemoteError::Db(error) => return error.into(),
            RemoteError::NameTaken { name } => (
                "name-taken",
                Text::new(
                    format!("there is a destination named `{name}` already"),
                    format!("已有名为“{name}”的转发目标"),
                ),
            ),
            RemoteError::HistoryTaken { name } => (
                "history-taken",
                Text::new(
                    format!("history is read from `{name}` already, and from one only"),
                    format!("历史数据已从“{name}”读取，且只能从一个目标读取"),
                ),
            ),
            RemoteError::TooMany { limit } => (
                "too-many",
                Text::new(
                    format!("there are {limit} destinations already"),
                    format!("转发目标已达到上限 {limit} 个"),
                ),
            ),
        };
        Self::conflict(code, text)
    }
}

impl From<RemoteError> for Problem {
    fn from(error: RemoteError) -> Self {
        Self(error.into())
    }
}

impl From<Vec<FieldFault>> for RemoteError {
    fn from(fields: Vec<FieldFault>) -> Self {
        Self::WrongInput(fields)
    }
}
