//! Series worked out of two readings, for rules and charts that must not work them out themselves.

use super::glance::{DiskGlance, FileSystemGlance, Glance, InterfaceGlance};
use crate::collect::Reading;

/// The figures of a glance that rules are written on, as `mainstay_…` series.
///
/// | series | meaning |
/// |---|---|
/// | `mainstay_cpu_used_ratio` | share of all processors that worked |
/// | `mainstay_load_per_core` | load of the last five minutes per processor |
/// | `mainstay_memory_used_ratio`, `mainstay_swap_used_ratio` | not available; in use |
/// | `mainstay_filesystem_{used,inodes_used}_ratio{device,fstype,mountpoint}` | as df(1) |
/// | `mainstay_disk_utilisation_ratio`, `mainstay_disk_latency_seconds` `{device}` | as iostat(1) |
/// | `mainstay_network_{receive,transmit}_bytes_per_second` `{device}` | |
/// | `mainstay_network_{errors,drops}_per_second` `{device}` | both ways |
/// | `mainstay_clock_offset_seconds` | either way; only while the clock is kept in step |
pub(crate) fn derived(glance: &Glance) -> Vec<Reading> {
    let has_swap = glance.swap_total_bytes.is_some_and(|bytes| bytes > 0.0);
    let singles = [
        ("mainstay_cpu_used_ratio", glance.cpu_used_ratio),
        ("mainstay_load_per_core", load_per_core(glance)),
        ("mainstay_memory_used_ratio", glance.memory_used_ratio),
        ("mainstay_swap_used_ratio", glance.swap_used_ratio.filter(|_| has_swap)),
        ("mainstay_clock_offset_seconds", glance.clock_offset_s),
    ];
    let known = singles.into_iter().filter_map(|(metric, value)| Some((metric, value?)));
    let mut readings: Vec<Reading> =
        known.map(|(metric, value)| Reading::plain(metric, value)).collect();
    glance.file_systems.iter().for_each(|one| add_file_system(one, &mut readings));
    glance.disks.iter().for_each(|one| add_disk(one, &mut readings));
    glance.interfaces.iter().for_each(|one| add_interface(one, &mut readings));
    readings
}

fn load_per_core(glance: &Glance) -> Option<f64> {
    let [_, five, _] = glance.load?;
    (glance.cpu_cores > 0).then(|| five / glance.cpu_cores as f64)
}

fn add_file_system(one: &FileSystemGlance, readings: &mut Vec<Reading>) {
    let figures = [
        ("mainstay_filesystem_used_ratio", Some(one.used_ratio)),
        ("mainstay_filesystem_inodes_used_ratio", one.inodes_used_ratio),
    ];
    for (metric, value) in figures {
        let Some(value) = value else { continue };
        let labels = vec![
            ("device", one.device.clone()),
            ("fstype", one.fstype.clone()),
            ("mountpoint", one.mountpoint.clone()),
        ];
        readings.push(Reading::with(metric, labels, value));
    }
}

fn add_disk(one: &DiskGlance, readings: &mut Vec<Reading>) {
    for (metric, value) in [
        ("mainstay_disk_utilisation_ratio", one.utilisation_ratio),
        ("mainstay_disk_latency_seconds", one.latency_s),
    ] {
        readings.push(Reading::labelled(metric, "device", one.device.as_str(), value));
    }
}

fn add_interface(one: &InterfaceGlance, readings: &mut Vec<Reading>) {
    for (metric, value) in [
        ("mainstay_network_receive_bytes_per_second", one.receive_bytes_per_s),
        ("mainstay_network_transmit_bytes_per_second", one.transmit_bytes_per_s),
        ("mainstay_network_errors_per_second", one.errors_per_s),
        ("mainstay_network_drops_per_second", one.drops_per_s),
    ] {
        readings.push(Reading::labelled(metric, "device", one.device.as_str(), value));
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::model::snapshot;

    fn shown(before: &str, now: &str) -> String {
        let glance = Glance::of(&snapshot(0, before), &snapshot(10, now));
        derived(&glance).iter().map(|reading| format!("{reading}\n")).collect()
    }

    #[test]
    fn machine_gives_each_figure_once() {
        let before = "node_cpu_seconds_total{cpu=0,mode=idle} 0
                      node_disk_io_time_seconds_total{device=sda} 0
                      node_network_receive_bytes_total{device=eth0} 0";
        let now = "node_cpu_seconds_total{cpu=0,mode=idle} 10
                   node_load1 9\nnode_load5 2\nnode_load15 1
                   node_memory_MemTotal_bytes 4\nnode_memory_MemAvailable_bytes 3
                   node_memory_SwapTotal_bytes 2\nnode_memory_SwapFree_bytes 1
                   node_filesystem_size_bytes{device=/dev/a,fstype=ext4,mountpoint=/} 100
                   node_filesystem_free_bytes{device=/dev/a,fstype=ext4,mountpoint=/} 20
                   node_filesystem_avail_bytes{device=/dev/a,fstype=ext4,mountpoint=/} 20
                   node_filesystem_files{device=/dev/a,fstype=ext4,mountpoint=/} 8
                   node_filesystem_files_free{device=/dev/a,fstype=ext4,mountpoint=/} 6
                   node_disk_io_time_seconds_total{device=sda} 5
                   node_network_receive_bytes_total{device=eth0} 70
                   node_timex_offset_seconds 0.5\nnode_timex_sync_status 1";
        expect![[r#"
            mainstay_cpu_used_ratio 0
            mainstay_load_per_core 2
            mainstay_memory_used_ratio 0.25
            mainstay_swap_used_ratio 0.5
            mainstay_clock_offset_seconds 0.5
            mainstay_filesystem_used_ratio{device="/dev/a",fstype="ext4",mountpoint="/"} 0.8
            mainstay_filesystem_inodes_used_ratio{device="/dev/a",fstype="ext4",mountpoint="/"} 0.25
            mainstay_disk_utilisation_ratio{device="sda"} 0.5
            mainstay_disk_latency_seconds{device="sda"} 0
            mainstay_network_receive_bytes_per_second{device="eth0"} 7
            mainstay_network_transmit_bytes_per_second{device="eth0"} 0
            mainstay_network_errors_per_second{device="eth0"} 0
            mainstay_network_drops_per_second{device="eth0"} 0
        "#]]
        .assert_eq(&shown(before, now));
    }

    #[test]
    fn machine_that_tells_nothing_gives_nothing() {
        let no_swap = "node_memory_SwapTotal_bytes 0\nnode_memory_SwapFree_bytes 0";
        assert_eq!(shown("", no_swap), "");
    }
}
