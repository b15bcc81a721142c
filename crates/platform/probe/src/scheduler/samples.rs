use std::{
    mem,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tsdb::{Labels, Sample, TsdbError};

use super::Entry;
use crate::{Probe, outcome::State};

/// Most figures of one answer that become samples.
const FIGURES_MAX: usize = 64;

/// Samples on their way to the series: bounded, and it counts what it could not take.
#[derive(Debug)]
pub(crate) struct SampleQueue {
    waiting: Mutex<Vec<Sample>>,
    limit: usize,
    dropped: AtomicU64,
}

impl SampleQueue {
    pub(crate) fn new(limit: usize) -> Self {
        Self { waiting: Mutex::new(Vec::new()), limit, dropped: AtomicU64::new(0) }
    }

    /// Samples that were not kept so far.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    pub(crate) fn push(&self, mut samples: Vec<Sample>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let room = self.limit.saturating_sub(waiting.len());
        self.note_dropped(samples.len().saturating_sub(room) as u64);
        samples.truncate(room);
        waiting.append(&mut samples);
    }

    fn take(&self) -> Vec<Sample> {
        mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note_dropped(&self, count: u64) {
        self.dropped.fetch_add(count, Ordering::Relaxed);
    }
}

impl Probe {
    /// Brings what was measured since to the series.
    ///
    /// Errors: the series cannot be written; the samples are tried again next time, as far as the
    /// queue has room.
    pub async fn deliver_samples(&self) -> Result<(), TsdbError> {
        let queue = &self.inner.samples;
        let batch = queue.take();
        if batch.is_empty() {
            return Ok(());
        }
        let series = Arc::clone(&self.inner.series);
        // The engine writes files: not on a thread that others wait for.
        let written = tokio::task::spawn_blocking(move || (series.append(&batch), batch)).await;
        match written {
            Ok((Ok(appended), _)) => {
                queue.note_dropped(appended.conflicts + appended.too_old + appended.over_limit);
                Ok(())
            }
            Ok((Err(error), batch)) => {
                queue.push(batch);
                Err(error)
            }
            // The runtime is being shut down, or the engine panicked: the batch is gone.
            Err(_) => Ok(()),
        }
    }
}

/// What the last run of `entry` measured: its state as the plugins' exit code (0 ok, 1 warning,
/// 2 critical, 3 unknown), how long it took, and its figures.
pub(crate) fn samples_of(entry: &Entry, state: State) -> Vec<Sample> {
    let Some(run) = &entry.status.last_run else { return Vec::new() };
    let definition = &entry.definition;
    let (check, resource) = (definition.id.to_string(), definition.resource_id.to_string());
    let own = [
        ("check", check.as_str()),
        ("check_name", definition.settings.name.as_str()),
        ("resource", resource.as_str()),
    ];
    let at_ms = run.at.millis();
    let plain = [
        ("mainstay_check_state", f64::from(state.exit_code())),
        ("mainstay_check_duration_seconds", run.duration.as_secs_f64()),
    ];
    let mut samples: Vec<Sample> = plain
        .into_iter()
        .filter_map(|(metric, value)| {
            Labels::new(metric, own).ok().map(|labels| Sample { labels, at_ms, value })
        })
        .collect();
    let figures = run.figures.iter().filter(|figure| figure.value.is_finite());
    samples.extend(figures.take(FIGURES_MAX).filter_map(|figure| {
        let more = [("label", figure.label.as_str()), ("unit", figure.unit.as_str())];
        // A label that is too long for a series stays with the status only.
        let labels = Labels::new("mainstay_check_figure", own.into_iter().chain(more)).ok()?;
        Some(Sample { labels, at_ms, value: figure.value })
    }));
    samples
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(count: usize) -> Vec<Sample> {
        let labels = Labels::new("up", [("a", "b")]).unwrap();
        (0..count).map(|_| Sample { labels: labels.clone(), at_ms: 0, value: 0.0 }).collect()
    }

    #[test]
    fn a_full_queue_counts_what_it_drops() {
        let queue = SampleQueue::new(5);
        queue.push(samples(3));
        queue.push(samples(4));
        assert_eq!((queue.take().len(), queue.dropped()), (5, 2));
        queue.push(samples(1));
        assert_eq!((queue.take().len(), queue.dropped()), (1, 2));
    }
}
