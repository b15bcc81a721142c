//! The series that match a question, and how to read them one by one.

use crate::block::{Block, BlockReader};
use crate::damage::Damages;
use crate::gather::{Gather, Wanted};
use crate::head::{Places, View};
use crate::locks::lock;
use crate::mixed::ByNumber;
use crate::{Column, Histogram, HistogramPoint, Labels, Statistics, TimeRange, TsdbError};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Series handed to a thread at once, so that it meets the columns that stand together.
const SERIES_AT_ONCE: usize = 64;
/// From so many series on, what blocks know of their pages is read too.
const MANY_SERIES: usize = 64;

/// What a store held of the matching series at a moment; the points are read when they are wanted.
///
/// It can be read by several threads at once, and stays as it is whatever happens to the store.
pub struct Selection {
    pub(crate) labels: Vec<Labels>,
    /// Where the points in memory are of those series that have any there: they come first. The
    /// number of the group's view, and the rest.
    pub(crate) heads: Vec<(u32, Places)>,
    /// Blocks that have some of the series, in order.
    pub(crate) picked: Vec<Picked>,
    pub(crate) views: Vec<View>,
    pub(crate) range: TimeRange,
    pub(crate) damages: Arc<Damages>,
    /// Readers that nobody uses at the moment.
    pub(crate) readers: Mutex<Vec<BlockReader>>,
}

/// Room for the points of one series, used again for the next.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Points {
    /// Times of the floats in milliseconds, strictly ascending.
    pub times: Vec<i64>,
    /// A value for each time; every bit is kept.
    pub values: Vec<f64>,
    /// The native histograms, strictly ascending by time, with the hints they came with.
    pub histograms: Vec<HistogramPoint>,
}

impl Points {
    /// Forgets everything, but keeps the room.
    pub(crate) fn clear(&mut self) {
        self.times.clear();
        self.values.clear();
        self.histograms.clear();
    }

    /// Tells whether there is neither a float nor a histogram.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.times.is_empty() && self.histograms.is_empty()
    }

    /// The histograms as PromQL wants them: counts as floats, and hints about resets that take
    /// into account what lies before each.
    pub fn hinted_histograms(&self) -> impl Iterator<Item = (i64, Histogram)> {
        let mut floats = self.times.iter().peekable();
        let mut before: Option<Histogram> = None;
        self.histograms.iter().map(move |point| {
            // A float in between: nothing is known of the histogram before it.
            while floats.next_if(|time| **time < point.at_ms).is_some() {
                before = None;
            }
            let own = point.histogram.to_float();
            let hint = own.hint_after(before.as_ref());
            before = Some(own.clone());
            (point.at_ms, Histogram { hint, ..own })
        })
    }
}

/// A series that a block does not have.
const NOT_HERE: u32 = u32::MAX;

/// A block that has some of the series.
pub(crate) struct Picked {
    block: Arc<Block>,
    /// Of each series its number in the block, or [`NOT_HERE`]; later ones are not there.
    numbers: Vec<u32>,
}

/// The places of series by where their labels lie: there is one copy of each set.
#[derive(Default)]
pub(crate) struct Known {
    places: ByNumber<usize, usize>,
    /// So many of the series are in it.
    seen: usize,
}

impl Known {
    /// The place of a label set among those in front.
    fn place(&mut self, all: &[Labels], labels: &Labels) -> Option<usize> {
        self.places.reserve(all.len() - self.seen);
        let new = all[self.seen..].iter().zip(self.seen..);
        self.places.extend(new.map(|(labels, at)| (labels.address(), at)));
        self.seen = all.len();
        self.places.get(&labels.address()).copied()
    }
}

/// Reads series of a selection one after the other; each thread has its own.
pub struct SelectionReader<'s> {
    selection: &'s Selection,
    reader: BlockReader,
}

impl Selection {
    /// One without a series, to which blocks are added.
    pub(crate) fn nothing(range: TimeRange, damages: Arc<Damages>) -> Self {
        let (labels, heads, picked, views) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { labels, heads, picked, views, range, damages, readers: Mutex::default() }
    }

    fn note(&self, error: TsdbError) {
        if let Err(other) = self.damages.absorb(error) {
            tracing::warn!("series store: {other}");
        }
    }

