//! Which addresses may be reached for somebody: the guard against being used as a door to where the
//! one who writes a check or a channel could not go (server-side request forgery).
//!
//! The decision is about the resolved [`IpAddr`], never about a name or its spelling: the caller
//! resolves once, asks the guard, and connects to exactly the address that was allowed. Each
//! redirect is a new question.

mod own;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use kernel::Text;
use serde::{Deserialize, Serialize};

/// Whether a class of addresses may be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// One may go there.
    Allowed,
    /// Refused, unless the address is listed as allowed.
    Refused,
}

/// The guard's policy: settings of the installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OutboundGuard {
    /// This machine itself: 127.0.0.0/8 and `::1`. Allowed by default, to watch its own services.
    pub loopback: Reach,
    /// Private networks (RFC 1918, RFC 4193, RFC 6598). Allowed by default: that is where one
    /// monitors.
    pub private: Reach,
    /// Networks that are allowed whatever the rest says, at most a few dozen.
    pub allow: Vec<IpNet>,
    /// Networks that are refused, unless listed in `allow`.
    pub refuse: Vec<IpNet>,
    /// Ports of this very server that nobody may reach over loopback; none by default.
    pub own_ports: Vec<u16>,
    /// This very machine by any of its addresses, whatever is listed: refused to whom the
    /// permission is not given everywhere. No setting; see [`OutboundGuard::without_own_machine`].
    #[serde(skip)]
    pub own_machine: Reach,
}

impl Default for OutboundGuard {
    fn default() -> Self {
        Self {
            loopback: Reach::Allowed,
            private: Reach::Allowed,
            allow: Vec::new(),
            refuse: Vec::new(),
            own_ports: Vec::new(),
            own_machine: Reach::Allowed,
        }
    }
}

/// Why an address is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// An address at which clouds give out a machine's credentials.
    Metadata,
    /// Link-local: 169.254.0.0/16, `fe80::/10`.
    LinkLocal,
    /// Multicast.
    Multicast,
    /// 255.255.255.255.
    Broadcast,
    /// 0.0.0.0/8 or `::`, which many systems take for themselves.
    Unspecified,
    /// Reserved by the RFCs for no use.
    Reserved,
    /// This machine, and the policy refuses it.
    Loopback,
    /// A port of this very server.
    OwnPort,
    /// A private network, and the policy refuses them.
    Private,
    /// A network that the policy names.
    Listed,
    /// This machine, and whoever asks may not look into it.
    OwnMachine,
}

impl Refusal {
    /// Says why in both languages.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Metadata => Text::new("a cloud metadata address", "云主机元数据地址"),
            Self::LinkLocal => Text::new("a link-local address", "链路本地地址"),
            Self::Multicast => Text::new("a multicast address", "组播地址"),
            Self::Broadcast => Text::new("the broadcast address", "广播地址"),
            Self::Unspecified => Text::new("the unspecified address", "未指定地址"),
            Self::Reserved => Text::new("a reserved address", "保留地址"),
            Self::Loopback => Text::new("this machine (loopback)", "本机（环回地址）"),
            Self::OwnPort => Text::new("a port of this server", "本服务器自身的端口"),
            Self::Private => Text::new("a private network", "私有网络地址"),
            Self::Listed => Text::new("a network the policy refuses", "策略禁止的网络"),
            Self::OwnMachine => Text::new(
                "the server's own machine, which needs the permission everywhere",
                "服务器本机，需要全局权限",
            ),
        }
    }
}

/// Addresses at which cloud providers hand out credentials to whoever asks from the machine.
///
/// Sources: the providers' documentation (Amazon EC2 and most others; EC2 over IPv6; Alibaba
/// Cloud; Oracle Cloud at 192.0.0.192; Azure's wire server 168.63.129.16).
const METADATA: [IpAddr; 6] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x0254)),
];

impl OutboundGuard {
    /// The same policy for whom this very machine is off limits, by whatever address.
    #[must_use]
    pub fn without_own_machine(&self) -> Self {
        Self { own_machine: Reach::Refused, ..self.clone() }
    }

