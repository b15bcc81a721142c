//! Takes samples in.

use super::DiskStore;
use super::memory::POINT_BYTES;
use super::whole;
use crate::head::{Head, NOBODY, Verdict, series_bytes};
use crate::locks::{lock, read, write};
use crate::store::is_unfit;
use crate::wal::{Entry, Wal};
use crate::{
    Age, Appended, Batch, BatchAppended, FirstRefused, HistogramPoint, HistogramSample,
    HistogramsAppended, Labels, Point, SyncPolicy, Terms, TsdbError, Unfit,
};
use std::sync::{Arc, MutexGuard};

/// A series of a store, as [`DiskStore::series_ref`] returned it; good until the series has gone
/// from memory or the store is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SeriesRef {
    series: u32,
    generation: u32,
}

/// One point of a series that is known by reference.
#[derive(Debug, Clone, Copy)]
pub struct RefSample {
    /// Which series.
    pub series: SeriesRef,
    /// Milliseconds since 1970, UTC.
    pub at_ms: i64,
    /// The value.
    pub value: f64,
}

/// What became of samples appended by reference.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefsAppended {
    /// Of those whose series was there; the fields add up to their number.
    pub appended: Appended,
    /// Places in the batch of samples whose series has gone from memory: ask for a new reference
    /// and append them again.
    /// Where some of it would refuse all, nothing has been stored.
    pub gone: Vec<usize>,
    /// Of the native histograms.
    pub histograms: HistogramsAppended,
    /// Which of both were ignored first.
    pub first: FirstRefused,
}

/// What of a batch is to be stored.
#[derive(Default)]
pub(super) struct Fit {
    pub(super) floats: Vec<Entry>,
    pub(super) histograms: Vec<(u32, Arc<HistogramPoint>)>,
}

impl Fit {
    /// The first time of it.
    fn first_ms(&self) -> Option<i64> {
        let floats = self.floats.iter().map(|entry| entry.point.at_ms);
        floats.chain(self.histograms.iter().map(|(_, point)| point.at_ms)).min()
    }
}

impl DiskStore {
    /// The reference of a series, which is made if it is not there; none if memory may hold no
    /// more series.
    #[must_use]
    pub fn series_ref(&self, labels: &Labels) -> Option<SeriesRef> {
        let by_number = |head: &Head, series: u32| {
            let generation = head.slots[series as usize].generation;
            SeriesRef { series, generation }
        };
        {
            let head = &read(&self.state).head;
            if let Some(series) = head.find(labels) {
                return Some(by_number(head, series));
            }
        }
        let head = &mut write(&self.state).head;
        let series = self.find_or_create(head, labels)?;
        Some(by_number(head, series))
    }

    pub(super) fn find_or_create(&self, head: &mut Head, labels: &Labels) -> Option<u32> {
        head.find(labels).or_else(|| {
            let bytes = series_bytes(labels);
            let free = head.series_count() < self.tuning().head_series_max
                && self.memory_free(head) > bytes;
            self.memory.grew(if free { bytes } else { 0 });
            free.then(|| head.create(self.interner.shared(labels.clone())))
        })
    }

    /// Adds samples of series known by reference, as [`crate::SeriesStore::append`] does.
    ///
    /// Fastest if the samples of one scrape stand side by side, each time in the same order.
    /// Errors: the log cannot be written; then no sample of the batch has been stored.
    pub fn append_refs(&self, batch: &[RefSample]) -> Result<RefsAppended, TsdbError> {
        self.append_ref_batch(batch, &[], Terms::default())
    }

    /// Adds samples of series known by reference, and native histograms, as
    /// [`crate::SeriesStore::append_batch`] does.
    ///
    /// Errors: as there.
    pub fn append_ref_batch(
        &self,
        samples: &[RefSample],
        histograms: &[HistogramSample],
        terms: Terms,
    ) -> Result<RefsAppended, TsdbError> {
        let mut done = RefsAppended::default();
        // Held to the end, so that log and head tell of the same points in the same order.
        let wal = lock(&self.wal);
        let mut fit = Fit { floats: Vec::with_capacity(samples.len()), ..Fit::default() };
        {
            let head = &read(&self.state).head;
            let mut judge = Judge::new(self, head, terms, (&mut done.appended, &mut done.first));
            for (at, sample) in samples.iter().enumerate() {
                let SeriesRef { series, generation } = sample.series;
                if !head.is_alive(series, generation) {
                    done.gone.push(at);
                    continue;
                }
                let point = Point { at_ms: sample.at_ms, value: sample.value };
                judge.take(head, Entry { series, point }, &mut fit.floats);
            }
        }
        if terms.unfit == Unfit::RefusesAll && !done.gone.is_empty() {
            return Ok(RefsAppended { gone: done.gone, ..RefsAppended::default() });
        }
        let first = &mut done.first;
        self.judge_histograms(histograms, terms, &mut fit, (&mut done.histograms, first));
        self.put(wal, fit, terms, (&mut done.appended, &mut done.histograms, first))?;
        Ok(done)
    }

