//! Writes a block: columns as they come, then the names, the directories and the summary.

use super::chunk::{self, Encoded};
use super::directory::{self, ChunkPlace, TimesPage, ValuesPage};
use super::histograms::{self as places, HistogramPlace};
use super::v2::{self, Section, Summary};
use super::{CHUNK_POINTS_MAX, DAY_MS, KIND, Origin, SUFFIX, names, statistics};
use crate::files::{self, Out};
use crate::{HistogramPoint, Labels, Statistics, TimeRange, TsdbError, histograms};
use std::collections::HashMap;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use xxhash_rust::xxh3::Xxh3;

/// Series of a chunk.
const CHUNK_SERIES: usize = 100;
/// Values of a chunk, so that writing one takes some megabytes only.
const CHUNK_VALUES: usize = 1 << 19;
/// Columns of times remembered by their address.
const HELD_MAX: usize = 4_096;

/// A block being written under a temporary name; dropped without `finish`, it disappears.
pub(crate) struct BlockWriter {
    origin: Origin,
    /// Of the file.
    number: u64,
    dir: PathBuf,
    temporary: PathBuf,
    file: BufWriter<Out>,
    offset: u64,
    points: u64,
    series: Vec<Labels>,
    times: TimesOut,
    values: ValuesOut,
    histograms: Vec<HistogramPlace>,
    /// No page reaches over the end of a day.
    by_days: bool,
}

/// Columns of times: each is written once, however many series have it.
#[derive(Default)]
struct TimesOut {
    by_hash: HashMap<u128, u32>,
    by_address: HashMap<(usize, usize, usize), u32>,
    /// Keeps the addresses taken.
    held: Vec<Arc<[i64]>>,
    pending: Vec<Vec<i64>>,
    chunks: Vec<ChunkPlace>,
    pages: Vec<TimesPage>,
    /// First and last time and points of all columns, those pending included.
    spans: Vec<(TimeRange, u32)>,
}

#[derive(Default)]
struct ValuesOut {
    /// Series, number of the column of times, values.
    pending: Vec<(u32, u32, Vec<f64>)>,
    pending_values: usize,
    chunks: Vec<ChunkPlace>,
    pages: Vec<ValuesPage>,
    /// What they amount to.
    statistics: Vec<Statistics>,
}

impl BlockWriter {
    pub(crate) fn create(dir: &Path, origin: Origin) -> Result<Self, TsdbError> {
        Self::create_numbered(dir, origin.sequence, origin)
    }

    /// The same, of a file whose number is not its sequence.
    pub(crate) fn create_numbered(
        dir: &Path,
        number: u64,
        origin: Origin,
    ) -> Result<Self, TsdbError> {
        let temporary = dir.join(format!("{number:016}.tmp"));
        let file = files::create(&temporary)?;
        let mut writer = Self {
            origin,
            number,
            dir: dir.to_path_buf(),
            temporary,
            file: BufWriter::with_capacity(256 << 10, file),
            offset: 0,
            points: 0,
            series: Vec::new(),
            times: TimesOut::default(),
            values: ValuesOut::default(),
            histograms: Vec::new(),
            by_days: false,
        };
        writer.write(&files::header(KIND))?;
        Ok(writer)
    }

    /// Begins a page with each day, so that questions about a part of a long block read a part.
    pub(crate) fn by_days(mut self) -> Self {
        self.by_days = true;
        self
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), TsdbError> {
        self.file.write_all(bytes).map_err(TsdbError::io("write", &self.temporary))?;
        self.offset += bytes.len() as u64;
        Ok(())
    }

    /// Adds a series; labels must ascend by [`names::order`] from call to call, times too.
    pub(crate) fn push(
        &mut self,
        labels: &Labels,
        times: &Arc<[i64]>,
        values: &[f64],
        histograms: &[HistogramPoint],
    ) -> Result<(), TsdbError> {
        if times.is_empty() && histograms.is_empty() {
            return Ok(());
        }
        if self.series.last().is_some_and(|last| !names::same_shape(last, labels)) {
            self.flush_values()?;
        }
        let series = u32::try_from(self.series.len()).expect("a head has fewer series");
        self.series.push(labels.clone());
        self.points += (times.len() + histograms.len()) as u64;
        self.push_histograms(series, histograms)?;
        let mut start = 0;
        while start < times.len() {
            let end = self.page_end(times, start);
            let number = self.times_of(times, start, end)?;
            self.values.pending.push((series, number, values[start..end].to_vec()));
            self.values.pending_values += end - start;
            start = end;
        }
        let full = self.values.pending.len() >= CHUNK_SERIES;
        if full || self.values.pending_values >= CHUNK_VALUES {
            self.flush_values()?;
        }
        Ok(())
    }

