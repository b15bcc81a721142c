//! Ping: does the host answer ICMP echo, how fast, and how much is lost?

mod packet;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::AsRawFd;
use std::time::Duration;

use kernel::{Clock, Text};
use probe::outcome::{
    Check, CheckContext, Figure, Outcome, Protocol, Running, SpecFault, State, Threshold,
};
use serde::Deserialize;
use serde_json::{Value, json};
use socket2::{Domain, Socket, Type};
use tokio::net::UdpSocket;
use tokio::time::timeout;

use self::packet::Icmp;
use super::reach;
use super::spec::{self, Family, Host, Limits, limits_schema, property};
use super::tcp::seconds;
use super::verdict::{Verdict, readable};

/// The most packets of one run.
const PACKETS_MAX: u16 = 20;

/// Makes checks of hosts by ICMP echo.
#[derive(Debug)]
pub struct PingProtocol;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PingSpec {
    host: Host,
    #[serde(default)]
    family: Family,
    #[serde(default = "three")]
    packets: u16,
    #[serde(default = "fifth_of_a_second")]
    interval_ms: u16,
    #[serde(default)]
    latency: Limits,
    #[serde(default = "some_loss")]
    loss_percent: Limits,
}

fn three() -> u16 {
    3
}

fn fifth_of_a_second() -> u16 {
    200
}

fn some_loss() -> Limits {
    Limits { warning: Some(Threshold::above(20.0)), critical: Some(Threshold::above(60.0)) }
}

#[derive(Debug)]
struct PingCheck {
    spec: PingSpec,
}

impl Protocol for PingProtocol {
    fn name(&self) -> &'static str {
        "ping"
    }

    fn title(&self) -> Text {
        Text::new("Ping", "Ping 连通性")
    }

    fn parse(&self, spec: Value) -> Result<Box<dyn Check>, SpecFault> {
        let spec: PingSpec = spec::read(spec)?;
        if !(1..=PACKETS_MAX).contains(&spec.packets) {
            let expected = Text::new("1 to 20 packets", "1 到 20 个数据包");
            return Err(spec::fault("packets", spec.packets, expected));
        }
        if !(10..=5000).contains(&spec.interval_ms) {
            let expected = Text::new("10 to 5000 ms", "10 到 5000 毫秒");
            return Err(spec::fault("interval_ms", spec.interval_ms, expected));
        }
        Ok(Box::new(PingCheck { spec }))
    }

    fn schema(&self) -> Value {
        let packets = json!({ "type": "integer", "minimum": 1, "maximum": PACKETS_MAX });
        let interval = json!({ "type": "integer", "minimum": 10, "maximum": 5000 });
        spec::schema(
            &["host"],
            &json!({
                "host": property("Host", "主机", json!({ "type": "string", "maxLength": 253 })),
                "family": property("IP version", "IP 版本", json!({ "enum": ["any", "v4", "v6"] })),
                "packets": property("Packets", "数据包数", packets),
                "interval_ms": property("Interval (ms)", "发送间隔（毫秒）", interval),
                "latency": limits_schema("Average round trip (s)", "平均往返时延（秒）", "s"),
                "loss_percent": limits_schema("Loss (%)", "丢包率（%）", "%"),
            }),
        )
    }
}

impl Check for PingCheck {
    fn run<'a>(&'a self, cx: &'a CheckContext) -> Running<'a> {
        Box::pin(async move {
            let found = timeout(
                cx.timeout,
                reach::resolve(&self.spec.host, None, self.spec.family, &cx.guard),
            );
            let address = match found.await {
                Ok(Ok(addresses)) => addresses[0],
                Ok(Err(fault)) => return fault.outcome(),
                Err(_) => {
                    let host = self.spec.host.to_string();
                    let reason = format!("no answer within {}", readable(cx.timeout));
                    return reach::ReachFault::Unresolved { host, reason }.outcome();
                }
            };
            let socket = match open(address) {
                Ok(socket) => socket,
                Err(error) => return not_permitted(&error),
            };
            let mut round = Round::new(&socket, address, &*cx.clock);
            let interval = Duration::from_millis(u64::from(self.spec.interval_ms));
            // A tenth is kept back so that the answer comes within the check's own time.
            let within = cx.timeout.mul_f64(0.9);
            let ended = timeout(within, round.play(self.spec.packets, interval)).await;
            if let Ok(Err(error)) = ended {
                let why = reach::io_text(&error);
                return Outcome::critical(Text::new(
                    format!("cannot send to {address}: {}", why.en),
                    format!("无法向 {address} 发送数据包：{}", why.zh),
                ));
            }
            self.judge(address, &round.times)
        })
    }

    fn target(&self) -> String {
        self.spec.host.to_string()
    }
}

