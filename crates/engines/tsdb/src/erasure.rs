//! Files that say what has been deleted, until no block holds it any more.

use crate::codec::{Cursor, put_text, put_varint, put_zigzag};
use crate::files::{self, HEADER_BYTES, Kind};
use crate::wal::{self, Part};
use crate::{Selector, TimeRange, TsdbError};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

pub(crate) const KIND: Kind = *b"TSERDEL\0";
pub(crate) const SUFFIX: &str = "erasure";
/// The only type of record.
const ERASURE: u8 = 32;

/// Points of matching series in a range are gone from the blocks up to a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Erasure {
    pub(crate) selector: Selector,
    pub(crate) range: TimeRange,
    pub(crate) up_to: u64,
}

impl Erasure {
    /// Writes the file; when this returns, it is on stable storage.
    pub(crate) fn write(&self, dir: &Path, number: u64) -> Result<(), TsdbError> {
        let path = path_of(dir, number);
        let temporary = path.with_extension("tmp");
        let mut bytes = files::header(KIND).to_vec();
        let start = wal::begin(&mut bytes);
        bytes.push(ERASURE);
        put_varint(&mut bytes, self.up_to);
        put_zigzag(&mut bytes, self.range.from_ms);
        put_zigzag(&mut bytes, self.range.to_ms);
        put_text(&mut bytes, &self.selector.to_string());
        wal::end(&mut bytes, start);
        let mut file = files::create(&temporary)?;
        file.write_all(&bytes).map_err(TsdbError::io("write", &temporary))?;
        file.sync(&temporary)?;
        files::rename(&temporary, &path)?;
        files::sync_dir(dir)
    }

    fn decode(body: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(body);
        if cursor.byte()? != ERASURE {
            return None;
        }
        let up_to = cursor.varint()?;
        let range = TimeRange { from_ms: cursor.zigzag()?, to_ms: cursor.zigzag()? };
        let selector = Selector::parse_printed(cursor.text()?).ok()?;
        cursor.is_empty().then_some(Self { selector, range, up_to })
    }
}

fn path_of(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("{number:012}.{SUFFIX}"))
}

/// Reads a file.
///
/// Errors: [`TsdbError::Damaged`], [`TsdbError::NewerVersion`], the system's.
pub(crate) fn read(path: &Path) -> Result<Erasure, TsdbError> {
    let bytes = fs::read(path).map_err(TsdbError::io("read", path))?;
    files::check_header(&bytes, KIND, path)?;
    let mut parts = wal::parts(&bytes, HEADER_BYTES);
    match (parts.next(), parts.next()) {
        (Some(Part::Body { body, .. }), None) => Erasure::decode(body),
        _ => None,
    }
    .ok_or_else(|| TsdbError::Damaged {
        path: path.to_path_buf(),
        offset: HEADER_BYTES as u64,
        what: "what says that points are deleted is damaged: they may be back",
    })
}

pub(crate) fn remove(dir: &Path, number: u64) -> Result<(), TsdbError> {
    files::remove(&path_of(dir, number))
}
