//! What one reading of the machine gives: values, and what could not be read.

use super::collector::MonotonicClock;
use super::error::CollectError;
use super::reading::Reading;

/// One reading of the machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Collected {
    /// All values.
    pub readings: Vec<Reading>,
    /// What could not be read; everything else is there.
    pub faults: Vec<CollectFault>,
}

/// A collector that could not read all of its part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectFault {
    /// Its name, as in `node_scrape_collector_success{collector}`.
    pub collector: &'static str,
    /// How bad it is.
    pub kind: FaultKind,
    /// For people; completes "failed to …".
    pub reason: String,
}

/// How bad a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The machine has no such thing (no systemd, no sensors); nothing is wrong.
    Absent,
    /// Something is missing among the readings of this collector.
    Partial,
    /// This collector gave no readings.
    Failed,
}

impl Collected {
    /// Runs one collector; what it gave before it failed is taken back, as half a table misleads.
    pub(crate) fn run(
        &mut self,
        clock: &MonotonicClock,
        collector: &'static str,
        collect: impl FnOnce(&mut Vec<Reading>) -> Result<(), CollectError>,
    ) {
        let (begun, before) = (clock(), self.readings.len());
        let result = collect(&mut self.readings);
        let seconds = clock().saturating_sub(begun).as_secs_f64();
        let mut success = 1.0;
        if let Err(error) = result {
            let kind = kind(&error);
            if kind != FaultKind::Partial {
                self.readings.truncate(before);
                success = 0.0;
            }
            self.faults.push(CollectFault { collector, kind, reason: error.to_string() });
        }
        for (metric, value) in [
            ("node_scrape_collector_success", success),
            ("node_scrape_collector_duration_seconds", seconds),
        ] {
            self.readings.push(Reading::labelled(metric, "collector", collector, value));
        }
    }
}

fn kind(error: &CollectError) -> FaultKind {
    match error {
        CollectError::Absent { .. } => FaultKind::Absent,
        CollectError::TooMany { .. } | CollectError::MountsSilent { .. } => FaultKind::Partial,
        _ => FaultKind::Failed,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn silent_mounts_and_uncounted_processes_are_partial() {
        let limit = Duration::from_millis(1);
        let silent = CollectError::MountsSilent { mounts: vec!["/nfs".into()], limit };
        assert_eq!(kind(&silent), FaultKind::Partial);
        assert_eq!(kind(&CollectError::TooMany { what: "p", limit: 1 }), FaultKind::Partial);
        let clock: MonotonicClock = Box::new(|| Duration::ZERO);
        let mut all = Collected { readings: Vec::new(), faults: Vec::new() };
        all.run(&clock, "filesystem", |out| {
            out.push(Reading::plain("node_filesystem_files", 1.0));
            Err(silent)
        });
        let success =
            Reading::labelled("node_scrape_collector_success", "collector", "filesystem", 1.0);
        assert_eq!(all.readings[1], success);
        assert_eq!(all.readings.len(), 3, "what was read before is kept");
    }
}
