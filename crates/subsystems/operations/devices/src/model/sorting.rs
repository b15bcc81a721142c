//! From readings by name to a [`Snapshot`].

use std::time::Duration;

use kernel::Time;

use super::snapshot::{Disk, FileSystem, Interface, Link, Snapshot};
use crate::collect::Reading;

impl Snapshot {
    /// Sorts one reading of the machine; what no figure needs is passed over.
    pub(crate) fn of(readings: &[Reading], at: Time, monotonic: Duration) -> Self {
        let mut snapshot = Self { at, monotonic, ..Self::default() };
        for reading in readings {
            snapshot.sort(reading);
        }
        snapshot
    }

    /// The beginning of the name tells the collector, so that each name is compared with few.
    fn sort(&mut self, reading: &Reading) {
        let name = &*reading.metric;
        if let Some(field) = name.strip_prefix("node_memory_") {
            self.sort_memory(field, reading.value);
        } else if let Some(field) = name.strip_prefix("node_disk_") {
            let disk = self.disks.entry(label(reading, "device").to_owned()).or_default();
            sort_disk(disk, field, reading.value);
        } else if let Some(field) = name.strip_prefix("node_network_") {
            self.sort_interface(field, reading);
        } else if let Some(field) = name.strip_prefix("node_filesystem_") {
            self.sort_file_system(field, reading);
        } else if let Some(field) = name.strip_prefix("mainstay_process_group_") {
            let group = self.groups.entry(label(reading, "group").to_owned()).or_default();
            match field {
                "cpu_seconds_total" => group.cpu_s = reading.value,
                "resident_memory_bytes" => group.resident_bytes = reading.value,
                _ => {}
            }
        } else {
            self.sort_single(name, reading);
        }
    }

    fn sort_single(&mut self, name: &str, reading: &Reading) {
        let value = reading.value;
        match name {
            "node_cpu_seconds_total" => self.sort_cpu(reading),
            "node_load1" => self.load[0] = Some(value),
            "node_load5" => self.load[1] = Some(value),
            "node_load15" => self.load[2] = Some(value),
            "node_pressure_cpu_waiting_seconds_total" => self.pressure.cpu_s = Some(value),
            "node_pressure_memory_waiting_seconds_total" => self.pressure.memory_s = Some(value),
            "node_pressure_io_waiting_seconds_total" => self.pressure.io_s = Some(value),
            "node_processes_pids" => self.processes.total = Some(value),
            "node_processes_state" => match label(reading, "state") {
                "R" => self.processes.running = value,
                "D" => self.processes.blocked = value,
                "Z" => self.processes.zombie = value,
                _ => {}
            },
            "node_tcp_connection_states" => {
                let state = label(reading, "state").to_owned();
                self.sockets.get_or_insert_default().insert(state, value);
            }
            "node_scrape_collector_success" if label(reading, "collector") == "systemd" => {
                self.units_failed.get_or_insert_default();
            }
            "node_systemd_unit_state" if value > 0.0 && label(reading, "state") == "failed" => {
                let unit = label(reading, "name").to_owned();
                self.units_failed.get_or_insert_default().push(unit);
            }
            "mainstay_uptime_seconds" => self.uptime_s = Some(value),
            "mainstay_users_logged_in" => self.users = Some(value),
            "node_timex_sync_status" => self.clock_in_step = value > 0.0,
            "node_timex_offset_seconds" => self.clock_offset_s = Some(value),
            "node_hwmon_temp_celsius" | "node_thermal_zone_temp" => {
                let hottest = self.temperature_celsius.map_or(value, |other| other.max(value));
                self.temperature_celsius = Some(hottest);
            }
            _ => {}
        }
    }

    fn sort_cpu(&mut self, reading: &Reading) {
        let times = self.cpus.entry(label(reading, "cpu").to_owned()).or_default();
        match label(reading, "mode") {
            "idle" | "iowait" => times.idle_s += reading.value,
            _ => times.busy_s += reading.value,
        }
    }

    fn sort_memory(&mut self, field: &str, value: f64) {
        match field {
            "MemTotal_bytes" => self.memory.total = Some(value),
            "MemAvailable_bytes" => self.memory.available = Some(value),
            "SwapTotal_bytes" => self.memory.swap_total = Some(value),
            "SwapFree_bytes" => self.memory.swap_free = Some(value),
            _ => {}
        }
    }

