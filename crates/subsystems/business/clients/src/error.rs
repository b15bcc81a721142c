use std::fmt::Display;

use db::DbError;
use directory::DirectoryError;
use http_kit::Problem;
use kernel::{Fault, FieldFault, Permission, Text};
use resources::ResourcesError;

/// Why a verb of campaigns was refused.
#[derive(Debug, thiserror::Error)]
pub enum ClientsError {
    /// The records did not answer.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The directory did not answer.
    #[error("ask the directory: {0}")]
    Directory(#[from] DirectoryError),
    /// The register did not answer, or does not understand which machines are meant.
    #[error("ask the register: {0}")]
    Resources(Box<ResourcesError>),
    /// Another crate refused.
    #[error("{}", .0.text.en)]
    Fault(Box<Fault>),
    /// Fields of the input are wrong.
    #[error("{}", Fault::invalid_fields(.0.clone()).text.en)]
    Invalid(Vec<FieldFault>),
    /// The caller lacks the permission.
    #[error("you lack the permission `{0}`")]
    Forbidden(Permission),
    /// What was asked for is not there, or not for the caller to see.
    #[error("no {} `{id}`", .noun.en)]
    NotFound {
        /// What it would be.
        noun: Text,
        /// Its id.
        id: String,
    },
    /// Somebody changed it in between.
    #[error("it was changed in the meantime")]
    Stale,
    /// It is in a state in which this cannot be done.
    #[error("{}", .text.en)]
    Conflict {
        /// A stable name of the reason.
        code: &'static str,
        /// The reason.
        text: Text,
    },
}

impl ClientsError {
    /// One field is wrong.
    pub(crate) fn field(field: &str, found: impl Display, expected: Text) -> Self {
        Self::Invalid(vec![FieldFault::new(field, found, expected)])
    }

    /// Its state forbids it.
    pub(crate) fn conflict(
        code: &'static str,
        en: impl Into<String>,
        zh: impl Into<String>,
    ) -> Self {
        Self::Conflict { code, text: Text::new(en, zh) }
    }
}

impl From<sqlx::Error> for ClientsError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

impl From<ResourcesError> for ClientsError {
    fn from(error: ResourcesError) -> Self {
        Self::Resources(Box::new(error))
    }
}

impl From<Fault> for ClientsError {
    fn from(fault: Fault) -> Self {
        Self::Fault(Box::new(fault))
    }
}

impl From<ClientsError> for Fault {
    fn from(error: ClientsError) -> Self {
        match error {
            ClientsError::Db(error) => error.into(),
            ClientsError::Directory(error) => error.into(),
            ClientsError::Resources(error) => (*error).into(),
            ClientsError::Fault(fault) => *fault,
            ClientsError::Invalid(fields) => Self::invalid_fields(fields),
            ClientsError::Forbidden(permission) => Self::forbidden(permission),
            ClientsError::NotFound { noun, id } => Self::not_found(&noun, id),
            ClientsError::Stale => Self::stale(),
            ClientsError::Conflict { code, text } => Self::conflict(code, text),
        }
    }
}

impl From<ClientsError> for Problem {
    fn from(error: ClientsError) -> Self {
        Self(error.into())
    }
}
