//! The index of a block: where everything is, and the names.

use super::directory::{self, ChunkPlace, TimesPage, ValuesPage};
use super::histograms::{self, HistogramPlace};
use super::names::{self, Names};
use super::{Origin, Place};
use crate::codec::{Cursor, put_varint, put_zigzag};
use crate::{Statistics, TimeRange};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

/// A part of the index with its checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Section {
    pub(crate) tag: u8,
    pub(super) place: Place,
    pub(crate) sum: u32,
}

/// Tags of sections; readers step over those they do not know.
pub(crate) const NAMES: u8 = 1;
pub(crate) const TIMES: u8 = 2;
pub(crate) const VALUES: u8 = 3;
/// Missing where there are none.
pub(crate) const HISTOGRAMS: u8 = 4;
/// Missing in blocks of version 2.
pub(crate) const STATISTICS: u8 = 5;

/// What is read of a block when the store is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) origin: Origin,
    pub(crate) span: TimeRange,
    pub(crate) points: u64,
    pub(crate) series: u64,
    pub(crate) sections: Vec<Section>,
}

impl Summary {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut to = Vec::new();
        self.origin.encode(&mut to);
        put_zigzag(&mut to, self.span.from_ms);
        put_zigzag(&mut to, self.span.to_ms);
        put_varint(&mut to, self.points);
        put_varint(&mut to, self.series);
        put_varint(&mut to, self.sections.len() as u64);
        for section in &self.sections {
            to.push(section.tag);
            put_varint(&mut to, section.place.offset);
            put_varint(&mut to, u64::from(section.place.bytes));
            to.extend_from_slice(&section.sum.to_le_bytes());
        }
        to
    }

    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        let origin = Origin::decode(&mut cursor)?;
        let (from_ms, to_ms) = (cursor.zigzag()?, cursor.zigzag()?);
        let (points, series) = (cursor.varint()?, cursor.varint()?);
        let mut sections = Vec::new();
        for _ in 0..cursor.count(7)? {
            let tag = cursor.byte()?;
            let place = Place { offset: cursor.varint()?, bytes: cursor.varint_u32()? };
            sections.push(Section { tag, place, sum: cursor.u32()? });
        }
        let span = TimeRange { from_ms, to_ms };
        cursor.is_empty().then_some(Self { origin, span, points, series, sections })
    }
}

/// What is read of a block when it is asked first.
pub(crate) struct Index {
    pub(crate) names: Names,
    pub(crate) times_chunks: Vec<ChunkPlace>,
    pub(crate) times: Vec<TimesPage>,
    pub(crate) values_chunks: Vec<ChunkPlace>,
    /// Ascending by series, and by time within a series.
    pages: Vec<ValuesPage>,
    /// Where the pages of each series end.
    ends: Vec<u32>,
    /// Ascending by series, and by time within a series.
    histograms: Vec<HistogramPlace>,
    /// What the pages amount to, once somebody asked.
    pub(super) statistics: OnceLock<Arc<[Statistics]>>,
    pub(super) times_known: TimesKnown,
}

/// Most bytes of times that an index keeps as they are.
const TIMES_KNOWN_BYTES_MAX: usize = 8 << 20;

/// Columns of times that have been read, for every series of their scrapes and every question.
pub(super) struct TimesKnown {
    columns: Box<[OnceLock<Arc<[i64]>>]>,
    bytes: AtomicUsize,
}

impl TimesKnown {
    fn new(columns: usize) -> Self {
        let columns = std::iter::repeat_with(OnceLock::new).take(columns).collect();
        Self { columns, bytes: AtomicUsize::new(0) }
    }

    pub(super) fn get(&self, number: u32) -> Option<&Arc<[i64]>> {
        self.columns[number as usize].get()
    }

    /// Keeps a column if there is room.
    pub(super) fn keep(&self, number: u32, times: &Arc<[i64]>) -> bool {
        let bytes = std::mem::size_of_val::<[i64]>(times);
        let before = self.bytes.fetch_add(bytes, Ordering::Relaxed);
        let kept = before + bytes <= TIMES_KNOWN_BYTES_MAX
            && self.columns[number as usize].set(Arc::clone(times)).is_ok();
        if !kept {
            self.bytes.fetch_sub(bytes, Ordering::Relaxed);
        }
        kept
    }
}

