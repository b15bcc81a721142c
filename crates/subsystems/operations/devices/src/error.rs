use db::DbError;
use kernel::{Fault, Text};
use resources::{ResourceId, ResourcesError};

/// Why a host cannot be watched or shown.
#[derive(Debug, thiserror::Error)]
pub enum DevicesError {
    /// There is no such host, or it is not watched from here.
    #[error("show host {id}: it is not watched here")]
    HostNotFound {
        /// The id asked for.
        id: ResourceId,
    },
    /// The register did not take what was found.
    #[error("keep the host in the register: {0}")]
    Register(#[from] ResourcesError),
    /// The records did not take a fact.
    #[error("keep a fact about the host: {0}")]
    Records(#[from] DbError),
    /// A part of reading the machine ended in a panic.
    #[error("read the machine: {reason}")]
    ReadingBroken {
        /// What the runtime says.
        reason: String,
    },
}

impl From<DevicesError> for Fault {
    fn from(error: DevicesError) -> Self {
        match error {
            DevicesError::HostNotFound { id } => {
                Self::not_found(&Text::new("watched host", "受监测的主机"), id)
            }
            DevicesError::Register(error) => error.into(),
            DevicesError::Records(error) => error.into(),
            DevicesError::ReadingBroken { .. } => Self::internal(error),
        }
    }
}
