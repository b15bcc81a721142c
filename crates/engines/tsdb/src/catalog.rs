//! The list of the files that must be there, so that a missing one is noticed.
//!
//! A file is put on the list when it is there, and taken off before it is deleted: wherever a crash
//! comes, the list names no file that was not to be there.

use crate::block::Block;
use crate::codec::{Cursor, put_varint, put_zigzag};
use crate::files::{self, HEADER_BYTES, Kind};
use crate::wal::{self, Part};
use crate::{Damage, TsdbError, block, erasure};
use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

const KIND: Kind = *b"TSERCAT\0";
/// The only type of record.
const CATALOG: u8 = 48;

/// What must be there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Catalog {
    /// Blocks by their number in the folder, with their last time.
    pub(crate) blocks: BTreeMap<u64, i64>,
    /// Numbers of deletions, ascending.
    pub(crate) erasures: Vec<u64>,
}

impl Catalog {
    /// The list of these blocks, and of the deletions that hide points of theirs.
    pub(crate) fn of<'b>(blocks: impl Iterator<Item = &'b Block>) -> Self {
        let mut catalog = Self::default();
        for block in blocks {
            catalog.blocks.extend(block.number().map(|number| (number, block.span.to_ms)));
            catalog.erasures.extend(block.erasures().iter().filter(|number| **number > 0));
        }
        catalog.erasures.sort_unstable();
        catalog.erasures.dedup();
        catalog
    }

    /// Writes the file; when this returns, it is on stable storage.
    pub(crate) fn write(&self, dir: &Path) -> Result<(), TsdbError> {
        let path = path_of(dir);
        let temporary = path.with_extension("tmp");
        let mut bytes = files::header(KIND).to_vec();
        let start = wal::begin(&mut bytes);
        bytes.push(CATALOG);
        put_varint(&mut bytes, self.blocks.len() as u64);
        for (number, to_ms) in &self.blocks {
            put_varint(&mut bytes, *number);
            put_zigzag(&mut bytes, *to_ms);
        }
        put_varint(&mut bytes, self.erasures.len() as u64);
        for number in &self.erasures {
            put_varint(&mut bytes, *number);
        }
        wal::end(&mut bytes, start);
        let mut file = files::create(&temporary)?;
        file.write_all(&bytes).map_err(TsdbError::io("write", &temporary))?;
        file.sync(&temporary)?;
        files::rename(&temporary, &path)?;
        files::sync_dir(dir)
    }

    fn decode(body: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(body);
        let mut catalog = Self::default();
        if cursor.byte()? != CATALOG {
            return None;
        }
        for _ in 0..cursor.count(2)? {
            let number = cursor.varint()?;
            catalog.blocks.insert(number, cursor.zigzag()?);
        }
        for _ in 0..cursor.count(1)? {
            catalog.erasures.push(cursor.varint()?);
        }
        cursor.is_empty().then_some(catalog)
    }

    /// What is on the list and not in its folder; what is there damaged is there.
    pub(crate) fn missing(&self, dir: &Path) -> Vec<PathBuf> {
        let blocks = self.blocks.keys().map(|number| block_path(dir, *number));
        let erasures = self
            .erasures
            .iter()
            .map(|number| dir.join("deleted").join(format!("{number:012}.{}", erasure::SUFFIX)));
        blocks.chain(erasures).filter(|path| !path.exists()).collect()
    }
}

pub(crate) fn path_of(dir: &Path) -> PathBuf {
    dir.join("catalog")
}

pub(crate) fn block_path(dir: &Path, number: u64) -> PathBuf {
    dir.join("blocks").join(format!("{number:016}.{}", block::SUFFIX))
}

/// What is to be said of a file that is missing.
pub(crate) fn missing(path: PathBuf) -> Damage {
    Damage { path, offset: 0, what: "the file is missing" }
}

/// Reads the list; none if there is none.
///
/// Errors: [`TsdbError::Damaged`], [`TsdbError::NewerVersion`], the system's.
pub(crate) fn read(dir: &Path) -> Result<Option<Catalog>, TsdbError> {
    let path = path_of(dir);
    let bytes = match fs::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        read => read.map_err(TsdbError::io("read", &path))?,
    };
    files::check_header(&bytes, KIND, &path)?;
    let mut parts = wal::parts(&bytes, HEADER_BYTES);
    let catalog = match (parts.next(), parts.next()) {
        (Some(Part::Body { body, .. }), None) => Catalog::decode(body),
        _ => None,
    };
    let what = "the list of files is damaged: a missing one would not be noticed";
    catalog.map(Some).ok_or(TsdbError::Damaged { path, offset: HEADER_BYTES as u64, what })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn catalog_comes_back() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(read(dir.path()).unwrap(), None);
        let blocks = BTreeMap::from([(1, -5), (900, i64::MAX)]);
        let catalog = Catalog { blocks, erasures: vec![2, 3] };
        catalog.write(dir.path()).unwrap();
        assert_eq!(read(dir.path()).unwrap(), Some(catalog.clone()));
        assert_eq!(catalog.missing(dir.path()).len(), 4);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(
            mut bytes in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let _ = Catalog::decode(&bytes);
            bytes.insert(0, CATALOG);
            let _ = Catalog::decode(&bytes);
        }
    }
}