    /// Adds what a block has, in the block's order.
    pub(crate) fn add(
        &mut self,
        block: Arc<Block>,
        found: Vec<u32>,
        labels: Vec<Labels>,
        known: &mut Known,
    ) {
        if found.is_empty() {
            return;
        }
        if self.labels.is_empty() {
            self.labels = labels;
            self.picked.push(Picked { block, numbers: found });
            return;
        }
        let mut numbers = vec![NOT_HERE; self.labels.len()];
        // Blocks keep series in the same order, so that the next one is the next one here mostly.
        let mut next = 0;
        for (number, labels) in found.into_iter().zip(labels) {
            let is_next = |next: &Labels| next.address() == labels.address();
            let place = match self.labels.get(next) {
                Some(expected) if is_next(expected) => Some(next),
                _ => known.place(&self.labels, &labels),
            };
            let place = place.unwrap_or_else(|| {
                self.labels.push(labels);
                numbers.push(NOT_HERE);
                self.labels.len() - 1
            });
            numbers[place] = number;
            next = place + 1;
        }
        self.picked.push(Picked { block, numbers });
    }

    /// Keeps those series that are marked.
    pub(crate) fn retain(&mut self, marked: &[bool]) {
        fn keep<T>(list: &mut Vec<T>, marked: &[bool]) {
            let mut marks = marked.iter();
            list.retain(|_| marks.next().is_none_or(|marked| *marked));
        }
        keep(&mut self.labels, marked);
        keep(&mut self.heads, marked);
        self.picked.iter_mut().for_each(|picked| keep(&mut picked.numbers, marked));
    }

    /// The blocks that have a series, with its number there, in order.
    fn blocks(&self, at: usize) -> impl Iterator<Item = (&Block, u32)> {
        let here = move |picked: &'_ Picked| picked.numbers.get(at).copied();
        let found =
            self.picked.iter().filter_map(move |picked| Some((&*picked.block, here(picked)?)));
        found.filter(|(_, number)| *number != NOT_HERE)
    }

    /// How many series match; some may turn out to have no points.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Tells whether no series matches.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
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

    /// Tells whether a series may have native histograms in the range; reads none of them.
    #[must_use]
    pub fn has_histograms(&self, at: usize) -> bool {
        let in_memory = |(_, places): &(u32, Places)| !places.apart().histograms.is_empty();
        self.heads.get(at).is_some_and(in_memory)
            || self.blocks(at).any(|(block, number)| block.has_histograms(number, self.range))
    }

    /// Reads one series, from any thread; what neighbours have in common is kept for the next.
    #[must_use]
    pub fn read(&self, at: usize) -> Column {
        self.reader().read(at)
    }

    /// The same, floats and histograms, into room that is there.
    pub fn read_into(&self, at: usize, into: &mut Points) {
        self.reader().read_into(at, into);
    }

