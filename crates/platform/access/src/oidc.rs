//! OpenID Connect with a provider: discovery, the way there, and what comes back. It knows neither
//! users nor records.

mod claims;
mod door;
mod exchange;

use http_kit::outgoing::OutgoingError;
use openidconnect::core::CoreProviderMetadata;

pub(crate) use self::{
    claims::Claims,
    door::Door,
    exchange::{Client, Errand, discover, key_count, keys},
};

/// A provider's configuration and keys.
pub(crate) type Metadata = CoreProviderMetadata;

/// What went wrong with a provider. What it said is for the log and the administrator, not for
/// who signs in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OidcError {
    /// It does not answer, or not as the protocol wants.
    #[error("{said}")]
    Away { said: String },
    /// It does not give what was asked for: the code was used, the client is unknown.
    #[error("the provider refused: {said}")]
    Refused { said: String },
    /// What it says of somebody cannot be trusted.
    #[error("{said}")]
    Distrusted { said: String },
    /// It is signed by a key that was not among the provider's when they were last read.
    #[error("it is signed by a key that the provider does not have")]
    UnknownKey,
}

impl OidcError {
    fn away(said: impl Into<String>) -> Self {
        Self::Away { said: said.into() }
    }

    fn distrusted(said: impl Into<String>) -> Self {
        Self::Distrusted { said: said.into() }
    }
}

impl From<OutgoingError> for OidcError {
    fn from(error: OutgoingError) -> Self {
        Self::away(error.to_string())
    }
}
