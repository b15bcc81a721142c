//! The store on disk: log, head and blocks together.

mod append;
mod aside;
mod changes;
mod checkpoint;
mod delete;
mod far;
mod histograms;
mod late;
mod listed;
mod maintain;
mod memory;
mod open;
mod query;
mod retention;
mod rollup;
mod snapshot;
mod sync;
mod together;
mod tune;
mod whole;
mod windows;

pub use append::{RefSample, RefsAppended, SeriesRef};
pub use far::{FarReader, FarSelection};
pub use maintain::Maintained;
pub use retention::Retention;
pub use windows::{Rolled, SeriesWindows, WindowReader, WindowSelection};

use crate::aside::Aside;
use crate::block::Block;
use crate::catalog::Catalog;
use crate::damage::Damages;
use crate::head::Head;
use crate::intern::Interner;
use crate::locks::{lock, read};
use crate::save::{self, FlushMark};
use crate::wal::Wal;
use crate::{
    Acknowledge, Batch, BatchAppended, Column, HistogramPoint, Labels, Metadata, Options,
    SelectLimits, Selector, Series, SeriesStore, StoreStats, SyncPolicy, TimeRange, TsdbError,
    Tuning, Unfit,
};
use changes::Changes;
use maintain::Upkeep;
use memory::Memory;
use retention::Rooms;
use rollup::Rollups;
use std::collections::HashSet;
use std::fmt;
use std::fs::File;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, RwLock};
use sync::Syncs;

/// A store in one folder, for one process.
///
/// The host calls [`DiskStore::sync`] every 200 ms or so, for what nobody waits for with
/// [`SeriesStore::acknowledge`], and [`DiskStore::maintain`] every minute; times of samples far in
/// the future are the host's to refuse, as there is no clock here.
///
/// Locks are taken in the order `upkeep`, `flushed`, `wal`, `aside`, `missing`, `state`, `rollups`.
/// Reading takes one of the last two, and not while it touches the disk. `tuning` and `rooms` are
/// let go at once.
pub struct DiskStore {
    dir: PathBuf,
    /// As they were at the opening; what `tuning` says holds instead.
    options: Options,
    /// Held for no longer than it takes to look.
    tuning: RwLock<Arc<Tuning>>,
    interner: Arc<Interner>,
    damages: Arc<Damages>,
    torn_bytes: u64,
    /// Numbers of deletions whose files are damaged.
    unread_erasures: HashSet<u64>,
    upkeep: Mutex<Upkeep>,
    wal: Mutex<Wal>,
    /// What the head files say of blocks.
    flushed: Mutex<FlushMark>,
    pub(crate) state: RwLock<State>,
    rollups: RwLock<Rollups>,
    /// Held for no longer than it takes to look.
    rooms: Mutex<Rooms>,
    aside: Mutex<Aside>,
    /// Blocks and roll-ups that were missing at the start.
    missing: Mutex<Catalog>,
    /// The newest head file.
    saved: AtomicU64,
    /// The newest log segment that is on the list of files that must be there.
    listed_segment: AtomicU64,
    memory: Memory,
    /// Its lock is let go at once.
    changes: Changes,
    /// Its lock is taken last, and for no longer than it takes to look.
    syncs: Syncs,
    /// Held open as long as the store: its lock keeps other processes out.
    _lock: File,
}

/// What a reader sees; it changes in one step.
pub(crate) struct State {
    pub(crate) head: Head,
    /// By day, then by sequence.
    blocks: Vec<Arc<Block>>,
}

impl State {
    /// From the first point to the last.
    fn span(&self) -> Option<TimeRange> {
        let spans = self.blocks.iter().map(|block| block.span).chain(self.head.span());
        spans.reduce(|all, span| TimeRange {
            from_ms: all.from_ms.min(span.from_ms),
            to_ms: all.to_ms.max(span.to_ms),
        })
    }
}

impl fmt::Debug for DiskStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DiskStore").field("dir", &self.dir).finish_non_exhaustive()
    }
}

impl SeriesStore for DiskStore {
    /// A sample is too old if it lies further behind the newest point its series had in memory
    /// before this batch than [`Tuning::out_of_order_ms`]. Duplicates of points that are already
    /// in a block count as stored; reading shows the first value all the same.
    ///
    /// Exemplars and metadata that cannot be written are said in the log alone: the samples beside
    /// them are stored.
    fn append_batch(&self, batch: &Batch<'_>) -> Result<BatchAppended, TsdbError> {
        let mut done = self.take_batch(batch)?;
        if batch.terms.unfit == Unfit::LeftOut || !done.is_unfit() {
            done.exemplars = self.keep_notes(batch.exemplars.to_vec(), batch.metadata.to_vec());
        }
        Ok(done)
    }

    fn sync_policy(&self) -> SyncPolicy {
        self.tuning().sync
    }

    fn acknowledge(&self) -> Result<(), TsdbError> {
        self.wait_acknowledged()
    }

    fn acknowledgement(&self) -> Acknowledge {
        self.tuning().acknowledge
    }

    fn metric_metadata(&self, metric: &str) -> Option<Metadata> {
        self.metadata(Some(metric)).remove(metric)
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

    fn select_columns(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
        sink: &mut dyn FnMut(Column) -> ControlFlow<()>,
    ) -> Result<(), TsdbError> {
        self.answer_columns(selector, range, limits, sink)
    }

    fn select_whole(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
        sink: &mut dyn FnMut(Column, Vec<HistogramPoint>) -> ControlFlow<()>,
    ) -> Result<(), TsdbError> {
        self.answer_whole(selector, range, limits, sink)
    }

    fn label_names(
        &self,
        selector: Option<&Selector>,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Vec<String>, TsdbError> {
        self.answer_names(selector, range, limits)
    }

    fn label_values(
        &self,
        name: &str,
        selector: Option<&Selector>,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Vec<String>, TsdbError> {
        self.answer_values(name, selector, range, limits)
    }

    fn stats(&self) -> StoreStats {
        let (rollups, retentions) = (self.rollup_stats(), self.retention_stats());
        let wal_bytes = lock(&self.wal).bytes() + save::bytes(&self.dir.join("head"));
        let state = read(&self.state);
        let span = state.span();
        StoreStats {
            series_live: state.head.series_count() as u64,
            points_live: state.head.points_count() as u64,
            points_stored: state.blocks.iter().map(|block| block.points).sum(),
            blocks: state.blocks.len() as u64,
            block_bytes: state.blocks.iter().map(|block| block.bytes).sum(),
            wal_bytes,
            rollups,
            retentions,
            oldest_ms: span.map(|span| span.from_ms),
            newest_ms: span.map(|span| span.to_ms),
            torn_bytes: self.torn_bytes,
            damages: self.damages.list(),
        }
    }
}
