//! The native histograms of the newest hours: packed pages, and those that are not packed yet.

use super::{Head, Verdict};
use crate::histograms::{self, HistogramPage};
use crate::{HistogramPoint, TimeRange};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// With so many that are not packed, the oldest are.
const OPEN_MAX: usize = 40;
/// So many stay, so that one a little late still finds its place.
const OPEN_KEPT: usize = 8;

/// The histograms of one series.
#[derive(Default)]
pub(crate) struct HistogramRun {
    /// Each ascends by time; they may overlap where some came late.
    pub(crate) packed: Vec<Arc<HistogramPage>>,
    /// Ascending by time.
    open: Vec<Arc<HistogramPoint>>,
}

/// What a reader needs of a series' histograms.
#[derive(Default, Clone)]
pub(crate) struct HistogramsSeen {
    pub(crate) pages: Vec<Arc<HistogramPage>>,
    pub(crate) open: Vec<Arc<HistogramPoint>>,
}

impl HistogramsSeen {
    pub(crate) fn is_empty(&self) -> bool {
        self.pages.is_empty() && self.open.is_empty()
    }

    /// Adds those of `range`.
    pub(crate) fn gather(&self, range: TimeRange, to: &mut Vec<HistogramPoint>) {
        for page in &self.pages {
            to.extend(page.read().into_iter().filter(|point| range.contains(point.at_ms)));
        }
        let open = self.open.iter().filter(|point| range.contains(point.at_ms));
        to.extend(open.map(|point| (**point).clone()));
    }
}

impl HistogramRun {
    fn at(&self, at_ms: i64) -> Option<Arc<HistogramPoint>> {
        if let Ok(at) = self.open.binary_search_by_key(&at_ms, |point| point.at_ms) {
            return Some(Arc::clone(&self.open[at]));
        }
        let pages = self.packed.iter().filter(|page| page.span.contains(at_ms));
        let mut points = pages.flat_map(|page| page.read());
        points.find(|point| point.at_ms == at_ms).map(Arc::new)
    }

    fn insert(&mut self, point: Arc<HistogramPoint>, span_ms: i64) {
        let at = self.open.partition_point(|other| other.at_ms < point.at_ms);
        self.open.insert(at, point);
        if self.open.len() >= OPEN_MAX {
            self.pack(self.open.len() - OPEN_KEPT, span_ms);
        }
    }

    /// Packs the oldest.
    fn pack(&mut self, count: usize, span_ms: i64) {
        let oldest: Vec<Arc<HistogramPoint>> = self.open.drain(..count).collect();
        self.packed.extend(histograms::pack(&oldest, span_ms).into_iter().map(Arc::new));
    }

    /// Packs all that is older.
    pub(crate) fn seal(&mut self, end_ms: i64, span_ms: i64) {
        self.pack(self.open.partition_point(|point| point.at_ms < end_ms), span_ms);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.packed.is_empty() && self.open.is_empty()
    }

    /// What is not packed.
    pub(crate) fn open(&self) -> &[Arc<HistogramPoint>] {
        &self.open
    }

    pub(crate) fn touches(&self, range: TimeRange) -> bool {
        self.packed.iter().any(|page| page.span.overlaps(&range))
            || self.open.iter().any(|point| range.contains(point.at_ms))
    }

    pub(crate) fn seen(&self, range: TimeRange) -> HistogramsSeen {
        let pages = self.packed.iter().filter(|page| page.span.overlaps(&range));
        let open = self.open.iter().filter(|point| range.contains(point.at_ms));
        HistogramsSeen { pages: pages.cloned().collect(), open: open.cloned().collect() }
    }

    /// The first and the last time.
    pub(crate) fn span(&self) -> Option<TimeRange> {
        let pages = self.packed.iter().map(|page| page.span);
        let open = self.open.iter().map(|p| TimeRange { from_ms: p.at_ms, to_ms: p.at_ms });
        pages.chain(open).reduce(|a, b| TimeRange {
            from_ms: a.from_ms.min(b.from_ms),
            to_ms: a.to_ms.max(b.to_ms),
        })
    }

    /// Takes those of `range` out; tells how many there were.
    fn erase(&mut self, range: TimeRange, span_ms: i64) -> usize {
        let before = self.open.len();
        self.open.retain(|point| !range.contains(point.at_ms));
        let mut erased = before - self.open.len();
        let touched: Vec<Arc<HistogramPage>> =
            self.packed.extract_if(.., |page| page.span.overlaps(&range)).collect();
        for page in touched {
            let mut points = page.read();
            points.retain(|point| !range.contains(point.at_ms));
            erased += page.points as usize - points.len();
            self.packed.extend(histograms::pack(&points, span_ms).into_iter().map(Arc::new));
        }
        erased
    }
}

impl Head {
    /// Says what [`Head::insert_histogram`] would do, and refuses what is too far behind.
    pub(crate) fn judge_histogram(
        &self,
        series: u32,
        point: &HistogramPoint,
        late_max_ms: i64,
    ) -> Verdict {
        let newest_ms = self.slots[series as usize].newest_ms;
        if point.at_ms > newest_ms {
            return Verdict::New;
        }
        if self.bits_at(series, point.at_ms).is_some() {
            return Verdict::Conflict;
        }
        match self.histograms.get(&series).and_then(|run| run.at(point.at_ms)) {
            Some(found) if histograms::same(&found.histogram, &point.histogram) => {
                Verdict::Duplicate
            }
            Some(_) => Verdict::Conflict,
            None if point.at_ms < newest_ms.saturating_sub(late_max_ms) => Verdict::TooOld,
            None => Verdict::New,
        }
    }

    /// Adds a histogram unless there is something at this time.
    pub(crate) fn insert_histogram(&mut self, series: u32, point: Arc<HistogramPoint>) -> Verdict {
        let verdict = self.judge_histogram(series, &point, i64::MAX);
        if verdict != Verdict::New {
            return verdict;
        }
        let slot = &mut self.slots[series as usize];
        self.late_histograms += usize::from(point.at_ms < slot.newest_ms);
        (slot.newest_ms, slot.idle) = (slot.newest_ms.max(point.at_ms), 0);
        self.points += 1;
        self.histograms.entry(series).or_default().insert(point, self.span_ms);
        Verdict::New
    }

    /// Tells whether a series has a histogram at a time.
    pub(super) fn has_histogram(&self, series: u32, at_ms: i64) -> bool {
        !self.histograms.is_empty()
            && self.histograms.get(&series).is_some_and(|run| run.at(at_ms).is_some())
    }

    /// Takes a page that was read from a file.
    pub(crate) fn adopt_histograms(&mut self, series: u32, page: HistogramPage) {
        let slot = &mut self.slots[series as usize];
        slot.newest_ms = slot.newest_ms.max(page.span.to_ms);
        self.points += page.points as usize;
        self.histograms.entry(series).or_default().packed.push(Arc::new(page));
    }

    pub(super) fn erase_histograms(&mut self, series: &[u32], range: TimeRange) {
        for number in series {
            let Some(run) = self.histograms.get_mut(number) else { continue };
            self.points -= run.erase(range, self.span_ms);
            if run.is_empty() {
                self.histograms.remove(number);
            }
        }
        for page in self.histograms.values().flat_map(|run| &run.packed) {
            page.saved_in.store(0, Ordering::Relaxed);
        }
    }
}
