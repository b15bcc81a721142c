use std::fmt::Display;

use calendar::CalendarError;
use db::DbError;
use directory::DirectoryError;
use http_kit::Problem;
use kernel::{Fault, FieldFault, Permission, Text};
use notify::NotifyError;

/// Why a verb of duty was refused.
#[derive(Debug, thiserror::Error)]
pub enum DutyError {
    /// The records did not answer.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The directory did not answer.
    #[error("ask the directory: {0}")]
    Directory(#[from] DirectoryError),
    /// A message could not be kept.
    #[error("tell somebody: {0}")]
    Notify(Box<NotifyError>),
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
    /// The calendar cannot answer.
    #[error("read the calendar: {0}")]
    Calendar(#[from] CalendarError),
}

impl DutyError {
    /// One field is wrong.
    pub(crate) fn field(field: &str, found: impl Display, expected: Text) -> Self {
        Self::Invalid(vec![FieldFault::new(field, found, expected)])
    }

    /// No such thing.
    pub(crate) fn not_found(en: &str, zh: &str, id: impl Display + Copy) -> Self {
        Self::NotFound { noun: Text::new(en, zh), id: id.to_string() }
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

impl From<sqlx::Error> for DutyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

impl From<Fault> for DutyError {
    fn from(fault: Fault) -> Self {
        Self::Fault(Box::new(fault))
    }
}

impl From<NotifyError> for DutyError {
    fn from(error: NotifyError) -> Self {
        Self::Notify(Box::new(error))
    }
}

impl From<DutyError> for Fault {
    fn from(error: DutyError) -> Self {
        match error {
            DutyError::Db(error) => error.into(),
            DutyError::Directory(error) => error.into(),
            DutyError::Notify(error) => (*error).into(),
            DutyError::Fault(fault) => *fault,
            DutyError::Invalid(fields) => Self::invalid_fields(fields),
            DutyError::Forbidden(permission) => Self::forbidden(permission),
            DutyError::NotFound { noun, id } => Self::not_found(&noun, id),
            DutyError::Stale => Self::stale(),
            DutyError::Conflict { code, text } => Self::conflict(code, text),
            DutyError::Calendar(error) => Self::invalid(
                "from",
                error,
                Text::new(
                    "a time within reach: at most 800 days, the years 1 to 9999",
                    "可计算的时间范围：最长 800 天，公元 1 至 9999 年",
                ),
            ),
        }
    }
}

impl From<DutyError> for Problem {
    fn from(error: DutyError) -> Self {
        Self(error.into())
    }
}
