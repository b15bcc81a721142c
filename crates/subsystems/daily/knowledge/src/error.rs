use std::fmt::Display;

use db::DbError;
use directory::DirectoryError;
use http_kit::Problem;
use kernel::{Fault, FieldFault, Permission, Text};
use resources::ResourcesError;

/// Why a verb of articles was refused.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// The records did not answer.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The directory did not answer.
    #[error("ask the directory: {0}")]
    Directory(#[from] DirectoryError),
    /// The register did not answer, or does not know a resource.
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

impl KnowledgeError {
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

impl From<sqlx::Error> for KnowledgeError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

impl From<ResourcesError> for KnowledgeError {
    fn from(error: ResourcesError) -> Self {
        Self::Resources(Box::new(error))
    }
}

impl From<Fault> for KnowledgeError {
    fn from(fault: Fault) -> Self {
        Self::Fault(Box::new(fault))
    }
}

impl From<KnowledgeError> for Fault {
    fn from(error: KnowledgeError) -> Self {
        match error {
            KnowledgeError::Db(error) => error.into(),
            KnowledgeError::Directory(error) => error.into(),
            KnowledgeError::Resources(error) => (*error).into(),
            KnowledgeError::Fault(fault) => *fault,
            KnowledgeError::Invalid(fields) => Self::invalid_fields(fields),
            KnowledgeError::Forbidden(permission) => Self::forbidden(permission),
            KnowledgeError::NotFound { noun, id } => Self::not_found(&noun, id),
            KnowledgeError::Stale => Self::stale(),
            KnowledgeError::Conflict { code, text } => Self::conflict(code, text),
        }
    }
}

impl From<KnowledgeError> for Problem {
    fn from(error: KnowledgeError) -> Self {
        Self(error.into())
    }
}
