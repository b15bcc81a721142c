//! The store on disk: log, head and blocks together.

mod maintain;
mod open;
mod query;

pub use maintain::Maintained;

use crate::block::Block;
use crate::damage::Damages;
use crate::head::{Head, Verdict};
use crate::intern::Interner;
use crate::locks::{lock, read, write};
use crate::wal::Wal;
use crate::{
    Appended, Labels, Options, Point, Sample, SelectLimits, Selector, Series, SeriesStore,
    StoreStats, SyncPolicy, TimeRange, TsdbError,
};
use maintain::Upkeep;
use std::collections::HashSet;
use std::fmt;
use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, RwLock};

/// A store in one folder, for one process.
///
/// The host calls [`DiskStore::sync`] every 200 ms or so and [`DiskStore::maintain`] every minute;
/// times of samples far in the future are the host's to refuse, as there is no clock here.
///
/// Locks are taken in the order `upkeep`, `wal`, `state`. Reading takes `state` alone, and not
/// while it touches the disk.
pub struct DiskStore {
    dir: PathBuf,
    options: Options,
    /// How long samples are kept, in milliseconds; may change while the store is open.
    retention_ms: AtomicI64,
    interner: Interner,
    damages: Damages,
    torn_bytes: u64,
    upkeep: Mutex<Upkeep>,
    wal: Mutex<Wal>,
    state: RwLock<State>,
    /// Held open as long as the store: its lock keeps other processes out.
    _lock: File,
}

/// What a reader sees; it changes in one step.
struct State {
    head: Head,
    /// By day, then by sequence.
    blocks: Vec<Arc<Block>>,
}

impl DiskStore {
    /// Forces what has been appended to stable storage; returns at once if nothing is new.
    ///
    /// Appending goes on meanwhile. Errors: the system's; the samples then count as not synced.
    pub fn sync(&self) -> Result<(), TsdbError> {
        let dirty = lock(&self.wal).take_dirty();
        let Some((file, path)) = dirty else { return Ok(()) };
        file.sync_data().map_err(|error| {
            lock(&self.wal).mark_dirty();
            TsdbError::io("sync", &path)(error)
        })
    }

    /// Tells whether [`DiskStore::sync`] has something to do.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        lock(&self.wal).is_dirty()
    }

    /// Decides about each sample without changing anything; the accepted ones come back.
    fn judge<'s>(&self, batch: &'s [Sample], counts: &mut Appended) -> Vec<&'s Sample> {
        let state = read(&self.state);
        let series_free = self.options.head_series_max.saturating_sub(state.head.series_count());
        let points_free = self.options.head_points_max.saturating_sub(state.head.points_count());
        let mut fresh: HashSet<&Labels> = HashSet::new();
        let mut accepted = Vec::with_capacity(batch.len());
        for sample in batch {
            let verdict = state.head.judge(sample, self.options.out_of_order_ms);
            match verdict {
                Verdict::Duplicate => counts.duplicates += 1,
                Verdict::Conflict => counts.conflicts += 1,
                Verdict::TooOld => counts.too_old += 1,
                Verdict::New | Verdict::NewSeries if accepted.len() >= points_free => {
                    counts.over_limit += 1;
                }
                Verdict::NewSeries
                    if fresh.len() >= series_free && !fresh.contains(&sample.labels) =>
                {
                    counts.over_limit += 1;
                }
                Verdict::New => accepted.push(sample),
                Verdict::NewSeries => {
                    fresh.insert(&sample.labels);
                    accepted.push(sample);
                }
            }
        }
        accepted
    }
}

impl fmt::Debug for DiskStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DiskStore").field("dir", &self.dir).finish_non_exhaustive()
    }
}

impl SeriesStore for DiskStore {
    /// A sample is too old if it lies further behind the newest point its series had in memory
    /// before this batch than [`Options::out_of_order_ms`]. Duplicates of points that are already
    /// in a block count as stored; reading shows the first value all the same.
    fn append(&self, batch: &[Sample]) -> Result<Appended, TsdbError> {
        let mut counts = Appended::default();
        // Held to the end, so that log and head tell of the same points in the same order.
        let mut wal = lock(&self.wal);
        let accepted = self.judge(batch, &mut counts);
        if accepted.is_empty() {
            return Ok(counts);
        }
        let point = |sample: &Sample| Point { at_ms: sample.at_ms, value: sample.value };
        wal.append(accepted.iter().map(|sample| (&sample.labels, point(sample))))?;
        let dirty = match self.options.sync {
            SyncPolicy::Host => None,
            SyncPolicy::EveryAppend => wal.take_dirty(),
        };
        if let Some((file, path)) = dirty
            && let Err(error) = file.sync_data()
        {
            wal.mark_dirty();
            return Err(TsdbError::io("sync", &path)(error));
        }
        let mut state = write(&self.state);
        for sample in accepted {
            match state.head.insert(&sample.labels, point(sample), &self.interner) {
                Verdict::Duplicate => counts.duplicates += 1,
                Verdict::Conflict => counts.conflicts += 1,
                Verdict::New | Verdict::NewSeries | Verdict::TooOld => counts.stored += 1,
            }
        }
        Ok(counts)
    }

    fn select(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Vec<Series>, TsdbError> {
        self.answer_select(selector, range, limits)
    }

    fn series(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Vec<Labels>, TsdbError> {
        self.answer_series(selector, range, limits)
    }

    fn stats(&self) -> StoreStats {
        let wal_bytes = lock(&self.wal).bytes();
        let state = read(&self.state);
        let spans = state.blocks.iter().map(|block| block.span).chain(state.head.span());
        let (oldest_ms, newest_ms) = spans.fold((None, None), |(oldest, newest), span| {
            let from_ms: i64 = oldest.unwrap_or(span.from_ms);
            let to_ms: i64 = newest.unwrap_or(span.to_ms);
            (Some(from_ms.min(span.from_ms)), Some(to_ms.max(span.to_ms)))
        });
        StoreStats {
            series_live: state.head.series_count() as u64,
            points_live: state.head.points_count() as u64,
            points_stored: state.blocks.iter().map(|block| block.points).sum(),
            blocks: state.blocks.len() as u64,
            block_bytes: state.blocks.iter().map(|block| block.bytes).sum(),
            wal_bytes,
            oldest_ms,
            newest_ms,
            torn_bytes: self.torn_bytes,
            damages: self.damages.list(),
        }
    }
}
