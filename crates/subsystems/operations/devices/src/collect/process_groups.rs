//! The largest consumers of processor time and memory.
//!
//! A series per process would give thousands of short-lived series, so processes are grouped by
//! the name of their command, and only the ten groups that used most processor time since the
//! last reading and the ten with most memory are given.

use std::collections::HashMap;

use super::process_stat::ProcessStat;
use super::reading::Reading;

/// Groups given by processor time, and as many by memory.
const TOP: usize = 10;

/// Processes by command, with what each used since we began to watch.
pub(crate) struct ProcessGroups {
    /// The last reading's processes: start and ticks used, by pid.
    previous: HashMap<u32, (u64, u64)>,
    current: HashMap<u32, (u64, u64)>,
    groups: HashMap<String, Group>,
}

#[derive(Default)]
struct Group {
    /// Only ever grows, also when a process ends: else it were no counter.
    cpu_ticks: u64,
    cpu_ticks_fresh: u64,
    resident_pages: u64,
    processes: u64,
}

impl ProcessGroups {
    /// Nothing seen yet; the first reading ranks by the time used since each process began.
    pub(crate) fn new() -> Self {
        Self { previous: HashMap::new(), current: HashMap::new(), groups: HashMap::new() }
    }

    /// Begins a reading.
    pub(crate) fn begin(&mut self) {
        self.current.clear();
        for group in self.groups.values_mut() {
            group.cpu_ticks_fresh = 0;
            group.resident_pages = 0;
            group.processes = 0;
        }
    }

    /// Adds one process to its group.
    pub(crate) fn add(&mut self, pid: u32, stat: &ProcessStat<'_>) {
        let fresh = match self.previous.get(&pid) {
            Some((started, ticks)) if *started == stat.started_ticks => {
                stat.cpu_ticks.saturating_sub(*ticks)
            }
            _ => stat.cpu_ticks,
        };
        self.current.insert(pid, (stat.started_ticks, stat.cpu_ticks));
        let name = name(stat);
        if !self.groups.contains_key(name) {
            self.groups.insert(name.to_owned(), Group::default());
        }
        let Some(group) = self.groups.get_mut(name) else { return };
        group.cpu_ticks = group.cpu_ticks.saturating_add(fresh);
        group.cpu_ticks_fresh = group.cpu_ticks_fresh.saturating_add(fresh);
        group.resident_pages = group.resident_pages.saturating_add(stat.resident_pages);
        group.processes += 1;
    }

