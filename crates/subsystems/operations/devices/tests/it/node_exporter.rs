//! Debian's prometheus-node-exporter and we read this machine at the same time: every series of
//! theirs in the collectors we have is ours too, with a value within reason.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use devices::collect::{Collector, Reading, Roots};
use rustix::time::{ClockId, clock_gettime};
use testkit::free_address;

const PROGRAM: &str = "prometheus-node-exporter";
/// Their names of the collectors that we have too.
const COLLECTORS: [&str; 24] = [
    "conntrack",
    "cpu",
    "diskstats",
    "dmi",
    "entropy",
    "filefd",
    "filesystem",
    "hwmon",
    "loadavg",
    "meminfo",
    "netclass",
    "netdev",
    "netstat",
    "os",
    "pressure",
    "processes",
    "sockstat",
    "stat",
    "systemd",
    "tcpstat",
    "thermal_zone",
    "timex",
    "uname",
    "vmstat",
];

/// How a series of theirs may differ from ours.
#[derive(Clone, Copy, PartialEq)]
enum Difference {
    /// We have no such series.
    Missing,
    /// We have it with another value.
    Value,
}
use Difference::{Missing, Value};

/// Known differences: beginning of the series, how it differs, and why.
const KNOWN: &[(&str, Difference, &str)] = &[
    ("node_processes_threads_state", Missing, "one file a thread: twice the cost of all the rest"),
    ("node_disk_ata_", Missing, "properties of the disk, not measurements"),
    ("node_disk_filesystem_info", Missing, "the file system's own series name its device"),
    ("node_disk_device_mapper_info", Missing, "a property of the disk, not a measurement"),
    ("node_hwmon_fan", Missing, "only temperatures are read"),
    ("node_hwmon_in", Missing, "only temperatures are read"),
    ("node_hwmon_curr", Missing, "only temperatures are read"),
    ("node_hwmon_power", Missing, "only temperatures are read"),
    ("node_hwmon_pwm", Missing, "only temperatures are read"),
    ("node_hwmon_temp_crit_", Missing, "alarms and hysteresis of single chips"),
    ("node_hwmon_temp_max_", Missing, "alarms and hysteresis of single chips"),
    ("node_hwmon_temp_alarm", Missing, "alarms and hysteresis of single chips"),
    ("node_cpu_core_throttles_total", Missing, "comes from another tree of /sys than the rest"),
    ("node_cpu_package_throttles_total", Missing, "comes from another tree of /sys than the rest"),
    ("node_systemd_socket_", Missing, "costs a call a unit"),
    ("node_systemd_timer_", Missing, "costs a call a unit"),
    ("node_systemd_version", Missing, "a property, not a measurement"),
    ("node_network_speed_bytes", Missing, "they give the -1 of \"unknown\" as -125000"),
    ("node_tcp_connection_states{state=\"rx_queued", Value, "they add connections to bytes"),
    ("node_tcp_connection_states{state=\"tx_queued", Value, "they add the backlog's limit"),
    ("node_scrape_collector_duration_seconds", Value, "a measurement of the collector itself"),
    ("node_memory_Dirty_bytes", Value, "changes by the millisecond"),
    ("node_memory_Writeback_bytes", Value, "changes by the millisecond"),
    ("node_procs_running", Value, "changes by the millisecond"),
    ("node_procs_blocked", Value, "changes by the millisecond"),
    ("node_disk_io_now", Value, "changes by the millisecond"),
];

/// Series by name and sorted labels.
type Series = BTreeMap<String, f64>;

struct Exporter {
    child: Child,
    address: SocketAddr,
}

impl Exporter {
    /// `None` where the program is not installed and this is no CI.
    fn start() -> Option<Self> {
        let free = free_address();
        let mut command = Command::new(PROGRAM);
        command.arg("--collector.disable-defaults");
        command.args(COLLECTORS.iter().map(|name| format!("--collector.{name}")));
        command.args(["--collector.cpu.guest", "--collector.systemd.unit-include=.+"]);
        command.arg(format!("--web.listen-address={free}"));
        let spawned = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let child = match spawned.spawn() {
            Ok(child) => child,
            Err(error) if std::env::var_os("CI").is_some() => panic!("start {PROGRAM}: {error}"),
            Err(error) => {
                eprintln!("SKIPPED: {PROGRAM} cannot be started ({error}); apt install it");
                return None;
            }
        };
        let mut exporter = Self { child, address: free };
        let log = BufReader::new(exporter.child.stderr.take().unwrap());
        let mut lines = log.lines();
        let listening = lines.any(|line| line.unwrap().contains("Listening on"));
        assert!(listening, "{PROGRAM} ended before it listened");
        // Its log must find a reader as long as it lives.
        std::thread::spawn(move || lines.for_each(drop));
        Some(exporter)
    }

