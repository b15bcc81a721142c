//! From a host to a connection: resolve once, ask the guard, connect to exactly that address.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use kernel::{Clock, Text};
use probe::guard::{OutboundGuard, Refusal};
use probe::outcome::{Outcome, State};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::spec::{Family, Host};

/// The most addresses of one name that are tried.
const ADDRESSES_MAX: usize = 4;

/// Why a host could not be reached.
#[derive(Debug)]
pub(super) enum ReachFault {
    /// The name has no address, or no server would say.
    Unresolved { host: String, reason: String },
    /// The name has no address of the wanted family.
    WrongFamily { host: String },
    /// The guard refuses the only addresses there are; no packet was sent.
    Refused { address: IpAddr, refusal: Refusal },
    /// No address took the connection; the last one failed so.
    NotConnected { address: SocketAddr, error: io::Error },
    /// No address answered in its share of the time.
    ConnectTimeout { address: SocketAddr },
}

impl ReachFault {
    /// The state a check takes: a refusal says nothing about the service.
    pub(super) fn state(&self) -> State {
        match self {
            Self::Refused { .. } => State::Unknown,
            _ => State::Critical,
        }
    }

    /// What happened.
    pub(super) fn text(&self) -> Text {
        match self {
            Self::Unresolved { host, reason } => Text::new(
                format!("{host} does not resolve to an address: {reason}"),
                format!("无法解析 {host} 的地址：{reason}"),
            ),
            Self::WrongFamily { host } => Text::new(
                format!("{host} has no address of the wanted IP version"),
                format!("{host} 没有所要求 IP 版本的地址"),
            ),
            Self::Refused { address, refusal } => {
                let why = refusal.text();
                Text::new(
                    format!("{address} is refused by the outbound policy: {}", why.en),
                    format!("出站策略禁止访问 {address}：{}", why.zh),
                )
            }
            Self::NotConnected { address, error } => {
                let why = io_text(error);
                Text::new(
                    format!("cannot connect to {address}: {}", why.en),
                    format!("无法连接 {address}：{}", why.zh),
                )
            }
            Self::ConnectTimeout { address } => Text::new(
                format!("{address} does not answer the connection"),
                format!("{address} 对连接请求没有应答"),
            ),
        }
    }

    /// The outcome of a check that ends here.
    pub(super) fn outcome(&self) -> Outcome {
        Outcome::new(self.state(), self.text())
    }
}

/// Says what an error of the operating system means.
pub(super) fn io_text(error: &io::Error) -> Text {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Text::new("connection refused", "连接被拒绝"),
        io::ErrorKind::ConnectionReset => Text::new("connection reset", "连接被重置"),
        io::ErrorKind::TimedOut => Text::new("timed out", "超时"),
        io::ErrorKind::HostUnreachable => Text::new("host unreachable", "主机不可达"),
        io::ErrorKind::NetworkUnreachable => Text::new("network unreachable", "网络不可达"),
        io::ErrorKind::PermissionDenied => Text::new("permission denied", "没有权限"),
        io::ErrorKind::UnexpectedEof => {
            Text::new("the other side closed the connection", "对方关闭了连接")
        }
        _ => Text::same(error.to_string()),
    }
}

/// Resolves a host and keeps the addresses that may be reached, at most [`ADDRESSES_MAX`].
pub(super) async fn resolve(
    host: &Host,
    port: Option<u16>,
    family: Family,
    guard: &OutboundGuard,
) -> Result<Vec<IpAddr>, ReachFault> {
    let found: Vec<IpAddr> = match &host.0 {
        url::Host::Ipv4(v4) => vec![IpAddr::V4(*v4)],
        url::Host::Ipv6(v6) => vec![IpAddr::V6(*v6)],
        url::Host::Domain(name) => {
            let unresolved = |reason: String| ReachFault::Unresolved { host: name.clone(), reason };
            let found = tokio::net::lookup_host((name.as_str(), port.unwrap_or(0))).await;
            let found = found.map_err(|error| unresolved(resolver_reason(&error)))?;
            let mut distinct: Vec<IpAddr> = Vec::new();
            for address in found.map(|address| address.ip()).take(64) {
                if !distinct.contains(&address) {
                    distinct.push(address);
                }
            }
            if distinct.is_empty() {
                return Err(unresolved("no address".to_owned()));
            }
            distinct
        }
    };
    let wanted: Vec<IpAddr> = found
        .into_iter()
        .filter(|address| match family {
            Family::Any => true,
            Family::V4 => address.is_ipv4(),
            Family::V6 => address.is_ipv6(),
        })
        .collect();
    let Some(first) = wanted.first().copied() else {
        return Err(ReachFault::WrongFamily { host: host.to_string() });
    };
    let judged: Vec<_> = wanted.into_iter().map(|a| (a, guard.permit(a, port))).collect();
    let allowed = judged.iter().filter(|(_, permit)| permit.is_ok()).map(|(address, _)| *address);
    let allowed: Vec<IpAddr> = allowed.take(ADDRESSES_MAX).collect();
    if allowed.is_empty() {
        let refusal = judged[0].1.err().unwrap_or(Refusal::Listed);
        return Err(ReachFault::Refused { address: first, refusal });
    }
    Ok(allowed)
}

/// The C library's reason without Rust's wrapping words.
fn resolver_reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.strip_prefix("failed to lookup address information: ").unwrap_or(&text).to_owned()
}

/// A connection with the time that its parts took.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) stream: TcpStream,
    pub(super) address: SocketAddr,
    pub(super) took: Duration,
}

/// Connects to the first address that takes it; each gets an equal share of `within`.
pub(super) async fn connect(
    addresses: &[IpAddr],
    port: u16,
    within: Duration,
    clock: &dyn Clock,
) -> Result<Connection, ReachFault> {
    let share = within / u32::try_from(addresses.len().max(1)).unwrap_or(1);
    let mut last = None;
    for ip in addresses {
        let address = SocketAddr::new(*ip, port);
        let began = clock.monotonic();
        match timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                let took = clock.monotonic().saturating_sub(began);
                // Without it a request in two writes would wait for the peer's delayed ACK.
                let _ = stream.set_nodelay(true);
                return Ok(Connection { stream, address, took });
            }
            Ok(Err(error)) => last = Some(ReachFault::NotConnected { address, error }),
            Err(_) => last = Some(ReachFault::ConnectTimeout { address }),
        }
    }
    Err(last.expect("resolve() returned at least one address"))
}
