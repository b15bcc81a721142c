//! Takes in and gives out exemplars and metadata.

use super::DiskStore;
use crate::aside::{Exemplar, Metadata, Note};
use crate::locks::lock;
use crate::{Labels, Selector, TimeRange, TsdbError};
use std::collections::BTreeMap;

impl DiskStore {
    /// Adds exemplars of series; tells how many were newer than the last of their series.
    ///
    /// The newest [`crate::Options::exemplars_max`] are kept. They are with the operating system
    /// when this returns. Errors: the log cannot be written; then none has been added.
    pub fn append_exemplars(&self, batch: Vec<(Labels, Exemplar)>) -> Result<u64, TsdbError> {
        self.append_notes(batch.into_iter().map(|(series, one)| Note::Exemplar(series, one)))
    }

    /// Says what metrics mean; tells of how many that was news.
    ///
    /// Texts of more than 4,096 bytes and more than 100,000 metrics are not kept. Errors: the log
    /// cannot be written; then nothing has changed.
    pub fn set_metadata(&self, batch: Vec<(String, Metadata)>) -> Result<u64, TsdbError> {
        self.append_notes(batch.into_iter().map(|(metric, about)| Note::Metadata(metric, about)))
    }

    fn append_notes(&self, notes: impl Iterator<Item = Note>) -> Result<u64, TsdbError> {
        let (count, written) = {
            let mut wal = lock(&self.wal);
            let mut aside = lock(&self.aside);
            let news: Vec<Note> = notes.filter(|note| aside.is_news(note)).collect();
            if !news.is_empty() {
                wal.append_notes(&news)?;
            }
            (news.into_iter().map(|note| u64::from(aside.take(note))).sum(), wal.written())
        };
        self.sync_if_asked(written)?;
        Ok(count)
    }

    /// The exemplars in `range` of the matching series, by labels, each oldest first.
    #[must_use]
    pub fn exemplars(
        &self,
        selector: &Selector,
        range: TimeRange,
    ) -> BTreeMap<Labels, Vec<Exemplar>> {
        let mut found: BTreeMap<Labels, Vec<Exemplar>> = BTreeMap::new();
        for (series, exemplar) in lock(&self.aside).exemplars() {
            if range.contains(exemplar.at_ms) && selector.accepts(series) {
                found.entry(series.clone()).or_default().push(exemplar.clone());
            }
        }
        found
    }

    /// What is known about a metric, or about all.
    #[must_use]
    pub fn metadata(&self, metric: Option<&str>) -> BTreeMap<String, Metadata> {
        let aside = lock(&self.aside);
        match metric {
            None => aside.metadata().clone(),
            Some(metric) => {
                let about = aside.metadata().get_key_value(metric);
                about.map(|(metric, about)| (metric.clone(), about.clone())).into_iter().collect()
            }
        }
    }
}
