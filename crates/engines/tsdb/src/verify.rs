//! Reads every byte of a store and names what is broken.

use crate::block::{self, Block, BlockReader};
use crate::damage::Damages;
use crate::files::{self, HEADER_BYTES, Kind};
use crate::gather::Gather;
use crate::intern::Interner;
use crate::wal::{self, Part};
use crate::{Damage, TimeRange, TsdbError, erasure, save};
use std::fs;
use std::path::Path;

/// What [`verify`] found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Files read.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Points in blocks that can be read.
    pub points: u64,
    /// What is broken (the first 1,000 places).
    pub damages: Vec<Damage>,
    /// Bytes at the end of the newest log segment that are no whole record: cut off by a crash, or
    /// being written just now.
    pub torn_bytes: u64,
}

/// Reads all files of the store in `dir` and changes none; a store may have it open meanwhile.
///
/// Errors: the system refuses, or [`TsdbError::NewerVersion`].
pub fn verify(dir: &Path) -> Result<Verified, TsdbError> {
    let (mut found, damages) = (Verified::default(), Damages::default());
    for (_, path) in files::numbered(&dir.join("blocks"), block::SUFFIX)? {
        found.count(&path);
        match verify_block(&path, &damages) {
            // Deleted by the upkeep since the folder was listed.
            Err(TsdbError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => damages.absorb(error)?,
            Ok(points) => found.points += points,
        }
    }
    let deleted = dir.join("deleted");
    let listed =
        if deleted.is_dir() { files::numbered(&deleted, erasure::SUFFIX)? } else { vec![] };
    for (_, path) in listed {
        found.count(&path);
        match erasure::read(&path) {
            Ok(_) => {}
            Err(error) => damages.absorb(error)?,
        }
    }
    for (folder, suffix, kind) in
        [("head", save::SUFFIX, save::KIND), ("wal", wal::SUFFIX, wal::KIND)]
    {
        let listed = match fs::metadata(dir.join(folder)) {
            Ok(_) => files::numbered(&dir.join(folder), suffix)?,
            Err(_) => Vec::new(),
        };
        let last = listed.last().map(|(number, _)| *number);
        for (number, path) in listed {
            found.count(&path);
            let torn = verify_records(&path, kind, &damages)?;
            match torn {
                Some((_, bytes)) if folder == "wal" && Some(number) == last => {
                    found.torn_bytes = bytes;
                }
                Some((offset, _)) => {
                    damages.note(Damage { path, offset, what: "the end of the file is no record" });
                }
                None => {}
            }
        }
    }
    found.damages = damages.list();
    Ok(found)
}

impl Verified {
    fn count(&mut self, path: &Path) {
        self.files += 1;
        self.bytes += fs::metadata(path).map_or(0, |meta| meta.len());
    }
}

/// Reads every column of a block; tells how many points there are.
fn verify_block(path: &Path, damages: &Damages) -> Result<u64, TsdbError> {
    let block = Block::open(path, &Interner::default())?;
    let mut reader = BlockReader::default();
    let mut points = 0;
    let mut other = None;
    for series in block.all() {
        let mut gather = Gather::default();
        block.gather(series, TimeRange::ALL, &mut reader, &mut gather, &mut |error| {
            if let Err(error) = damages.absorb(error) {
                other = Some(error);
            }
        });
        points += gather.values.len() as u64;
        if let Some(error) = other {
            return Err(error);
        }
    }
    Ok(points)
}

/// Reads the records of a file; returns where those at the end that are none begin, and how many
/// bytes they take.
fn verify_records(
    path: &Path,
    kind: Kind,
    damages: &Damages,
) -> Result<Option<(u64, u64)>, TsdbError> {
    let bytes = match fs::read(path) {
        // Deleted by the upkeep since the folder was listed.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        read => read.map_err(TsdbError::io("read", path))?,
    };
    if let Err(error) = files::check_header(&bytes, kind, path) {
        damages.absorb(error)?;
    }
    let mut torn = None;
    for part in wal::parts(&bytes, HEADER_BYTES) {
        match part {
            Part::Body { offset, body } if kind == wal::KIND => {
                if wal::Record::decode(body).is_none() {
                    let (path, offset) = (path.to_path_buf(), offset as u64);
                    damages.note(Damage { path, offset, what: "a log record makes no sense" });
                }
            }
            Part::Body { .. } => {}
            Part::Damage { offset } => {
                let (path, offset) = (path.to_path_buf(), offset as u64);
                damages.note(Damage { path, offset, what: "a record fails its checksum" });
            }
            Part::Torn { offset } => torn = Some((offset as u64, (bytes.len() - offset) as u64)),
        }
    }
    Ok(torn)
}
