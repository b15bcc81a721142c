//! What went over the network between two readings.

use std::{collections::BTreeMap, time::Duration};

use super::glance::InterfaceGlance;
use super::rates::{increase, per_second};
use super::snapshot::Interface;

/// Every interface of both readings.
pub(crate) fn interfaces(
    before: &BTreeMap<String, Interface>,
    after: &BTreeMap<String, Interface>,
    span: Duration,
) -> Vec<InterfaceGlance> {
    let pairs = after.iter().filter_map(|(device, now)| Some((device, before.get(device)?, now)));
    pairs.filter_map(|(device, before, now)| interface(device, before, now, span)).collect()
}

fn interface(
    device: &str,
    before: &Interface,
    now: &Interface,
    span: Duration,
) -> Option<InterfaceGlance> {
    // Each direction may be reset alone, so growth is added and not totals.
    let errors = increase(before.receive_errors, now.receive_errors)
        + increase(before.transmit_errors, now.transmit_errors);
    let drops = increase(before.receive_drops, now.receive_drops)
        + increase(before.transmit_drops, now.transmit_drops);
    let link = now.link.unwrap_or_default();
    Some(InterfaceGlance {
        device: device.to_owned(),
        up: link.up,
        receive_bytes_per_s: per_second(before.receive_bytes, now.receive_bytes, span)?,
        transmit_bytes_per_s: per_second(before.transmit_bytes, now.transmit_bytes, span)?,
        errors_per_s: per_second(0.0, errors, span)?,
        drops_per_s: per_second(0.0, drops, span)?,
        speed_bytes: link.speed_bytes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::snapshot::Link;

    #[test]
    fn traffic_is_per_second_and_an_interface_made_anew_counts_from_zero() {
        let link = Some(Link { up: true, speed_bytes: Some(125e6) });
        let before = Interface {
            receive_bytes: 9000.0,
            transmit_bytes: 100.0,
            receive_errors: 3.0,
            link,
            ..Interface::default()
        };
        let now = Interface {
            receive_bytes: 500.0,
            transmit_bytes: 300.0,
            receive_errors: 4.0,
            transmit_drops: 19.0,
            link,
            ..Interface::default()
        };
        let one = |interface| BTreeMap::from([("eth0".to_owned(), interface)]);
        let shown = interfaces(&one(before), &one(now), Duration::from_secs(10)).remove(0);
        let expected = InterfaceGlance {
            device: "eth0".to_owned(),
            up: true,
            receive_bytes_per_s: 50.0,
            transmit_bytes_per_s: 20.0,
            errors_per_s: 0.1,
            drops_per_s: 1.9,
            speed_bytes: Some(125e6),
        };
        assert_eq!(shown, expected);
    }
}
