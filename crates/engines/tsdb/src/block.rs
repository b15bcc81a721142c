//! Blocks: immutable files with the points of one day or a part of it.

mod chunk;
mod columns;
mod directory;
mod histograms;
pub(crate) mod names;
mod read;
mod reader;
mod shares;
mod statistics;
mod v1;
mod v2;
mod write;

pub(crate) use read::Block;
pub(crate) use reader::BlockReader;
pub(crate) use shares::{Claims, HOUR_MS, Share};
pub(crate) use write::BlockWriter;

use crate::codec::{Cursor, put_varint};
use crate::files::Kind;

pub(crate) const KIND: Kind = *b"TSERBLK\0";
pub(crate) const SUFFIX: &str = "block";
/// Offset, length and CRC-32 of the summary, CRC-32 of these.
const FOOTER_BYTES: usize = 20;
/// Most points of a page, which bounds what reading one may allocate.
const CHUNK_POINTS_MAX: usize = 16_384;
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

impl Origin {
    fn encode(&self, to: &mut Vec<u8>) {
        put_varint(to, self.sequence);
        to.push(match self.level {
            Level::Flushed => 0,
            Level::Merged => 1,
        });
        put_varint(to, self.replaces.len() as u64);
        for sequence in &self.replaces {
            put_varint(to, *sequence);
        }
    }

    fn decode(cursor: &mut Cursor<'_>) -> Option<Self> {
        let sequence = cursor.varint()?;
        let level = match cursor.byte()? {
            0 => Level::Flushed,
            1 => Level::Merged,
            _ => return None,
        };
        let mut replaces = Vec::new();
        for _ in 0..cursor.count(1)? {
            replaces.push(cursor.varint()?);
        }
        Some(Self { sequence, level, replaces })
    }
}

/// A part of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    offset: u64,
    bytes: u32,
}
