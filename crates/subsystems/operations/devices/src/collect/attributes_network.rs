//! Network interfaces and addresses of this machine. Source: getifaddrs(3), sysfs-class-net.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use nix::sys::socket::{SockaddrIn, SockaddrIn6};
use serde::Serialize;

use super::roots::{Roots, attribute, names};

/// One interface.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InterfaceAttributes {
    /// Name, `eth0`.
    pub name: String,
    /// Address on the wire; `None` for interfaces without one.
    pub mac: Option<String>,
    /// Largest packet in bytes.
    pub mtu_bytes: Option<u64>,
    /// `up`, `down`, `unknown` … as the kernel says.
    pub state: Option<String>,
    /// IP addresses with the length of their prefix, `192.0.2.7/24`.
    pub addresses: Vec<String>,
}

/// Reads the interfaces; the addresses are known only of the machine we run on, as the kernel
/// gives those by a call and not by a file.
pub(crate) fn read(roots: &Roots) -> Vec<InterfaceAttributes> {
    let folder = roots.sys.join("class/net");
    let addresses = if *roots == Roots::system() { own_addresses() } else { Vec::new() };
    let devices = names(&folder).unwrap_or_default();
    let interfaces = devices.into_iter().map(|name| {
        let value = |file: &str| attribute(&folder.join(&name).join(file));
        let own = addresses.iter().filter(|(interface, _)| *interface == name);
        InterfaceAttributes {
            mac: value("address").filter(|mac| mac.bytes().any(|b| b != b'0' && b != b':')),
            mtu_bytes: value("mtu").and_then(|text| text.parse().ok()),
            state: value("operstate"),
            addresses: own.map(|(_, address)| address.clone()).collect(),
            name,
        }
    });
    // Beside the interfaces there are files like `bonding_masters`.
    interfaces.filter(|interface| interface.state.is_some()).collect()
}

/// Interface and address/prefix of each IP address of this machine; none if the call fails.
fn own_addresses() -> Vec<(String, String)> {
    let Ok(all) = nix::ifaddrs::getifaddrs() else { return Vec::new() };
    all.filter_map(|entry| {
        let address = entry.address?;
        let mask = entry.netmask;
        let (ip, prefix_bits) = if let Some(v4) = address.as_sockaddr_in() {
            let mask = mask.and_then(|m| m.as_sockaddr_in().map(SockaddrIn::ip));
            (IpAddr::V4(v4.ip()), bits_v4(mask.unwrap_or(Ipv4Addr::BROADCAST)))
        } else {
            let v6 = address.as_sockaddr_in6()?.ip();
            let mask = mask.and_then(|m| m.as_sockaddr_in6().map(SockaddrIn6::ip));
            (IpAddr::V6(v6), mask.map_or(128, bits_v6))
        };
        Some((entry.interface_name, format!("{ip}/{prefix_bits}")))
    })
    .collect()
}

fn bits_v4(mask: Ipv4Addr) -> u32 {
    mask.to_bits().leading_ones()
}

fn bits_v6(mask: Ipv6Addr) -> u32 {
    mask.to_bits().leading_ones()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Fixture;
    use super::*;

    #[test]
    fn interfaces_are_read_and_files_beside_them_are_not() {
        let machine = Fixture::new()
            .with("sys/class/net/eth0/operstate", "up\n")
            .with("sys/class/net/eth0/address", "02:fc:00:00:00:01\n")
            .with("sys/class/net/eth0/mtu", "1400\n")
            .with("sys/class/net/lo/operstate", "unknown\n")
            .with("sys/class/net/lo/address", "00:00:00:00:00:00\n")
            .with("sys/class/net/bonding_masters", "bond0\n");
        let interfaces = read(&machine.roots());
        assert_eq!(interfaces.len(), 2);
        assert_eq!(interfaces[0].mac.as_deref(), Some("02:fc:00:00:00:01"));
        assert_eq!(interfaces[0].mtu_bytes, Some(1400));
        assert_eq!((interfaces[1].name.as_str(), &interfaces[1].mac), ("lo", &None));
    }

    #[test]
    fn this_machine_has_its_loopback_address() {
        let interfaces = read(&Roots::system());
        let all: Vec<&String> = interfaces.iter().flat_map(|i| &i.addresses).collect();
        assert!(all.iter().any(|address| *address == "127.0.0.1/8"), "{all:?}");
    }
}
