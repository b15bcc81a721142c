//! Reads every byte of a store and names what is broken.

use crate::block::{self, Block, BlockReader};
use crate::catalog::{self, Catalog};
use crate::damage::Damages;
use crate::files::{self, HEADER_BYTES, Kind};
use crate::gather::Gather;
use crate::intern::Interner;
use crate::wal::{self, Part};
use crate::{Damage, TimeRange, TsdbError, erasure, save};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What [`verify`] found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Files read.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Points in blocks that can be read.
    pub points: u64,
    /// What is broken: the first 1,000 places, and of each further file the first.
    pub damages: Vec<Damage>,
    /// Bytes at the end of the newest log segment that are no whole record: cut off by a crash, or
    /// being written just now.
    pub torn_bytes: u64,
}

/// Reads all files of the store in `dir` and changes none; a store may have it open meanwhile.
///
/// Every file that is broken, cut off, missing, of a newer release or not to be read is named, and
/// the others are read. Errors: the system refuses to list a folder.
pub fn verify(dir: &Path) -> Result<Verified, TsdbError> {
    let (mut found, damages) = (Verified::default(), Damages::default());
    let catalog = verify_catalog(dir, &damages);
    for path in blocks_of(dir)? {
        found.count(&path);
        match verify_block(&path, &damages) {
            // Deleted by the upkeep since the folder was listed.
            Err(TsdbError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {}
            Err(error) => damages.absorb_all(error),
            // Roll-ups say again what other blocks hold.
            Ok(points) if path.starts_with(dir.join("blocks")) => found.points += points,
            Ok(_) => {}
        }
    }
    for (_, path) in listed(&dir.join("deleted"), erasure::SUFFIX)? {
        found.count(&path);
        match erasure::read(&path) {
            Err(TsdbError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {}
            Err(error) => damages.absorb_all(error),
            Ok(_) => {}
        }
    }
    let (heads, segments) = heads_and_segments(dir)?;
    verify_numbers(dir, &catalog, (&heads, &segments), &damages);
    for (kind, listed) in [(save::KIND, heads), (wal::KIND, segments)] {
        let last = listed.last().map(|(number, _)| *number);
        for (number, path) in listed {
            found.count(&path);
            match verify_records(&path, kind, &damages) {
                Some((_, bytes)) if kind == wal::KIND && Some(number) == last => {
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

/// Files by their number.
type Numbered = Vec<(u64, PathBuf)>;

/// Names what the list of files has and the folders do not; returns the list. Of memory's files it
/// says no more than is there: what goes later does so for a newer head file.
fn verify_catalog(dir: &Path, damages: &Damages) -> Catalog {
    let absent = |catalog: Result<Option<Catalog>, TsdbError>| match catalog {
        Ok(Some(catalog)) => catalog.missing(dir),
        _ => Vec::new(),
    };
    let first = catalog::read(dir);
    if matches!(first, Ok(None)) && has_blocks_of_today(dir) {
        damages.note(catalog::missing(catalog::path_of(dir)));
    }
    let listed = first.unwrap_or_else(|error| {
        damages.absorb_all(error);
        None
    });
    let listed = listed.unwrap_or_default();
    let missing = listed.missing(dir);
    if !missing.is_empty() {
        // The upkeep takes files off the list before it deletes them.
        let still = absent(catalog::read(dir));
        let gone = missing.into_iter().filter(|path| still.contains(path));
        gone.for_each(|path| damages.note(catalog::missing(path)));
    }
    listed
}

/// So often the folders are listed where memory is saved meanwhile, and with it segments go.
const LISTINGS_MAX: usize = 5;

/// Head files and log segments, as they were at one moment.
fn heads_and_segments(dir: &Path) -> Result<(Numbered, Numbered), TsdbError> {
    let (head_dir, wal_dir) = (dir.join("head"), dir.join("wal"));
    let mut heads = listed(&head_dir, save::SUFFIX)?;
    let mut segments = Vec::new();
    for _ in 0..LISTINGS_MAX {
        segments = listed(&wal_dir, wal::SUFFIX)?;
        let again = listed(&head_dir, save::SUFFIX)?;
        if newest(&again) == newest(&heads) {
            break;
        }
        heads = again;
    }
    Ok((heads, segments))
}

/// The number of the newest head file; 0: there is none.
fn newest(heads: &[(u64, PathBuf)]) -> u64 {
    heads.last().map_or(0, |(number, _)| *number)
}

fn has_blocks_of_today(dir: &Path) -> bool {
    let blocks = blocks_of(dir).unwrap_or_default();
    let opened = |path: &Path| Block::open(path, &Interner::default()).ok();
    blocks.iter().any(|path| opened(path).is_some_and(|block| block.version > 2))
}

/// Names head files and log segments that others or the list say must be there.
fn verify_numbers(
    dir: &Path,
    catalog: &Catalog,
    (heads, segments): (&Numbered, &Numbered),
    damages: &Damages,
) {
    let content = heads.last().and_then(|(_, path)| fs::read(path).ok()).unwrap_or_default();
    let earlier = save::earlier(&content).unwrap_or_default().into_iter();
    let absent = earlier.filter(|file| !heads.iter().any(|(number, _)| number == file));
    let absent = absent.map(|file| save::path_of(&dir.join("head"), file));
    let segments: Vec<u64> = segments.iter().map(|(number, _)| *number).collect();
    let absent = absent.chain(catalog.missing_of_memory(dir, newest(heads), &segments));
    absent.for_each(|path| damages.note(catalog::missing(path)));
}

/// The blocks of points, then those of roll-ups.
fn blocks_of(dir: &Path) -> Result<Vec<PathBuf>, TsdbError> {
    let mut folders = vec![dir.join("blocks")];
    for steps in subfolders(&dir.join("rollups"))? {
        folders.extend(subfolders(&steps)?);
    }
    let mut found = Vec::new();
    for folder in folders {
        found.extend(listed(&folder, block::SUFFIX)?.into_iter().map(|(_, path)| path));
    }
    Ok(found)
}

fn subfolders(dir: &Path) -> Result<Vec<PathBuf>, TsdbError> {
    let mut found = Vec::new();
    if dir.is_dir() {
        for entry in fs::read_dir(dir).map_err(TsdbError::io("list", dir))? {
            found.push(entry.map_err(TsdbError::io("list", dir))?.path());
        }
    }
    found.retain(|path| path.is_dir());
    found.sort();
    Ok(found)
}

/// The numbered files of a folder that may not be there.
fn listed(dir: &Path, suffix: &str) -> Result<Numbered, TsdbError> {
    if dir.is_dir() { files::numbered(dir, suffix) } else { Ok(Vec::new()) }
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
    if let Err(error) = block.statistics_checked() {
        damages.absorb_all(error);
    }
    // An index that cannot be read is named once, and not asked for each series.
    block.label_names()?;
    let mut reader = BlockReader::default();
    let mut points = 0;
    let mut other = None;
    for series in block.all() {
        let mut gather = Gather::default();
        let mut note = |error| {
            if let Err(error) = damages.absorb(error) {
                other = Some(error);
            }
        };
        let mut histograms = Vec::new();
        block.gather(series, TimeRange::ALL, &mut reader, &mut gather, &mut note);
        let to = &mut histograms;
        block.gather_histograms(series, TimeRange::ALL, &mut reader, to, &mut note);
        points += (gather.values.len() + histograms.len()) as u64;
        if let Some(error) = other {
            return Err(error);
        }
    }
    Ok(points)
}

/// Reads the records of a file; returns where those at the end that are none begin, and how many
/// bytes they take.
fn verify_records(path: &Path, kind: Kind, damages: &Damages) -> Option<(u64, u64)> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        // Deleted by the upkeep since the folder was listed.
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(error) => {
            damages.absorb_all(TsdbError::io("read", path)(error));
            return None;
        }
    };
    if kind == wal::KIND && bytes.len() < HEADER_BYTES {
        // A crash came while it was begun.
        return Some((0, bytes.len() as u64));
    }
    match files::check_header(&bytes, kind, path) {
        Ok(_) => {}
        // Its records may be of kinds that are not known here.
        Err(error @ TsdbError::NewerVersion { .. }) => {
            damages.absorb_all(error);
            return None;
        }
        Err(error) => damages.absorb_all(error),
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
    torn
}
