//! Resolving a name once, asking the guard, and connecting to exactly what it allowed.

use std::net::SocketAddr;

use http_kit::{
    guard::OutboundGuard,
    outgoing::{self, OutgoingError},
};
use tokio::net::TcpStream;

use super::{Blame, SendFault};

/// The addresses of `host` that the guard allows.
///
/// Errors: the message's fault when all of them are refused; the channel's when the name does not
/// resolve.
pub(super) async fn resolve(
    guard: &OutboundGuard,
    host: &str,
    port: u16,
) -> Result<Vec<SocketAddr>, SendFault> {
    Ok(outgoing::resolve(guard, host, port).await?)
}

/// Connects to the first that answers.
pub(super) async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, SendFault> {
    Ok(outgoing::connect(addresses).await?)
}

impl From<OutgoingError> for SendFault {
    fn from(error: OutgoingError) -> Self {
        let said = error.to_string();
        match error {
            // It will not be better next time.
            OutgoingError::Refused { .. } => Self::new(Blame::Message, "refused", &said),
            OutgoingError::Unaskable { .. } => Self::message(&said),
            OutgoingError::Away { .. } | OutgoingError::Certificate(_) => Self::channel(&said),
        }
    }
}
