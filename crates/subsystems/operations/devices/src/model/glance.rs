//! The machine at a glance: what two readings in a row tell of it.

use std::time::Duration;

use kernel::Time;
use serde::Serialize;
use utoipa::ToSchema;

use super::disks::disks;
use super::file_systems::file_systems;
use super::interfaces::interfaces;
use super::rates::{increase, per_second, ratio, share};
use super::snapshot::{Memory, Snapshot};

/// Groups of processes shown by each measure.
const TOP: usize = 5;

/// The machine at a glance. Null is what this machine does not tell.
///
/// It goes to the browser as it is: its words are the contract's own.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Glance {
    /// When it was read (RFC 3339, UTC).
    #[schema(value_type = String)]
    pub at: Time,
    /// Seconds since the machine started.
    pub uptime_s: Option<f64>,
    /// Share of all processors that worked, 0 to 1.
    pub cpu_used_ratio: Option<f64>,
    /// Processors the kernel uses.
    pub cpu_cores: u64,
    /// Tasks running or waiting, averaged over 1, 5 and 15 minutes.
    #[schema(value_type = Option<Vec<f64>>)]
    pub load: Option<[f64; 3]>,
    /// Share of the time in which some task waited.
    pub pressure: Pressure,
    /// Memory the kernel manages.
    pub memory_total_bytes: Option<f64>,
    /// Share of it that nobody can have without swapping, 0 to 1.
    pub memory_used_ratio: Option<f64>,
    /// Swap space; 0 without swap.
    pub swap_total_bytes: Option<f64>,
    /// Share of it in use, 0 to 1; 0 without swap.
    pub swap_used_ratio: Option<f64>,
    /// Every file system once.
    pub file_systems: Vec<FileSystemGlance>,
    /// Every disk.
    pub disks: Vec<DiskGlance>,
    /// Every network interface but the one within the machine.
    pub interfaces: Vec<InterfaceGlance>,
    /// Processes by state.
    pub processes: ProcessCounts,
    /// The commands that used most processor time, largest first.
    pub top_cpu: Vec<GroupRatio>,
    /// The commands that hold most memory, largest first.
    pub top_memory: Vec<GroupBytes>,
    /// TCP sockets by state.
    pub sockets: SocketCounts,
    /// Units of systemd that failed.
    pub units_failed: Vec<String>,
    /// Sessions of people.
    pub users_logged_in: Option<f64>,
    /// How far the clock is from its source, either way; null when it has none.
    pub clock_offset_s: Option<f64>,
    /// Of the hottest sensor.
    pub temperature_celsius: Option<f64>,
}

/// Share of the time in which some task waited for it, 0 to 1. Source: kernel's accounting/psi.rst.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Pressure {
    /// For a processor.
    pub cpu: Option<f64>,
    /// For memory.
    pub memory: Option<f64>,
    /// For a disk.
    pub io: Option<f64>,
}

/// A file system.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FileSystemGlance {
    /// Where it is mounted.
    pub mountpoint: String,
    /// What is mounted.
    pub device: String,
    /// Its type, `ext4`.
    pub fstype: String,
    /// Its size.
    pub size_bytes: f64,
    /// Share in use of what everybody may use, 0 to 1, as df(1) shows it.
    pub used_ratio: f64,
    /// Share of inodes in use, 0 to 1; null where they are made as needed.
    pub inodes_used_ratio: Option<f64>,
    /// Nobody may write.
    pub readonly: bool,
}

/// A disk.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DiskGlance {
    /// Its name, `sda`.
    pub device: String,
    /// Share of the time in which it worked, 0 to 1.
    pub utilisation_ratio: f64,
    /// Read.
    pub read_bytes_per_s: f64,
    /// Written.
    pub write_bytes_per_s: f64,
    /// Time a transfer took, waiting included; 0 without transfers.
    pub latency_s: f64,
    /// Transfers under way on average.
    pub queue: f64,
}

/// A network interface.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct InterfaceGlance {
    /// Its name, `eth0`.
    pub device: String,
    /// It has a link.
    pub up: bool,
    /// Received.
    pub receive_bytes_per_s: f64,
    /// Sent.
    pub transmit_bytes_per_s: f64,
    /// Broken packets, both ways.
    pub errors_per_s: f64,
    /// Packets dropped, both ways.
    pub drops_per_s: f64,
    /// What the link can carry each second; null where it has no speed of its own.
    pub speed_bytes: Option<f64>,
}

/// Processes by state.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ProcessCounts {
    /// All.
    pub total: f64,
    /// Running, or ready to.
    pub running: f64,
    /// Waiting for a disk.
    pub blocked: f64,
    /// Ended, and nobody asked for their result.
    pub zombie: f64,
}

/// What the processes of one command used.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct GroupRatio {
    /// The command.
    pub group: String,
    /// Share of all processors, 0 to 1.
    pub ratio: f64,
}

/// What the processes of one command hold.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct GroupBytes {
    /// The command.
    pub group: String,
    /// Memory resident, pages they share counted for each.
    pub bytes: f64,
}

