//! Properties of network interfaces, from `/sys/class/net`. Source: kernel's sysfs-class-net.
//!
//! This is the dearest of the simple collectors: some twenty files an interface, several of which
//! take the kernel's network lock. So what changes by itself (link, speed) is read each time, the
//! rest each sixth time; with very many interfaces both are read more rarely.

use super::error::CollectError;
use super::parse::{hex, number};
use super::reading::Reading;
use super::roots::{Roots, attribute, names};

/// Readings between two readings of what a person has to change.
const SLOW_PERIOD: usize = 6;
/// So many interfaces are read each time; twice as many each second time, and so on.
const INTERFACES_EACH_TIME: usize = 64;
/// Bytes per second of one megabit per second, the unit of `speed`.
const BYTES_PER_MEGABIT: f64 = 125_000.0;

/// File and metric of what changes by itself.
const LIVE: [(&str, &str); 6] = [
    ("carrier", "node_network_carrier"),
    ("carrier_changes", "node_network_carrier_changes_total"),
    ("carrier_up_count", "node_network_carrier_up_changes_total"),
    ("carrier_down_count", "node_network_carrier_down_changes_total"),
    ("dormant", "node_network_dormant"),
    ("flags", "node_network_flags"),
];
/// File and metric of what a person has to change.
const SETTINGS: [(&str, &str); 10] = [
    ("addr_assign_type", "node_network_address_assign_type"),
    ("dev_id", "node_network_device_id"),
    ("ifindex", "node_network_iface_id"),
    ("iflink", "node_network_iface_link"),
    ("link_mode", "node_network_iface_link_mode"),
    ("mtu", "node_network_mtu_bytes"),
    ("name_assign_type", "node_network_name_assign_type"),
    ("netdev_group", "node_network_net_dev_group"),
    ("tx_queue_len", "node_network_transmit_queue_length"),
    ("type", "node_network_protocol_type"),
];
/// Label and file of `node_network_info` after `device`.
const INFO: [(&str, &str); 5] = [
    ("address", "address"),
    ("broadcast", "broadcast"),
    ("duplex", "duplex"),
    ("ifalias", "ifalias"),
    ("operstate", "operstate"),
];

/// The interfaces' collector, with its rhythm.
pub(crate) struct NetClass {
    round: usize,
    period: usize,
}

impl NetClass {
    /// Reads everything the first time.
    pub(crate) fn new() -> Self {
        Self { round: 0, period: 1 }
    }

    /// Counts one reading of the machine; true if this collector takes part in it.
    pub(crate) fn due(&mut self) -> bool {
        self.round += 1;
        (self.round - 1).is_multiple_of(self.period)
    }

    /// Adds `node_network_*{device}` but the traffic.
    pub(crate) fn collect(
        &mut self,
        roots: &Roots,
        out: &mut Vec<Reading>,
    ) -> Result<(), CollectError> {
        let folder = roots.sys.join("class/net");
        let slow = (self.round.max(1) - 1).is_multiple_of(self.period * SLOW_PERIOD);
        let devices = names(&folder)?;
        self.period = 1 + devices.len() / INTERFACES_EACH_TIME;
        for device in &devices {
            let read = |file: &str| attribute(&folder.join(device).join(file));
            // Beside the interfaces there are files like `bonding_masters`.
            let Some(operstate) = read("operstate") else { continue };
            let up = if operstate == "up" { 1.0 } else { 0.0 };
            out.push(Reading::labelled("node_network_up", "device", device, up));
            add(&LIVE, device, read, out)?;
            if let Some(word) = read("speed") {
                let megabits = number("speed", &word)?;
                // Interfaces without a speed of their own (bridges, virtual machines) say -1.
                if megabits >= 0.0 {
                    let bytes = megabits * BYTES_PER_MEGABIT;
                    out.push(Reading::labelled(
                        "node_network_speed_bytes",
                        "device",
                        device,
                        bytes,
                    ));
                }
            }
            if slow {
                add(&SETTINGS, device, read, out)?;
                let mut labels = vec![("device", device.clone())];
                labels.extend(INFO.map(|(label, file)| (label, read(file).unwrap_or_default())));
                out.push(Reading::with("node_network_info", labels, 1.0));
            }
        }
        Ok(())
    }
}

