//! The files of one lane.

use std::{
    collections::VecDeque,
    fs::{self, File},
    path::{Path, PathBuf},
};

use super::{
    cursor::{Cursor, Mark},
    record::{self, Gathering, Item},
    segment::{Found, HEADER_BYTES, Place, Segment},
    standing::Standing,
};
use crate::{Batch, ForwardError, TimeSeries, files};

/// A file that has grown longer is followed by a new one, in bytes.
const SEGMENT_BYTES: (u64, u64) = (64 << 10, 16 << 20);
/// How many files a full lane has.
const SEGMENTS: u64 = 8;

/// Records in order, of which the first are acknowledged.
#[derive(Debug)]
pub(super) struct Log {
    dir: PathBuf,
    /// Never empty; the last is written to.
    segments: VecDeque<Segment>,
    cursor: Cursor,
    /// Samples of the first segment that are acknowledged.
    done: u64,
    /// The next record begins a file of its own, whatever the last one's length.
    begins_anew: bool,
    /// The cursor may have something that is not on stable storage yet.
    cursor_dirty: bool,
    /// A file was made whose name may not be on stable storage yet.
    names_dirty: bool,
    /// Only what was dropped.
    dropped: Standing,
}

impl Log {
    pub(super) fn open(dir: PathBuf) -> Result<Self, ForwardError> {
        files::create_dir(&dir).map_err(ForwardError::io("create", &dir))?;
        let cursor = Cursor::open(&dir)?;
        let mut segments = VecDeque::new();
        for (number, path) in numbered(&dir)? {
            if let Some(segment) = Segment::open(path, number)? {
                segments.push_back(segment);
            }
        }
        let mark = cursor.mark();
        if segments.back().is_none_or(|last| last.number < mark.acknowledged.segment) {
            let next = segments.back().map_or(0, |last| last.number).max(mark.acknowledged.segment);
            segments.push_back(Segment::create(&dir, next + 1)?);
        }
        let sound = segments.back().map_or(Ok(true), Segment::is_sound)?;
        let mut log = Self {
            dir,
            segments,
            cursor,
            done: 0,
            begins_anew: !sound,
            cursor_dirty: true,
            names_dirty: true,
            dropped: Standing::default(),
        };
        log.resume(mark)?;
        Ok(log)
    }

    /// Goes on where the mark says, as far as the files are still as they were then.
    fn resume(&mut self, mark: Mark) -> Result<(), ForwardError> {
        let Place { segment, offset } = mark.acknowledged;
        while self.segments.front().is_some_and(|first| first.number < segment)
            && self.segments.len() > 1
        {
            self.drop_first()?;
        }
        let Some(first) = self.segments.front() else { return Ok(()) };
        let at = if first.number == segment {
            offset.clamp(HEADER_BYTES, first.bytes)
        } else {
            HEADER_BYTES
        };
        self.done = first.samples_before(at)?;
        let same = first.number == segment && at == offset;
        let sending_to = if same { mark.sending_to.clamp(at, first.bytes) } else { at };
        let acknowledged = Place { segment: first.number, offset: at };
        self.cursor.set(Mark { acknowledged, sending_to });
        Ok(())
    }

