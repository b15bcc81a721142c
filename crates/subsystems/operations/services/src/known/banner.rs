//! What a service says by itself to whoever connects.

use std::net::SocketAddr;
use std::time::Duration;

use probe::guard::OutboundGuard;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The most bytes of a banner that are read.
pub const BANNER_BYTES_MAX: usize = 512;
/// How long reading a banner takes at most, connecting included.
pub const BANNER_WAIT: Duration = Duration::from_secs(1);

/// Connects, listens and hangs up; sends nothing. Empty if the service says nothing of itself in
/// [`BANNER_WAIT`], cannot be reached, or the guard refuses its address.
pub async fn read_banner(address: SocketAddr, guard: &OutboundGuard) -> Vec<u8> {
    if guard.permit(address.ip(), Some(address.port())).is_err() {
        return Vec::new();
    }
    let mut banner = Vec::new();
    let listen = async {
        let mut stream = TcpStream::connect(address).await.ok()?;
        // One read: a banner that comes in pieces is cut at a line by the service, not by us.
        let mut buffer = [0_u8; BANNER_BYTES_MAX];
        let count = stream.read(&mut buffer).await.ok()?;
        banner.extend_from_slice(&buffer[..count]);
        Some(())
    };
    let _ = timeout(BANNER_WAIT, listen).await;
    banner
}
