//! What whoever reads series keeps from one to the next.

use super::chunk::{self, Decoder, Scratch};
use super::directory::ChunkPlace;
use super::read::Block;
use super::v2::Index;
use crate::gather::{Part, TimesShared};
use crate::mixed::ByNumber;
use crate::{Statistics, TsdbError};
use std::sync::Arc;

/// Columns of times kept while answering one question.
const TIMES_KEPT_MAX: usize = 4_096;
/// Chunks kept open while answering one question.
const CHUNKS_KEPT_MAX: usize = 48;

/// What one reader keeps from series to series.
#[derive(Default)]
pub(crate) struct BlockReader {
    opened: Vec<Opened>,
    pub(super) tools: Tools,
    pub(crate) shared: TimesShared,
    /// Room for the parts of a series.
    pub(crate) parts: Vec<Part>,
    /// Whether so many series are read that what blocks know of their pages is worth reading.
    pub(crate) many: bool,
}

/// A block whose index is at hand.
pub(super) struct Opened {
    sequence: u64,
    pub(super) index: Arc<Index>,
    /// What its pages amount to, if that is known and of use.
    pub(super) statistics: Option<Arc<[Statistics]>>,
}

/// What columns are read with.
#[derive(Default)]
pub(super) struct Tools {
    times: ByNumber<(u64, u64), Arc<[i64]>>,
    chunks: ByNumber<(u64, u64), Chunk>,
    pub(super) scratch: Scratch,
}

/// An open chunk.
pub(super) struct Chunk {
    pub(super) decoder: Decoder,
    pub(super) pages: u32,
    /// Bytes read ahead, and where in the chunk they stand.
    pub(super) ahead: Vec<u8>,
    pub(super) ahead_at: u32,
}

impl BlockReader {
    /// A block, which is not of the first version, with its index, and what to read it with.
    pub(super) fn open(&mut self, block: &Block) -> Result<(&Opened, &mut Tools), TsdbError> {
        let sequence = block.origin.sequence;
        let known = self.opened.iter().position(|opened| opened.sequence == sequence);
        let at = match known {
            Some(at) => at,
            None => {
                let index = block.index()?;
                // Without them the values are read, and whoever asks for what they say is told.
                let statistics = if self.many { block.statistics_of(&index).ok() } else { None };
                let statistics = statistics.flatten();
                self.opened.push(Opened { sequence, index, statistics });
                self.opened.len() - 1
            }
        };
        Ok((&self.opened[at], &mut self.tools))
    }
}

impl Tools {
    pub(super) fn known_times(&self, key: (u64, u64)) -> Option<Arc<[i64]>> {
        self.times.get(&key).cloned()
    }

    pub(super) fn keep_times(&mut self, key: (u64, u64), times: &Arc<[i64]>) {
        if self.times.len() >= TIMES_KEPT_MAX {
            self.times.clear();
        }
        self.times.insert(key, Arc::clone(times));
    }

    /// A chunk, opened if need be, and the room to work in.
    pub(super) fn chunk(
        &mut self,
        block: &Block,
        place: &ChunkPlace,
    ) -> Result<(&mut Chunk, &mut Scratch), TsdbError> {
        let key = (block.origin.sequence, place.offset);
        if !self.chunks.contains_key(&key) {
            let raw = block.bytes_at(place.offset, place.head_bytes)?;
            let head = chunk::checked(&raw);
            let head = head.ok_or_else(|| block.damage(place.offset, "a chunk fails its checksum"));
            let decoder = Decoder::new(head?);
            let decoder = decoder.ok_or_else(|| block.damage(place.offset, "a chunk is senseless"));
            if self.chunks.len() >= CHUNKS_KEPT_MAX {
                self.chunks.clear();
            }
            let chunk = Chunk { decoder: decoder?, pages: 0, ahead: Vec::new(), ahead_at: 0 };
            self.chunks.insert(key, chunk);
        }
        let chunk = self.chunks.get_mut(&key).expect("it has just been put there");
        Ok((chunk, &mut self.scratch))
    }
}
