//! The write-ahead log: segments of records, newest last.

mod record;
mod replay;

pub(crate) use replay::replay;

use crate::files::{self, HEADER_BYTES, Kind};
use crate::{Labels, Point, TsdbError};
use record::Record;
use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) const KIND: Kind = *b"TSERWAL\0";
pub(crate) const SUFFIX: &str = "wal";
/// A record is closed when its points may take this much, so that damage costs little.
const RECORD_POINTS_MAX: usize = 32_768;
/// New series in a record; one with 64 labels of the greatest length takes 280 KB.
const RECORD_SERIES_MAX: usize = 32;

/// The log, open for writing.
pub(crate) struct Wal {
    dir: PathBuf,
    segment_bytes: u64,
    /// Sizes of the earlier segments.
    closed: BTreeMap<u64, u64>,
    segment: Segment,
}

struct Segment {
    number: u64,
    path: PathBuf,
    file: Arc<File>,
    bytes: u64,
    /// Numbers of the series defined in this segment; each segment can be read alone.
    numbers: HashMap<Labels, u32>,
    /// There are bytes that no sync has covered.
    dirty: bool,
    /// A write failed half-way; the next one needs a new segment.
    broken: bool,
}

impl Wal {
    /// Starts a new segment behind `closed`, the numbers and sizes of those on disk.
    pub(crate) fn start(
        dir: &Path,
        segment_bytes: u64,
        closed: BTreeMap<u64, u64>,
    ) -> Result<Self, TsdbError> {
        let number = closed.last_key_value().map_or(1, |(last, _)| last + 1);
        let segment = Segment::create(dir, number)?;
        Ok(Self { dir: dir.to_path_buf(), segment_bytes, closed, segment })
    }

    /// Bytes of all segments.
    pub(crate) fn bytes(&self) -> u64 {
        self.closed.values().sum::<u64>() + self.segment.bytes
    }

    /// Hands the points to the operating system; all of them or, on error, none.
    pub(crate) fn append<'p>(
        &mut self,
        points: impl Iterator<Item = (&'p Labels, Point)>,
    ) -> Result<(), TsdbError> {
        if self.segment.broken || self.segment.bytes > self.segment_bytes {
            self.rotate()?;
        }
        self.segment.append(points)
    }

    fn rotate(&mut self) -> Result<(), TsdbError> {
        if self.segment.dirty {
            let path = &self.segment.path;
            self.segment.file.sync_data().map_err(TsdbError::io("sync", path))?;
            self.segment.dirty = false;
        }
        let next = Segment::create(&self.dir, self.segment.number + 1)?;
        let old = std::mem::replace(&mut self.segment, next);
        self.closed.insert(old.number, old.bytes);
        Ok(())
    }

    /// Replaces the whole log by a segment with these points.
    ///
    /// On error the old segments stay, which is right too: they hold the same points and more.
    pub(crate) fn replace<'p>(
        &mut self,
        points: impl Iterator<Item = (&'p Labels, Point)>,
    ) -> Result<(), TsdbError> {
        let mut next = Segment::create(&self.dir, self.segment.number + 1)?;
        let written = next
            .append(points)
            .and_then(|()| next.file.sync_data().map_err(TsdbError::io("sync", &next.path)));
        if let Err(error) = written {
            files::remove(&next.path)?;
            return Err(error);
        }
        next.dirty = false;
        let old = std::mem::replace(&mut self.segment, next);
        self.closed.insert(old.number, old.bytes);
        while let Some(first) = self.closed.first_entry() {
            files::remove(&segment_path(&self.dir, *first.key()))?;
            first.remove();
        }
        files::sync_dir(&self.dir)
    }

    /// Tells whether bytes wait for a sync.
    pub(crate) fn is_dirty(&self) -> bool {
        self.segment.dirty
    }

    /// The file to sync, if it has news; it counts as synced from here on.
    pub(crate) fn take_dirty(&mut self) -> Option<(Arc<File>, PathBuf)> {
        std::mem::take(&mut self.segment.dirty)
            .then(|| (Arc::clone(&self.segment.file), self.segment.path.clone()))
    }

    /// Says that the sync after [`Wal::take_dirty`] failed.
    pub(crate) fn mark_dirty(&mut self) {
        self.segment.dirty = true;
    }
}

impl Segment {
    fn create(dir: &Path, number: u64) -> Result<Self, TsdbError> {
        let path = segment_path(dir, number);
        // Left by an attempt that failed half-way; nobody counts on it.
        files::remove(&path)?;
        let mut options = OpenOptions::new();
        let opened = options.create_new(true).append(true).open(&path);
        let mut file = opened.map_err(TsdbError::io("create", &path))?;
        file.write_all(&files::header(KIND)).map_err(TsdbError::io("write", &path))?;
        files::sync_dir(dir)?;
        let (file, bytes, numbers) = (Arc::new(file), HEADER_BYTES as u64, HashMap::new());
        Ok(Self { number, path, file, bytes, numbers, dirty: true, broken: false })
    }

    fn append<'p>(
        &mut self,
        points: impl Iterator<Item = (&'p Labels, Point)>,
    ) -> Result<(), TsdbError> {
        let mut bytes = Vec::new();
        let mut record = Record::default();
        for (labels, point) in points {
            let number = match self.numbers.get(labels) {
                Some(number) => *number,
                None => {
                    let number = u32::try_from(self.numbers.len()).expect("series fit in 32 bits");
                    self.numbers.insert(labels.clone(), number);
                    record.defined.push((number, labels.clone()));
                    number
                }
            };
            record.points.push((number, point));
            if record.points.len() >= RECORD_POINTS_MAX || record.defined.len() >= RECORD_SERIES_MAX
            {
                record.encode(&mut bytes);
                record = Record::default();
            }
        }
        if !record.points.is_empty() {
            record.encode(&mut bytes);
        }
        self.write(&bytes)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), TsdbError> {
        if bytes.is_empty() {
            return Ok(());
        }
        if let Err(error) = (&*self.file).write_all(bytes) {
            // Numbers were given to series whose definition is not on disk.
            self.broken = true;
            if self.file.set_len(self.bytes).is_err() {
                tracing::warn!(path = %self.path.display(), "a half-written log record stays");
            }
            return Err(TsdbError::io("append to", &self.path)(error));
        }
        self.bytes += bytes.len() as u64;
        self.dirty = true;
        Ok(())
    }
}

fn segment_path(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("{number:012}.{SUFFIX}"))
}
