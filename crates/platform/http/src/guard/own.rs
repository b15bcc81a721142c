//! Which addresses are this very machine's.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};

/// Addresses that no machine has (RFC 5737, RFC 3849).
const NOBODYS: (Ipv4Addr, Ipv6Addr) =
    (Ipv4Addr::new(203, 0, 113, 254), Ipv6Addr::new(0x2001, 0xdb8, 0xffff, 0, 0, 0, 0, 1));

/// Whether what is sent to `address` stays on this machine: loopback, or an address of one of its
/// interfaces. Asks the operating system; nothing is sent.
pub(super) fn is_own(address: IpAddr) -> bool {
    if address.is_loopback() || address.is_unspecified() {
        return true;
    }
    // Only what an interface has can be bound to …
    if !can_bind(address) {
        return false;
    }
    let nobodys = match address {
        IpAddr::V4(_) => IpAddr::V4(NOBODYS.0),
        IpAddr::V6(_) => IpAddr::V6(NOBODYS.1),
    };
    // … unless the kernel was told otherwise (ip_nonlocal_bind); then the address that it would
    // speak from tells.
    !can_bind(nobodys) || speaks_from(address) == Some(address)
}

fn can_bind(address: IpAddr) -> bool {
    UdpSocket::bind((address, 0)).is_ok()
}

fn speaks_from(address: IpAddr) -> Option<IpAddr> {
    let any = match address {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    // Of datagrams this only picks the route.
    socket.connect((address, 9)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_and_the_addresses_of_interfaces_are_its_own_and_others_are_not() {
        for own in ["127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "::"] {
            assert!(is_own(own.parse().unwrap()), "{own}");
        }
        for others in ["192.0.2.1", "203.0.113.254", "8.8.8.8", "2001:db8::1"] {
            assert!(!is_own(others.parse().unwrap()), "{others}");
        }
        // Where there is a way out, the address that it begins at is an interface's.
        if let Some(own) = speaks_from("192.0.2.1".parse().unwrap()) {
            assert!(is_own(own), "{own}");
        }
    }
}
