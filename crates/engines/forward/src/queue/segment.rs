//! One file of a lane: records one after the other.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use super::record::{self, HEAD_BYTES, Head};
use crate::{ForwardError, TimeSeries, files};

/// Bytes of the header: 8 of kind, version, 3 of zero, CRC-32 of these 12.
pub(super) const HEADER_BYTES: u64 = 16;
const KIND: [u8; 8] = *b"MSTQUEUE";
/// The version that is written, and the newest that is read.
const VERSION: u8 = 2;

/// A place between two records of a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Place {
    /// The number of the segment.
    pub(crate) segment: u64,
    /// Bytes from its beginning.
    pub(crate) offset: u64,
}

/// What lies at a place.
#[derive(Debug)]
pub(super) enum Found {
    /// Nothing more.
    End,
    /// Bytes that are no record.
    Damaged,
    /// A record, and where the next one is.
    Record {
        /// What stands before its samples.
        head: Head,
        /// Its samples.
        series: Vec<TimeSeries>,
        /// Where it ends.
        end: u64,
    },
}

/// One file.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) number: u64,
    pub(super) path: PathBuf,
    file: File,
    /// Up to where its records are whole.
    pub(super) bytes: u64,
    /// Samples of all its records.
    pub(super) samples: u64,
    /// Half a record lies behind them that could not be cut off.
    torn: bool,
    /// The version of its records.
    version: u8,
    /// Something in it may not be on stable storage yet.
    dirty: bool,
}

impl Segment {
    fn path_of(dir: &Path, number: u64) -> PathBuf {
        dir.join(format!("{number:010}.queue"))
    }

    /// Makes the file of that number, empty.
    pub(super) fn create(dir: &Path, number: u64) -> Result<Self, ForwardError> {
        let path = Self::path_of(dir, number);
        let mut header = [0; HEADER_BYTES as usize];
        header[..8].copy_from_slice(&KIND);
        header[8] = VERSION;
        let sum = crc32fast::hash(&header[..12]);
        header[12..].copy_from_slice(&sum.to_le_bytes());
        let file = files::create(&path)
            .and_then(|file| files::write_at(&file, &header, 0).map(|()| file))
            .map_err(ForwardError::io("create", &path))?;
        let (bytes, version) = (HEADER_BYTES, VERSION);
        Ok(Self { number, path, file, bytes, samples: 0, torn: false, version, dirty: true })
    }

