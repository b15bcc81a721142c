//! Takes native histograms in.

use super::{DiskStore, Ticket};
use crate::head::Verdict;
use crate::histograms;
use crate::locks::{lock, read, write};
use crate::{Appended, HistogramPoint, HistogramSample, MalformedHistogram, TsdbError};
use std::sync::Arc;

/// What became of a batch of native histograms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistogramsAppended {
    /// Of those that are well formed; the fields add up to their number.
    pub appended: Appended,
    /// Places in the batch of those that are not, and why.
    pub malformed: Vec<(usize, MalformedHistogram)>,
    /// To wait for stable storage with.
    pub ticket: Ticket,
}

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
        let mut done = HistogramsAppended::default();
        let counts = &mut done.appended;
        // Held to the end, so that log and head tell of the same in the same order.
        let mut wal = lock(&self.wal);
        let mut entries = Vec::with_capacity(batch.len());
        {
            let head = &mut write(&self.state).head;
            let free = self.options.head_points_max.saturating_sub(head.points_count());
            let mut bytes_free = self.memory_free(head);
            for (at, sample) in batch.iter().enumerate() {
                if let Err(malformed) = sample.histogram.check() {
                    done.malformed.push((at, malformed));
                    continue;
                }
                let bytes = histograms::size(&sample.histogram);
                let series = if entries.len() < free && bytes <= bytes_free {
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
                match head.judge_histogram(series, &point, self.options.out_of_order_ms) {
                    Verdict::Duplicate => counts.duplicates += 1,
                    Verdict::Conflict => counts.conflicts += 1,
                    Verdict::TooOld => counts.too_old += 1,
                    Verdict::New => {
                        bytes_free -= bytes;
                        self.memory.grew(bytes);
                        entries.push((series, point));
                    }
                }
            }
        }
        if !entries.is_empty() {
            wal.append_histograms(&entries, &read(&self.state).head)?;
        }
        let written = wal.written();
        self.sync_if_asked(&mut wal, written)?;
        let head = &mut write(&self.state).head;
        for (series, point) in entries {
            match head.insert_histogram(series, point) {
                Verdict::Duplicate => counts.duplicates += 1,
                Verdict::Conflict => counts.conflicts += 1,
                Verdict::New | Verdict::TooOld => counts.stored += 1,
            }
        }
        done.ticket = Ticket::new(written);
        Ok(done)
    }
}
