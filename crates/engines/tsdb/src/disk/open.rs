//! Opens a store: takes the folder, reads the blocks' indexes, replays the log.

use super::changes::Changes;
use super::maintain::{Upkeep, in_order};
use super::memory::Memory;
use super::sync::Syncs;
use super::{DiskStore, State, rollup};
use crate::aside::Aside;
use crate::block::{self, Block};
use crate::catalog::{self, Catalog};
use crate::damage::Damages;
use crate::erasure;
use crate::files;
use crate::head::{Head, Refill, Unsaved};
use crate::intern::Interner;
use crate::save;
use crate::wal::{self, Wal};
use crate::{Options, TsdbError, Tuning};
use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::sync::{Arc, Mutex, RwLock};

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
        files::remove(&catalog::path_of(dir).with_extension("tmp"))?;
        let Opened { blocks, sequence, missing } = open_blocks(dir, &damages, &interner)?;
        let rollups = rollup::open(dir, &rollup::steps(dir)?, &interner, &damages)?;
        let sequence = sequence.max(rollup::highest_number(&rollups));
        let erasures = apply_erasures(&erasures_dir, &rollup::all(&blocks, &rollups), &damages)?;
        let mut wanted = Catalog::of(blocks.iter().map(|block| &**block));
        wanted.blocks.extend(&missing);
        let listed = catalog::read(dir).is_ok_and(|catalog| catalog == Some(wanted));
        let mut head = Head::new(options.head_span_ms);
        let mut aside = Aside::new(options.exemplars_max);
        let share = |labels| interner.shared(labels);
        let loaded = save::load(&head_dir, &mut head, &mut aside, &share, &damages)?;
        let mut refill = Refill::new(&mut head, &mut aside, &share);
        let replayed = wal::replay(&wal_dir, loaded.number, &damages, &mut refill)?;
        let (segment_bytes, number) = (options.wal_segment_bytes, loaded.number.max(1));
        let lowest = replayed.segments.first_key_value().map(|(number, _)| *number);
        let wal = Wal::start(&wal_dir, segment_bytes, replayed.segments, number)?;
        if loaded.number == 0 {
            // From here on it is known with which segment the log begins.
            let (begins, mut nothing) = (lowest.unwrap_or(wal.number()), Unsaved::default());
            save::write(&head_dir, begins, &mut nothing, (loaded.flushed, &HashSet::new()))?;
        }
        let memory = Memory::default();
        memory.grew(head.bytes());
        let store = Self {
            dir: dir.to_path_buf(),
            tuning: RwLock::new(Arc::new(Tuning::from(&options))),
            options,
            interner,
            damages,
            torn_bytes: replayed.torn_bytes,
            unread_erasures: erasures.unread,
            upkeep: Mutex::new(Upkeep::new(sequence, erasures.highest)),
            wal: Mutex::new(wal),
            flushed: Mutex::new(loaded.flushed),
            rollups: RwLock::new(rollups),
            rooms: Mutex::default(),
            aside: Mutex::new(aside),
            memory,
            changes: Changes::default(),
            syncs: Syncs::default(),
            state: RwLock::new(State { head, blocks }),
            missing: Mutex::new(missing),
            _lock: guard,
        };
        if !listed {
            store.write_catalog()?;
        }
        Ok(store)
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
    blocks: &[(Arc<Block>, i64)],
    damages: &Damages,
) -> Result<Erasures, TsdbError> {
    let mut found = Erasures::default();
    for (number, path) in files::numbered(dir, erasure::SUFFIX)? {
        found.highest = number;
        let erasure = match erasure::read(&path) {
            Ok(erasure) => erasure,
            Err(error) => {
                damages.absorb_all(error);
                found.unread.insert(number);
                continue;
            }
        };
        let older = |block: &Block| block.origin.sequence <= erasure.up_to;
        for (block, step_ms) in blocks.iter().filter(|(block, _)| older(block)) {
            let range = rollup::touched(erasure.range, *step_ms);
            match block.matching(&erasure.selector, range) {
                Ok(series) if series.is_empty() => {}
                Ok(series) => block.erase(number, series, range),
                Err(error) => damages.absorb_all(error),
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

/// What the folder of blocks holds.
struct Opened {
    /// In order.
    blocks: Vec<Arc<Block>>,
    /// The highest one seen.
    sequence: u64,
    /// Blocks that are not there though they should be, with their last times.
    missing: BTreeMap<u64, i64>,
}

fn open_blocks(dir: &Path, damages: &Damages, interner: &Interner) -> Result<Opened, TsdbError> {
    let listed = match catalog::read(dir) {
        // It would be written anew with less than it says.
        Err(error @ TsdbError::NewerVersion { .. }) => return Err(error),
        Err(error) => {
            damages.absorb_all(error);
            Some(Catalog::default())
        }
        Ok(listed) => listed,
    };
    let mut blocks = Vec::new();
    let mut sequence = 0;
    for (number, path) in files::numbered(&blocks_dir(dir), block::SUFFIX)? {
        sequence = sequence.max(number);
        match Block::open(&path, interner) {
            Ok(block) => {
                sequence = sequence.max(block.origin.sequence);
                blocks.push(Arc::new(block));
            }
            // One bad block keeps nobody from the others.
            Err(error) => damages.absorb_all(error),
        }
    }
    if listed.is_none() && blocks.iter().any(|block| block.version > 2) {
        damages.note(catalog::missing(catalog::path_of(dir)));
    }
    let mut missing = listed.unwrap_or_default();
    missing.missing(dir).into_iter().for_each(|path| damages.note(catalog::missing(path)));
    missing.blocks.retain(|number, _| !catalog::block_path(dir, *number).exists());
    // A new block of that number would hide that another is missing.
    sequence = sequence.max(missing.blocks.last_key_value().map_or(0, |(number, _)| *number));
    // A merge that was killed before it could delete what it merged.
    let replaced: HashSet<u64> =
        blocks.iter().flat_map(|block| block.origin.replaces.iter().copied()).collect();
    if blocks.iter().any(|block| replaced.contains(&block.origin.sequence)) {
        let kept = blocks.iter().filter(|block| !replaced.contains(&block.origin.sequence));
        let mut catalog = Catalog::of(kept.map(|block| &**block));
        catalog.blocks.extend(&missing.blocks);
        catalog.write(dir)?;
    }
    for gone in blocks.extract_if(.., |block| replaced.contains(&block.origin.sequence)) {
        files::remove(&gone.path)?;
    }
    blocks.sort_by_key(|block| in_order(block));
    Ok(Opened { blocks, sequence, missing: missing.blocks })
}
