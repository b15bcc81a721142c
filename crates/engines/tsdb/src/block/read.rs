//! Reads a block: the index once, columns when they are asked for.

use super::{Chunk, Entry, FOOTER_BYTES, KIND, Origin, Place, SUM_BYTES, column, index};
use crate::codec::Cursor;
use crate::files::{self, HEADER_BYTES};
use crate::intern::Interner;
use crate::postings::Postings;
use crate::{Labels, Point, Selector, TimeRange, TsdbError};
use std::collections::HashMap;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Columns of times kept while answering one question.
const TIMES_KEPT_MAX: usize = 512;

/// A block file with its index in memory.
pub(crate) struct Block {
    pub(crate) path: PathBuf,
    pub(crate) origin: Origin,
    pub(crate) span: TimeRange,
    pub(crate) bytes: u64,
    pub(crate) points: u64,
    file: File,
    entries: Vec<Entry>,
    postings: Postings,
    damaged: AtomicBool,
}

/// Decoded times by block and offset: the series of one scrape share theirs.
#[derive(Default)]
pub(crate) struct TimesCache {
    known: HashMap<(u64, u64), Arc<Vec<i64>>>,
}

impl Block {
    /// Opens a block and reads its index.
    ///
    /// Errors: [`TsdbError::NewerVersion`], [`TsdbError::Damaged`], the system's.
    pub(crate) fn open(path: &Path, interner: &Interner) -> Result<Self, TsdbError> {
        let file = File::open(path).map_err(TsdbError::io("open", path))?;
        let bytes = file.metadata().map_err(TsdbError::io("open", path))?.len();
        let damaged = |offset, what| TsdbError::Damaged { path: path.to_path_buf(), offset, what };
        let mut header = [0; HEADER_BYTES];
        if bytes < (HEADER_BYTES + FOOTER_BYTES) as u64 {
            return Err(damaged(bytes, "the block is cut off"));
        }
        file.read_exact_at(&mut header, 0).map_err(TsdbError::io("read", path))?;
        files::check_header(&header, KIND, path)?;
        let footer_at = bytes - FOOTER_BYTES as u64;
        let mut footer = [0; FOOTER_BYTES];
        file.read_exact_at(&mut footer, footer_at).map_err(TsdbError::io("read", path))?;
        let place = read_footer(&footer).filter(|(offset, size, _)| {
            offset.checked_add(u64::from(*size)).is_some_and(|end| end <= footer_at)
        });
        let Some((offset, size, sum)) = place else {
            return Err(damaged(footer_at, "the footer fails its checksum"));
        };
        let mut raw = vec![0; size as usize];
        file.read_exact_at(&mut raw, offset).map_err(TsdbError::io("read", path))?;
        if crc32fast::hash(&raw) != sum {
            return Err(damaged(offset, "the index fails its checksum"));
        }
        let Some((origin, entries)) = index::decode(&raw, interner) else {
            return Err(damaged(offset, "the index makes no sense"));
        };
        Ok(Self::assemble(path, file, bytes, origin, entries))
    }

    fn assemble(path: &Path, file: File, bytes: u64, origin: Origin, entries: Vec<Entry>) -> Self {
        let mut postings = Postings::default();
        for (number, entry) in entries.iter().enumerate() {
            let number = u32::try_from(number).expect("an index below 4 GiB has fewer series");
            postings.add(number, &entry.labels);
        }
        let chunks = || entries.iter().flat_map(|entry| entry.chunks.iter());
        let span = TimeRange {
            from_ms: chunks().map(|chunk| chunk.min_ms).min().unwrap_or(i64::MAX),
            to_ms: chunks().map(|chunk| chunk.max_ms).max().unwrap_or(i64::MIN),
        };
        let points = chunks().map(|chunk| u64::from(chunk.points)).sum();
        let (path, damaged) = (path.to_path_buf(), AtomicBool::new(false));
        Self { path, origin, span, bytes, points, file, entries, postings, damaged }
    }

    /// Tells whether a part of it could not be read.
    pub(crate) fn is_damaged(&self) -> bool {
        self.damaged.load(Ordering::Relaxed)
    }

    /// Numbers of all series.
    pub(crate) fn all(&self) -> std::ops::Range<usize> {
        0..self.entries.len()
    }