    /// Decides whether one may talk to `address`. ICMP and the like pass port `None`.
    ///
    /// Errors: the reason of the refusal.
    pub fn permit(&self, address: IpAddr, port: Option<u16>) -> Result<(), Refusal> {
        let address = plain(address);
        if self.own_machine == Reach::Refused && own::is_own(address) {
            return Err(Refusal::OwnMachine);
        }
        if self.allow.iter().any(|net| net.contains(&address)) {
            return Ok(());
        }
        if METADATA.contains(&address) {
            return Err(Refusal::Metadata);
        }
        if self.refuse.iter().any(|net| net.contains(&address)) {
            return Err(Refusal::Listed);
        }
        match address {
            IpAddr::V4(v4) => refuse_v4(v4)?,
            IpAddr::V6(v6) => refuse_v6(v6)?,
        }
        if address.is_loopback() {
            let own = port.is_some_and(|port| self.own_ports.contains(&port));
            return match self.loopback {
                Reach::Refused => Err(Refusal::Loopback),
                Reach::Allowed if own => Err(Refusal::OwnPort),
                Reach::Allowed => Ok(()),
            };
        }
        if self.private == Reach::Refused && is_private(address) {
            return Err(Refusal::Private);
        }
        Ok(())
    }
}

/// Takes an IPv4 address out of its IPv6 wrappings: mapped (`::ffff:0:0/96`), NAT64
/// (`64:ff9b::/96`, RFC 6052), 6to4 (`2002::/16`, RFC 3056) and the deprecated compatible form.
fn plain(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    let [a, b, c, d, e, f, high, low] = v6.segments();
    let v4 = |high: u16, low: u16| {
        let ([w, x], [y, z]) = (high.to_be_bytes(), low.to_be_bytes());
        IpAddr::V4(Ipv4Addr::new(w, x, y, z))
    };
    match [a, b, c, d, e, f] {
        [0, 0, 0, 0, 0, 0xffff] | [0x64, 0xff9b, 0, 0, 0, 0] => v4(high, low),
        [0, 0, 0, 0, 0, 0] if !v6.is_loopback() && !v6.is_unspecified() => v4(high, low),
        [0x2002, high, low, ..] => v4(high, low),
        _ => address,
    }
}

fn refuse_v4(v4: Ipv4Addr) -> Result<(), Refusal> {
    let [first, ..] = v4.octets();
    if v4.is_link_local() {
        Err(Refusal::LinkLocal)
    } else if v4.is_multicast() {
        Err(Refusal::Multicast)
    } else if v4.is_broadcast() {
        Err(Refusal::Broadcast)
    } else if first == 0 {
        Err(Refusal::Unspecified)
    } else if first >= 240 {
        Err(Refusal::Reserved)
    } else {
        Ok(())
    }
}

