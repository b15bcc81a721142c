//! All collectors together: one reading of the whole machine.

use std::time::Duration;

use super::attributes::{self, HostAttributes};
use super::collected::Collected;
use super::error::CollectError;
use super::filesystem::Filesystems;
use super::netclass::NetClass;
use super::process_groups::ProcessGroups;
use super::reading::Reading;
use super::roots::Roots;
use super::systemd::SystemdUnits;
use super::tcpstat::TcpStates;
use super::{
    conntrack, cpu, diskstats, dmi, entropy, filefd, hwmon, loadavg, meminfo, netdev, netstat, os,
    pressure, processes, sockstat, stat, thermal_zone, time, timex, uname, users, vmstat,
};

/// Gives the time since any fixed moment; never goes back. Durations are measured with it.
pub type MonotonicClock = Box<dyn Fn() -> Duration + Send>;

type Collect = fn(&Roots, &mut Vec<Reading>) -> Result<(), CollectError>;

/// The collectors that keep nothing between two readings.
const STATELESS: [(&str, Collect); 20] = [
    ("conntrack", conntrack::collect),
    ("cpu", cpu::collect),
    ("diskstats", diskstats::collect),
    ("dmi", dmi::collect),
    ("entropy", entropy::collect),
    ("filefd", filefd::collect),
    ("hwmon", hwmon::collect),
    ("loadavg", loadavg::collect),
    ("meminfo", meminfo::collect),
    ("netdev", netdev::collect),
    ("netstat", netstat::collect),
    ("os", os::collect),
    ("pressure", pressure::collect),
    ("sockstat", sockstat::collect),
    ("stat", stat::collect),
    ("thermal_zone", thermal_zone::collect),
    ("timex", |_, out| timex::collect(out)),
    ("uname", uname::collect),
    ("users", users::collect),
    ("vmstat", vmstat::collect),
];

/// Reads the machine; keeps what rates and rhythms need from one reading to the next.
pub struct Collector {
    roots: Roots,
    clock: MonotonicClock,
    filesystems: Filesystems,
    interfaces: NetClass,
    connections: TcpStates,
    groups: ProcessGroups,
    units: SystemdUnits,
}

impl Collector {
    /// A collector of the machine under `roots`; `clock` measures how long each part takes.
    pub fn new(roots: Roots, clock: MonotonicClock) -> Self {
        Self {
            roots,
            clock,
            filesystems: Filesystems::new(),
            interfaces: NetClass::new(),
            connections: TcpStates::new(),
            groups: ProcessGroups::new(),
            units: SystemdUnits::new(),
        }
    }

    /// Reads everything once. Blocks for some milliseconds, and for seconds where file systems or
    /// systemd do not answer: call it off the async threads.
    ///
    /// `unix_s`: UTC seconds now, given back as `node_time_seconds`. A collector that fails hides
    /// no other; one with a slower rhythm gives nothing when it is not its turn.
    pub fn collect(&mut self, unix_s: f64) -> Collected {
        let (roots, clock) = (&self.roots, &self.clock);
        let mut all = Collected { readings: Vec::with_capacity(1024), faults: Vec::new() };
        for (name, collect) in STATELESS {
            all.run(clock, name, |out| collect(roots, out));
        }
        all.run(clock, "time", |out| time::collect(roots, unix_s, out));
        all.run(clock, "filesystem", |out| self.filesystems.collect(roots, out));
        all.run(clock, "processes", |out| processes::collect(roots, &mut self.groups, out));
        if self.interfaces.due() {
            all.run(clock, "netclass", |out| self.interfaces.collect(roots, out));
        }
        if self.connections.due() {
            all.run(clock, "tcpstat", |out| self.connections.collect(roots, out));
        }
        if self.units.due() {
            all.run(clock, "systemd", |out| self.units.collect(roots, out));
        }
        all
    }

    /// Reads what the machine is. Blocks for some milliseconds.
    pub fn attributes(&self) -> HostAttributes {
        attributes::read(&self.roots)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::super::collected::FaultKind;
    use super::super::fixture::Fixture;
    use super::*;

    /// A clock that gains a quarter of a second each time it is asked.
    fn clock() -> MonotonicClock {
        let now = Cell::new(Duration::ZERO);
        Box::new(move || {
            now.set(now.get() + Duration::from_millis(250));
            now.get()
        })
    }

    fn value(collected: &Collected, metric: &str, collector: &str) -> Option<f64> {
        let this = |r: &&Reading| r.metric == metric && r.labels[0].1 == collector;
        collected.readings.iter().find(this).map(|r| r.value)
    }

    #[test]
    fn broken_collector_hides_no_other_and_absent_is_not_failed() {
        let machine = Fixture::new()
            .with("proc/loadavg", "1 2 3 1/1 1\n")
            .with("proc/meminfo", "MemTotal: 1 kB\nMemFr");
        let collected = Collector::new(machine.roots(), clock()).collect(5.0);
        let success = |name| value(&collected, "node_scrape_collector_success", name);
        assert_eq!(success("loadavg"), Some(1.0));
        assert_eq!(success("meminfo"), Some(0.0));
        assert_eq!(success("systemd"), Some(0.0));
        assert!(collected.readings.iter().any(|r| r.metric == "node_load5"));
        assert!(!collected.readings.iter().any(|r| r.metric.starts_with("node_memory_")));
        let kind = |name| collected.faults.iter().find(|f| f.collector == name).map(|f| f.kind);
        assert_eq!(kind("meminfo"), Some(FaultKind::Failed));
        assert_eq!(kind("systemd"), Some(FaultKind::Absent));
        assert_eq!(kind("loadavg"), None);
    }

    #[test]
    fn durations_come_from_the_clock_passed_in() {
        let mut collector = Collector::new(Fixture::new().roots(), clock());
        let metric = "node_scrape_collector_duration_seconds";
        assert_eq!(value(&collector.collect(5.0), metric, "cpu"), Some(0.25));
    }

    #[test]
    fn collector_may_move_to_another_thread() {
        fn moves<T: Send>(_: &T) {}
        moves(&Collector::new(Fixture::new().roots(), clock()));
    }
}