    /// Ends the reading and adds `mainstay_process_group_*{group}` for the largest groups.
    pub(crate) fn finish(&mut self, out: &mut Vec<Reading>) {
        std::mem::swap(&mut self.previous, &mut self.current);
        // Bounds the memory by the processes that live; a group that returns counts anew.
        self.groups.retain(|_, group| group.processes > 0);
        let ticks_per_second = rustix::param::clock_ticks_per_second() as f64;
        let page_bytes = rustix::param::page_size() as f64;
        for name in self.largest() {
            let group = &self.groups[name];
            let mut push = |metric: &'static str, value: f64| {
                out.push(Reading::labelled(metric, "group", name, value));
            };
            let cpu_s = group.cpu_ticks as f64 / ticks_per_second;
            push("mainstay_process_group_cpu_seconds_total", cpu_s);
            let resident_bytes = group.resident_pages as f64 * page_bytes;
            push("mainstay_process_group_resident_memory_bytes", resident_bytes);
            push("mainstay_process_group_processes", group.processes as f64);
        }
    }

    /// The names of the largest groups by either measure, sorted.
    fn largest(&self) -> Vec<&String> {
        let mut by_cpu: Vec<_> =
            self.groups.iter().filter(|(_, group)| group.cpu_ticks > 0).collect();
        // Among idle groups the total decides, so that an idle machine gives the same ones again.
        by_cpu.sort_by_key(|(name, g)| {
            (std::cmp::Reverse((g.cpu_ticks_fresh, g.cpu_ticks)), name.as_str())
        });
        let mut by_memory: Vec<_> =
            self.groups.iter().filter(|(_, group)| group.resident_pages > 0).collect();
        by_memory.sort_by_key(|(name, g)| (std::cmp::Reverse(g.resident_pages), name.as_str()));
        let mut names: Vec<&String> = by_cpu.iter().take(TOP).map(|(name, _)| *name).collect();
        names.extend(by_memory.iter().take(TOP).map(|(name, _)| *name));
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// The command; for threads of the kernel the part that is the same on every processor
/// (`kworker/0:1-events` is `kworker`).
fn name<'a>(stat: &ProcessStat<'a>) -> &'a str {
    if !stat.kernel {
        return stat.comm;
    }
    stat.comm.split('/').next().unwrap_or(stat.comm)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(comm: &str, cpu_ticks: u64, started_ticks: u64, pages: u64) -> ProcessStat<'_> {
        ProcessStat {
            comm,
            state: 'S',
            kernel: comm.starts_with("kworker"),
            cpu_ticks,
            threads: 1,
            started_ticks,
            resident_pages: pages,
        }
    }

    fn reading(groups: &mut ProcessGroups, processes: &[(u32, ProcessStat<'_>)]) -> Vec<Reading> {
        groups.begin();
        for (pid, stat) in processes {
            groups.add(*pid, stat);
        }
        let mut out = Vec::new();
        groups.finish(&mut out);
        out
    }

    fn cpu_s(readings: &[Reading], group: &str) -> Option<f64> {
        let of = |r: &&Reading| r.metric.ends_with("cpu_seconds_total") && r.labels[0].1 == group;
        readings.iter().find(of).map(|r| r.value)
    }

    #[test]
    fn counter_never_falls_when_a_process_of_the_group_ends_or_its_pid_is_reused() {
        let mut groups = ProcessGroups::new();
        let first = [(1, process("web", 100, 5, 9)), (2, process("web", 400, 6, 9))];
        assert_eq!(cpu_s(&reading(&mut groups, &first), "web"), Some(5.0));
        let second = [(1, process("web", 200, 5, 9))];
        assert_eq!(cpu_s(&reading(&mut groups, &second), "web"), Some(6.0));
        let reused = [(1, process("web", 50, 900, 9))];
        assert_eq!(cpu_s(&reading(&mut groups, &reused), "web"), Some(6.5));
    }

    #[test]
    fn only_the_largest_by_fresh_time_and_by_memory_are_given() {
        let mut groups = ProcessGroups::new();
        let names: Vec<String> = (0..40).map(|i| format!("p{i:02}")).collect();
        let at = |grow: u64| -> Vec<(u32, ProcessStat<'_>)> {
            let all = names.iter().enumerate();
            all.map(|(i, name)| {
                let i = i as u64;
                let ticks = if i < 10 { 1_000_000 } else { i * grow };
                (i as u32, process(name, ticks, 1, if i == 5 { 99 } else { 0 }))
            })
            .collect()
        };
        let first = reading(&mut groups, &at(1));
        assert!(cpu_s(&first, "p00").is_some() && cpu_s(&first, "p39").is_none());
        let second = reading(&mut groups, &at(50));
        assert!(cpu_s(&second, "p00").is_none(), "used much once, and nothing since");
        assert!(cpu_s(&second, "p39").is_some() && cpu_s(&second, "p05").is_some());
        assert_eq!(second.len(), 11 * 3);
    }

    #[test]
    fn workers_of_the_kernel_are_one_group() {
        let mut groups = ProcessGroups::new();
        let workers =
            [(1, process("kworker/0:1", 100, 1, 0)), (2, process("kworker/u4:0-x", 100, 1, 0))];
        assert_eq!(cpu_s(&reading(&mut groups, &workers), "kworker"), Some(2.0));
    }
}
