//! Blocks as version 1 wrote them: only read, until they are merged into newer ones.

mod column;
mod index;

use super::chunk::SUM_BYTES;
use super::{FOOTER_BYTES, Origin, Place};
use crate::gather::Gather;
use crate::intern::Interner;
use crate::postings::Postings;
use crate::{Labels, Selector, TimeRange};
use std::sync::Arc;

pub(super) use column::{decode_times, decode_values};

/// Up to 16,384 points of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chunk {
    min_ms: i64,
    max_ms: i64,
    pub(super) points: u32,
    pub(super) times: Place,
    pub(super) values: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    labels: Labels,
    chunks: Box<[Chunk]>,
}

/// The index of such a block.
pub(super) struct OldIndex {
    entries: Vec<Entry>,
    postings: Postings,
}

impl Chunk {
    pub(super) fn span(&self) -> TimeRange {
        TimeRange { from_ms: self.min_ms, to_ms: self.max_ms }
    }
}

impl OldIndex {
    /// Reads an index; `None` if it makes no sense.
    pub(super) fn decode(bytes: &[u8], interner: &Interner) -> Option<(Origin, Self)> {
        let (origin, entries) = index::decode(bytes, interner)?;
        let mut postings = Postings::default();
        for (number, entry) in entries.iter().enumerate() {
            postings.add(u32::try_from(number).ok()?, &entry.labels);
        }
        Some((origin, Self { entries, postings }))
    }

    pub(super) fn span(&self) -> TimeRange {
        let chunks = || self.entries.iter().flat_map(|entry| entry.chunks.iter());
        TimeRange {
            from_ms: chunks().map(|chunk| chunk.min_ms).min().unwrap_or(i64::MAX),
            to_ms: chunks().map(|chunk| chunk.max_ms).max().unwrap_or(i64::MIN),
        }
    }

    pub(super) fn points(&self) -> u64 {
        let chunks = self.entries.iter().flat_map(|entry| entry.chunks.iter());
        chunks.map(|chunk| u64::from(chunk.points)).sum()
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn labels(&self, series: u32) -> &Labels {
        &self.entries[series as usize].labels
    }

    /// The matching series that may have points in `range`.
    pub(super) fn matching(&self, selector: &Selector, range: TimeRange) -> Vec<u32> {
        let labels_of = |number: usize| &self.entries[number].labels;
        let mut found = self.postings.matching(selector, self.entries.len(), labels_of);
        found.retain(|number| {
            self.entries[*number].chunks.iter().any(|chunk| chunk.span().overlaps(&range))
        });
        found.into_iter().map(|number| number as u32).collect()
    }

    pub(super) fn chunks(&self, series: u32, range: TimeRange) -> impl Iterator<Item = &Chunk> {
        let chunks = self.entries[series as usize].chunks.iter();
        chunks.filter(move |chunk| chunk.span().overlaps(&range))
    }
}

/// Adds a chunk, of which the columns have been read; `None` if they make no sense.
pub(super) fn gather(
    chunk: &Chunk,
    times: &Arc<[i64]>,
    values: &[u8],
    range: TimeRange,
    to: &mut Gather,
) -> Option<()> {
    let values = decode_values(&values[SUM_BYTES..], chunk.points as usize)?;
    if values.len() != times.len() {
        return None;
    }
    let start = to.values.len();
    to.values.extend(values);
    to.shared(times, range, start);
    Some(())
}

/// Least bytes of a file that can be a block.
pub(super) const BYTES_MIN: u64 = (crate::files::HEADER_BYTES + FOOTER_BYTES) as u64;
