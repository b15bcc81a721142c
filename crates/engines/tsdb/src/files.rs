//! What all files here begin with, and how folders are handled.

#[cfg(test)]
pub(crate) mod fault;

use crate::{TsdbError, catalog};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Bytes of the header: 8 of kind, version, 3 of zero, CRC-32 of these 12. The same for ever.
pub(crate) const HEADER_BYTES: usize = 16;

/// The version that is written, and the newest that is read.
pub(crate) const VERSION: u8 = 3;
/// The same of catalogs, which changed alone.
const CATALOG_VERSION: u8 = 4;

pub(crate) type Kind = [u8; 8];

/// The version of a kind of file that is written, and the newest that is read.
fn version_of(kind: Kind) -> u8 {
    if kind == catalog::KIND { CATALOG_VERSION } else { VERSION }
}

pub(crate) fn header(kind: Kind) -> [u8; HEADER_BYTES] {
    let mut bytes = [0; HEADER_BYTES];
    bytes[..8].copy_from_slice(&kind);
    bytes[8] = version_of(kind);
    let sum = crc32fast::hash(&bytes[..12]);
    bytes[12..].copy_from_slice(&sum.to_le_bytes());
    bytes
}

/// Checks the first bytes of a file; returns its version.
///
/// Errors: [`TsdbError::NewerVersion`], [`TsdbError::Damaged`].
pub(crate) fn check_header(bytes: &[u8], kind: Kind, path: &Path) -> Result<u8, TsdbError> {
    let damaged = |what| TsdbError::Damaged { path: path.to_path_buf(), offset: 0, what };
    let Some(bytes) = bytes.first_chunk::<HEADER_BYTES>() else {
        return Err(damaged("the header is cut off"));
    };
    if bytes[..8] != kind || bytes[12..] != crc32fast::hash(&bytes[..12]).to_le_bytes() {
        return Err(damaged("the header is not one of this kind of file"));
    }
    let supported = version_of(kind);
    if bytes[8] > supported {
        let (path, found) = (path.to_path_buf(), bytes[8]);
        return Err(TsdbError::NewerVersion { path, found, supported });
    }
    Ok(bytes[8])
}

/// Tells whether a checksum is the one that stands in the file.
pub(crate) fn agree(found: u32, told: u32) -> bool {
    #[cfg(test)]
    if fault::trusts() {
        return true;
    }
    found == told
}

/// Lists the files of a folder that end in `.suffix` and are named by a number, ascending.
pub(crate) fn numbered(dir: &Path, suffix: &str) -> Result<Vec<(u64, PathBuf)>, TsdbError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).map_err(TsdbError::io("list", dir))? {
        let path = entry.map_err(TsdbError::io("list", dir))?.path();
        let number = path.file_stem().and_then(|stem| stem.to_str()?.parse().ok());
        if let Some(number) = number
            && path.extension().is_some_and(|extension| extension == suffix)
        {
            found.push((number, path));
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// A file being written; every way to the disk leads through here.
pub(crate) struct Out(File);

/// Makes a new file or empties an old one.
pub(crate) fn create(path: &Path) -> Result<Out, TsdbError> {
    before_change()
        .and_then(|()| File::create(path))
        .map(Out)
        .map_err(TsdbError::io("create", path))
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        append(&self.0, bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Out {
    pub(crate) fn sync(&self, path: &Path) -> Result<(), TsdbError> {
        sync(&self.0, path)
    }
}

/// Writes all bytes where the file is.
pub(crate) fn append(mut file: &File, bytes: &[u8]) -> io::Result<()> {
    #[cfg(test)]
    if let Some(part) = fault::part_of(bytes.len()) {
        file.write_all(&bytes[..part])?;
        return Err(fault::full());
    }
    file.write_all(bytes)
}

/// Forces a file to stable storage.
pub(crate) fn sync(file: &File, path: &Path) -> Result<(), TsdbError> {
    #[cfg(test)]
    fault::syncing();
    before_change().and_then(|()| to_disk(file, path)).map_err(TsdbError::io("sync", path))
}

#[cfg(not(test))]
fn to_disk(file: &File, _path: &Path) -> io::Result<()> {
    file.sync_data()
}

#[cfg(test)]
fn to_disk(file: &File, path: &Path) -> io::Result<()> {
    if fault::rehearses() { fault::synced(file, path) } else { file.sync_data() }
}

pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), TsdbError> {
    before_change().and_then(|()| fs::rename(from, to)).map_err(TsdbError::io("rename", from))
}

/// Where tests let the disk fail.
pub(crate) fn before_change() -> io::Result<()> {
    #[cfg(test)]
    fault::step()?;
    Ok(())
}

/// Makes created, renamed and removed names of a folder durable.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), TsdbError> {
    let folder = File::open(dir).map_err(TsdbError::io("open", dir))?;
    sync(&folder, dir)
}

/// Removes a file; one that is gone already is fine.
pub(crate) fn remove(path: &Path) -> Result<(), TsdbError> {
    match before_change().and_then(|()| fs::remove_file(path)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(TsdbError::io("remove", path)(error))
        }
        _ => Ok(()),
    }
}
