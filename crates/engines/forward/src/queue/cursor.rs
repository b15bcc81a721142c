//! How far a lane is: two slots, written in turn.

use std::{
    fs::File,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use super::segment::Place;
use crate::{ForwardError, files};

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
    /// Whether the disk has the mark.
    kept: bool,
}

impl Cursor {
    /// Opens or makes the file; one that cannot be read says that nothing is acknowledged.
    pub(super) fn open(dir: &Path) -> Result<Self, ForwardError> {
        let path = dir.join("cursor");
        let file = files::open_or_create(&path);
        let file = file.map_err(ForwardError::io("open", &path))?;
        // Marks need no room later on; where there is none now, they are tried then all the same.
        let length = file.metadata().map_err(ForwardError::io("open", &path))?.len();
        let room = [0; 2 * SLOT_BYTES];
        if let Some(missing) = usize::try_from(length).ok().and_then(|length| room.get(length..)) {
            let _ = files::write_at(&file, missing, length);
        }
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
        Ok(Self { path, file, written, mark, kept: true })
    }

    pub(super) fn mark(&self) -> Mark {
        self.mark
    }

    /// Takes another mark. Where the disk refuses it, only a restart would go back, and
    /// [`Cursor::keep`] tries again.
    pub(super) fn set(&mut self, mark: Mark) {
        if mark != self.mark {
            (self.mark, self.kept) = (mark, false);
            let _ = self.keep();
        }
    }

    /// Writes the mark, if the disk has it not yet; the one before stays whole beside it, also
    /// when that fails half-way.
    pub(super) fn keep(&mut self) -> Result<(), ForwardError> {
        if self.kept {
            return Ok(());
        }
        let (count, mark) = (self.written + 1, self.mark);
        let numbers = [count, mark.acknowledged.segment, mark.acknowledged.offset, mark.sending_to];
        let mut bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        let written = files::write_at(&self.file, &bytes, count % 2 * SLOT_BYTES as u64);
        written.map_err(ForwardError::io("write", &self.path))?;
        (self.written, self.kept) = (count, true);
        Ok(())
    }

    /// Whether the disk has the mark.
    pub(super) fn is_kept(&self) -> bool {
        self.kept
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