    pub(super) fn append(
        &mut self,
        at_ms: i64,
        items: &[Item<'_>],
        bytes_max: u64,
    ) -> Result<(), ForwardError> {
        let put = self.append_record(at_ms, items, bytes_max);
        if put.is_err() {
            self.dropped.dropped_disk += items.len() as u64;
        }
        put
    }

    fn append_record(
        &mut self,
        at_ms: i64,
        items: &[Item<'_>],
        bytes_max: u64,
    ) -> Result<(), ForwardError> {
        let Some(record) = record::encode(at_ms, items) else { return Ok(()) };
        let (least, most) = SEGMENT_BYTES;
        let long = (bytes_max / SEGMENTS).clamp(least, most);
        if let Some(last) = self.segments.back()
            && (self.begins_anew
                || (last.bytes > HEADER_BYTES && last.bytes + record.len() as u64 > long))
        {
            let next = Segment::create(&self.dir, last.number + 1)?;
            self.segments.push_back(next);
            (self.begins_anew, self.names_dirty) = (false, true);
        }
        while self.bytes() + record.len() as u64 > bytes_max && self.segments.len() > 1 {
            self.dropped.dropped_full += self.first_waiting();
            self.drop_first()?;
        }
        match self.segments.back_mut() {
            Some(last) => last.append(&record, items.len() as u64),
            None => Ok(()),
        }
    }

    /// Removes the first file; what was under way in it is so no more.
    fn drop_first(&mut self) -> Result<(), ForwardError> {
        let Some(gone) = self.segments.pop_front() else { return Ok(()) };
        self.done = 0;
        if let Some(first) = self.segments.front() {
            let acknowledged = Place { segment: first.number, offset: HEADER_BYTES };
            // A mark in a file that is gone says the same, if the disk refuses this one.
            self.cursor.set(Mark { acknowledged, sending_to: HEADER_BYTES });
        }
        gone.remove()
    }

    pub(super) fn next(
        &mut self,
        oldest_ms: i64,
        samples_max: usize,
    ) -> Result<Option<Batch>, ForwardError> {
        loop {
            let Mark { acknowledged, sending_to } = self.cursor.mark();
            let Some(first) = self.segments.front() else { return Ok(None) };
            if acknowledged.offset >= first.bytes {
                if self.segments.len() < 2 {
                    return Ok(None);
                }
                self.drop_first()?;
                continue;
            }
            let again = sending_to > acknowledged.offset;
            if !again && first.at_ms(acknowledged.offset).is_some_and(|at_ms| at_ms < oldest_ms) {
                self.skip_old()?;
                continue;
            }
            let until = if again { Until::Offset(sending_to) } else { Until::Samples(samples_max) };
            match read(first, acknowledged.offset, until)? {
                Some(batch) => {
                    self.cursor.set(Mark { acknowledged, sending_to: batch.end.offset });
                    self.cursor_dirty = true;
                    return Ok(Some(batch));
                }
                None => self.skip_damaged(),
            }
        }
    }

    /// Passes over the record that is next: it has waited too long.
    fn skip_old(&mut self) -> Result<(), ForwardError> {
        let at = self.cursor.mark().acknowledged;
        let Some(first) = self.segments.front() else { return Ok(()) };
        let Found::Record { head, end, .. } = first.record(at.offset)? else {
            self.skip_damaged();
            return Ok(());
        };
        self.dropped.dropped_old += u64::from(head.samples);
        self.done += u64::from(head.samples);
        let acknowledged = Place { offset: end, ..at };
        self.cursor.set(Mark { acknowledged, sending_to: end });
        Ok(())
    }

    /// Passes over the rest of the first file: where its next record begins nobody knows.
    fn skip_damaged(&mut self) {
        self.dropped.dropped_damaged += self.first_waiting();
        let Some(first) = self.segments.front() else { return };
        self.done = first.samples;
        let acknowledged = Place { segment: first.number, offset: first.bytes };
        self.cursor.set(Mark { acknowledged, sending_to: first.bytes });
    }

    pub(super) fn acknowledge(&mut self, batch: &Batch) -> Result<(), ForwardError> {
        let Mark { acknowledged, sending_to } = self.cursor.mark();
        // What was dropped meanwhile is behind us.
        if batch.end.segment != acknowledged.segment || batch.end.offset != sending_to {
            return Ok(());
        }
        self.done += batch.samples;
        self.cursor_dirty = true;
        self.cursor.set(Mark { acknowledged: batch.end, sending_to: batch.end.offset });
        let over = self.segments.front().is_some_and(|first| batch.end.offset >= first.bytes);
        if over && self.segments.len() > 1 { self.drop_first() } else { Ok(()) }
    }

    pub(super) fn is_drained(&self) -> bool {
        self.segments.len() == 1 && self.first_waiting() == 0
    }

    pub(super) fn standing(&self) -> Standing {
        let samples: u64 = self.segments.iter().map(|segment| segment.samples).sum();
        let offset = self.cursor.mark().acknowledged.offset;
        let next =
            self.segments.iter().enumerate().find_map(|(at, segment)| {
                segment.at_ms(if at == 0 { offset } else { HEADER_BYTES })
            });
        Standing {
            samples: samples.saturating_sub(self.done),
            bytes: self.bytes(),
            oldest_at_ms: next,
            ..self.dropped
        }
    }

    fn bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.bytes).sum()
    }