fn refuse_v6(v6: Ipv6Addr) -> Result<(), Refusal> {
    if v6.is_unicast_link_local() {
        Err(Refusal::LinkLocal)
    } else if v6.is_multicast() {
        Err(Refusal::Multicast)
    } else if v6.is_unspecified() {
        Err(Refusal::Unspecified)
    } else {
        Ok(())
    }
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            v4.is_private() || (a == 100 && (64..128).contains(&b))
        }
        IpAddr::V6(v6) => v6.is_unique_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::{OutboundGuard, Reach, Refusal};

    fn ask(guard: &OutboundGuard, address: &str) -> Option<Refusal> {
        guard.permit(address.parse().unwrap(), Some(80)).err()
    }

    #[test]
    fn the_default_policy_reaches_networks_but_no_special_address() {
        let guard = OutboundGuard::default();
        let table = [
            ("192.0.2.10", None),
            ("10.1.2.3", None),
            ("192.168.1.1", None),
            ("100.64.0.1", None),
            ("127.0.0.1", None),
            ("127.9.9.9", None),
            ("8.8.8.8", None),
            ("::1", None),
            ("fd00::2", None),
            ("2001:db8::1", None),
            ("169.254.169.254", Some(Refusal::Metadata)),
            ("169.254.0.1", Some(Refusal::LinkLocal)),
            ("169.254.170.2", Some(Refusal::LinkLocal)),
            ("100.100.100.200", Some(Refusal::Metadata)),
            ("192.0.0.192", Some(Refusal::Metadata)),
            ("168.63.129.16", Some(Refusal::Metadata)),
            ("fd00:ec2::254", Some(Refusal::Metadata)),
            ("fd20:ce::254", Some(Refusal::Metadata)),
            ("fe80::1", Some(Refusal::LinkLocal)),
            ("febf::1", Some(Refusal::LinkLocal)),
            ("224.0.0.1", Some(Refusal::Multicast)),
            ("ff02::1", Some(Refusal::Multicast)),
            ("0.0.0.0", Some(Refusal::Unspecified)),
            ("0.1.2.3", Some(Refusal::Unspecified)),
            ("::", Some(Refusal::Unspecified)),
            ("255.255.255.255", Some(Refusal::Broadcast)),
            ("240.0.0.1", Some(Refusal::Reserved)),
        ];
        for (address, expected) in table {
            assert_eq!(ask(&guard, address), expected, "{address}");
        }
    }

    #[test]
    fn a_wrapped_ipv4_address_is_judged_as_what_it_is() {
        let guard = OutboundGuard::default();
        for wrapped in [
            "::ffff:169.254.169.254",
            "::ffff:a9fe:a9fe",
            "64:ff9b::169.254.169.254",
            "2002:a9fe:a9fe::1",
            "::169.254.169.254",
        ] {
            assert_eq!(ask(&guard, wrapped), Some(Refusal::Metadata), "{wrapped}");
        }
        assert_eq!(ask(&guard, "::ffff:127.0.0.1"), None);
    }

    #[test]
    fn loopback_and_private_networks_follow_the_policy() {
        let guard = OutboundGuard {
            loopback: Reach::Refused,
            private: Reach::Refused,
            ..OutboundGuard::default()
        };
        for (address, expected) in [
            ("127.0.0.1", Some(Refusal::Loopback)),
            ("::1", Some(Refusal::Loopback)),
            ("::ffff:127.0.0.1", Some(Refusal::Loopback)),
            ("10.0.0.1", Some(Refusal::Private)),
            ("172.31.0.1", Some(Refusal::Private)),
            ("100.64.0.1", Some(Refusal::Private)),
            ("fd12::1", Some(Refusal::Private)),
            ("192.0.2.1", None),
        ] {
            assert_eq!(ask(&guard, address), expected, "{address}");
        }
    }

    #[test]
    fn what_is_listed_as_allowed_wins_over_every_refusal() {
        let guard = OutboundGuard {
            allow: vec!["169.254.169.254/32".parse().unwrap(), "fe80::/64".parse().unwrap()],
            refuse: vec!["10.0.0.0/8".parse().unwrap()],
            ..OutboundGuard::default()
        };
        assert_eq!(ask(&guard, "169.254.169.254"), None);
        assert_eq!(ask(&guard, "169.254.169.253"), Some(Refusal::LinkLocal));
        assert_eq!(ask(&guard, "fe80::7"), None);
        assert_eq!(ask(&guard, "10.2.3.4"), Some(Refusal::Listed));
    }

    #[test]
    fn who_may_not_look_into_this_machine_does_not_reach_it_by_any_address() {
        let listed = vec!["127.0.0.0/8".parse().unwrap()];
        let guard = OutboundGuard { allow: listed, ..OutboundGuard::default() };
        let guard = guard.without_own_machine();
        for own in ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "0.0.0.0", "::"] {
            assert_eq!(ask(&guard, own), Some(Refusal::OwnMachine), "{own}");
        }
        assert_eq!(ask(&guard, "192.0.2.1"), None);
    }

    #[test]
    fn the_servers_own_ports_are_refused_over_loopback_only() {
        let guard = OutboundGuard { own_ports: vec![80], ..OutboundGuard::default() };
        assert_eq!(ask(&guard, "127.0.0.1"), Some(Refusal::OwnPort));
        assert_eq!(ask(&guard, "192.0.2.1"), None);
        assert_eq!(guard.permit("127.0.0.1".parse().unwrap(), Some(81)), Ok(()));
        assert_eq!(guard.permit("127.0.0.1".parse().unwrap(), None), Ok(()));
    }

    #[test]
    fn the_policy_is_a_document_with_known_keys_only() {
        let guard: OutboundGuard =
            serde_json::from_str(r#"{"private": "refused", "allow": ["10.0.0.0/8"]}"#).unwrap();
        assert_eq!(guard.private, Reach::Refused);
        assert_eq!(ask(&guard, "10.0.0.1"), None);
        assert!(serde_json::from_str::<OutboundGuard>(r#"{"lopback": "refused"}"#).is_err());
    }
}
