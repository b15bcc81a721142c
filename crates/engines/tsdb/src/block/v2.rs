//! The index of a block: where everything is, and the names.

use super::directory::{self, ChunkPlace, TimesPage, ValuesPage};
use super::names::{self, Names};
use super::{Origin, Place};
use crate::TimeRange;
use crate::codec::{Cursor, put_varint, put_zigzag};

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
}

impl Index {
    /// Reads the three sections; `None` if one makes no sense.
    pub(crate) fn decode(names: &[u8], times: &[u8], values: &[u8]) -> Option<Self> {
        let names = names::decode(names)?;
        let (times_chunks, times) = directory::decode_times(times)?;
        let (values_chunks, mut pages) = directory::decode_values(values)?;
        pages.sort_by_key(|page| page.series);
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
        Some(Self { names, times_chunks, times, values_chunks, pages, ends })
    }

    /// The pages of a series, ascending by time.
    pub(crate) fn pages(&self, series: u32) -> &[ValuesPage] {
        let at = series as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.pages[start as usize..self.ends[at] as usize]
    }

    /// Bytes in memory, about.
    pub(crate) fn size(&self) -> usize {
        self.names.size() + self.pages.len() * 20 + self.times.len() * 40 + self.ends.len() * 4
    }
}