    /// Where the page ends that begins at `start`.
    fn page_end(&self, times: &[i64], start: usize) -> usize {
        let most = times.len().min(start + CHUNK_POINTS_MAX);
        if !self.by_days {
            return most;
        }
        let day = |time: &i64| time.div_euclid(DAY_MS);
        let first = day(&times[start]);
        start + times[start..most].partition_point(|time| day(time) == first)
    }

    fn push_histograms(
        &mut self,
        series: u32,
        histograms: &[HistogramPoint],
    ) -> Result<(), TsdbError> {
        for page in histograms::pack(histograms, DAY_MS) {
            let mut bytes = crc32fast::hash(&page.bytes).to_le_bytes().to_vec();
            bytes.extend_from_slice(&page.bytes);
            let (offset, count, span) = (self.offset, page.points, page.span);
            let size = u32::try_from(bytes.len()).expect("a page has few numbers");
            self.write(&bytes)?;
            self.histograms.push(HistogramPlace { series, offset, bytes: size, count, span });
        }
        Ok(())
    }

    /// Tells whether no series has been added.
    pub(crate) fn is_empty(&self) -> bool {
        self.series.is_empty()
    }

    /// The number of a column of times, which is written if it is new.
    fn times_of(&mut self, all: &Arc<[i64]>, from: usize, to: usize) -> Result<u32, TsdbError> {
        let address = (all.as_ptr().addr(), from, to);
        if let Some(number) = self.times.by_address.get(&address) {
            return Ok(*number);
        }
        let times = &all[from..to];
        let mut hasher = Xxh3::new();
        times.iter().for_each(|time| hasher.update(&time.to_le_bytes()));
        let next = self.times.spans.len() as u32;
        let number = *self.times.by_hash.entry(hasher.digest128()).or_insert(next);
        if self.times.held.len() >= HELD_MAX {
            self.times.held.clear();
            self.times.by_address.clear();
        }
        self.times.held.push(Arc::clone(all));
        self.times.by_address.insert(address, number);
        if number == next {
            let span = TimeRange { from_ms: times[0], to_ms: times[times.len() - 1] };
            self.times.spans.push((span, times.len() as u32));
            self.times.pending.push(times.to_vec());
            let pending = self.times.pending.iter().map(Vec::len).sum::<usize>();
            if self.times.pending.len() >= CHUNK_SERIES || pending >= CHUNK_VALUES {
                self.flush_times()?;
            }
        }
        Ok(number)
    }

    fn flush_times(&mut self) -> Result<(), TsdbError> {
        let pending = std::mem::take(&mut self.times.pending);
        if pending.is_empty() {
            return Ok(());
        }
        let pages: Vec<&[i64]> = pending.iter().map(Vec::as_slice).collect();
        let encoded = chunk::encode_times(&pages)?;
        let chunk = self.times.chunks.len() as u32;
        let place = self.write_chunk(&encoded)?;
        self.times.chunks.push(place);
        let mut offset = encoded.head_bytes;
        for bytes in encoded.page_bytes {
            let (span, count) = self.times.spans[self.times.pages.len()];
            self.times.pages.push(TimesPage { chunk, offset, bytes, count, span });
            offset += bytes;
        }
        Ok(())
    }

    /// Writes the pending values as one chunk, or as two if some are no decimals.
    fn flush_values(&mut self) -> Result<(), TsdbError> {
        let pending = std::mem::take(&mut self.values.pending);
        self.values.pending_values = 0;
        let exponents: Vec<Option<u8>> =
            pending.iter().map(|(_, _, values)| chunk::exponent_of(values)).collect();
        let exponent = exponents.iter().flatten().max().copied().unwrap_or(0);
        let (mut decimals, mut floats) = (Vec::new(), Vec::new());
        for (page, own) in pending.iter().zip(exponents) {
            let fits = match own {
                Some(own) if own == exponent => true,
                Some(_) => chunk::fits(&page.2, exponent),
                None => false,
            };
            if fits { decimals.push(page) } else { floats.push(page) }
        }
        if !decimals.is_empty() {
            let pages: Vec<&[f64]> = decimals.iter().map(|page| page.2.as_slice()).collect();
            match chunk::encode_decimals(&pages, exponent)? {
                Some(encoded) => self.write_values(&encoded, &decimals)?,
                None => floats.extend(decimals),
            }
        }
        if !floats.is_empty() {
            let pages: Vec<&[f64]> = floats.iter().map(|page| page.2.as_slice()).collect();
            let encoded = chunk::encode_floats(&pages)?;
            self.write_values(&encoded, &floats)?;
        }
        Ok(())
    }

