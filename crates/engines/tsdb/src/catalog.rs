//! The list of the files that must be there, so that a missing one is noticed.
//!
//! A file is put on the list when it is there, and taken off before it is deleted: wherever a crash
//! comes, the list names no file that was not to be there.

use crate::block::{Block, DAY_MS};
use crate::codec::{Cursor, put_varint, put_zigzag};
use crate::files::{self, HEADER_BYTES, Kind};
use crate::rollup::Aggregate;
use crate::wal::{self, Part};
use crate::{Damage, TsdbError, block, erasure, save};
use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

pub(crate) const KIND: Kind = *b"TSERCAT\0";
/// The only type of record up to version 3: blocks and deletions.
const CATALOG_3: u8 = 48;
/// The only type of record of today.
const CATALOG: u8 = 49;

/// Blocks by their number in the folder, with their last time.
type Numbered = BTreeMap<u64, i64>;

/// What must be there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Catalog {
    pub(crate) blocks: Numbered,
    /// Numbers of deletions, ascending.
    pub(crate) erasures: Vec<u64>,
    /// By step and aggregate; none of them is empty.
    pub(crate) rollups: BTreeMap<(i64, Aggregate), Numbered>,
    /// The newest head file; 0: none is known of.
    pub(crate) head: u64,
    /// The newest log segment; 0: none is known of.
    pub(crate) segment: u64,
}

