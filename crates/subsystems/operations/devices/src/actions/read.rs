use std::sync::{Arc, PoisonError};

use tokio::task;
use tsdb::TsdbError;

use super::host::Host;
use super::watcher::Outcome;
use crate::collect::{CollectFault, FaultKind};
use crate::model::Moment;
use crate::store::Written;

/// Settings of the clock that wait for the journal, when it cannot be written; older ones go.
pub(super) const JUMPS_WAITING_MAX: usize = 16;

impl Host {
    /// Reads the machine once, now: samples into the store, figures for the glance, a fact when
    /// the clock was set, and once an hour what the machine is. Waits while another reading runs.
    ///
    /// Nothing it meets stops the watching: it is counted in [`super::Progress`] and logged.
    pub async fn read(&self) {
        let inner = &self.0;
        let (watcher, clock) = (Arc::clone(&inner.watcher), Arc::clone(&inner.parts.clock));
        let progress = *inner.progress.borrow();
        let (began_at, began) = (clock.now(), clock.monotonic());
        let resource_id = self.resource_id().to_string();
        let reading = task::spawn_blocking(move || {
            // After a panic the next reading goes on: each collector begins anew with every call.
            let mut watcher = watcher.lock().unwrap_or_else(PoisonError::into_inner);
            watcher.write_as(&resource_id);
            let now = Moment { wall: clock.now(), monotonic: clock.monotonic() };
            watcher.read(now, progress)
        });
        match reading.await {
            Ok(outcome) => self.keep(outcome).await,
            Err(error) => {
                tracing::error!("failed to read this machine: {error}");
                inner.progress.send_modify(|progress| {
                    progress.readings += 1;
                    progress.readings_failed += 1;
                });
            }
        }
        let took = inner.parts.clock.monotonic().saturating_sub(began);
        inner.progress.send_modify(|now| {
            (now.last_at, now.last_took) = (Some(began_at), took);
            now.last_failed = now.readings_failed > progress.readings_failed;
        });
    }

    async fn keep(&self, outcome: Outcome) {
        self.tell_of_faults(&outcome.faults);
        self.tell_of_store(&outcome.written);
        {
            let mut seen = self.seen();
            if outcome.glance.is_some() {
                seen.glance = outcome.glance;
            }
            seen.jumps.extend(outcome.jump);
            while seen.jumps.len() > JUMPS_WAITING_MAX {
                seen.jumps.pop_front();
            }
        }
        self.journal_jumps().await;
        self.refresh_attributes().await;
        self.0.progress.send_modify(|progress| {
            progress.readings += 1;
            match outcome.written {
                Ok(written) => {
                    progress.samples_stored += written.stored;
                    progress.samples_refused += written.refused;
                }
                Err(_) => progress.readings_failed += 1,
            }
        });
    }

    /// Logs a collector when it begins to fail and when it works again, and not each time.
    fn tell_of_faults(&self, faults: &[CollectFault]) {
        let mut seen = self.seen();
        let faults = faults.iter().filter(|fault| fault.kind != FaultKind::Absent);
        let mut failing = Vec::new();
        for fault in faults {
            failing.push(fault.collector);
            if !seen.failing.contains(&fault.collector) {
                let (collector, reason) = (fault.collector, &fault.reason);
                tracing::warn!(collector, "collector {collector} failed to {reason}");
            }
        }
        for collector in seen.failing.iter().filter(|name| !failing.contains(name)) {
            tracing::info!(collector, "collector {collector} works again");
        }
        seen.failing = failing;
    }

    fn tell_of_store(&self, written: &Result<Written, TsdbError>) {
        let mut seen = self.seen();
        match written {
            Ok(written) => {
                if seen.store_failing {
                    tracing::info!("samples of this machine are stored again");
                }
                seen.store_failing = false;
                let refusing = written.too_old > 0;
                if refusing && !seen.refusing {
                    let count = written.too_old;
                    tracing::warn!(
                        count,
                        "{count} samples lie too far before those already stored, and are refused \
                         until the clock has reached those"
                    );
                } else if !refusing && seen.refusing {
                    tracing::info!("samples are no longer refused as too old");
                }
                seen.refusing = refusing;
            }
            Err(error) => {
                if !seen.store_failing {
                    tracing::error!("failed to store samples of this machine: {error}");
                }
                seen.store_failing = true;
            }
        }
    }
}