/// TCP sockets by state.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SocketCounts {
    /// Connected.
    pub established: f64,
    /// Waiting for connections.
    pub listen: f64,
    /// Ended a moment ago.
    pub time_wait: f64,
}

impl Glance {
    /// What `before` and `now` tell; `before` is the earlier of the two.
    pub(crate) fn of(before: &Snapshot, now: &Snapshot) -> Self {
        let span = now.monotonic.saturating_sub(before.monotonic);
        let (memory_used_ratio, swap_used_ratio) = memory_ratios(&now.memory);
        Self {
            at: now.at,
            uptime_s: now.uptime_s,
            cpu_used_ratio: cpu_used_ratio(before, now),
            cpu_cores: now.cpus.len() as u64,
            load: load(now),
            pressure: pressure(before, now, span),
            memory_total_bytes: now.memory.total,
            memory_used_ratio,
            swap_total_bytes: now.memory.swap_total,
            swap_used_ratio,
            file_systems: file_systems(&now.file_systems),
            disks: disks(&before.disks, &now.disks, span),
            interfaces: interfaces(&before.interfaces, &now.interfaces, span),
            processes: ProcessCounts {
                total: now.processes.total.unwrap_or(0.0),
                running: now.processes.running,
                blocked: now.processes.blocked,
                zombie: now.processes.zombie,
            },
            top_cpu: top_cpu(before, now, span),
            top_memory: top_memory(now),
            sockets: sockets(now),
            units_failed: now.units_failed.clone().unwrap_or_default(),
            users_logged_in: now.users,
            clock_offset_s: now.clock_offset_s.filter(|_| now.clock_in_step).map(f64::abs),
            temperature_celsius: now.temperature_celsius,
        }
    }
}

/// Over all processors of both readings. Idle time may go back by a tick (proc_stat(5)), and then
/// nothing was idle: it is no reset.
fn cpu_used_ratio(before: &Snapshot, now: &Snapshot) -> Option<f64> {
    let (mut busy_s, mut idle_s) = (0.0, 0.0);
    for (cpu, now) in &now.cpus {
        let Some(before) = before.cpus.get(cpu) else { continue };
        busy_s += (now.busy_s - before.busy_s).max(0.0);
        idle_s += (now.idle_s - before.idle_s).max(0.0);
    }
    ratio(busy_s, busy_s + idle_s)
}

fn load(now: &Snapshot) -> Option<[f64; 3]> {
    let [one, five, fifteen] = now.load;
    Some([one?, five?, fifteen?])
}

fn pressure(before: &Snapshot, now: &Snapshot, span: Duration) -> Pressure {
    let waited = |before: Option<f64>, now: Option<f64>| share(before?, now?, span);
    let (before, now) = (before.pressure, now.pressure);
    Pressure {
        cpu: waited(before.cpu_s, now.cpu_s),
        memory: waited(before.memory_s, now.memory_s),
        io: waited(before.io_s, now.io_s),
    }
}

fn memory_ratios(memory: &Memory) -> (Option<f64>, Option<f64>) {
    let used = |total: Option<f64>, free: Option<f64>| {
        let (total, free) = (total?, free?);
        Some(ratio(total - free, total).unwrap_or(0.0))
    };
    (used(memory.total, memory.available), used(memory.swap_total, memory.swap_free))
}

/// A command that was not among the largest at the reading before has to wait for the next one.
fn top_cpu(before: &Snapshot, now: &Snapshot, span: Duration) -> Vec<GroupRatio> {
    let cores = now.cpus.len().max(1) as f64;
    let used = now.groups.iter().filter_map(|(group, now)| {
        let before = before.groups.get(group)?;
        // What returns after it was gone counts anew.
        let ratio = per_second(0.0, increase(before.cpu_s, now.cpu_s), span)? / cores;
        (ratio > 0.0).then(|| GroupRatio { group: group.clone(), ratio: ratio.min(1.0) })
    });
    let mut used: Vec<GroupRatio> = used.collect();
    used.sort_by(|a, b| b.ratio.total_cmp(&a.ratio).then_with(|| a.group.cmp(&b.group)));
    used.truncate(TOP);
    used
}

fn top_memory(now: &Snapshot) -> Vec<GroupBytes> {
    let held = now.groups.iter().filter(|(_, group)| group.resident_bytes > 0.0);
    let mut held: Vec<GroupBytes> = held
        .map(|(group, now)| GroupBytes { group: group.clone(), bytes: now.resident_bytes })
        .collect();
    held.sort_by(|a, b| b.bytes.total_cmp(&a.bytes).then_with(|| a.group.cmp(&b.group)));
    held.truncate(TOP);
    held
}

fn sockets(now: &Snapshot) -> SocketCounts {
    let count = |state: &str| {
        now.sockets.as_ref().and_then(|sockets| sockets.get(state)).copied().unwrap_or(0.0)
    };
    SocketCounts {
        established: count("established"),
        listen: count("listen"),
        time_wait: count("time_wait"),
    }
}

#[cfg(test)]
#[path = "glance_tests.rs"]
mod tests;
