//! The write-ahead log: segments of records, newest last.

mod names;
mod number;
mod record;
mod replay;

pub(crate) use names::{put_labels, take_labels};
pub(crate) use record::{Part, Record, begin, end, parts};
pub(crate) use replay::{Numbers, Sink, missing, replay};

use crate::aside::Note;
use crate::files::{self, HEADER_BYTES, Kind};
use crate::head::Head;
use crate::locks::lock;
use crate::{HistogramPoint, Labels, Point, TsdbError};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

pub(crate) const KIND: Kind = *b"TSERWAL\0";
pub(crate) const SUFFIX: &str = "wal";
/// A record is closed when its points may take this much, so that damage costs little.
const RECORD_POINTS_MAX: usize = 32_768;
/// New series in a record; one with 64 labels of the greatest length takes 280 KB.
const RECORD_SERIES_MAX: usize = 32;

/// A point on its way into log and head.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) series: u32,
    pub(crate) point: Point,
}

/// The log, open for writing.
pub(crate) struct Wal {
    dir: PathBuf,
    segment_bytes: u64,
    /// Sizes of the earlier segments.
    closed: BTreeMap<u64, u64>,
    segment: Segment,
    written: u64,
    /// The last segment of which a sync failed: what is in it may never reach the disk, whatever a
    /// later sync says.
    doubtful: Option<u64>,
}

/// A segment's file, of which one sync at a time is made: the system tells one of them alone when
/// it could not write.
pub(crate) struct LogFile {
    number: u64,
    path: PathBuf,
    file: File,
    turn: Mutex<()>,
}

/// What has to be done so that all appends are on stable storage.
pub(crate) enum Unsynced {
    Nothing,
    Log(Arc<LogFile>),
    /// Memory is to be saved: the log can no longer be relied on.
    Memory,
}

struct Segment {
    log: Arc<LogFile>,
    bytes: u64,
    /// By number, the generation (plus one) of the series that this segment defines; each segment
    /// can be read alone.
    defined: Vec<u32>,
    /// There are bytes that no sync has covered.
    dirty: bool,
    /// A write failed half-way, or numbers of series have come free that this segment has defined;
    /// the next write needs a new segment.
    over: bool,
}

impl Wal {
    /// Starts a new segment behind `closed`, the numbers and sizes of those on disk, with at least
    /// this number.
    pub(crate) fn start(
        dir: &Path,
        segment_bytes: u64,
        closed: BTreeMap<u64, u64>,
        at_least: u64,
    ) -> Result<Self, TsdbError> {
        let number = closed.last_key_value().map_or(1, |(last, _)| last + 1).max(at_least);
        let segment = Segment::create(dir, number)?;
        let dir = dir.to_path_buf();
        Ok(Self { dir, segment_bytes, closed, segment, written: 0, doubtful: None })
    }

    /// Bytes of all segments.
    pub(crate) fn bytes(&self) -> u64 {
        self.closed.values().sum::<u64>() + self.segment.bytes
    }

    /// Hands the points to the operating system; all of them or, on error, none.
    pub(crate) fn append(&mut self, entries: &[Entry], head: &Head) -> Result<(), TsdbError> {
        if self.segment.over || self.segment.bytes > self.segment_bytes {
            self.rotate()?;
        }
        self.segment.append(entries, head)?;
        self.written += 1;
        Ok(())
    }

    /// Hands histograms to the operating system; all of them or, on error, none.
    pub(crate) fn append_histograms(
        &mut self,
        entries: &[(u32, Arc<HistogramPoint>)],
        head: &Head,
    ) -> Result<(), TsdbError> {
        if self.segment.over || self.segment.bytes > self.segment_bytes {
            self.rotate()?;
        }
        let mut bytes = Vec::new();
        for entries in entries.chunks(RECORD_SERIES_MAX / 2) {
            let mut record = Record { histograms: entries.to_vec(), ..Record::default() };
            for (series, _) in entries {
                record.defined.extend(self.segment.define(*series, head));
            }
            record.encode_histograms(&mut bytes);
        }
        self.segment.write(&bytes)?;
        self.written += 1;
        Ok(())
    }

    /// Hands notes to the operating system; all of them or, on error, none.
    pub(crate) fn append_notes(&mut self, notes: &[Note]) -> Result<(), TsdbError> {
        if self.segment.over || self.segment.bytes > self.segment_bytes {
            self.rotate()?;
        }
        let mut bytes = Vec::new();
        for notes in notes.chunks(RECORD_SERIES_MAX / 2) {
            record::put_notes(&mut bytes, notes);
        }
        self.segment.write(&bytes)?;
        self.written += 1;
        Ok(())
    }

    /// The number of the segment that is written to.
    pub(crate) fn number(&self) -> u64 {
        self.segment.log.number
    }

    /// Counts appends, so that one can be told to be on stable storage.
    pub(crate) fn written(&self) -> u64 {
        self.written
    }

