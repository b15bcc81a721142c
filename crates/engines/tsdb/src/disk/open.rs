//! Opens a store: takes the folder, reads the blocks' indexes, replays the log.

use super::maintain::{Upkeep, in_order};
use super::{DiskStore, State, rollup};
use crate::aside::Aside;
use crate::block::{self, Block};
use crate::damage::Damages;
use crate::erasure;
use crate::files;
use crate::head::{Head, Refill};
use crate::intern::Interner;
use crate::save;
use crate::wal::{self, Wal};
use crate::{Options, TsdbError};
use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, RwLock};

impl DiskStore {
    /// Opens the store in `dir`, which is made if it is not there.
    ///
    /// Damaged files do not prevent it: they are named in the statistics, and the rest is served.
    /// Errors: [`TsdbError::Locked`], [`TsdbError::NewerVersion`], or the system refuses.
    pub fn open(dir: &Path, options: Options) -> Result<Self, TsdbError> {
        let (blocks_dir, wal_dir, head_dir) = (blocks_dir(dir), dir.join("wal"), dir.join("head"));
        let erasures_dir = erasures_dir(dir);
        for folder in [&blocks_dir, &wal_dir, &head_dir, &erasures_dir] {
            fs::create_dir_all(folder).map_err(TsdbError::io("create", folder))?;
        }
        files::sync_dir(dir)?;
        let guard = take_lock(dir)?;
        let (damages, interner) = (Arc::new(Damages::default()), Arc::new(Interner::default()));
        for folder in [&blocks_dir, &head_dir, &erasures_dir] {
            for (_, path) in files::numbered(folder, "tmp")? {
                files::remove(&path)?;
            }
        }
        let (blocks, sequence) = open_blocks(&blocks_dir, &damages, &interner)?;
        let erasures = apply_erasures(&erasures_dir, &blocks, &damages)?;
        let rollups = rollup::open(dir, &options.rollups_ms, &interner, &damages)?;
        let mut head = Head::new(options.head_span_ms);
        let mut aside = Aside::new(options.exemplars_max);
        let share = |labels| interner.shared(labels);
        let loaded = save::load(&head_dir, &mut head, &mut aside, &share, &damages)?;
        let mut refill = Refill::new(&mut head, &mut aside, &share);
        let replayed = wal::replay(&wal_dir, loaded.number, &damages, &mut refill)?;
        let (segment_bytes, number) = (options.wal_segment_bytes, loaded.number.max(1));
        let wal = Wal::start(&wal_dir, segment_bytes, replayed.segments, number)?;
        Ok(Self {
            dir: dir.to_path_buf(),
            retention_ms: options.retention_ms.into(),
            options,
            interner,
            damages,
            torn_bytes: replayed.torn_bytes,
            unread_erasures: erasures.unread,
            upkeep: Mutex::new(Upkeep::new(sequence, erasures.highest)),
            wal: Mutex::new(wal),
            flushed: Mutex::new(loaded.flushed),
            rollups: RwLock::new(rollups),
            aside: Mutex::new(aside),
            synced: Mutex::new(0),
            synced_more: Condvar::new(),
            state: RwLock::new(State { head, blocks }),
            _lock: guard,
        })
    }
}

pub(super) fn blocks_dir(dir: &Path) -> std::path::PathBuf {
    dir.join("blocks")
}

pub(super) fn erasures_dir(dir: &Path) -> std::path::PathBuf {
    dir.join("deleted")
}

#[derive(Default)]
struct Erasures {
    highest: u64,
    unread: HashSet<u64>,
}

/// Hides from readers what has been deleted and is still in blocks.
fn apply_erasures(
    dir: &Path,
    blocks: &[Arc<Block>],
    damages: &Damages,
) -> Result<Erasures, TsdbError> {
    let mut found = Erasures::default();
    for (number, path) in files::numbered(dir, erasure::SUFFIX)? {
        found.highest = number;
        let erasure = match erasure::read(&path) {
            Ok(erasure) => erasure,
            Err(error) => {
                damages.absorb(error)?;
                found.unread.insert(number);
                continue;
            }
        };
        for block in blocks.iter().filter(|block| block.origin.sequence <= erasure.up_to) {
            match block.matching(&erasure.selector, erasure.range) {
                Ok(series) if series.is_empty() => {}
                Ok(series) => block.erase(number, series, erasure.range),
                Err(error) => damages.absorb(error)?,
            }
        }
    }
    Ok(found)
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
