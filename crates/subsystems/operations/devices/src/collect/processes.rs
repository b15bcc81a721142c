//! Processes by state, their threads and limits, and the scan of `/proc` that gives them.
//! Source: proc_pid_stat(5), proc_sys_kernel(5).

use std::fs;

use rustix::fs::{Mode, OFlags};

use super::error::CollectError;
use super::parse::number;
use super::process_groups::ProcessGroups;
use super::process_stat::ProcessStat;
use super::reading::Reading;
use super::roots::{Roots, unreadable};

/// Each process costs some ten microseconds, so this many cost half a second.
const PROCESSES_MAX: usize = 32_768;
/// The states given also when no process is in them.
const STATES: [char; 6] = ['R', 'S', 'D', 'Z', 'T', 'I'];

/// Adds `node_processes_*` and what `groups` has to say of the largest consumers.
///
/// Errors: [`CollectError::TooMany`] beside the readings of those that were counted.
pub(crate) fn collect(
    roots: &Roots,
    groups: &mut ProcessGroups,
    out: &mut Vec<Reading>,
) -> Result<(), CollectError> {
    let mut states: Vec<(char, u64)> = STATES.map(|state| (state, 0)).to_vec();
    let (mut processes, mut threads) = (0, 0);
    groups.begin();
    let all_seen = scan(roots, |pid, stat| {
        processes += 1;
        threads += stat.threads;
        match states.iter_mut().find(|(state, _)| *state == stat.state) {
            Some((_, count)) => *count += 1,
            None => states.push((stat.state, 1)),
        }
        groups.add(pid, stat);
    })?;
    groups.finish(out);
    for (state, count) in states {
        let count = count as f64;
        out.push(Reading::labelled("node_processes_state", "state", state, count));
    }
    out.push(Reading::plain("node_processes_pids", processes as f64));
    out.push(Reading::plain("node_processes_threads", threads as f64));
    for (file, metric) in [
        ("sys/kernel/pid_max", "node_processes_max_processes"),
        ("sys/kernel/threads-max", "node_processes_max_threads"),
    ] {
        let text = roots.proc_text(file)?;
        out.push(Reading::plain(metric, number(file, text.trim())?));
    }
    if all_seen {
        return Ok(());
    }
    Err(CollectError::TooMany { what: "processes", limit: PROCESSES_MAX })
}

/// Calls `each` for every process; false if there were more than [`PROCESSES_MAX`].
///
/// A process that ends while we look is left out. Three system calls a process: relative open into
/// one buffer, read, close.
fn scan(roots: &Roots, mut each: impl FnMut(u32, &ProcessStat<'_>)) -> Result<bool, CollectError> {
    let entries = fs::read_dir(&roots.proc).map_err(|source| unreadable(&roots.proc, source))?;
    let folder = fs::File::open(&roots.proc).map_err(|source| unreadable(&roots.proc, source))?;
    let mut buffer = [0u8; 2048];
    let mut seen = 0;
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        if seen == PROCESSES_MAX {
            return Ok(false);
        }
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        let Ok(file) = rustix::fs::openat(&folder, format!("{pid}/stat"), flags, Mode::empty())
        else {
            continue;
        };
        let Ok(length) = rustix::io::read(&file, &mut buffer) else { continue };
        let text = String::from_utf8_lossy(&buffer[..length]);
        if let Ok(stat) = ProcessStat::parse(&text) {
            seen += 1;
            each(pid, &stat);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Fixture;
    use super::*;

    fn stat(pid: u32, state: char, threads: u32) -> String {
        format!("{pid} (p{pid}) {state} 1 0 0 0 -1 0 0 0 0 0 5 5 0 0 20 0 {threads} 0 9 1 7 0\n")
    }

    fn machine() -> Fixture {
        Fixture::new()
            .with("proc/1/stat", stat(1, 'S', 3))
            .with("proc/20/stat", stat(20, 'X', 1))
            .with("proc/30/stat", b"30 (\xff\xfe) R 1 0 0 0 -1 0 0 0 0 0 5 5 0 0 20 0 2 0 9 1 7")
            .with("proc/40/stat", "40 (cut) R 1")
            .with("proc/50/comm", "ended")
            .with("proc/self", "not a process")
            .with("proc/sys/kernel/pid_max", "4194304\n")
    }

    fn collect(machine: &Fixture) -> String {
        machine.render(|roots, out| super::collect(roots, &mut ProcessGroups::new(), out))
    }

    #[test]
    fn states_and_threads_are_counted_and_ended_processes_left_out() {
        let machine = machine().with("proc/sys/kernel/threads-max", "192730\n");
        let rendered = collect(&machine);
        for expected in [
            "node_processes_state{state=\"R\"} 1\n",
            "node_processes_state{state=\"S\"} 1\n",
            "node_processes_state{state=\"X\"} 1\n",
            "node_processes_state{state=\"Z\"} 0\n",
            "node_processes_pids 3\n",
            "node_processes_threads 6\n",
            "node_processes_max_processes 4194304\n",
            "node_processes_max_threads 192730\n",
        ] {
            assert!(rendered.contains(expected), "{expected}{rendered}");
        }
    }

    #[test]
    fn missing_limit_is_absent() {
        let rendered = collect(&machine());
        assert_eq!(rendered, "find proc/sys/kernel/threads-max: this machine has none\n");
    }
}
