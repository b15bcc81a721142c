use std::sync::Arc;

use kernel::Time;
use tsdb::{Sample, SeriesStore, TsdbError};

use super::series_names::SeriesNames;
use crate::collect::Reading;

/// Readings taken from one round; the rest is refused.
const READINGS_MAX: usize = 50_000;

/// Writes readings of one host into the store of series.
pub(crate) struct SeriesWriter {
    store: Arc<dyn SeriesStore>,
    resource: String,
    instance: String,
    names: SeriesNames,
    /// Empty between two rounds; kept for its room.
    batch: Vec<Sample>,
}

/// What became of a round.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Written {
    /// Samples kept.
    pub(crate) stored: u64,
    /// Samples the store did not take: too old, another value at that time, over its limit.
    pub(crate) refused: u64,
    /// Of those, the ones that lie too far behind newer ones.
    pub(crate) too_old: u64,
}

impl SeriesWriter {
    /// A writer of the series of the host `resource`, whose own name is `instance`.
    pub(crate) fn new(store: Arc<dyn SeriesStore>, resource: String, instance: String) -> Self {
        let names = SeriesNames::new(labels(&resource, &instance));
        Self { store, resource, instance, names, batch: Vec::new() }
    }

    /// From now on the series are those of `resource`.
    pub(crate) fn write_as(&mut self, resource: &str) {
        if self.resource != resource {
            resource.clone_into(&mut self.resource);
            self.names = SeriesNames::new(labels(resource, &self.instance));
        }
    }

    /// Writes one round. Values that are no numbers are left out: they tell nothing.
    ///
    /// Errors: the store cannot write; then nothing of the round was kept.
    pub(crate) fn write<'r>(
        &mut self,
        at: Time,
        readings: impl Iterator<Item = &'r Reading>,
    ) -> Result<Written, TsdbError> {
        self.names.begin_round();
        self.batch.clear();
        let mut refused = 0;
        for reading in readings.filter(|reading| reading.value.is_finite()) {
            match self.names.labels(reading) {
                Ok(labels) if self.batch.len() < READINGS_MAX => {
                    let (at_ms, value) = (at.millis(), reading.value);
                    self.batch.push(Sample { labels, at_ms, value });
                }
                _ => refused += 1,
            }
        }
        let appended = self.store.append(&self.batch);
        self.batch.clear();
        let appended = appended?;
        let not_taken = appended.conflicts + appended.too_old + appended.over_limit;
        Ok(Written {
            stored: appended.stored + appended.duplicates,
            refused: refused + not_taken,
            too_old: appended.too_old,
        })
    }
}

/// The labels that all series of a host have.
fn labels(resource: &str, instance: &str) -> Vec<(&'static str, String)> {
    [("resource", resource), ("instance", instance), ("job", "node")]
        .map(|(name, value)| (name, value.to_owned()))
        .to_vec()
}
