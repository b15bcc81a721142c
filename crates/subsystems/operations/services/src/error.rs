use db::DbError;
use http_kit::Problem;
use kernel::{Fault, Permission, Text};
use probe::local::ListeningError;
use resources::ResourcesError;

use crate::model::DiscoveredId;

/// Why the discovery of services could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ServicesError {
    /// The caller may not.
    #[error("the permission {0} is lacking")]
    NotAllowed(Permission),
    /// There is no such service.
    #[error("there is no discovered service {id}")]
    ServiceNotFound {
        /// What was asked for.
        id: DiscoveredId,
    },
    /// It is a resource already.
    #[error("{name} is accepted already")]
    AlreadyAccepted {
        /// What people call it.
        name: String,
    },
    /// It is dismissed already.
    #[error("{name} is dismissed already")]
    AlreadyDismissed {
        /// What people call it.
        name: String,
    },
    /// The machine's sockets cannot be read.
    #[error("list what listens on this machine: {0}")]
    Sockets(#[from] ListeningError),
    /// The thread that read the machine's sockets ended early.
    #[error("list what listens on this machine: the reader was ended")]
    ReaderEnded,
    /// A row cannot be read.
    #[error("the {what} of a discovered service cannot be read: {found}")]
    Unreadable {
        /// The column.
        what: &'static str,
        /// What is there, or what the reader said.
        found: String,
    },
    /// The register refused.
    #[error(transparent)]
    Resources(#[from] ResourcesError),
    /// The check was refused.
    #[error("make the check: {0}")]
    Check(Fault),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<ServicesError> for Fault {
    fn from(error: ServicesError) -> Self {
        match error {
            ServicesError::NotAllowed(permission) => Self::forbidden(permission),
            ServicesError::ServiceNotFound { id } => {
                Self::not_found(&Text::new("discovered service", "已发现的服务"), id)
            }
            ServicesError::AlreadyAccepted { name } => Self::conflict(
                "already-accepted",
                Text::new(format!("`{name}` is accepted already"), format!("“{name}”已被接受")),
            ),
            ServicesError::AlreadyDismissed { name } => Self::conflict(
                "already-dismissed",
                Text::new(format!("`{name}` is dismissed already"), format!("“{name}”已被忽略")),
            ),
            ServicesError::Resources(error) => error.into(),
            ServicesError::Check(fault) => fault,
            ServicesError::Db(error) => error.into(),
            ServicesError::Sockets(_)
            | ServicesError::ReaderEnded
            | ServicesError::Unreadable { .. } => Self::internal(&error),
        }
    }
}

impl From<ServicesError> for Problem {
    fn from(error: ServicesError) -> Self {
        Self(error.into())
    }
}