impl Catalog {
    /// The list of these blocks and roll-ups, and of the deletions that hide points of theirs.
    pub(crate) fn of<'b>(
        blocks: impl Iterator<Item = &'b Block>,
        rollups: impl Iterator<Item = (&'b (i64, Aggregate), &'b Block)>,
    ) -> Self {
        let mut catalog = Self::default();
        let numbered = |block: &Block| block.number().map(|number| (number, block.span.to_ms));
        for block in blocks {
            catalog.blocks.extend(numbered(block));
            catalog.hides(block);
        }
        for (key, block) in rollups {
            if let Some((number, to_ms)) = numbered(block) {
                catalog.rollups.entry(*key).or_default().insert(number, to_ms);
            }
            catalog.hides(block);
        }
        catalog.erasures.sort_unstable();
        catalog.erasures.dedup();
        catalog
    }

    fn hides(&mut self, block: &Block) {
        self.erasures.extend(block.erasures().iter().filter(|number| **number > 0));
    }

    /// Adds what is missing, and stays on the list.
    pub(crate) fn extend(&mut self, missing: &Self) {
        self.blocks.extend(&missing.blocks);
        for (key, numbers) in &missing.rollups {
            self.rollups.entry(*key).or_default().extend(numbers);
        }
    }

    /// Leaves of the blocks and roll-ups those that are not there.
    pub(crate) fn retain_missing(&mut self, dir: &Path) {
        self.blocks.retain(|number, _| !block_path(dir, *number).exists());
        self.retain_rollups(|key, number, _| !rollup_path(dir, key, number).exists());
    }

    /// Takes roll-ups off by step, aggregate, number and day.
    pub(crate) fn retain_rollups(&mut self, keep: impl Fn((i64, Aggregate), u64, i64) -> bool) {
        self.rollups.retain(|key, numbers| {
            let day = |to_ms: i64| to_ms.saturating_sub(1).div_euclid(DAY_MS);
            numbers.retain(|number, to_ms| keep(*key, *number, day(*to_ms)));
            !numbers.is_empty()
        });
    }

    /// The highest number of a block or roll-up.
    pub(crate) fn highest_number(&self) -> u64 {
        let rollups = self.rollups.values().filter_map(|numbers| numbers.last_key_value());
        let highest = rollups.chain(self.blocks.last_key_value()).map(|(number, _)| *number);
        highest.max().unwrap_or(0)
    }

    /// Writes the file; when this returns, it is on stable storage.
    pub(crate) fn write(&self, dir: &Path) -> Result<(), TsdbError> {
        let path = path_of(dir);
        let temporary = path.with_extension("tmp");
        let mut bytes = files::header(KIND).to_vec();
        let start = wal::begin(&mut bytes);
        self.encode(&mut bytes);
        wal::end(&mut bytes, start);
        let mut file = files::create(&temporary)?;
        file.write_all(&bytes).map_err(TsdbError::io("write", &temporary))?;
        file.sync(&temporary)?;
        files::rename(&temporary, &path)?;
        files::sync_dir(dir)
    }

    fn encode(&self, bytes: &mut Vec<u8>) {
        bytes.push(CATALOG);
        put_numbered(bytes, &self.blocks);
        put_varint(bytes, self.erasures.len() as u64);
        for number in &self.erasures {
            put_varint(bytes, *number);
        }
        put_varint(bytes, self.rollups.len() as u64);
        for ((step_ms, aggregate), numbers) in &self.rollups {
            put_zigzag(bytes, *step_ms);
            bytes.push(aggregate.place() as u8);
            put_numbered(bytes, numbers);
        }
        put_varint(bytes, self.head);
        put_varint(bytes, self.segment);
    }

    fn decode(body: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(body);
        let kind = cursor.byte()?;
        let mut catalog = Self { blocks: take_numbered(&mut cursor)?, ..Self::default() };
        for _ in 0..cursor.count(1)? {
            catalog.erasures.push(cursor.varint()?);
        }
        if kind == CATALOG {
            for _ in 0..cursor.count(3)? {
                let step_ms = cursor.zigzag()?;
                let aggregate = *Aggregate::ALL.get(usize::from(cursor.byte()?))?;
                let numbers = take_numbered(&mut cursor)?;
                catalog.rollups.insert((step_ms, aggregate), numbers);
            }
            catalog.head = cursor.varint()?;
            catalog.segment = cursor.varint()?;
        }
        (cursor.is_empty() && [CATALOG, CATALOG_3].contains(&kind)).then_some(catalog)
    }

    /// What is on the list and not in its folder; what is there damaged is there. Of head files and
    /// log segments [`Catalog::missing_of_memory`] tells.
    pub(crate) fn missing(&self, dir: &Path) -> Vec<PathBuf> {
        let blocks = self.blocks.keys().map(|number| block_path(dir, *number));
        let rollups = self.rollups.iter().flat_map(|(key, numbers)| {
            numbers.keys().map(|number| rollup_path(dir, *key, *number))
        });
        let erasures = self
            .erasures
            .iter()
            .map(|number| dir.join("deleted").join(format!("{number:012}.{}", erasure::SUFFIX)));
        blocks.chain(rollups).chain(erasures).filter(|path| !path.exists()).collect()
    }

    /// The newest head file, if it is not there, and log segments; of those that are there the
    /// numbers are told, ascending, and of head files the newest one, 0 where there is none.
    pub(crate) fn missing_of_memory(
        &self,
        dir: &Path,
        head: u64,
        segments: &[u64],
    ) -> Vec<PathBuf> {
        // Any later one has all that is wanted.
        let gone = (head < self.head).then(|| save::path_of(&dir.join("head"), self.head));
        let from = head.max(self.head);
        let segments = wal::missing(&dir.join("wal"), (from, self.segment), segments);
        gone.into_iter().chain(segments).collect()
    }
}

fn put_numbered(bytes: &mut Vec<u8>, numbers: &Numbered) {
    put_varint(bytes, numbers.len() as u64);
    for (number, to_ms) in numbers {
        put_varint(bytes, *number);
        put_zigzag(bytes, *to_ms);
    }
}

fn take_numbered(cursor: &mut Cursor<'_>) -> Option<Numbered> {
    let mut numbers = Numbered::new();
    for _ in 0..cursor.count(2)? {
        let number = cursor.varint()?;
        numbers.insert(number, cursor.zigzag()?);
    }
    Some(numbers)
}

pub(crate) fn path_of(dir: &Path) -> PathBuf {
    dir.join("catalog")
}