    pub(crate) fn labels(&self, number: usize) -> &Labels {
        &self.entries[number].labels
    }

    /// Numbers of the matching series that may have points in `range`.
    pub(crate) fn matching(&self, selector: &Selector, range: TimeRange) -> Vec<usize> {
        if !self.span.overlaps(&range) {
            return Vec::new();
        }
        let labels_of = |number: usize| self.labels(number);
        let mut found = self.postings.matching(selector, self.entries.len(), labels_of);
        found.retain(|number| {
            self.entries[*number].chunks.iter().any(|chunk| chunk.span().overlaps(&range))
        });
        found
    }

    /// Reads the points of a series in `range`; chunks that cannot be read go to `broken`.
    pub(crate) fn points(
        &self,
        number: usize,
        range: TimeRange,
        cache: &mut TimesCache,
        mut broken: impl FnMut(TsdbError),
    ) -> Vec<Point> {
        let mut points = Vec::new();
        for chunk in self.entries[number].chunks.iter().filter(|c| c.span().overlaps(&range)) {
            match self.chunk(chunk, cache) {
                Ok((times, values)) => {
                    let first = times.partition_point(|time| *time < range.from_ms);
                    let end = times.partition_point(|time| *time <= range.to_ms);
                    let pairs = times[first..end].iter().zip(&values[first..end]);
                    points.extend(pairs.map(|(time, value)| Point { at_ms: *time, value: *value }));
                }
                Err(error) => {
                    self.damaged.store(true, Ordering::Relaxed);
                    broken(error);
                }
            }
        }
        points
    }

    fn chunk(
        &self,
        chunk: &Chunk,
        cache: &mut TimesCache,
    ) -> Result<(Arc<Vec<i64>>, Vec<f64>), TsdbError> {
        let count = chunk.points as usize;
        let senseless = |place: Place| self.damage(place, "a column makes no sense");
        let key = (self.origin.sequence, chunk.times.offset);
        let times = match cache.known.get(&key) {
            Some(times) => Arc::clone(times),
            None => {
                let raw = self.column(chunk.times)?;
                let times = column::decode_times(&raw[SUM_BYTES..], count);
                let times = Arc::new(times.ok_or_else(|| senseless(chunk.times))?);
                if cache.known.len() >= TIMES_KEPT_MAX {
                    cache.known.clear();
                }
                cache.known.insert(key, Arc::clone(&times));
                times
            }
        };
        let raw = self.column(chunk.values)?;
        let values = column::decode_values(&raw[SUM_BYTES..], count);
        let values = values.ok_or_else(|| senseless(chunk.values))?;
        if times.len() != values.len() {
            return Err(senseless(chunk.times));
        }
        Ok((times, values))
    }

    /// Reads a column with its checksum, which is right.
    fn column(&self, place: Place) -> Result<Vec<u8>, TsdbError> {
        let end = place.offset.checked_add(u64::from(place.bytes));
        if end.is_none_or(|end| end > self.bytes) || (place.bytes as usize) < SUM_BYTES {
            return Err(self.damage(place, "a column lies outside of the file"));
        }
        let mut raw = vec![0; place.bytes as usize];
        if self.file.read_exact_at(&mut raw, place.offset).is_err() {
            return Err(self.damage(place, "a column cannot be read"));
        }
        let (sum, body) = raw.split_at(SUM_BYTES);
        if sum != crc32fast::hash(body).to_le_bytes() {
            return Err(self.damage(place, "a column fails its checksum"));
        }
        Ok(raw)
    }

    fn damage(&self, place: Place, what: &'static str) -> TsdbError {
        TsdbError::Damaged { path: self.path.clone(), offset: place.offset, what }
    }
}

impl Chunk {
    fn span(&self) -> TimeRange {
        TimeRange { from_ms: self.min_ms, to_ms: self.max_ms }
    }
}

/// Offset, size and checksum of the index.
fn read_footer(footer: &[u8; FOOTER_BYTES]) -> Option<(u64, u32, u32)> {
    let mut cursor = Cursor::new(footer);
    let place = (cursor.u64()?, cursor.u32()?, cursor.u32()?);
    (cursor.u32()? == crc32fast::hash(&footer[..FOOTER_BYTES - 4])).then_some(place)
}
