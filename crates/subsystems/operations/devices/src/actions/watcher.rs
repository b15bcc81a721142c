use std::sync::Arc;

use tsdb::TsdbError;

use super::host::Progress;
use crate::collect::{CollectFault, Collector, Reading};
use crate::model::{Glance, Jump, Moment, Snapshot, Timeline, derived};
use crate::store::{SeriesWriter, Written};

/// Reads the machine once at a time; keeps what one reading hands to the next.
pub(super) struct Watcher {
    collector: Collector,
    writer: SeriesWriter,
    timeline: Timeline,
    before: Option<Snapshot>,
}

/// What a reading gave.
pub(super) struct Outcome {
    /// None at the first reading.
    pub(super) glance: Option<Arc<Glance>>,
    pub(super) jump: Option<Jump>,
    pub(super) written: Result<Written, TsdbError>,
    pub(super) faults: Vec<CollectFault>,
}

impl Watcher {
    pub(super) fn new(collector: Collector, writer: SeriesWriter, now: Moment) -> Self {
        Self { collector, writer, timeline: Timeline::new(now), before: None }
    }

    /// From now on the series are those of `resource`.
    pub(super) fn write_as(&mut self, resource: &str) {
        self.writer.write_as(resource);
    }

    /// Reads everything, works out the figures, and stores both. Blocks for milliseconds, and for
    /// seconds where the machine does not answer.
    pub(super) fn read(&mut self, now: Moment, progress: Progress) -> Outcome {
        let (at, jump) = self.timeline.stamp(now);
        let collected = self.collector.collect(now.wall.seconds_f64());
        let mut snapshot = Snapshot::of(&collected.readings, at, now.monotonic);
        let glance = self.before.as_ref().map(|before| {
            snapshot.carry_from(before);
            Glance::of(before, &snapshot)
        });
        let figures = glance.as_ref().map(derived).unwrap_or_default();
        let own = own_readings(progress);
        let all = collected.readings.iter().chain(&figures).chain(&own);
        let written = self.writer.write(at, all);
        self.before = Some(snapshot);
        Outcome { glance: glance.map(Arc::new), jump, written, faults: collected.faults }
    }
}

/// How the watching itself goes.
fn own_readings(progress: Progress) -> [Reading; 3] {
    [
        ("mainstay_host_readings_skipped_total", progress.readings_skipped),
        ("mainstay_host_readings_failed_total", progress.readings_failed),
        ("mainstay_host_samples_refused_total", progress.samples_refused),
    ]
    .map(|(metric, count)| Reading::plain(metric, count as f64))
}