    /// Begins a new segment; returns its number.
    pub(crate) fn turn(&mut self) -> Result<u64, TsdbError> {
        self.rotate()?;
        Ok(self.segment.log.number)
    }

    /// Lets the next append begin a new segment, as numbers of series may be given to others now:
    /// if the record that says so were damaged, points would get the labels of the series before.
    pub(crate) fn end_segment(&mut self) {
        self.segment.over = true;
    }

    /// Deletes the segments before one, whose points are all elsewhere.
    pub(crate) fn drop_before(&mut self, number: u64) -> Result<(), TsdbError> {
        self.doubtful = self.doubtful.filter(|doubtful| *doubtful >= number);
        while let Some(first) = self.closed.first_entry() {
            if *first.key() >= number {
                break;
            }
            files::remove(&segment_path(&self.dir, *first.key()))?;
            first.remove();
        }
        files::sync_dir(&self.dir)
    }

    fn rotate(&mut self) -> Result<(), TsdbError> {
        let number = self.segment.log.number;
        // So that none is torn but the last. Of a doubtful one nobody relies on the end.
        if self.doubtful.is_none() {
            self.segment.log.sync().inspect_err(|_| self.doubtful = Some(number))?;
            self.segment.dirty = false;
        }
        let next = Segment::create(&self.dir, number + 1)?;
        let old = std::mem::replace(&mut self.segment, next);
        self.closed.insert(number, old.bytes);
        Ok(())
    }

    /// What brings all that was appended to stable storage; it counts as done from here on.
    pub(crate) fn take_unsynced(&mut self) -> Unsynced {
        if self.doubtful.is_some() {
            return Unsynced::Memory;
        }
        if std::mem::take(&mut self.segment.dirty) {
            return Unsynced::Log(Arc::clone(&self.segment.log));
        }
        Unsynced::Nothing
    }

    /// Tells whether a sync of the log has failed since it was begun anew.
    pub(crate) fn is_doubtful(&self) -> bool {
        self.doubtful.is_some()
    }

    /// Says that the sync of a file failed.
    pub(crate) fn doubt(&mut self, log: &LogFile) {
        let is_there = log.number == self.number() || self.closed.contains_key(&log.number);
        if is_there {
            self.doubtful = self.doubtful.max(Some(log.number));
        }
    }
}

impl LogFile {
    /// Forces it to stable storage.
    pub(crate) fn sync(&self) -> Result<(), TsdbError> {
        let _turn = lock(&self.turn);
        files::sync(&self.file, &self.path)
    }
}

impl Segment {
    fn create(dir: &Path, number: u64) -> Result<Self, TsdbError> {
        let path = segment_path(dir, number);
        let mut options = OpenOptions::new();
        let opened =
            files::before_change().and_then(|()| options.create(true).append(true).open(&path));
        let file = opened.map_err(TsdbError::io("create", &path))?;
        // Left by an attempt that failed half-way, or empty when the store was closed. It is not
        // removed meanwhile: it may be on the list of files that must be there.
        file.set_len(0).map_err(TsdbError::io("cut", &path))?;
        files::append(&file, &files::header(KIND)).map_err(TsdbError::io("write", &path))?;
        files::sync_dir(dir)?;
        let log = Arc::new(LogFile { number, path, file, turn: Mutex::new(()) });
        let (bytes, defined) = (HEADER_BYTES as u64, Vec::new());
        Ok(Self { log, bytes, defined, dirty: true, over: false })
    }

    fn append(&mut self, entries: &[Entry], head: &Head) -> Result<(), TsdbError> {
        let mut bytes = Vec::with_capacity(entries.len() * 6);
        let mut record = Record::default();
        for entry in entries {
            record.defined.extend(self.define(entry.series, head));
            record.points.push((entry.series, entry.point));
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

    /// The number and the labels of a series that this segment has not defined yet.
    #[inline]
    fn define(&mut self, series: u32, head: &Head) -> Option<(u32, Labels)> {
        let at = series as usize;
        let generation = head.slots[at].generation.wrapping_add(1);
        if self.defined.len() <= at {
            self.defined.resize(head.slots.len(), 0);
        }
        if self.defined[at] == generation {
            return None;
        }
        let labels = head.labels(series)?.clone();
        self.defined[at] = generation;
        Some((series, labels))
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), TsdbError> {
        if bytes.is_empty() {
            return Ok(());
        }
        if let Err(error) = files::append(&self.log.file, bytes) {
            // Numbers were given to series whose definition is not on disk.
            self.over = true;
            if self.log.file.set_len(self.bytes).is_err() {
                tracing::warn!(path = %self.log.path.display(), "a half-written log record stays");
            }
            return Err(TsdbError::io("append to", &self.log.path)(error));
        }
        self.bytes += bytes.len() as u64;
        self.dirty = true;
        Ok(())
    }
}

fn segment_path(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("{number:012}.{SUFFIX}"))
}
