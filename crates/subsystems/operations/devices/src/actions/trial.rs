use std::{fs, io, path::Path, time::Duration};

use crate::collect::{Collector, Roots};

/// Reads this machine once and tells of each collector that had something to say whether it could
/// read its part: `None`, or the reason. Blocks; for `mainstay doctor`.
#[must_use]
pub fn trial_reading() -> Vec<(String, Option<String>)> {
    let collected = Collector::new(Roots::system(), Box::new(|| Duration::ZERO)).collect(0.0);
    let collectors = collected.readings.iter().filter(|reading| {
        // Each collector that ran gives one, whatever became of it.
        reading.metric == "node_scrape_collector_success"
    });
    let names = collectors.filter_map(|reading| reading.labels.first()).map(|(_, name)| name);
    let told = names.map(|name| {
        let fault = collected.faults.iter().find(|fault| fault.collector == name);
        (name.clone(), fault.map(|fault| format!("failed to {}", fault.reason)))
    });
    told.collect()
}

/// Bytes that everybody may still use on the file system of `path`. Source: statvfs(3).
///
/// Errors: the system's, such as a path that does not exist.
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let answer = rustix::fs::statvfs(path)?;
    Ok(answer.f_bavail.saturating_mul(answer.f_frsize))
}

/// Bytes of memory that this machine has; `None` where the system does not say so. Source: proc(5).
#[must_use]
pub fn memory_bytes() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let total = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    total.split_ascii_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_memory() {
        assert!(memory_bytes().unwrap() > 1 << 20);
    }

    #[test]
    fn this_machine_can_be_read_and_every_collector_is_told_of_once() {
        let mut told = trial_reading();
        assert!(told.iter().any(|(name, failure)| name == "meminfo" && failure.is_none()));
        let count = told.len();
        told.dedup_by(|a, b| a.0 == b.0);
        assert_eq!(told.len(), count);
    }

    #[test]
    fn free_space_is_told_of_folders_that_exist() {
        assert!(free_bytes(Path::new("/")).is_ok());
        assert!(free_bytes(Path::new("/nowhere/at/all")).is_err());
    }
}