    fn scrape(&self) -> Series {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream.write_all(b"GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.0 200"), "{head}");
        let lines = body.lines().filter(|line| line.starts_with("node_"));
        lines.filter(|line| !line.starts_with("node_exporter_")).map(parse).collect()
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// They sort their labels by name, as we do in [`ours`].
fn parse(line: &str) -> (String, f64) {
    let (series, value) = line.rsplit_once(' ').unwrap();
    (series.to_owned(), value.parse().unwrap())
}

fn ours(readings: Vec<Reading>) -> Series {
    let mut series = Series::new();
    for mut reading in readings {
        reading.labels.sort_unstable();
        let value = reading.value;
        let text = reading.to_string();
        let (name, _) = text.rsplit_once(' ').unwrap();
        let before = series.insert(name.to_owned(), value);
        assert!(before.is_none(), "series given twice: {name}");
    }
    series
}

fn now_s() -> f64 {
    clock_gettime(ClockId::Realtime).tv_sec as f64
}

fn known(series: &str, difference: Difference) -> bool {
    KNOWN.iter().any(|(start, kind, _)| *kind == difference && series.starts_with(start))
}

/// What a busy machine moves between two scrapes, by the beginning of the series. Anything else
/// (flags, limits, sizes, facts) must be equal.
const MOVING: &[(&str, f64)] = &[
    ("node_memory_", 128.0 * 1_048_576.0),
    ("node_filesystem_", 128.0 * 1_048_576.0),
    ("node_network_receive_", 1_048_576.0),
    ("node_network_transmit_", 1_048_576.0),
    ("node_disk_", 64.0 * 1_048_576.0),
    ("node_vmstat_", 65_536.0),
    ("node_netstat_", 65_536.0),
    ("node_sockstat_", 64.0),
    ("node_tcp_", 64.0),
    ("node_nf_conntrack_", 64.0),
    ("node_processes_", 64.0),
    ("node_filefd_allocated", 512.0),
    ("node_entropy_available_bits", 4096.0),
    ("node_intr_total", 65_536.0),
    ("node_context_switches_total", 65_536.0),
    ("node_forks_total", 64.0),
    ("node_load", 1.0),
    ("node_cpu_", 1.0),
    ("node_pressure_", 1.0),
    ("node_timex_", 1.0),
];
/// Series that begin like moving ones, and must be equal all the same.
const FIXED: [&str; 6] = [
    "node_filesystem_readonly",
    "node_filesystem_device_error",
    "node_filesystem_size_bytes",
    "node_disk_info",
    "node_memory_MemTotal_bytes",
    "node_processes_max_",
];

/// Within ten per cent, and what moves, around both of theirs.
fn within_reason(series: &str, ours: f64, before: f64, after: f64) -> bool {
    let (low, high) = (before.min(after), before.max(after));
    let fixed = FIXED.iter().any(|start| series.starts_with(start));
    let moving = MOVING.iter().find(|(start, _)| !fixed && series.starts_with(start));
    let slack = moving.map_or(0.0, |(_, noise)| (0.1 * high.abs()).max(*noise));
    low - slack <= ours && ours <= high + slack
}

#[test]
fn every_series_of_node_exporter_is_ours_with_a_value_within_reason() {
    let Some(exporter) = Exporter::start() else { return };
    let monotonic = Box::new(|| {
        let now = clock_gettime(ClockId::Monotonic);
        Duration::new(now.tv_sec.unsigned_abs(), now.tv_nsec.unsigned_abs() as u32)
    });
    let mut collector = Collector::new(Roots::system(), monotonic);
    let before = exporter.scrape();
    let ours = ours(collector.collect(now_s()).readings);
    let after = exporter.scrape();

    let mut wrong = Vec::new();
    let mut compared = 0;
    for (series, first) in &before {
        // A process, a mount or an interface may come and go between the two.
        let Some(second) = after.get(series) else { continue };
        match ours.get(series) {
            None if known(series, Missing) => {}
            None => wrong.push(format!("missing: {series} {second}")),
            Some(_) if known(series, Missing) && *first >= 0.0 && !has_speed(series) => {
                wrong.push(format!("no longer missing, strike it from the table: {series}"));
            }
            Some(_) if known(series, Value) => {}
            Some(value) if within_reason(series, *value, *first, *second) => compared += 1,
            Some(value) => wrong.push(format!("{series}: {first} .. {second}, ours {value}")),
        }
    }
    eprintln!("{} series of theirs, {compared} values compared, {} ours", before.len(), ours.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 200, "only {compared} series to compare");
}

/// The one difference that depends on the interface: a real speed is given by both.
fn has_speed(series: &str) -> bool {
    series.starts_with("node_network_speed_bytes")
}

#[test]
fn every_known_difference_has_a_reason() {
    for (series, _, reason) in KNOWN {
        assert!(series.starts_with("node_") && reason.len() > 15, "{series}: {reason}");
    }
}
