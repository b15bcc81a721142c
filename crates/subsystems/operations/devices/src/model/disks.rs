//! What the disks did between two readings. Source: iostat(1), kernel's admin-guide/iostats.rst.

use std::{collections::BTreeMap, time::Duration};

use super::glance::DiskGlance;
use super::rates::{increase, per_second, share};
use super::snapshot::Disk;

/// Every disk of both readings.
pub(crate) fn disks(
    before: &BTreeMap<String, Disk>,
    after: &BTreeMap<String, Disk>,
    span: Duration,
) -> Vec<DiskGlance> {
    let pairs = after.iter().filter_map(|(device, now)| Some((device, before.get(device)?, now)));
    pairs.filter_map(|(device, before, now)| disk(device, before, now, span)).collect()
}

fn disk(device: &str, before: &Disk, now: &Disk, span: Duration) -> Option<DiskGlance> {
    let transfers = increase(before.reads, now.reads) + increase(before.writes, now.writes);
    let waited_s = increase(before.read_s, now.read_s) + increase(before.write_s, now.write_s);
    Some(DiskGlance {
        device: device.to_owned(),
        utilisation_ratio: share(before.busy_s, now.busy_s, span)?,
        read_bytes_per_s: per_second(before.read_bytes, now.read_bytes, span)?,
        write_bytes_per_s: per_second(before.written_bytes, now.written_bytes, span)?,
        // As iostat does it: a disk nobody asks does not let anybody wait.
        latency_s: if transfers > 0.0 { waited_s / transfers } else { 0.0 },
        queue: per_second(before.weighted_s, now.weighted_s, span)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(disk: Disk) -> BTreeMap<String, Disk> {
        BTreeMap::from([("sda".to_owned(), disk)])
    }

    #[test]
    fn latency_is_time_per_transfer_and_a_new_disk_waits_for_its_second_reading() {
        let ten = Duration::from_secs(10);
        let before =
            Disk { reads: 100.0, read_s: 1.0, busy_s: 5.0, weighted_s: 8.0, ..Disk::default() };
        let after = Disk {
            reads: 140.0,
            writes: 10.0,
            read_bytes: 5000.0,
            written_bytes: 100.0,
            read_s: 1.4,
            write_s: 0.1,
            busy_s: 7.5,
            weighted_s: 28.0,
        };
        let shown = disks(&one(before), &one(after), ten).remove(0);
        assert!((shown.latency_s - 0.01).abs() < 1e-12, "{shown:?}");
        assert_eq!((shown.utilisation_ratio, shown.queue), (0.25, 2.0));
        assert_eq!((shown.read_bytes_per_s, shown.write_bytes_per_s), (500.0, 10.0));
        assert_eq!(disks(&one(after), &one(after), ten)[0].latency_s, 0.0);
        assert!(disks(&BTreeMap::new(), &one(after), ten).is_empty());
        assert!(disks(&one(before), &one(after), Duration::ZERO).is_empty());
    }
}
