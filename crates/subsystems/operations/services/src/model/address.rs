use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The address at which a service of this machine is asked: loopback if it listens there or on
/// all addresses, else its own. None if it has only addresses that need an interface to be named.
///
/// `ipv6_loopback`: whether `::1` is there. Without it a service on `::` is asked over IPv4, which
/// it answers too unless it opted out (RFC 3493 5.3).
pub(crate) fn address_to_check(addresses: &[IpAddr], ipv6_loopback: bool) -> Option<IpAddr> {
    const V4: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const V6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);
    let on = |wanted: IpAddr| addresses.contains(&wanted);
    if on(V4) || on(IpAddr::V4(Ipv4Addr::UNSPECIFIED)) {
        return Some(V4);
    }
    if on(V6) {
        return Some(V6);
    }
    if on(IpAddr::V6(Ipv6Addr::UNSPECIFIED)) {
        return Some(if ipv6_loopback { V6 } else { V4 });
    }
    let loopback = addresses.iter().find(|address| address.is_loopback());
    let own = || addresses.iter().find(|address| !is_link_local(**address));
    loopback.or_else(own).copied()
}

fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_asked_wherever_the_service_listens_there() {
        for (addresses, ipv6_loopback, expected) in [
            ("127.0.0.1", true, Some("127.0.0.1")),
            ("0.0.0.0", true, Some("127.0.0.1")),
            ("0.0.0.0 ::", true, Some("127.0.0.1")),
            ("::", true, Some("::1")),
            ("::", false, Some("127.0.0.1")),
            ("::1 10.0.0.5", true, Some("::1")),
            ("10.0.0.5 127.0.0.53", true, Some("127.0.0.53")),
            ("10.0.0.5 192.168.1.1", true, Some("10.0.0.5")),
            ("fe80::1 2001:db8::1", true, Some("2001:db8::1")),
            ("fe80::1", true, None),
            ("", true, None),
        ] {
            let given: Vec<IpAddr> =
                addresses.split_whitespace().map(|address| address.parse().unwrap()).collect();
            let expected = expected.map(|address| address.parse::<IpAddr>().unwrap());
            assert_eq!(address_to_check(&given, ipv6_loopback), expected, "{addresses}");
        }
    }
}