fn add(
    files: &[(&'static str, &'static str)],
    device: &str,
    read: impl Fn(&str) -> Option<String>,
    out: &mut Vec<Reading>,
) -> Result<(), CollectError> {
    for (file, metric) in files {
        // A file that has no meaning for this interface, or for this state of it, cannot be read.
        let Some(word) = read(file) else { continue };
        let value = match word.strip_prefix("0x") {
            Some(digits) => hex(file, digits)? as f64,
            None => number(file, &word)?,
        };
        out.push(Reading::labelled(*metric, "device", device, value));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::fixture::Fixture;
    use super::*;

    fn machine() -> Fixture {
        Fixture::new()
            .with("sys/class/net/bonding_masters", "bond0\n")
            .with("sys/class/net/eth0/operstate", "up\n")
            .with("sys/class/net/eth0/carrier", "1\n")
            .with("sys/class/net/eth0/flags", "0x1003\n")
            .with("sys/class/net/eth0/speed", "1000\n")
            .with("sys/class/net/eth0/mtu", "1500\n")
            .with("sys/class/net/eth0/address", "02:fc:00:00:00:01\n")
            .with("sys/class/net/br0/operstate", "down\n")
            .with("sys/class/net/br0/speed", "-1\n")
    }

    #[test]
    fn first_reading_has_everything_and_the_next_what_changes() {
        let machine = machine();
        let mut interfaces = NetClass::new();
        assert!(interfaces.due());
        let first = machine.render(|roots, out| interfaces.collect(roots, out));
        expect![[r#"
            node_network_up{device="br0"} 0
            node_network_info{device="br0"
              address=""
              broadcast=""
              duplex=""
              ifalias=""
              operstate="down"} 1
            node_network_up{device="eth0"} 1
            node_network_carrier{device="eth0"} 1
            node_network_flags{device="eth0"} 4099
            node_network_speed_bytes{device="eth0"} 125000000
            node_network_mtu_bytes{device="eth0"} 1500
            node_network_info{device="eth0"
              address="02:fc:00:00:00:01"
              broadcast=""
              duplex=""
              ifalias=""
              operstate="up"} 1
        "#]]
        .assert_eq(&first.replace(',', "\n  "));
        assert!(interfaces.due());
        expect![[r#"
            node_network_up{device="br0"} 0
            node_network_up{device="eth0"} 1
            node_network_carrier{device="eth0"} 1
            node_network_flags{device="eth0"} 4099
            node_network_speed_bytes{device="eth0"} 125000000
        "#]]
        .assert_eq(&machine.render(|roots, out| interfaces.collect(roots, out)));
    }

    #[test]
    fn many_interfaces_are_read_more_rarely() {
        let machine = (0..130).fold(Fixture::new(), |machine, i| {
            machine.with(&format!("sys/class/net/veth{i}/operstate"), "up\n")
        });
        let mut interfaces = NetClass::new();
        let mut read = 0;
        for _ in 0..9 {
            if interfaces.due() {
                read += 1;
                machine.render(|roots, out| interfaces.collect(roots, out));
            }
        }
        assert_eq!(read, 3);
    }

    #[test]
    fn nonsense_is_refused_and_a_missing_folder_absent() {
        let broken = machine().with("sys/class/net/eth0/mtu", "big");
        let rendered = broken.render(|roots, out| NetClass::new().collect(roots, out));
        assert!(rendered.starts_with("understand mtu"), "{rendered}");
        let none = Fixture::new().render(|roots, out| NetClass::new().collect(roots, out));
        assert_eq!(none, "find sys/class/net: this machine has none\n");
    }
}
