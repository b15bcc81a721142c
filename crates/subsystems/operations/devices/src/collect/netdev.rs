//! Traffic per network interface, from `/proc/net/dev`. Source: proc_pid_net(5).

use super::error::CollectError;
use super::parse::{next_number, number};
use super::reading::Reading;
use super::roots::{Roots, attribute};

/// The sixteen columns of the file, in its order.
const COLUMNS: [&str; 16] = [
    "node_network_receive_bytes_total",
    "node_network_receive_packets_total",
    "node_network_receive_errs_total",
    "node_network_receive_drop_total",
    "node_network_receive_fifo_total",
    "node_network_receive_frame_total",
    "node_network_receive_compressed_total",
    "node_network_receive_multicast_total",
    "node_network_transmit_bytes_total",
    "node_network_transmit_packets_total",
    "node_network_transmit_errs_total",
    "node_network_transmit_drop_total",
    "node_network_transmit_fifo_total",
    "node_network_transmit_colls_total",
    "node_network_transmit_carrier_total",
    "node_network_transmit_compressed_total",
];

/// Adds `node_network_{receive,transmit}_*_total{device}` for every interface, `lo` too.
pub(crate) fn collect(roots: &Roots, out: &mut Vec<Reading>) -> Result<(), CollectError> {
    let text = roots.proc_text("net/dev")?;
    // Two lines of headings; an interface's name may hold anything but a slash and a space, so a
    // colon too (aliases): the last one ends it.
    for line in text.lines().skip(2) {
        let Some((device, rest)) = line.rsplit_once(':') else {
            return Err(CollectError::malformed("net/dev", line, "an interface and a colon"));
        };
        let device = device.trim();
        let mut words = rest.split_ascii_whitespace();
        for metric in COLUMNS {
            let value = next_number("net/dev", &mut words)?;
            out.push(Reading::labelled(metric, "device", device, value));
        }
        // Packets no protocol wanted are not in the file.
        let file = format!("class/net/{device}/statistics/rx_nohandler");
        if let Some(word) = attribute(&roots.sys.join(file)) {
            let value = number("rx_nohandler", &word)?;
            let metric = "node_network_receive_nohandler_total";
            out.push(Reading::labelled(metric, "device", device, value));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Fixture;
    use super::*;

    const HEAD: &str = "Inter-| Receive | Transmit\n face |bytes\n";

    #[test]
    fn captured_file_gives_sixteen_counters_an_interface() {
        let text = include_str!("captured/net_dev.txt");
        let rendered = Fixture::new().with("proc/net/dev", text).render(collect);
        assert_eq!(rendered.lines().count(), 4 * 16, "{rendered}");
    }

    #[test]
    fn numbers_that_touch_the_colon_huge_ones_and_new_columns_are_read() {
        let line = "eth0:18446744073709551615 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18\n";
        let machine = Fixture::new()
            .with("proc/net/dev", format!("{HEAD}{line}"))
            .with("sys/class/net/eth0/statistics/rx_nohandler", "5\n");
        let rendered = machine.render(collect);
        assert_eq!(rendered.lines().count(), 17, "{rendered}");
        for expected in [
            "node_network_receive_bytes_total{device=\"eth0\"} 18446744073709552000\n",
            "node_network_transmit_bytes_total{device=\"eth0\"} 9\n",
            "node_network_transmit_compressed_total{device=\"eth0\"} 16\n",
            "node_network_receive_nohandler_total{device=\"eth0\"} 5\n",
        ] {
            assert!(rendered.contains(expected), "{rendered}");
        }
    }

    #[test]
    fn truncated_line_is_refused() {
        for line in ["eth0: 1 2 3\n", "eth"] {
            let text = format!("{HEAD}{line}");
            let rendered = Fixture::new().with("proc/net/dev", text).render(collect);
            assert!(rendered.starts_with("understand net/dev"), "{rendered}");
        }
    }
}
