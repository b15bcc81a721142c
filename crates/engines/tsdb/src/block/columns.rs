//! Reads the columns of a block as they are wanted.

use super::Place;
use super::chunk::{self, Decoder, SUM_BYTES, Scratch};
use super::directory::{ChunkPlace, ValuesPage};
use super::read::{Block, Inner};
use super::v1;
use super::v2::Index;
use crate::gather::{Gather, TimesShared};
use crate::{TimeRange, TsdbError};
use std::collections::HashMap;
use std::sync::Arc;

/// Columns of times kept while answering one question.
const TIMES_KEPT_MAX: usize = 4_096;
/// Chunks kept open while answering one question.
const CHUNKS_KEPT_MAX: usize = 48;
/// Read at once from the second page of a chunk on.
const AHEAD_BYTES: u32 = 128 << 10;

/// What one reader keeps from series to series.
#[derive(Default)]
pub(crate) struct BlockReader {
    times: HashMap<(u64, u64), Arc<[i64]>>,
    chunks: HashMap<(u64, u64), Chunk>,
    pub(crate) shared: TimesShared,
    scratch: Scratch,
}

/// An open chunk.
struct Chunk {
    decoder: Decoder,
    pages: u32,
    /// Bytes read ahead, and where in the chunk they stand.
    ahead: Vec<u8>,
    ahead_at: u32,
}

impl Block {
    /// Adds the points of a series in `range`; what cannot be read goes to `broken`.
    pub(crate) fn gather(
        &self,
        series: u32,
        range: TimeRange,
        reader: &mut BlockReader,
        to: &mut Gather,
        broken: &mut dyn FnMut(TsdbError),
    ) {
        let hidden = self.hidden(series);
        if hidden.is_empty() {
            return self.gather_all(series, range, reader, to, broken);
        }
        let mut all = Gather::default();
        self.gather_all(series, range, reader, &mut all, broken);
        let (times, values) = all.finish(&mut reader.shared);
        let shown = |time: i64| !hidden.iter().any(|range| range.contains(time));
        let start = to.values.len();
        let points = times.iter().zip(values).filter(|(time, _)| shown(**time));
        let (times, values): (Vec<i64>, Vec<f64>) = points.map(|(t, v)| (*t, v)).unzip();
        to.values.extend(values);
        to.own(times, range, start);
    }

    /// The same with what has been deleted.
    fn gather_all(
        &self,
        series: u32,
        range: TimeRange,
        reader: &mut BlockReader,
        to: &mut Gather,
        broken: &mut dyn FnMut(TsdbError),
    ) {
        let mut note = |error| {
            self.mark();
            broken(error);
        };
        let index = match &self.inner {
            Inner::Old(index) => {
                for chunk in index.chunks(series, range) {
                    self.gather_old(chunk, range, reader, to).unwrap_or_else(&mut note);
                }
                return;
            }
            Inner::New { .. } => match self.index() {
                Ok(index) => index,
                Err(error) => return note(error),
            },
        };
        for page in index.pages(series) {
            if index.times[page.times as usize].span.overlaps(&range) {
                let start = to.values.len();
                self.gather_page(&index, page, range, reader, to).unwrap_or_else(|error| {
                    to.values.truncate(start);
                    note(error);
                });
            }
        }
    }

    fn gather_page(
        &self,
        index: &Index,
        page: &ValuesPage,
        range: TimeRange,
        reader: &mut BlockReader,
        to: &mut Gather,
    ) -> Result<(), TsdbError> {
        let times = self.times(index, page.times, reader)?;
        let place = &index.values_chunks[page.chunk as usize];
        let chunk = self.chunk(&mut reader.chunks, place)?;
        let start = to.values.len();
        let (raw, decoder) = self.page(chunk, place, page.offset, page.bytes)?;
        let read = decoder.values(raw, times.len(), &mut reader.scratch, &mut to.values);
        read.ok_or_else(|| {
            self.damage(place.offset + u64::from(page.offset), "a column makes no sense")
        })?;
        to.shared(&times, range, start);
        Ok(())
    }

