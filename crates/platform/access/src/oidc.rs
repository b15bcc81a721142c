//! OpenID Connect with a provider: discovery, the way there, and what comes back. It knows neither
//! users nor records.

mod claims;
mod door;
mod exchange;
mod way_out;

use http_kit::outgoing::OutgoingError;
use kernel::Text;
use openidconnect::ProviderMetadataWithLogout;

pub(crate) use self::{
    claims::Claims,
    door::Door,
    exchange::{Client, Errand, discover, key_count, keys},
    way_out::{end_session_endpoint, way_out},
};

/// A provider's configuration and keys.
pub(crate) type Metadata = ProviderMetadataWithLogout;

/// What went wrong with a provider. What it said is for the log and the administrator, not for
/// who signs in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OidcError {
    /// It does not answer, or not as the protocol wants.
    #[error("{}", said.en)]
    Away { said: Text },
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
        Self::Away { said: Text::same(said) }
    }

    /// What went wrong, for who may know.
    pub(crate) fn text(&self) -> Text {
        match self {
            Self::Away { said } => said.clone(),
            other => Text::same(other.to_string()),
        }
    }

    fn distrusted(said: impl Into<String>) -> Self {
        Self::Distrusted { said: said.into() }
    }
}

impl From<OutgoingError> for OidcError {
    fn from(error: OutgoingError) -> Self {
        Self::Away { said: error.text() }
    }
}
