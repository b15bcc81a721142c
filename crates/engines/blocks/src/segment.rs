//! `chunks/000001` and so on: chunks one after the other.

use std::{fs::File, os::unix::fs::FileExt, path::PathBuf};

use crate::{Damage, Fault, cursor::Cursor};

const MAGIC: u32 = 0x85bd_40dd;
const VERSION: u8 = 1;
const HEAD_BYTES: usize = 8;
/// So many bytes are read at first; most chunks are shorter.
const FIRST_BYTES: usize = 2_048;
/// Longest a length may be, the encoding behind it, and the checksum.
const AROUND_BYTES: usize = 5 + 1 + 4;

/// A file of chunks.
#[derive(Debug)]
pub(crate) struct Segment {
    file: File,
    pub(crate) path: PathBuf,
    bytes: u64,
}

impl Segment {
    /// Opens it. Errors: it is missing, another file, or of another version.
    pub(crate) fn open(path: PathBuf) -> Result<Self, Damage> {
        let file = File::open(&path).map_err(|error| Damage::io(&path, &error))?;
        let bytes = file.metadata().map_err(|error| Damage::io(&path, &error))?.len();
        let segment = Self { file, path, bytes };
        let head = segment.read(0, HEAD_BYTES)?;
        let mut head = Cursor::new(&head, 0);
        let read = head.be32().and_then(|magic| Ok((magic, head.byte()?)));
        let (magic, version) = read.map_err(|fault| fault.of(&segment.path))?;
        let wrong = match (magic, version) {
            (MAGIC, VERSION) => return Ok(segment),
            (MAGIC, version) => Fault::new(4, format!("the version is {version}, expected 1")),
            _ => Fault::new(0, format!("expected {MAGIC:08x}, found {magic:08x}")),
        };
        Err(wrong.of(&segment.path))
    }

    /// The encoding and the data of the chunk that begins at `at`. Errors: it is damaged.
    pub(crate) fn chunk(&self, at: u32) -> Result<(u8, Vec<u8>), Damage> {
        let mut read = self.read(at, FIRST_BYTES)?;
        let damage = |fault: Fault| Damage {
            file: self.path.clone(),
            at: u64::from(at) + fault.at,
            what: fault.what,
        };
        let mut head = Cursor::new(&read, 0);
        let length = head.uvarint().map_err(damage)?;
        let begins = head.at();
        let left = self.bytes.saturating_sub(u64::from(at));
        let fits = usize::try_from(length).ok().filter(|_| length < left);
        let Some(length) = fits else {
            let what = format!("a chunk of {length} bytes, and {left} bytes are left of the file");
            return Err(damage(Fault::new(0, what)));
        };
        if length + AROUND_BYTES > read.len() {
            read = self.read(at, length + AROUND_BYTES)?;
        }
        let mut whole = Cursor::new(&read, begins);
        let mut chunk = whole.checked(length + 1, "a chunk").map_err(damage)?;
        let encoding = chunk.byte().map_err(damage)?;
        Ok((encoding, chunk.take(length).map_err(damage)?.to_vec()))
    }

    /// At most `count` bytes; fewer at the end of the file.
    fn read(&self, at: u32, count: usize) -> Result<Vec<u8>, Damage> {
        let left = self.bytes.saturating_sub(u64::from(at));
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(count);
        let mut bytes = vec![0; count];
        let read = self.file.read_exact_at(&mut bytes, u64::from(at));
        read.map_err(|error| Damage {
            file: self.path.clone(),
            at: u64::from(at),
            what: format!("cannot be read: {error}"),
        })?;
        Ok(bytes)
    }
}
