//! Reads the columns of a block as they are wanted.

use super::Place;
use super::chunk::{self, Decoder, SUM_BYTES};
use super::directory::{ChunkPlace, ValuesPage};
use super::read::{Block, Inner};
use super::reader::{BlockReader, Chunk, Tools};
use super::v1;
use super::v2::Index;
use crate::gather::Gather;
use crate::{Statistics, TimeRange, TsdbError};
use std::sync::Arc;

/// Read at once from the second page of a chunk on.
const AHEAD_BYTES: u32 = 128 << 10;
/// Behind what is read stands so much of nothing: the decompressor looks ahead, and copies what is
/// shorter.
const ROOM_BYTES: usize = 5 << 10;

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
        if let Inner::Old(index) = &self.inner {
            for chunk in index.chunks(series, range) {
                self.gather_old(chunk, range, reader, to).unwrap_or_else(&mut note);
            }
            return;
        }
        let (opened, tools) = match reader.open(self) {
            Ok(found) => found,
            Err(error) => return note(error),
        };
        let index = &*opened.index;
        for (at, page) in index.place(series).zip(index.pages(series)) {
            let times = &index.times[page.times as usize];
            if !times.span.overlaps(&range) {
                continue;
            }
            let start = to.values.len();
            let known = opened.statistics.as_ref().map(|all| &all[at]);
            let gathered = match known.and_then(|known| known.stands_for(times.count, to.wanted)) {
                Some(value) => self.gather_same(index, page, value, range, tools, to),
                None => self.gather_page(index, page, known, range, tools, to),
            };
            gathered.unwrap_or_else(|error| {
                to.values.truncate(start);
                note(error);
            });
        }
    }

    /// Adds a page that need not be read: one value stands for all.
    fn gather_same(
        &self,
        index: &Index,
        page: &ValuesPage,
        value: f64,
        range: TimeRange,
        tools: &mut Tools,
        to: &mut Gather,
    ) -> Result<(), TsdbError> {
        let times = self.times(index, page.times, tools)?;
        let start = to.values.len();
        to.values.resize(start + times.len(), value);
        to.shared(&times, range, start);
        Ok(())
    }

    /// The pages of a series that reach into `range`, with what they amount to where that is known.
    pub(crate) fn pages_in(
        &self,
        series: u32,
        range: TimeRange,
        broken: &mut dyn FnMut(TsdbError),
    ) -> Vec<(TimeRange, Option<Statistics>)> {
        let unknown = vec![(self.span, None)];
        if matches!(self.inner, Inner::Old(_)) || !self.hidden(series).is_empty() {
            return unknown;
        }
        // Whoever reads the points is told the same.
        let Ok(index) = self.index() else { return unknown };
        let statistics = self.statistics().unwrap_or_else(|error| {
            broken(error);
            None
        });
        let pages = index.place(series).zip(index.pages(series));
        let spans = pages.map(|(at, page)| {
            let known = statistics.as_ref().map(|all| all[at]);
            (index.times[page.times as usize].span, known)
        });
        spans.filter(|(span, _)| span.overlaps(&range)).collect()
    }

    fn gather_page(
        &self,
        index: &Index,
        page: &ValuesPage,
        known: Option<&Statistics>,
        range: TimeRange,
        tools: &mut Tools,
        to: &mut Gather,
    ) -> Result<(), TsdbError> {
        let times = self.times(index, page.times, tools)?;
        let place = &index.values_chunks[page.chunk as usize];
        let (chunk, scratch) = tools.chunk(self, place)?;
        let start = to.values.len();
        let (raw, decoder) = self.page(chunk, place, page.offset, page.bytes)?;
        if known.is_some_and(|known| known.is_zero(times.len())) && decoder.is_whole(raw) {
            to.values.resize(start + times.len(), 0.0);
        } else {
            let read = decoder.values(raw, times.len(), scratch, &mut to.values);
            read.ok_or_else(|| {
                self.damage(place.offset + u64::from(page.offset), "a column makes no sense")
            })?;
        }
        to.shared(&times, range, start);
        Ok(())
    }

    fn times(
        &self,
        index: &Index,
        number: u32,
        tools: &mut Tools,
    ) -> Result<Arc<[i64]>, TsdbError> {
        if let Some(times) = index.times_known.get(number) {
            return Ok(Arc::clone(times));
        }
        let key = (self.origin.sequence, u64::from(number));
        if let Some(times) = tools.known_times(key) {
            return Ok(times);
        }
        let page = &index.times[number as usize];
        let place = &index.times_chunks[page.chunk as usize];
        let (chunk, scratch) = tools.chunk(self, place)?;
        let (raw, decoder) = self.page(chunk, place, page.offset, page.bytes)?;
        let times = decoder.times(raw, page.count as usize, scratch);
        let times = times.filter(|times| {
            times.first() == Some(&page.span.from_ms) && times.last() == Some(&page.span.to_ms)
        });
        let times: Arc<[i64]> = times.map(Arc::from).ok_or_else(|| {
            self.damage(place.offset + u64::from(page.offset), "a column makes no sense")
        })?;
        if !index.times_known.keep(number, &times) {
            tools.keep_times(key, &times);
        }
        Ok(times)
    }

    /// The bytes of a page, checked, with what lies behind, and what reads them.
    fn page<'c>(
        &self,
        chunk: &'c mut Chunk,
        place: &ChunkPlace,
        offset: u32,
        bytes: u32,
    ) -> Result<(&'c [u8], &'c Decoder), TsdbError> {
        let there = |chunk: &Chunk| {
            let start = offset.checked_sub(chunk.ahead_at)? as usize;
            (start + bytes as usize + ROOM_BYTES <= chunk.ahead.len()).then_some(start)
        };
        if there(chunk).is_none() {
            // One page alone is read alone; whoever wants a second one wants more.
            let left = place.bytes.saturating_sub(offset);
            let wanted = if chunk.pages > 0 { left.min(AHEAD_BYTES).max(bytes) } else { bytes };
            let at = place.offset + u64::from(offset);
            chunk.ahead = self.bytes_with_room(at, wanted, ROOM_BYTES)?;
            chunk.ahead_at = offset;
        }
        chunk.pages += 1;
        let start = there(chunk).unwrap_or(0);
        let raw = chunk::checked(&chunk.ahead[start..start + bytes as usize]);
        let at = place.offset + u64::from(offset);
        raw.ok_or_else(|| self.damage(at, "a column fails its checksum"))?;
        Ok((&chunk.ahead[start + SUM_BYTES..], &chunk.decoder))
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
        let times = match reader.tools.known_times(key) {
            Some(times) => times,
            None => {
                let raw = self.old_column(chunk.times)?;
                let times = v1::decode_times(&raw[SUM_BYTES..], chunk.points as usize);
                let times = times.map(Arc::from).ok_or_else(|| senseless(chunk.times))?;
                reader.tools.keep_times(key, &times);
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
