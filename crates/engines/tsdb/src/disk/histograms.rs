//! Takes native histograms in.

use super::DiskStore;
use super::append::Fit;
use crate::head::{HISTOGRAM_WEIGHT, Verdict};
use crate::histograms;
use crate::locks::{read, write};
use crate::wal::Wal;
use crate::{
    Age, Appended, FirstRefused, HistogramPoint, HistogramSample, HistogramsAppended, Terms,
    TsdbError,
};
use std::sync::Arc;

impl DiskStore {
    /// Adds native histograms, in any order and of any series, as
    /// [`crate::SeriesStore::append`] does samples.
    ///
    /// A series may have floats and histograms, but at one time one of both: the first one stays.
    /// Each is kept as it is: whole counts or floats, spans, bounds, the hint, every bit of the
    /// sum. [`crate::Selection::read_into`] reads them; [`crate::Points::hinted_histograms`] is
    /// what PromQL wants. Errors: the log cannot be written; then none has been stored.
    pub fn append_histograms(
        &self,
        batch: &[HistogramSample],
    ) -> Result<HistogramsAppended, TsdbError> {
        Ok(self.append_ref_batch(&[], batch, Terms::default())?.histograms)
    }

    /// Decides about histograms before anything changes.
    pub(super) fn judge_histograms(
        &self,
        batch: &[HistogramSample],
        terms: Terms,
        fit: &mut Fit,
        (done, first): (&mut HistogramsAppended, &mut FirstRefused),
    ) {
        if batch.is_empty() {
            return;
        }
        let counts = &mut done.appended;
        let head = &mut write(&self.state).head;
        let free = self.options.head_points_max.saturating_sub(head.points_count());
        let free = match terms.age {
            Age::Window => free,
            Age::Kept { .. } => free.min(self.late_free(head) / HISTOGRAM_WEIGHT),
        };
        let mut bytes_free = self.memory_free(head);
        let (late_max_ms, oldest_ms) = self.ages(terms.age);
        for (at, sample) in batch.iter().enumerate() {
            if let Err(malformed) = sample.histogram.check() {
                done.malformed.push((at, malformed));
                continue;
            }
            let bytes = histograms::size(&sample.histogram);
            let series = if fit.histograms.len() < free && bytes <= bytes_free {
                self.find_or_create(head, &sample.labels)
            } else {
                None
            };
            let Some(series) = series else {
                counts.over_limit += 1;
                continue;
            };
            let histogram = sample.histogram.clone();
            let point = Arc::new(HistogramPoint { at_ms: sample.at_ms, histogram });
            match head.judge_histogram(series, &point, late_max_ms) {
                Verdict::Duplicate => counts.duplicates += 1,
                Verdict::Conflict => {
                    counts.conflicts += 1;
                    first.conflict(Some(&sample.labels), sample.at_ms);
                }
                Verdict::New if sample.at_ms >= oldest_ms => {
                    bytes_free -= bytes;
                    fit.histograms.push((series, point));
                }
                Verdict::New | Verdict::TooOld => {
                    counts.too_old += 1;
                    first.too_old(Some(&sample.labels), sample.at_ms);
                }
            }
        }
    }

    /// Writes histograms to the log, then to memory.
    pub(super) fn put_histograms(
        &self,
        wal: &mut Wal,
        entries: Vec<(u32, Arc<HistogramPoint>)>,
        (counts, first): (&mut Appended, &mut FirstRefused),
    ) -> Result<(), TsdbError> {
        if entries.is_empty() {
            return Ok(());
        }
        wal.append_histograms(&entries, &read(&self.state).head)?;
        let sizes = entries.iter().map(|(_, point)| histograms::size(&point.histogram));
        self.memory.grew(sizes.sum());
        let head = &mut write(&self.state).head;
        for (series, point) in entries {
            let at_ms = point.at_ms;
            match head.insert_histogram(series, point) {
                Verdict::Duplicate => counts.duplicates += 1,
                Verdict::Conflict => {
                    counts.conflicts += 1;
                    first.conflict(head.labels(series), at_ms);
                }
                Verdict::New | Verdict::TooOld => counts.stored += 1,
            }
        }
        Ok(())
    }
}
