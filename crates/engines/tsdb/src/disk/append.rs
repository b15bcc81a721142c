//! Takes samples in, and tells when they are on stable storage.

use super::DiskStore;
use super::memory::POINT_BYTES;
use crate::head::{Head, NOBODY, Verdict, series_bytes};
use crate::locks::{lock, read, write};
use crate::wal::{Entry, Wal};
use crate::{Appended, Labels, Point, Sample, SyncPolicy, TsdbError, files};
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

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
    pub gone: Vec<usize>,
    /// To wait for stable storage with.
    pub ticket: Ticket,
}

/// Stands for an append that will be on stable storage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(u64);

impl Ticket {
    pub(super) fn new(written: u64) -> Self {
        Self(written)
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
        let mut done = RefsAppended::default();
        let wal = lock(&self.wal);
        let mut entries = Vec::with_capacity(batch.len());
        {
            let head = &read(&self.state).head;
            let mut judge = Judge::new(self, head, &mut done.appended);
            for (at, sample) in batch.iter().enumerate() {
                let SeriesRef { series, generation } = sample.series;
                if !head.is_alive(series, generation) {
                    done.gone.push(at);
                    continue;
                }
                let point = Point { at_ms: sample.at_ms, value: sample.value };
                judge.take(head, Entry { series, point }, &mut entries);
            }
        }
        done.ticket = self.store(wal, &entries, &mut done.appended)?;
        Ok(done)
    }

    pub(super) fn append_samples(&self, batch: &[Sample]) -> Result<(Appended, Ticket), TsdbError> {
        let mut counts = Appended::default();
        // Held to the end, so that log and head tell of the same points in the same order.
        let wal = lock(&self.wal);
        let mut entries = Vec::with_capacity(batch.len());
        {
            let head = &mut write(&self.state).head;
            let mut judge = Judge::new(self, head, &mut counts);
            for sample in batch {
                let series = if judge.is_full(&entries) {
                    head.find(&sample.labels)
                } else {
                    self.find_or_create(head, &sample.labels)
                };
                let point = Point { at_ms: sample.at_ms, value: sample.value };
                match series {
                    Some(series) => judge.take(head, Entry { series, point }, &mut entries),
                    None => judge.counts.over_limit += 1,
                }
            }
        }
        let ticket = self.store(wal, &entries, &mut counts)?;
        Ok((counts, ticket))
    }

    /// Adds samples and returns what to wait for stable storage with.
    ///
    /// Errors: as [`crate::SeriesStore::append`].
    pub fn append_with_ticket(&self, batch: &[Sample]) -> Result<(Appended, Ticket), TsdbError> {
        self.append_samples(batch)
    }

    /// Writes accepted samples to the log, then to memory.
    fn store(
        &self,
        mut wal: MutexGuard<'_, Wal>,
        entries: &[Entry],
        counts: &mut Appended,
    ) -> Result<Ticket, TsdbError> {
        if entries.is_empty() {
            return Ok(Ticket(wal.written()));
        }
        wal.append(entries, &read(&self.state).head)?;
        self.memory.grew(entries.len() * POINT_BYTES);
        let ticket = wal.written();
        self.sync_if_asked(&mut wal, ticket)?;
        let head = &mut write(&self.state).head;
        let mut near = NOBODY;
        for run in entries.chunk_by(|a, b| a.point.at_ms == b.point.at_ms) {
            let points = run.iter().map(|entry| (entry.series, entry.point.value));
            let tally = head.insert_run(run[0].point.at_ms, points, &mut near);
            counts.stored += tally.new;
            counts.duplicates += tally.duplicates;
            counts.conflicts += tally.conflicts;
        }
        Ok(Ticket(ticket))
    }

    pub(super) fn sync_if_asked(&self, wal: &mut Wal, ticket: u64) -> Result<(), TsdbError> {
        let dirty = match self.tuning().sync {
            SyncPolicy::Host => None,
            SyncPolicy::EveryAppend => wal.take_dirty(),
        };
        let Some((file, path)) = dirty else { return Ok(()) };
        if let Err(error) = files::sync(&file, &path) {
            wal.mark_dirty();
            return Err(error);
        }
        self.tell_synced(ticket);
        Ok(())
    }

    /// Forces what has been appended to stable storage; returns at once if nothing is new.
    ///
    /// Everybody who waits for a ticket goes on then. Appending goes on meanwhile. When the log
    /// has grown long, memory is saved and the log begun anew. Errors: the system's; the samples
    /// then count as not synced.
    pub fn sync(&self) -> Result<(), TsdbError> {
        let (dirty, ticket, grown) = {
            let mut wal = lock(&self.wal);
            let grown = wal.bytes() >= self.options.checkpoint_bytes;
            (wal.take_dirty(), wal.written(), grown)
        };
        if let Some((file, path)) = dirty {
            files::sync(&file, &path).inspect_err(|_| lock(&self.wal).mark_dirty())?;
        }
        self.tell_synced(ticket);
        self.recount_if_full();
        if grown { self.checkpoint_if_idle() } else { Ok(()) }
    }

    pub(super) fn tell_synced(&self, ticket: u64) {
        let mut synced = lock(&self.synced);
        *synced = ticket.max(*synced);
        self.synced_more.notify_all();
    }

    /// Tells whether [`DiskStore::sync`] has something to do.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        lock(&self.wal).is_dirty()
    }

    /// Waits until an append is on stable storage, which the next [`DiskStore::sync`] brings
    /// about; tells whether it is.
    #[must_use]
    pub fn wait_durable(&self, ticket: Ticket, longest: Duration) -> bool {
        let synced = lock(&self.synced);
        let waited =
            self.synced_more.wait_timeout_while(synced, longest, |synced| *synced < ticket.0);
        let (synced, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *synced >= ticket.0
    }
}

/// Decides about samples before anything changes.
struct Judge<'c> {
    counts: &'c mut Appended,
    points_free: usize,
    late_max_ms: i64,
}

impl<'c> Judge<'c> {
    fn new(store: &DiskStore, head: &Head, counts: &'c mut Appended) -> Self {
        let points_free = store.options.head_points_max.saturating_sub(head.points_count());
        let points_free = points_free.min(store.memory_free(head) / POINT_BYTES);
        Self { counts, points_free, late_max_ms: store.options.out_of_order_ms }
    }

    fn is_full(&self, entries: &[Entry]) -> bool {
        entries.len() >= self.points_free
    }

    fn take(&mut self, head: &Head, entry: Entry, entries: &mut Vec<Entry>) {
        let (at_ms, bits) = (entry.point.at_ms, entry.point.value.to_bits());
        match head.judge(entry.series, at_ms, bits, self.late_max_ms) {
            Verdict::Duplicate => self.counts.duplicates += 1,
            Verdict::Conflict => self.counts.conflicts += 1,
            Verdict::TooOld => self.counts.too_old += 1,
            Verdict::New if self.is_full(entries) => self.counts.over_limit += 1,
            Verdict::New => entries.push(entry),
        }
    }
}
