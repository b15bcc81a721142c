//! One reading of the machine, sorted into what the figures are worked out from.

use std::{collections::BTreeMap, time::Duration};

use kernel::Time;

/// What was read at one moment. What could not be read is `None` or missing.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Snapshot {
    /// When, as its samples are stamped.
    pub(crate) at: Time,
    /// When, on the clock that never jumps.
    pub(crate) monotonic: Duration,
    pub(crate) uptime_s: Option<f64>,
    pub(crate) cpus: BTreeMap<String, CpuTimes>,
    pub(crate) load: [Option<f64>; 3],
    pub(crate) pressure: PressureTotals,
    pub(crate) memory: Memory,
    pub(crate) file_systems: Vec<FileSystem>,
    pub(crate) disks: BTreeMap<String, Disk>,
    pub(crate) interfaces: BTreeMap<String, Interface>,
    pub(crate) processes: Processes,
    pub(crate) groups: BTreeMap<String, Group>,
    /// By the names of `node_tcp_connection_states`; none when they were not read this time.
    pub(crate) sockets: Option<BTreeMap<String, f64>>,
    /// None when the units were not read this time.
    pub(crate) units_failed: Option<Vec<String>>,
    pub(crate) users: Option<f64>,
    pub(crate) clock_in_step: bool,
    pub(crate) clock_offset_s: Option<f64>,
    /// Of the hottest sensor.
    pub(crate) temperature_celsius: Option<f64>,
}

/// Seconds of one processor since the machine started.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct CpuTimes {
    /// Working, also for guests, and what the hypervisor took away.
    pub(crate) busy_s: f64,
    /// Idle, or waiting for a disk.
    pub(crate) idle_s: f64,
}

/// Seconds in which some task waited, since the machine started.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct PressureTotals {
    pub(crate) cpu_s: Option<f64>,
    pub(crate) memory_s: Option<f64>,
    pub(crate) io_s: Option<f64>,
}

/// Bytes of memory and swap.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Memory {
    pub(crate) total: Option<f64>,
    pub(crate) available: Option<f64>,
    pub(crate) swap_total: Option<f64>,
    pub(crate) swap_free: Option<f64>,
}

/// A mounted file system.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct FileSystem {
    pub(crate) device: String,
    pub(crate) mountpoint: String,
    pub(crate) fstype: String,
    pub(crate) readonly: bool,
    pub(crate) size_bytes: f64,
    pub(crate) free_bytes: f64,
    pub(crate) avail_bytes: f64,
    pub(crate) files: f64,
    pub(crate) files_free: f64,
}

/// Totals of a disk since the machine started.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Disk {
    pub(crate) reads: f64,
    pub(crate) writes: f64,
    pub(crate) read_bytes: f64,
    pub(crate) written_bytes: f64,
    pub(crate) read_s: f64,
    pub(crate) write_s: f64,
    pub(crate) busy_s: f64,
    pub(crate) weighted_s: f64,
}

/// Totals of an interface since it came, and its link.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Interface {
    pub(crate) receive_bytes: f64,
    pub(crate) transmit_bytes: f64,
    pub(crate) receive_errors: f64,
    pub(crate) transmit_errors: f64,
    pub(crate) receive_drops: f64,
    pub(crate) transmit_drops: f64,
    pub(crate) link: Option<Link>,
}

/// The link of an interface, which is read more rarely where there are many.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Link {
    pub(crate) up: bool,
    pub(crate) speed_bytes: Option<f64>,
}

/// Processes by state.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Processes {
    pub(crate) total: Option<f64>,
    pub(crate) running: f64,
    pub(crate) blocked: f64,
    pub(crate) zombie: f64,
}

/// Processes of one command.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Group {
    pub(crate) cpu_s: f64,
    pub(crate) resident_bytes: f64,
}

impl Snapshot {
    /// Takes over from the reading before what has a slower rhythm and was not read this time.
    pub(crate) fn carry_from(&mut self, before: &Self) {
        if self.sockets.is_none() {
            self.sockets.clone_from(&before.sockets);
        }
        if self.units_failed.is_none() {
            self.units_failed.clone_from(&before.units_failed);
        }
        for (device, interface) in &mut self.interfaces {
            if interface.link.is_none() {
                interface.link = before.interfaces.get(device).and_then(|before| before.link);
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::collect::Reading;

    /// The snapshot at `seconds` of readings written as `name{label=value,…} number`, one a line.
    pub(crate) fn snapshot(seconds: u64, lines: &str) -> Snapshot {
        let readings: Vec<Reading> = lines.lines().filter_map(reading).collect();
        let at = Time::from_seconds(1_800_000_000 + i64::try_from(seconds).unwrap());
        Snapshot::of(&readings, at, Duration::from_secs(seconds))
    }

    fn reading(line: &str) -> Option<Reading> {
        let (series, value) = line.trim().rsplit_once(' ')?;
        let (metric, labels) = series.trim_end_matches('}').split_once('{').unwrap_or((series, ""));
        let labels = labels.split(',').filter_map(|label| label.split_once('='));
        // Leaked so that they live as long as the collectors' own names; it is a test.
        let labels = labels.map(|(name, value)| (&*name.to_owned().leak(), value.to_owned()));
        Some(Reading::with(metric.to_owned(), labels.collect(), value.parse().unwrap()))
    }

    #[test]
    fn what_was_not_read_this_time_is_carried_over_and_what_was_is_not() {
        let before = snapshot(
            0,
            "node_scrape_collector_success{collector=systemd} 1
             node_systemd_unit_state{name=a.service,state=failed} 1
             node_tcp_connection_states{state=listen} 5
             node_network_receive_bytes_total{device=eth0} 1
             node_network_up{device=eth0} 1
             node_network_speed_bytes{device=eth0} 125",
        );
        let mut skipped = snapshot(10, "node_network_receive_bytes_total{device=eth0} 1");
        skipped.carry_from(&before);
        assert_eq!(skipped.units_failed, before.units_failed);
        assert_eq!(skipped.sockets, before.sockets);
        assert_eq!(skipped.interfaces, before.interfaces);
        let mut mended = snapshot(
            10,
            "node_scrape_collector_success{collector=systemd} 1
             node_systemd_unit_state{name=a.service,state=failed} 0",
        );
        mended.carry_from(&before);
        assert_eq!(mended.units_failed, Some(Vec::new()));
    }
}
