//! Resolving a name once, asking the guard, and connecting to exactly what it allowed.

use std::net::SocketAddr;

use http_kit::guard::OutboundGuard;
use tokio::net::{TcpStream, lookup_host};

use super::{Blame, SendFault};

/// Addresses of one name that are tried.
const ADDRESSES_MAX: usize = 4;

/// The addresses of `host` that the guard allows.
///
/// Errors: the message's fault when all of them are refused: it will not be better next time; the
/// channel's when the name does not resolve.
pub(super) async fn resolve(
    guard: &OutboundGuard,
    host: &str,
    port: u16,
) -> Result<Vec<SocketAddr>, SendFault> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found = lookup_host((bare, port)).await;
    let found: Vec<SocketAddr> = found
        .map_err(|error| SendFault::channel(&format!("{host} does not resolve: {error}")))?
        .take(ADDRESSES_MAX)
        .collect();
    let mut refused = None;
    let mut allowed = Vec::new();
    for address in found {
        match guard.permit(address.ip(), Some(port)) {
            Ok(()) => allowed.push(address),
            Err(refusal) => refused = Some((address.ip(), refusal)),
        }
    }
    match (allowed.is_empty(), refused) {
        (false, _) => Ok(allowed),
        (true, Some((ip, refusal))) => {
            let said = format!("{host} is {ip}: {}, which must not be reached", refusal.text().en);
            Err(SendFault::new(Blame::Message, "refused", &said))
        }
        (true, None) => Err(SendFault::channel(&format!("{host} has no address"))),
    }
}

/// Connects to the first that answers.
pub(super) async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, SendFault> {
    let mut said = String::new();
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                // Small requests go at once.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!("failed to set TCP_NODELAY: {error}");
                }
                return Ok(stream);
            }
            Err(error) => said = format!("{address}: {error}"),
        }
    }
    Err(SendFault::channel(&said))
}