impl PingCheck {
    fn judge(&self, address: IpAddr, times: &[Option<Duration>]) -> Outcome {
        let sent = self.spec.packets;
        let back: Vec<Duration> = times.iter().copied().flatten().collect();
        let received = u16::try_from(back.len()).unwrap_or(sent);
        let loss = 100.0 * f64::from(sent - received.min(sent)) / f64::from(sent);
        let mut verdict = Verdict::default();
        let loss_figure = Figure::new("loss", loss, "%").with_bounds(Some(0.0), Some(100.0));
        if received == 0 {
            verdict.find(
                State::Critical,
                Text::new(
                    format!("{address} answers none of {sent} packets"),
                    format!("{address} 对 {sent} 个数据包均无应答"),
                ),
            );
            verdict.figure(loss_figure);
            return verdict.finish(Text::same(self.target()));
        }
        verdict.judge(loss_figure, &self.spec.loss_percent, &Text::new("packet loss", "丢包率"));
        let average = back.iter().sum::<Duration>() / u32::from(received);
        let least = back.iter().min().copied().unwrap_or_default();
        let most = back.iter().max().copied().unwrap_or_default();
        let what = Text::new("average round trip", "平均往返时延");
        verdict.judge(seconds("rtt", average), &self.spec.latency, &what);
        verdict.figure(seconds("rtt_min", least));
        verdict.figure(seconds("rtt_max", most));
        let took = readable(average);
        verdict.finish(Text::new(
            format!("{address} answers {received} of {sent} packets in {took} on average"),
            format!("{address} 应答 {received}/{sent} 个数据包，平均 {took}"),
        ))
    }
}

/// Opens a socket for ICMP: the unprivileged kind if this group may, else the raw kind.
fn open(address: IpAddr) -> io::Result<UdpSocket> {
    let (domain, protocol) = match address {
        IpAddr::V4(_) => (Domain::IPV4, socket2::Protocol::ICMPV4),
        IpAddr::V6(_) => (Domain::IPV6, socket2::Protocol::ICMPV6),
    };
    let socket = Socket::new(domain, Type::DGRAM, Some(protocol))
        .or_else(|_| Socket::new(domain, Type::RAW, Some(protocol)))?;
    socket.set_nonblocking(true)?;
    socket.connect(&SocketAddr::new(address, 0).into())?;
    // Only send and recv are used from here on, which are the same for every datagram socket.
    UdpSocket::from_std(std::net::UdpSocket::from(socket))
}

fn not_permitted(error: &io::Error) -> Outcome {
    if error.kind() != io::ErrorKind::PermissionDenied {
        let why = reach::io_text(error);
        return Outcome::critical(Text::new(
            format!("no way to the host: {}", why.en),
            format!("没有到主机的路由：{}", why.zh),
        ));
    }
    Outcome::unknown(Text::new(
        "this process may not send ICMP: it needs the capability CAP_NET_RAW, or its group in \
         net.ipv4.ping_group_range",
        "本进程无权发送 ICMP：需要 CAP_NET_RAW 能力，或将其用户组加入 net.ipv4.ping_group_range",
    ))
}

/// The packets of one run.
struct Round<'a> {
    socket: &'a UdpSocket,
    icmp: Icmp,
    mark: u64,
    clock: &'a dyn Clock,
    sent_at: Vec<Duration>,
    times: Vec<Option<Duration>>,
}

impl<'a> Round<'a> {
    fn new(socket: &'a UdpSocket, address: IpAddr, clock: &'a dyn Clock) -> Self {
        let icmp = if address.is_ipv4() { Icmp::V4 } else { Icmp::V6 };
        // Unique among all rounds under way on this machine: process and open socket.
        let descriptor = u32::try_from(socket.as_raw_fd()).unwrap_or_default();
        let mark = u64::from(std::process::id()) << 32 | u64::from(descriptor);
        Self { socket, icmp, mark, clock, sent_at: Vec::new(), times: Vec::new() }
    }

    /// Sends all packets, one each `interval`, and waits until all are answered; the caller limits
    /// how long.
    async fn play(&mut self, packets: u16, interval: Duration) -> io::Result<()> {
        for sequence in 0..packets {
            #[expect(clippy::cast_possible_truncation, reason = "an identifier is any 16 bits")]
            let identifier = self.mark as u16;
            let packet = packet::request(self.icmp, identifier, sequence, self.mark);
            self.sent_at.push(self.clock.monotonic());
            self.times.push(None);
            self.send(&packet).await?;
            if sequence + 1 < packets {
                // The time to the next packet is spent listening: it may well run out.
                if let Ok(Err(error)) = timeout(interval, self.listen(packets)).await {
                    return Err(error);
                }
            }
        }
        self.listen(packets).await
    }

    async fn send(&self, packet: &[u8]) -> io::Result<()> {
        match self.socket.send(packet).await {
            // An error that an earlier packet met is reported here: that packet is lost, no more.
            Err(error) if is_lost(&error) => Ok(()),
            other => other.map(|_| ()),
        }
    }

    /// Takes replies until each of `packets` has one.
    async fn listen(&mut self, packets: u16) -> io::Result<()> {
        let mut buffer = [0_u8; 2048];
        while self.times.iter().flatten().count() < usize::from(packets) {
            let received = match self.socket.recv(&mut buffer).await {
                Err(error) if is_lost(&error) => continue,
                other => other?,
            };
            let now = self.clock.monotonic();
            let sequence = packet::reply(self.icmp, &buffer[..received], self.mark);
            let Some(at) = sequence.map(usize::from).filter(|at| *at < self.times.len()) else {
                continue;
            };
            // A second reply to the same packet does not change the first one's time.
            self.times[at].get_or_insert(now.saturating_sub(self.sent_at[at]));
        }
        Ok(())
    }
}

/// Whether the network lost a packet, as opposed to this machine being unable to send.
fn is_lost(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
    )
}