    /// A reader for one thread; what it keeps goes to the one that is made after it.
    #[must_use]
    pub fn reader(&self) -> SelectionReader<'_> {
        let mut reader = lock(&self.readers).pop().unwrap_or_default();
        reader.many = self.len() >= MANY_SERIES;
        SelectionReader { selection: self, reader }
    }

    /// Reads all series with several threads; `sink` is told the number of each, and may break.
    ///
    /// Series without floats in the range are left out.
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
    /// The floats of a series in the range of the selection; `at` is below [`Selection::len`].
    ///
    /// Quickest when `at` goes up: neighbours stand together on disk.
    pub fn read(&mut self, at: usize) -> Column {
        let mut gather = Gather::default();
        self.gather(at, &mut gather);
        let (times, values) = gather.finish(&mut self.reader.shared);
        Column { labels: self.selection.labels[at].clone(), times, values }
    }

    /// The floats and the native histograms, into room that is there: what is read many times one
    /// after the other takes no memory of its own.
    ///
    /// Where both were stored for one time the float is shown.
    pub fn read_into(&mut self, at: usize, into: &mut Points) {
        self.read_wanted(at, Wanted::Points, into);
    }

    /// As [`SelectionReader::read_into`], but of a float it is only said when it was, unless it is
    /// a staleness marker: pages that have none are not read, and their values are told as 0.
    pub fn read_times_into(&mut self, at: usize, into: &mut Points) {
        self.read_wanted(at, Wanted::Times, into);
    }

    fn read_wanted(&mut self, at: usize, wanted: Wanted, into: &mut Points) {
        let room = std::mem::take(&mut into.values);
        let mut gather = Gather::with_room(room, std::mem::take(&mut self.reader.parts), wanted);
        self.gather(at, &mut gather);
        self.reader.parts = gather.finish_into(&mut into.times, &mut into.values);
        into.histograms.clear();
        let selection = self.selection;
        for (block, number) in selection.blocks(at) {
            let (reader, to) = (&mut self.reader, &mut into.histograms);
            let mut broken = |error| selection.note(error);
            block.gather_histograms(number, selection.range, reader, to, &mut broken);
        }
        if let Some((_, places)) = selection.heads.get(at) {
            places.apart().histograms.gather(selection.range, &mut into.histograms);
        }
        if !into.histograms.is_empty() {
            into.histograms.sort_by_key(|point| point.at_ms);
            into.histograms.dedup_by_key(|point| point.at_ms);
            let Points { times, histograms, .. } = into;
            histograms.retain(|point| times.binary_search(&point.at_ms).is_err());
        }
    }

    /// As [`SelectionReader::statistics`]; `None` if there may be native histograms, too.
    pub fn float_statistics(&mut self, at: usize) -> Option<Statistics> {
        (!self.selection.has_histograms(at)).then(|| self.statistics(at))
    }

    /// What the floats of a series in the range of the selection amount to.
    ///
    /// Pages that lie in the range are not read: blocks know what they amount to.
    pub fn statistics(&mut self, at: usize) -> Statistics {
        let selection = self.selection;
        let range = selection.range;
        let mut parts: Vec<(TimeRange, Option<Statistics>)> = Vec::new();
        for (block, number) in selection.blocks(at) {
            let mut broken = |error| selection.note(error);
            parts.extend(block.pages_in(number, range, &mut broken));
        }
        if let Some((view, places)) = selection.heads.get(at) {
            let span = places.span(selection.views.get(*view as usize));
            parts.extend(span.map(|span| (span, None)));
        }
        // What lies between these is known; points of other times are read.
        parts.sort_unstable_by_key(|(span, _)| (span.from_ms, span.to_ms));
        let (mut found, mut from_ms) = (Statistics::default(), range.from_ms);
        let mut reached_ms = i64::MIN;
        for (at_part, (span, known)) in parts.iter().enumerate() {
            let alone = reached_ms < span.from_ms
                && parts.get(at_part + 1).is_none_or(|next| span.to_ms < next.0.from_ms)
                && range.from_ms <= span.from_ms
                && span.to_ms <= range.to_ms
                && span.to_ms < i64::MAX;
            if let Some(known) = known.filter(|_| alone) {
                if reached_ms >= from_ms {
                    self.add_read(at, TimeRange { from_ms, to_ms: span.from_ms - 1 }, &mut found);
                }
                found.add(&known);
                from_ms = span.to_ms.saturating_add(1);
            }
            reached_ms = reached_ms.max(span.to_ms);
        }
        if reached_ms >= from_ms {
            self.add_read(at, TimeRange { from_ms, to_ms: range.to_ms }, &mut found);
        }
        found
    }

    fn add_read(&mut self, at: usize, range: TimeRange, to: &mut Statistics) {
        let mut gather = Gather::default();
        self.gather_in(at, range, &mut gather);
        to.add_all(&gather.finish(&mut self.reader.shared).1);
    }

    fn gather(&mut self, at: usize, to: &mut Gather) {
        self.gather_in(at, self.selection.range, to);
    }

    /// `range` is a part of the selection's.
    fn gather_in(&mut self, at: usize, range: TimeRange, to: &mut Gather) {
        let selection = self.selection;
        for (block, number) in selection.blocks(at) {
            let mut broken = |error| selection.note(error);
            block.gather(number, range, &mut self.reader, to, &mut broken);
        }
        if let Some((view, places)) = selection.heads.get(at) {
            places.gather(selection.views.get(*view as usize), range, to);
        }
    }
}

impl Drop for SelectionReader<'_> {
    fn drop(&mut self) {
        lock(&self.selection.readers).push(std::mem::take(&mut self.reader));
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