pub(crate) fn block_path(dir: &Path, number: u64) -> PathBuf {
    dir.join("blocks").join(format!("{number:016}.{}", block::SUFFIX))
}

pub(crate) fn rollup_folder(dir: &Path, (step_ms, aggregate): (i64, Aggregate)) -> PathBuf {
    dir.join("rollups").join(step_ms.to_string()).join(aggregate.name())
}

fn rollup_path(dir: &Path, key: (i64, Aggregate), number: u64) -> PathBuf {
    rollup_folder(dir, key).join(format!("{number:016}.{}", block::SUFFIX))
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
        let rollups = BTreeMap::from([
            ((60_000, Aggregate::Sum), BTreeMap::from([(7, 86_400_000)])),
            ((3_600_000, Aggregate::Count), BTreeMap::from([(7, -1), (9, 86_400_001)])),
        ]);
        let catalog = Catalog { blocks, erasures: vec![2, 3], rollups, head: 5, segment: 6 };
        catalog.write(dir.path()).unwrap();
        assert_eq!(read(dir.path()).unwrap(), Some(catalog.clone()));
        assert_eq!(catalog.missing(dir.path()).len(), 7);
    }

    #[test]
    fn catalog_of_version_3_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let mut bytes = files::header(KIND).to_vec();
        bytes[8] = 3;
        let sum = crc32fast::hash(&bytes[..12]);
        bytes[12..].copy_from_slice(&sum.to_le_bytes());
        let start = wal::begin(&mut bytes);
        bytes.extend([CATALOG_3, 1, 4, 9, 2, 1, 3]);
        wal::end(&mut bytes, start);
        fs::write(path_of(dir.path()), bytes).unwrap();
        let blocks = BTreeMap::from([(4, -5)]);
        let wanted = Catalog { blocks, erasures: vec![1, 3], ..Catalog::default() };
        assert_eq!(read(dir.path()).unwrap(), Some(wanted));
    }

    #[test]
    fn head_file_and_log_segments_are_missing_up_to_the_newest_known() {
        let list = Catalog { head: 5, segment: 7, ..Catalog::default() };
        let missing = |head, segments: &[u64]| -> Vec<String> {
            let paths = list.missing_of_memory(Path::new(""), head, segments);
            paths.iter().map(|path| path.to_str().unwrap().replace("0000000", "")).collect()
        };
        let nothing: [&str; 0] = [];
        assert_eq!(missing(5, &[5, 6, 7]), nothing);
        assert_eq!(missing(5, &[4, 5, 6, 7, 8, 9]), nothing);
        assert_eq!(missing(9, &[9]), nothing);
        // Segments that nothing is known of need not be there.
        assert_eq!(missing(9, &[]), nothing);
        assert_eq!(missing(0, &[5, 6, 7]), ["head/00005.head"]);
        assert_eq!(missing(4, &[5, 6, 7]), ["head/00005.head"]);
        assert_eq!(missing(5, &[6, 7]), ["wal/00005.wal"]);
        assert_eq!(missing(5, &[5, 7]), ["wal/00006.wal"]);
        assert_eq!(missing(5, &[5, 6]), ["wal/00007.wal"]);
        assert_eq!(missing(5, &[]), ["wal/00005.wal"]);
        assert_eq!(missing(0, &[]), ["head/00005.head", "wal/00005.wal"]);
        // A snapshot has no log.
        let list = Catalog { head: 5, ..Catalog::default() };
        assert!(list.missing_of_memory(Path::new(""), 5, &[]).is_empty());
        // Nor does a list of an earlier release say where it begins.
        let list = Catalog::default();
        assert!(list.missing_of_memory(Path::new(""), 0, &[3, 4]).is_empty());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(
            mut bytes in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let _ = Catalog::decode(&bytes);
            bytes.insert(0, CATALOG);
            let _ = Catalog::decode(&bytes);
            bytes[0] = CATALOG_3;
            let _ = Catalog::decode(&bytes);
        }
    }
}