    /// Opens a file and walks over the heads of its records; a torn end is cut off.
    ///
    /// `None` when it is no such file, and nothing can be had of it. Errors: the system's, a newer
    /// version.
    pub(super) fn open(path: PathBuf, number: u64) -> Result<Option<Self>, ForwardError> {
        let file = files::open(&path);
        let file = file.map_err(ForwardError::io("open", &path))?;
        let length = file.metadata().map_err(ForwardError::io("open", &path))?.len();
        let mut header = [0; HEADER_BYTES as usize];
        match file.read_exact_at(&mut header, 0) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                // Cut off while it was made: nothing was in it.
                return Self::create(path.parent().unwrap_or(Path::new(".")), number).map(Some);
            }
            other => other.map_err(ForwardError::io("read", &path))?,
        }
        if header[..8] != KIND || header[12..] != crc32fast::hash(&header[..12]).to_le_bytes() {
            return Ok(None);
        }
        if header[8] > VERSION {
            let (found, supported) = (header[8], VERSION);
            return Err(ForwardError::NewerVersion { path, found, supported });
        }
        let (bytes, version) = (HEADER_BYTES, header[8]);
        // Whoever wrote it may have ended before it was synced.
        let mut segment =
            Self { number, path, file, bytes, samples: 0, torn: false, version, dirty: true };
        while let Some(head) = segment.head_at(segment.bytes, length)? {
            segment.bytes += HEAD_BYTES as u64 + u64::from(head.bytes);
            segment.samples += u64::from(head.samples);
        }
        if segment.bytes < length {
            let cut = files::cut(&segment.file, segment.bytes);
            cut.map_err(ForwardError::io("cut", &segment.path))?;
        }
        Ok(Some(segment))
    }

    /// Tells whether records may be put behind those that are there: nobody would find them behind
    /// one that a power cut has left without its bytes. Errors: the system's.
    pub(super) fn is_sound(&self) -> Result<bool, ForwardError> {
        if self.version < VERSION {
            return Ok(false);
        }
        let mut at = HEADER_BYTES;
        while at < self.bytes {
            let Some((head, packed)) = self.packed(at)? else { return Ok(false) };
            if !head.fits(&packed) {
                return Ok(false);
            }
            at += HEAD_BYTES as u64 + packed.len() as u64;
        }
        Ok(true)
    }

    /// The head at a place, if a whole record lies there before `end`.
    fn head_at(&self, offset: u64, end: u64) -> Result<Option<Head>, ForwardError> {
        if offset + HEAD_BYTES as u64 > end {
            return Ok(None);
        }
        let mut bytes = [0; HEAD_BYTES];
        let read = self.file.read_exact_at(&mut bytes, offset);
        read.map_err(ForwardError::io("read", &self.path))?;
        let whole = |head: &Head| offset + HEAD_BYTES as u64 + u64::from(head.bytes) <= end;
        Ok(Head::read(bytes).filter(whole))
    }

    /// When the samples at a place were put in.
    pub(super) fn at_ms(&self, offset: u64) -> Option<i64> {
        self.head_at(offset, self.bytes).ok().flatten().map(|head| head.at_ms)
    }

    /// What lies at a place. Errors: the system's.
    pub(super) fn record(&self, offset: u64) -> Result<Found, ForwardError> {
        if offset >= self.bytes {
            return Ok(Found::End);
        }
        let Some((head, packed)) = self.packed(offset)? else { return Ok(Found::Damaged) };
        if !head.fits(&packed) {
            return Ok(Found::Damaged);
        }
        let end = offset + HEAD_BYTES as u64 + u64::from(head.bytes);
        Ok(match record::decode(self.version, &head, &packed) {
            Some(series) => Found::Record { head, series, end },
            None => Found::Damaged,
        })
    }

    /// The head of the record at a place and what it packs, whole or not.
    fn packed(&self, offset: u64) -> Result<Option<(Head, Vec<u8>)>, ForwardError> {
        let Some(head) = self.head_at(offset, self.bytes)? else { return Ok(None) };
        let mut packed = vec![0; head.bytes as usize];
        let read = self.file.read_exact_at(&mut packed, offset + HEAD_BYTES as u64);
        read.map_err(ForwardError::io("read", &self.path))?;
        Ok(Some((head, packed)))
    }

    /// Samples of the records before a place.
    pub(super) fn samples_before(&self, offset: u64) -> Result<u64, ForwardError> {
        let (mut at, mut samples) = (HEADER_BYTES, 0);
        while at < offset
            && let Some(head) = self.head_at(at, self.bytes)?
        {
            at += HEAD_BYTES as u64 + u64::from(head.bytes);
            samples += u64::from(head.samples);
        }
        Ok(samples)
    }

    /// Writes a record at the end; what was written of it is cut off when the disk refuses.
    pub(super) fn append(&mut self, record: &[u8], samples: u64) -> Result<(), ForwardError> {
        if self.torn {
            // A shorter record would leave some of it behind itself, where one would be looked for.
            files::cut(&self.file, self.bytes).map_err(ForwardError::io("cut", &self.path))?;
            self.torn = false;
        }
        if let Err(error) = files::write_at(&self.file, record, self.bytes) {
            // Half a record would be cut off when the file is opened.
            self.torn = files::cut(&self.file, self.bytes).is_err();
            return Err(ForwardError::io("write", &self.path)(error));
        }
        self.bytes += record.len() as u64;
        self.samples += samples;
        self.dirty = true;
        Ok(())
    }

    /// The file, if it has something new, to be synced by somebody who holds no lock.
    pub(super) fn take_dirty(&mut self) -> Result<Option<File>, ForwardError> {
        if !self.dirty {
            return Ok(None);
        }
        let file = self.file.try_clone().map_err(ForwardError::io("open", &self.path))?;
        self.dirty = false;
        Ok(Some(file))
    }

    /// It was not synced after all.
    pub(super) fn mark_dirty(&mut self) {
        self.dirty = true;
    }

    pub(super) fn remove(&self) -> Result<(), ForwardError> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(ForwardError::io("remove", &self.path)(error))
            }
            _ => Ok(()),
        }
    }
}