    fn sort_interface(&mut self, field: &str, reading: &Reading) {
        let device = label(reading, "device");
        // Traffic within the machine is no traffic of the machine.
        if device == "lo" {
            return;
        }
        if !self.interfaces.contains_key(device) {
            self.interfaces.insert(device.to_owned(), Interface::default());
        }
        let Some(interface) = self.interfaces.get_mut(device) else { return };
        let value = reading.value;
        match field {
            "receive_bytes_total" => interface.receive_bytes = value,
            "transmit_bytes_total" => interface.transmit_bytes = value,
            "receive_errs_total" => interface.receive_errors = value,
            "transmit_errs_total" => interface.transmit_errors = value,
            "receive_drop_total" => interface.receive_drops = value,
            "transmit_drop_total" => interface.transmit_drops = value,
            // Virtual interfaces do not know whether they are up, but have a carrier.
            "up" | "carrier" => {
                let link = interface.link.get_or_insert_with(Link::default);
                link.up = link.up || value > 0.0;
            }
            "speed_bytes" => {
                interface.link.get_or_insert_with(Link::default).speed_bytes = Some(value);
            }
            _ => {}
        }
    }

    fn sort_file_system(&mut self, field: &str, reading: &Reading) {
        let (device, mountpoint) = (label(reading, "device"), label(reading, "mountpoint"));
        let fstype = label(reading, "fstype");
        // The readings of a mount follow each other.
        let same =
            |f: &FileSystem| f.mountpoint == mountpoint && f.device == device && f.fstype == fstype;
        if !self.file_systems.last().is_some_and(same) {
            self.file_systems.push(FileSystem {
                device: device.to_owned(),
                mountpoint: mountpoint.to_owned(),
                fstype: fstype.to_owned(),
                ..FileSystem::default()
            });
        }
        let Some(file_system) = self.file_systems.last_mut() else { return };
        match field {
            "readonly" => file_system.readonly = reading.value > 0.0,
            "size_bytes" => file_system.size_bytes = reading.value,
            "free_bytes" => file_system.free_bytes = reading.value,
            "avail_bytes" => file_system.avail_bytes = reading.value,
            "files" => file_system.files = reading.value,
            "files_free" => file_system.files_free = reading.value,
            _ => {}
        }
    }
}

fn sort_disk(disk: &mut Disk, field: &str, value: f64) {
    match field {
        "reads_completed_total" => disk.reads = value,
        "writes_completed_total" => disk.writes = value,
        "read_bytes_total" => disk.read_bytes = value,
        "written_bytes_total" => disk.written_bytes = value,
        "read_time_seconds_total" => disk.read_s = value,
        "write_time_seconds_total" => disk.write_s = value,
        "io_time_seconds_total" => disk.busy_s = value,
        "io_time_weighted_seconds_total" => disk.weighted_s = value,
        _ => {}
    }
}

fn label<'r>(reading: &'r Reading, name: &str) -> &'r str {
    let found = reading.labels.iter().find(|(label, _)| *label == name);
    found.map_or("", |(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::super::snapshot;

    #[test]
    fn readings_of_one_thing_come_together() {
        let sorted = snapshot(
            0,
            "node_cpu_seconds_total{cpu=0,mode=user} 3
             node_cpu_seconds_total{cpu=0,mode=idle} 5
             node_cpu_seconds_total{cpu=0,mode=iowait} 2
             node_cpu_seconds_total{cpu=1,mode=steal} 1
             node_filesystem_readonly{device=/dev/a,fstype=ext4,mountpoint=/} 1
             node_filesystem_size_bytes{device=/dev/a,fstype=ext4,mountpoint=/} 100
             node_filesystem_size_bytes{device=/dev/b,fstype=ext4,mountpoint=/data} 7
             node_network_receive_bytes_total{device=lo} 9
             node_network_carrier{device=tun0} 1
             node_network_up{device=tun0} 0
             node_hwmon_temp_celsius{chip=a,sensor=temp1} 41
             node_thermal_zone_temp{type=cpu,zone=0} 39",
        );
        assert_eq!((sorted.cpus["0"].busy_s, sorted.cpus["0"].idle_s), (3.0, 7.0));
        assert_eq!(sorted.cpus["1"].busy_s, 1.0);
        assert_eq!(sorted.file_systems.len(), 2);
        assert!(sorted.file_systems[0].readonly && !sorted.file_systems[1].readonly);
        assert_eq!(sorted.interfaces.len(), 1);
        assert!(sorted.interfaces["tun0"].link.unwrap().up);
        assert_eq!(sorted.temperature_celsius, Some(41.0));
    }
}
