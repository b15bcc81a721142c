//! How far a lane is: two slots, written in turn.

use std::{
    fs::{File, OpenOptions},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use super::segment::Place;
use crate::ForwardError;

/// Bytes of a slot: how often it was written, segment, from, to, CRC-32 of these.
const SLOT_BYTES: usize = 36;

/// What is acknowledged, and what is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mark {
    /// Everything before is acknowledged.
    pub(super) acknowledged: Place,
    /// Up to where, in the same segment, a batch is under way; the same offset when none is.
    pub(super) sending_to: u64,
}

/// The file with the mark.
#[derive(Debug)]
pub(super) struct Cursor {
    path: PathBuf,
    file: File,
    written: u64,
    mark: Mark,
}

impl Cursor {
    /// Opens or makes the file; one that cannot be read says that nothing is acknowledged.
    pub(super) fn open(dir: &Path) -> Result<Self, ForwardError> {
        let path = dir.join("cursor");
        let file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(ForwardError::io("open", &path))?;
        let (mut written, mut mark) = (0, Mark::default());
        for slot in 0..2 {
            let mut bytes = [0; SLOT_BYTES];
            let read = file.read_exact_at(&mut bytes, slot * SLOT_BYTES as u64);
            if let (Ok(()), Some((count, found))) = (read, parse(&bytes))
                && count > written
            {
                (written, mark) = (count, found);
            }
        }
        Ok(Self { path, file, written, mark })
    }

    pub(super) fn mark(&self) -> Mark {
        self.mark
    }

    /// Writes another mark; the one before stays whole beside it.
    pub(super) fn set(&mut self, mark: Mark) -> Result<(), ForwardError> {
        if mark == self.mark {
            return Ok(());
        }
        let count = self.written + 1;
        let numbers = [count, mark.acknowledged.segment, mark.acknowledged.offset, mark.sending_to];
        let mut bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        let written = self.file.write_all_at(&bytes, count % 2 * SLOT_BYTES as u64);
        // Known here whatever the disk says: only a restart would go back.
        (self.mark, self.written) = (mark, count);
        written.map_err(ForwardError::io("write", &self.path))
    }

    /// The file, to be synced by somebody who holds no lock.
    pub(super) fn handle(&self) -> Result<File, ForwardError> {
        self.file.try_clone().map_err(ForwardError::io("open", &self.path))
    }
}

fn parse(bytes: &[u8; SLOT_BYTES]) -> Option<(u64, Mark)> {
    let (numbers, sum) = bytes.split_last_chunk::<4>()?;
    if crc32fast::hash(numbers).to_le_bytes() != *sum {
        return None;
    }
    let mut numbers = numbers.as_chunks::<8>().0.iter().map(|number| u64::from_le_bytes(*number));
    let (count, segment, offset) = (numbers.next()?, numbers.next()?, numbers.next()?);
    let acknowledged = Place { segment, offset };
    Some((count, Mark { acknowledged, sending_to: numbers.next()? }))
}
