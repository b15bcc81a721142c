//! The series that match a question, and how to read them one by one.

use crate::block::{Block, BlockReader};
use crate::damage::Damages;
use crate::gather::Gather;
use crate::head::{Places, View};
use crate::locks::lock;
use crate::{Column, Labels, TimeRange};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Series handed to a thread at once, so that it meets the columns that stand together.
const SERIES_AT_ONCE: usize = 64;

/// What a store held of the matching series at a moment; the points are read when they are wanted.
///
/// It can be read by several threads at once, and stays as it is whatever happens to the store.
pub struct Selection {
    pub(crate) labels: Vec<Labels>,
    pub(crate) series: Vec<Picked>,
    pub(crate) blocks: Vec<Arc<Block>>,
    pub(crate) views: Vec<View>,
    pub(crate) range: TimeRange,
    pub(crate) damages: Arc<Damages>,
    /// Readers that nobody uses at the moment.
    pub(crate) readers: Mutex<Vec<BlockReader>>,
}

/// A series and where its points are.
#[derive(Default)]
pub(crate) struct Picked {
    /// Number of the block in the list and of the series in the block, in order.
    pub(crate) blocks: Vec<(u32, u32)>,
    /// Number of the group's view, and the rest.
    pub(crate) head: Option<(u32, Places)>,
}

/// Reads series of a selection one after the other; each thread has its own.
pub struct SelectionReader<'s> {
    selection: &'s Selection,
    reader: BlockReader,
}

impl Selection {
    /// How many series match; some may turn out to have no points.
    #[must_use]
    pub fn len(&self) -> usize {
        self.series.len()
    }

    /// Tells whether no series matches.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.series.is_empty()
    }

    /// The labels of a series; `at` is below [`Selection::len`].
    #[must_use]
    pub fn labels(&self, at: usize) -> &Labels {
        &self.labels[at]
    }

    /// The labels of all series.
    #[must_use]
    pub fn label_sets(&self) -> &[Labels] {
        &self.labels
    }

    /// Reads one series, from any thread; what neighbours have in common is kept for the next.
    #[must_use]
    pub fn read(&self, at: usize) -> Column {
        let reader = lock(&self.readers).pop().unwrap_or_default();
        let mut reader = SelectionReader { selection: self, reader };
        let column = reader.read(at);
        lock(&self.readers).push(reader.reader);
        column
    }

    /// A reader for one thread.
    #[must_use]
    pub fn reader(&self) -> SelectionReader<'_> {
        SelectionReader { selection: self, reader: BlockReader::default() }
    }

    /// Reads all series with several threads; `sink` is told the number of each, and may break.
    ///
    /// Series without points in the range are left out.
    pub fn for_each(
        &self,
        threads: usize,
        sink: &(dyn Fn(usize, Column) -> ControlFlow<()> + Sync),
    ) {
        let (next, over) = (AtomicUsize::new(0), AtomicBool::new(false));
        let work = || {
            let mut reader = self.reader();
            while !over.load(Ordering::Relaxed) {
                let start = next.fetch_add(SERIES_AT_ONCE, Ordering::Relaxed);
                if start >= self.len() {
                    return;
                }
                for at in start..self.len().min(start + SERIES_AT_ONCE) {
                    let column = reader.read(at);
                    if !column.times.is_empty() && sink(at, column).is_break() {
                        over.store(true, Ordering::Relaxed);
                        return;
                    }
                }
            }
        };
        let threads = threads.clamp(1, self.len().div_ceil(SERIES_AT_ONCE).max(1));
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
    }
}

impl SelectionReader<'_> {
    /// The points of a series in the range of the selection; `at` is below [`Selection::len`].
    ///
    /// Quickest when `at` goes up: neighbours stand together on disk.
    pub fn read(&mut self, at: usize) -> Column {
        let selection = self.selection;
        let picked = &selection.series[at];
        let mut gather = Gather::default();
        for (block, series) in &picked.blocks {
            let mut broken = |error| {
                if let Err(other) = selection.damages.absorb(error) {
                    tracing::warn!("series store: {other}");
                }
            };
            let block = &selection.blocks[*block as usize];
            block.gather(*series, selection.range, &mut self.reader, &mut gather, &mut broken);
        }
        if let Some((view, places)) = &picked.head {
            let view = selection.views.get(*view as usize);
            places.gather(view, selection.range, &mut gather);
        }
        let (times, values) = gather.finish(&mut self.reader.shared);
        Column { labels: selection.labels[at].clone(), times, values }
    }
}

impl std::fmt::Debug for Selection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Selection").field("series", &self.len()).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for SelectionReader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SelectionReader").finish_non_exhaustive()
    }
}