impl Index {
    /// Reads the sections; `None` if one makes no sense.
    pub(crate) fn decode(
        names: &[u8],
        times: &[u8],
        values: &[u8],
        histograms: Option<&[u8]>,
    ) -> Option<Self> {
        let histograms = histograms.map_or(Some(Vec::new()), histograms::decode)?;
        let (times_chunks, times) = directory::decode_times(times)?;
        let (values_chunks, mut pages) = directory::decode_values(values)?;
        // A series without a page is not written.
        let names = names::decode(names, pages.len() + histograms.len())?;
        if pages.iter().any(|page| page.times as usize >= times.len()) {
            return None;
        }
        // Those of a series stand in several chunks where only some are decimals.
        pages.sort_by_key(|page| (page.series, times[page.times as usize].span.from_ms));
        let mut ends = Vec::with_capacity(names.len());
        for (at, page) in pages.iter().enumerate() {
            let span = times.get(page.times as usize)?.span;
            if page.series as usize >= names.len() {
                return None;
            }
            while ends.len() < page.series as usize {
                ends.push(at as u32);
            }
            let before = at.checked_sub(1).map(|at| &pages[at]);
            let before = before.filter(|before| before.series == page.series);
            if before.is_some_and(|b| times[b.times as usize].span.to_ms >= span.from_ms) {
                return None;
            }
        }
        ends.resize(names.len(), pages.len() as u32);
        let unknown = |page: &HistogramPlace| page.series as usize >= names.len();
        if histograms.last().is_some_and(unknown) {
            return None;
        }
        let (statistics, times_known) = (OnceLock::new(), TimesKnown::new(times.len()));
        Some(Self {
            names,
            times_chunks,
            times,
            values_chunks,
            pages,
            ends,
            histograms,
            statistics,
            times_known,
        })
    }

    /// How many pages of values there are.
    pub(super) fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// Brings what is told in the order of the file into that of the pages here.
    pub(super) fn in_order(&self, found: &[Statistics]) -> Vec<Statistics> {
        let mut places: Vec<usize> = (0..self.pages.len()).collect();
        places.sort_unstable_by_key(|at| (self.pages[*at].chunk, self.pages[*at].offset));
        let mut ordered = vec![Statistics::default(); self.pages.len()];
        for (place, found) in places.into_iter().zip(found) {
            ordered[place] = *found;
        }
        ordered
    }

    /// Where the pages of a series stand among all.
    pub(crate) fn place(&self, series: u32) -> std::ops::Range<usize> {
        let at = series as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        start as usize..self.ends[at] as usize
    }

    /// Tells whether any series has histograms.
    pub(crate) fn any_histograms(&self) -> bool {
        !self.histograms.is_empty()
    }

    /// The pages of histograms of a series, ascending by time.
    pub(crate) fn histograms(&self, series: u32) -> &[HistogramPlace] {
        let first = self.histograms.partition_point(|page| page.series < series);
        let end = self.histograms.partition_point(|page| page.series <= series);
        &self.histograms[first..end]
    }

    /// Tells whether a series may have points or histograms in `range`.
    pub(crate) fn touches(&self, series: u32, range: TimeRange) -> bool {
        let mut pages = self.pages(series).iter();
        pages.any(|page| self.times[page.times as usize].span.overlaps(&range))
            || self.histograms(series).iter().any(|page| page.span.overlaps(&range))
    }

    /// The pages of a series, ascending by time.
    pub(crate) fn pages(&self, series: u32) -> &[ValuesPage] {
        &self.pages[self.place(series)]
    }

    /// Bytes in memory, about.
    pub(crate) fn size(&self) -> usize {
        self.names.size()
            + self.pages.len() * 20
            + self.times.len() * 64
            + self.times_known.bytes.load(Ordering::Relaxed)
            + self.ends.len() * 4
            + self.histograms.len() * 40
            + self.statistics.get().map_or(0, |pages| pages.len() * 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::put_varint;

    #[test]
    fn more_series_than_pages_are_refused() {
        let shape = |series: u64| {
            let mut names = vec![0, 1];
            put_varint(&mut names, series);
            names.push(0);
            names
        };
        // One column of times with one page, and one page of values of it.
        let (times, values) = ([1, 16, 9, 1, 5, 1, 0, 0], [1, 30, 9, 1, 0, 0, 5]);
        let decode = |series| Index::decode(&shape(series), &times, &values, None);
        assert!(decode(1).is_some_and(|index| index.names.len() == 1));
        assert!(decode(2).is_none());
        assert!(decode(1 << 20).is_none(), "a few bytes make nobody allocate for a million");
    }
}