    fn write_values(
        &mut self,
        encoded: &Encoded,
        pages: &[&(u32, u32, Vec<f64>)],
    ) -> Result<(), TsdbError> {
        let chunk = self.values.chunks.len() as u32;
        let place = self.write_chunk(encoded)?;
        self.values.chunks.push(place);
        let mut offset = encoded.head_bytes;
        for ((series, times, values), bytes) in pages.iter().zip(&encoded.page_bytes) {
            let mut statistics = Statistics::default();
            statistics.add_all(values);
            self.values.statistics.push(statistics);
            let (series, times, bytes) = (*series, *times, *bytes);
            self.values.pages.push(ValuesPage { series, times, chunk, offset, bytes });
            offset += bytes;
        }
        Ok(())
    }

    fn write_chunk(&mut self, encoded: &Encoded) -> Result<ChunkPlace, TsdbError> {
        let bytes = u32::try_from(encoded.bytes.len()).expect("a chunk has few points");
        let place = ChunkPlace { offset: self.offset, head_bytes: encoded.head_bytes, bytes };
        self.write(&encoded.bytes)?;
        Ok(place)
    }

    /// Completes the file and gives it its name; returns its path.
    ///
    /// When this returns, file and name are on stable storage.
    pub(crate) fn finish(mut self) -> Result<PathBuf, TsdbError> {
        self.flush_values()?;
        self.flush_times()?;
        let mut parts = vec![
            (v2::NAMES, names::encode(&self.series)),
            (v2::TIMES, directory::encode_times(&self.times.chunks, &self.times.pages)),
            (v2::VALUES, directory::encode_values(&self.values.chunks, &self.values.pages)),
        ];
        if !self.histograms.is_empty() {
            parts.push((v2::HISTOGRAMS, places::encode(&self.histograms)));
        }
        if !self.values.pages.is_empty() {
            parts.push((v2::STATISTICS, statistics::encode(&self.values.statistics)?));
        }
        let mut sections = Vec::new();
        for (tag, part) in parts {
            sections.push(Section { tag, ..self.section(&part)? });
        }
        let spans = self.times.spans.iter().map(|(span, _)| *span);
        let spans = spans.chain(self.histograms.iter().map(|page| page.span));
        let span = spans.reduce(|a, b| TimeRange {
            from_ms: a.from_ms.min(b.from_ms),
            to_ms: a.to_ms.max(b.to_ms),
        });
        let summary = Summary {
            origin: self.origin.clone(),
            span: span.unwrap_or(TimeRange { from_ms: i64::MAX, to_ms: i64::MIN }),
            points: self.points,
            series: self.series.len() as u64,
            sections,
        };
        let place = self.section(&summary.encode())?;
        let mut footer = Vec::new();
        footer.extend_from_slice(&place.place.offset.to_le_bytes());
        footer.extend_from_slice(&place.place.bytes.to_le_bytes());
        footer.extend_from_slice(&place.sum.to_le_bytes());
        footer.extend_from_slice(&crc32fast::hash(&footer).to_le_bytes());
        self.write(&footer)?;
        self.file.flush().map_err(TsdbError::io("write", &self.temporary))?;
        self.file.get_ref().sync(&self.temporary)?;
        let path = self.dir.join(format!("{:016}.{SUFFIX}", self.number));
        files::rename(&self.temporary, &path)?;
        files::sync_dir(&self.dir)?;
        Ok(path)
    }

    fn section(&mut self, bytes: &[u8]) -> Result<Section, TsdbError> {
        let size = u32::try_from(bytes.len()).map_err(|_| TsdbError::Damaged {
            path: self.temporary.clone(),
            offset: self.offset,
            what: "a section would be longer than 4 GiB",
        })?;
        let place = super::Place { offset: self.offset, bytes: size };
        self.write(bytes)?;
        Ok(Section { tag: 0, place, sum: crc32fast::hash(bytes) })
    }
}

impl Drop for BlockWriter {
    fn drop(&mut self) {
        // After `finish` the name is gone. A file that cannot be removed is removed at next start.
        let _ = fs::remove_file(&self.temporary);
    }
}