    fn times(
        &self,
        index: &Index,
        number: u32,
        reader: &mut BlockReader,
    ) -> Result<Arc<[i64]>, TsdbError> {
        let key = (self.origin.sequence, u64::from(number));
        if let Some(times) = reader.times.get(&key) {
            return Ok(Arc::clone(times));
        }
        let page = &index.times[number as usize];
        let place = &index.times_chunks[page.chunk as usize];
        let chunk = self.chunk(&mut reader.chunks, place)?;
        let (raw, decoder) = self.page(chunk, place, page.offset, page.bytes)?;
        let times = decoder.times(raw, page.count as usize, &mut reader.scratch);
        let times = times.filter(|times| {
            times.first() == Some(&page.span.from_ms) && times.last() == Some(&page.span.to_ms)
        });
        let times: Arc<[i64]> = times.map(Arc::from).ok_or_else(|| {
            self.damage(place.offset + u64::from(page.offset), "a column makes no sense")
        })?;
        reader.keep_times(key, &times);
        Ok(times)
    }

    fn chunk<'r>(
        &self,
        chunks: &'r mut HashMap<(u64, u64), Chunk>,
        place: &ChunkPlace,
    ) -> Result<&'r mut Chunk, TsdbError> {
        let key = (self.origin.sequence, place.offset);
        if !chunks.contains_key(&key) {
            let raw = self.bytes_at(place.offset, place.head_bytes)?;
            let head = chunk::checked(&raw);
            let head = head.ok_or_else(|| self.damage(place.offset, "a chunk fails its checksum"));
            let decoder = Decoder::new(head?);
            let decoder = decoder.ok_or_else(|| self.damage(place.offset, "a chunk is senseless"));
            if chunks.len() >= CHUNKS_KEPT_MAX {
                chunks.clear();
            }
            let chunk = Chunk { decoder: decoder?, pages: 0, ahead: Vec::new(), ahead_at: 0 };
            chunks.insert(key, chunk);
        }
        Ok(chunks.get_mut(&key).expect("it has just been put there"))
    }

    /// The bytes of a page, checked, and what reads them.
    fn page<'c>(
        &self,
        chunk: &'c mut Chunk,
        place: &ChunkPlace,
        offset: u32,
        bytes: u32,
    ) -> Result<(&'c [u8], &'c Decoder), TsdbError> {
        let there = |chunk: &Chunk| {
            let start = offset.checked_sub(chunk.ahead_at)? as usize;
            (start + bytes as usize <= chunk.ahead.len()).then_some(start)
        };
        if there(chunk).is_none() {
            // One page alone is read alone; whoever wants a second one wants more.
            let left = place.bytes.saturating_sub(offset);
            let wanted = if chunk.pages > 0 { left.min(AHEAD_BYTES).max(bytes) } else { bytes };
            chunk.ahead = self.bytes_at(place.offset + u64::from(offset), wanted)?;
            chunk.ahead_at = offset;
        }
        chunk.pages += 1;
        let start = there(chunk).unwrap_or(0);
        let raw = chunk::checked(&chunk.ahead[start..start + bytes as usize]);
        let at = place.offset + u64::from(offset);
        let raw = raw.ok_or_else(|| self.damage(at, "a column fails its checksum"))?;
        Ok((raw, &chunk.decoder))
    }

    fn gather_old(
        &self,
        chunk: &v1::Chunk,
        range: TimeRange,
        reader: &mut BlockReader,
        to: &mut Gather,
    ) -> Result<(), TsdbError> {
        let senseless = |place: Place| self.damage(place.offset, "a column makes no sense");
        let key = (self.origin.sequence, chunk.times.offset);
        let times = match reader.times.get(&key) {
            Some(times) => Arc::clone(times),
            None => {
                let raw = self.old_column(chunk.times)?;
                let times = v1::decode_times(&raw[SUM_BYTES..], chunk.points as usize);
                let times = times.map(Arc::from).ok_or_else(|| senseless(chunk.times))?;
                reader.keep_times(key, &times);
                times
            }
        };
        let raw = self.old_column(chunk.values)?;
        v1::gather(chunk, &times, &raw, range, to).ok_or_else(|| senseless(chunk.values))
    }

    /// Reads a column of version 1 with its checksum, which is right.
    fn old_column(&self, place: Place) -> Result<Vec<u8>, TsdbError> {
        let raw = self.bytes_at(place.offset, place.bytes)?;
        match chunk::checked(&raw) {
            Some(_) => Ok(raw),
            None => Err(self.damage(place.offset, "a column fails its checksum")),
        }
    }
}

impl BlockReader {
    fn keep_times(&mut self, key: (u64, u64), times: &Arc<[i64]>) {
        if self.times.len() >= TIMES_KEPT_MAX {
            self.times.clear();
        }
        self.times.insert(key, Arc::clone(times));
    }
}