    pub(super) fn take_batch(&self, batch: &Batch<'_>) -> Result<BatchAppended, TsdbError> {
        let mut done = BatchAppended::default();
        let wal = lock(&self.wal);
        let mut fit = Fit { floats: Vec::with_capacity(batch.samples.len()), ..Fit::default() };
        if !batch.samples.is_empty() {
            let head = &mut write(&self.state).head;
            let mut judge =
                Judge::new(self, head, batch.terms, (&mut done.samples, &mut done.first));
            for sample in batch.samples {
                let series = if judge.is_full(&fit.floats) {
                    head.find(&sample.labels)
                } else {
                    self.find_or_create(head, &sample.labels)
                };
                let point = Point { at_ms: sample.at_ms, value: sample.value };
                match series {
                    Some(series) => judge.take(head, Entry { series, point }, &mut fit.floats),
                    None => judge.counts.over_limit += 1,
                }
            }
        }
        let (terms, first) = (batch.terms, &mut done.first);
        self.judge_histograms(batch.histograms, terms, &mut fit, (&mut done.histograms, first));
        self.put(wal, fit, terms, (&mut done.samples, &mut done.histograms, first))?;
        Ok(done)
    }

    /// Writes what fits to the log, then to memory, unless some of the batch refuses all of it.
    fn put(
        &self,
        mut wal: MutexGuard<'_, Wal>,
        fit: Fit,
        terms: Terms,
        (floats, histograms, first): (&mut Appended, &mut HistogramsAppended, &mut FirstRefused),
    ) -> Result<(), TsdbError> {
        if terms.unfit == Unfit::RefusesAll {
            let counts = (&mut *floats, &mut histograms.appended, &mut *first);
            whole::count_conflicts(&fit, &read(&self.state).head, counts);
            if is_unfit(floats, histograms) {
                return Ok(());
            }
        }
        let from_ms = fit.first_ms();
        let stored = self.put_floats(&mut wal, &fit.floats, (floats, first)).and_then(|()| {
            let counts = (&mut histograms.appended, first);
            self.put_histograms(&mut wal, fit.histograms, counts)
        });
        if let Some(from_ms) = from_ms {
            self.changes.note(from_ms);
        }
        let written = wal.written();
        drop(wal);
        stored?;
        self.sync_if_asked(written)
    }

    fn put_floats(
        &self,
        wal: &mut Wal,
        entries: &[Entry],
        (counts, first): (&mut Appended, &mut FirstRefused),
    ) -> Result<(), TsdbError> {
        if entries.is_empty() {
            return Ok(());
        }
        wal.append(entries, &read(&self.state).head)?;
        self.memory.grew(entries.len() * POINT_BYTES);
        let head = &mut write(&self.state).head;
        let mut near = NOBODY;
        for run in entries.chunk_by(|a, b| a.point.at_ms == b.point.at_ms) {
            let points = run.iter().map(|entry| (entry.series, entry.point.value));
            let tally = head.insert_run(run[0].point.at_ms, points, &mut near);
            counts.stored += tally.new;
            counts.duplicates += tally.duplicates;
            counts.conflicts += tally.conflicts;
            if let Some(series) = tally.first_conflict {
                first.conflict(head.labels(series), run[0].point.at_ms);
            }
        }
        Ok(())
    }

    /// Waits for stable storage where every append does.
    pub(super) fn sync_if_asked(&self, written: u64) -> Result<(), TsdbError> {
        match self.tuning().sync {
            SyncPolicy::Host => Ok(()),
            SyncPolicy::EveryAppend => self.wait_synced(written),
        }
    }
}

/// Decides about samples before anything changes.
struct Judge<'c> {
    counts: &'c mut Appended,
    first: &'c mut FirstRefused,
    points_free: usize,
    late_max_ms: i64,
    /// Nobody's points are kept that are older.
    oldest_ms: i64,
}

impl<'c> Judge<'c> {
    fn new(
        store: &DiskStore,
        head: &Head,
        terms: Terms,
        (counts, first): (&'c mut Appended, &'c mut FirstRefused),
    ) -> Self {
        let points_free = store.options.head_points_max.saturating_sub(head.points_count());
        let points_free = points_free.min(store.memory_free(head) / POINT_BYTES);
        let (late_max_ms, oldest_ms) = store.ages(terms.age);
        let points_free = match terms.age {
            Age::Window => points_free,
            Age::Kept { .. } => points_free.min(store.late_free(head)),
        };
        Self { counts, first, points_free, late_max_ms, oldest_ms }
    }

    fn is_full(&self, entries: &[Entry]) -> bool {
        entries.len() >= self.points_free
    }

    fn take(&mut self, head: &Head, entry: Entry, entries: &mut Vec<Entry>) {
        let (at_ms, bits) = (entry.point.at_ms, entry.point.value.to_bits());
        match head.judge(entry.series, at_ms, bits, self.late_max_ms) {
            Verdict::Duplicate => self.counts.duplicates += 1,
            Verdict::Conflict => {
                self.counts.conflicts += 1;
                self.first.conflict(head.labels(entry.series), at_ms);
            }
            Verdict::New if at_ms >= self.oldest_ms => {
                if self.is_full(entries) {
                    self.counts.over_limit += 1;
                } else {
                    entries.push(entry);
                }
            }
            Verdict::New | Verdict::TooOld => {
                self.counts.too_old += 1;
                self.first.too_old(head.labels(entry.series), at_ms);
            }
        }
    }
}
