//! Blocks: immutable files with the points of one day or a part of it.

mod column;
mod index;
mod read;
mod write;

pub(crate) use read::{Block, TimesCache};
pub(crate) use write::BlockWriter;

use crate::Labels;
use crate::files::Kind;

pub(crate) const KIND: Kind = *b"TSERBLK\0";
pub(crate) const SUFFIX: &str = "block";
/// Index offset, index length, index CRC-32, CRC-32 of these.
const FOOTER_BYTES: usize = 20;
/// CRC-32 in front of each column.
const SUM_BYTES: usize = 4;
/// Most points of a chunk, which bounds what reading one may allocate.
const CHUNK_POINTS_MAX: usize = 16_384;
/// Chunks end where this divides the time, so that series of one scrape share their times.
const CHUNK_SPAN_MS: i64 = 6 * 3_600_000;
/// A block never reaches over the end of a day (UTC).
pub(crate) const DAY_MS: i64 = 24 * 3_600_000;

/// Which block and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    /// Order of writing; at the same time of a series, the lower number wins.
    pub(crate) sequence: u64,
    /// Written from the head, or from other blocks.
    pub(crate) level: Level,
    /// Sequences of the blocks it was merged from; those may be deleted.
    pub(crate) replaces: Vec<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Flushed,
    Merged,
}

/// A part of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    offset: u64,
    bytes: u32,
}

/// Up to [`CHUNK_POINTS_MAX`] points of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Chunk {
    min_ms: i64,
    max_ms: i64,
    points: u32,
    times: Place,
    values: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    labels: Labels,
    chunks: Box<[Chunk]>,
}