    fn first_waiting(&self) -> u64 {
        self.segments.front().map_or(0, |first| first.samples.saturating_sub(self.done))
    }

    /// The files that have something new that is to be sent, to be synced.
    pub(super) fn take_dirty(&mut self) -> Result<Vec<File>, ForwardError> {
        let mut files = Vec::new();
        for segment in &mut self.segments {
            files.extend(segment.take_dirty()?);
        }
        if self.names_dirty {
            files.push(File::open(&self.dir).map_err(ForwardError::io("open", &self.dir))?);
            self.names_dirty = false;
        }
        Ok(files)
    }

    /// The file that says what has been acknowledged, if it is new.
    pub(super) fn take_dirty_cursor(&mut self) -> Result<Option<File>, ForwardError> {
        if !self.cursor_dirty && self.cursor.is_kept() {
            return Ok(None);
        }
        self.cursor.keep()?;
        let file = self.cursor.handle()?;
        self.cursor_dirty = false;
        Ok(Some(file))
    }

    /// What was taken could not be synced.
    pub(super) fn mark_dirty(&mut self) {
        self.segments.iter_mut().for_each(Segment::mark_dirty);
        self.names_dirty = true;
    }

    /// The cursor could not be synced.
    pub(super) fn mark_cursor_dirty(&mut self) {
        self.cursor_dirty = true;
    }

    /// A name for errors.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(super) fn remove(&self) -> Result<(), ForwardError> {
        fs::remove_dir_all(&self.dir).map_err(ForwardError::io("remove", &self.dir))
    }
}

/// How far a batch reaches.
#[derive(Debug, Clone, Copy)]
enum Until {
    /// Exactly there.
    Offset(u64),
    /// As many whole records as have no more samples together, at least one.
    Samples(usize),
}

/// Reads the batch that begins at `offset`; `None` when its first record is damaged.
fn read(segment: &Segment, offset: u64, until: Until) -> Result<Option<Batch>, ForwardError> {
    let (mut at, mut samples, mut oldest_at_ms) = (offset, 0, None);
    let mut found: Vec<TimeSeries> = Vec::new();
    while let Found::Record { head, series, end } = segment.record(at)? {
        let over = match until {
            Until::Offset(to) => end > to,
            Until::Samples(max) => samples > 0 && samples + u64::from(head.samples) > max as u64,
        };
        if over {
            break;
        }
        found.extend(series);
        samples += u64::from(head.samples);
        oldest_at_ms.get_or_insert(head.at_ms);
        at = end;
    }
    let Some(oldest_at_ms) = oldest_at_ms else { return Ok(None) };
    let mut gathering = Gathering::default();
    for series in &found {
        gathering.put_series(series);
    }
    let end = Place { segment: segment.number, offset: at };
    let again = matches!(until, Until::Offset(_));
    Ok(Some(Batch { series: gathering.all, samples, oldest_at_ms, again, end }))
}

/// The files of a lane by their numbers, ascending.
fn numbered(dir: &Path) -> Result<Vec<(u64, PathBuf)>, ForwardError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).map_err(ForwardError::io("list", dir))? {
        let path = entry.map_err(ForwardError::io("list", dir))?.path();
        let number = path.file_stem().and_then(|stem| stem.to_str()?.parse().ok());
        if let Some(number) = number
            && path.extension().is_some_and(|extension| extension == "queue")
        {
            found.push((number, path));
        }
    }
    found.sort_unstable();
    Ok(found)
}
