//! Opens a store: takes the folder, reads the blocks' indexes, replays the log.

use super::maintain::{Upkeep, in_order};
use super::{DiskStore, State};
use crate::block::{self, Block};
use crate::damage::Damages;
use crate::files;
use crate::head::Head;
use crate::intern::Interner;
use crate::wal::{self, Wal};
use crate::{Options, TsdbError};
use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::sync::{Arc, Mutex, RwLock};

impl DiskStore {
    /// Opens the store in `dir`, which is made if it is not there.
    ///
    /// Damaged files do not prevent it: they are named in the statistics, and the rest is served.
    /// Errors: [`TsdbError::Locked`], [`TsdbError::NewerVersion`], or the system refuses.
    pub fn open(dir: &Path, options: Options) -> Result<Self, TsdbError> {
        let (blocks_dir, wal_dir) = (blocks_dir(dir), dir.join("wal"));
        for folder in [&blocks_dir, &wal_dir] {
            fs::create_dir_all(folder).map_err(TsdbError::io("create", folder))?;
        }
        files::sync_dir(dir)?;
        let guard = take_lock(dir)?;
        let (damages, interner) = (Damages::default(), Interner::default());
        for (_, path) in files::numbered(&blocks_dir, "tmp")? {
            files::remove(&path)?;
        }
        let (blocks, sequence) = open_blocks(&blocks_dir, &damages, &interner)?;
        let mut head = Head::default();
        let replayed = wal::replay(&wal_dir, &damages, |labels, point| {
            head.insert(labels, point, &interner);
        })?;
        let wal = Wal::start(&wal_dir, options.wal_segment_bytes, replayed.segments)?;
        Ok(Self {
            dir: dir.to_path_buf(),
            retention_ms: options.retention_ms.into(),
            options,
            interner,
            damages,
            torn_bytes: replayed.torn_bytes,
            upkeep: Mutex::new(Upkeep::new(sequence)),
            wal: Mutex::new(wal),
            state: RwLock::new(State { head, blocks }),
            _lock: guard,
        })
    }
}

pub(super) fn blocks_dir(dir: &Path) -> std::path::PathBuf {
    dir.join("blocks")
}

fn take_lock(dir: &Path) -> Result<File, TsdbError> {
    let path = dir.join("lock");
    let mut options = File::options();
    let opened = options.create(true).truncate(false).write(true).open(&path);
    let file = opened.map_err(TsdbError::io("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(TsdbError::Locked { path: dir.to_path_buf() }),
        Err(TryLockError::Error(error)) => Err(TsdbError::io("lock", &path)(error)),
    }
}

/// Returns the blocks in order and the highest sequence seen.
fn open_blocks(
    dir: &Path,
    damages: &Damages,
    interner: &Interner,
) -> Result<(Vec<Arc<Block>>, u64), TsdbError> {
    let mut blocks = Vec::new();
    let mut sequence = 0;
    for (number, path) in files::numbered(dir, block::SUFFIX)? {
        sequence = sequence.max(number);
        match Block::open(&path, interner) {
            Ok(block) => {
                sequence = sequence.max(block.origin.sequence);
                blocks.push(Arc::new(block));
            }
            Err(error) => damages.absorb(error)?,
        }
    }
    // A merge that was killed before it could delete what it merged.
    let replaced: HashSet<u64> =
        blocks.iter().flat_map(|block| block.origin.replaces.iter().copied()).collect();
    for gone in blocks.extract_if(.., |block| replaced.contains(&block.origin.sequence)) {
        files::remove(&gone.path)?;
    }
    blocks.sort_by_key(|block| in_order(block));
    Ok((blocks, sequence))
}
