//! Opens a store: takes the folder, reads the blocks' indexes, replays the log.

use super::changes::Changes;
use super::maintain::{Upkeep, in_order};
use super::memory::Memory;
use super::rollup::Rollups;
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
use crate::locks::lock;
use crate::save;
use crate::wal::{self, Wal};
use crate::{Options, TsdbError, Tuning};
use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock};

impl DiskStore {
    /// Opens the store in `dir`, which is made if it is not there.
    ///
    /// Damaged files do not prevent it: they are named in the statistics, and the rest is served.
    /// Errors: [`TsdbError::Locked`], [`TsdbError::NewerVersion`], or the system refuses.
    pub fn open(dir: &Path, options: Options) -> Result<Self, TsdbError> {
        let guard = take_folder(dir)?;
        let (damages, interner) = (Arc::new(Damages::default()), Arc::new(Interner::default()));
        let listed = listed(dir, &damages)?;
        let mut missing = listed.clone().unwrap_or_default();
        missing.missing(dir).into_iter().for_each(|path| damages.note(catalog::missing(path)));
        missing.retain_missing(dir);
        let lists = (listed.as_ref(), &missing);
        let Opened { blocks, sequence } = open_blocks(dir, lists, &damages, &interner)?;
        let (rollups, replaced) = rollup::open(dir, &rollup::steps(dir)?, &interner, &damages)?;
        if listed.is_none() && any_of_today(&blocks, &rollups) {
            damages.note(catalog::missing(catalog::path_of(dir)));
        }
        let sequence = sequence.max(rollup::highest_number(&rollups));
        let erasures =
            apply_erasures(&erasures_dir(dir), &rollup::all(&blocks, &rollups), &damages)?;
        let mut head = Head::new(options.head_span_ms);
        let mut aside = Aside::new(options.exemplars_max);
        let share = |labels| interner.shared(labels);
        let loaded = save::load(&dir.join("head"), &mut head, &mut aside, &share, &damages)?;
        let mut refill = Refill::new(&mut head, &mut aside, &share);
        let Log { wal, torn_bytes, saved } =
            open_log(dir, &options, (&missing, &loaded), &damages, &mut refill)?;
        let memory = Memory::default();
        memory.grew(head.bytes());
        let store = Self {
            dir: dir.to_path_buf(),
            tuning: RwLock::new(Arc::new(Tuning::from(&options))),
            options,
            interner,
            damages,
            torn_bytes,
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
            saved: AtomicU64::new(saved),
            listed_segment: AtomicU64::new(0),
            _lock: guard,
        };
        if listed.as_ref() == Some(&store.catalog()) {
            store.listed_segment.store(lock(&store.wal).number(), Ordering::Relaxed);
        } else {
            store.write_catalog()?;
        }
        replaced.iter().for_each(|block| block.remove_at_last());
        Ok(store)
    }
}

/// The log, after all of it has been read.
struct Log {
    wal: Wal,
    /// Cut off its end.
    torn_bytes: u64,
    /// The newest head file that must be there.
    saved: u64,
}

fn open_log(
    dir: &Path,
    options: &Options,
    (missing, loaded): (&Catalog, &save::Loaded),
    damages: &Damages,
    refill: &mut Refill<'_>,
) -> Result<Log, TsdbError> {
    let wal_dir = dir.join("wal");
    let found = files::numbered(&wal_dir, wal::SUFFIX)?;
    let found: Vec<u64> = found.into_iter().map(|(number, _)| number).collect();
    let gone = missing.missing_of_memory(dir, loaded.number, &found);
    gone.into_iter().for_each(|path| damages.note(catalog::missing(path)));
    let replayed = wal::replay(&wal_dir, loaded.number, damages, refill)?;
    let lowest = replayed.segments.first_key_value().map(|(number, _)| *number);
    let mut saved = loaded.number.max(missing.head);
    // The number of one that is missing is given to no other.
    let behind = if found.contains(&missing.segment) { 0 } else { missing.segment + 1 };
    let at_least = saved.max(behind).max(1);
    let wal = Wal::start(&wal_dir, options.wal_segment_bytes, replayed.segments, at_least)?;
    if saved == 0 {
        // From here on it is known with which segment the log begins.
        let mut nothing = Unsaved::default();
        saved = lowest.unwrap_or(wal.number());
        let mark = (loaded.flushed, &HashSet::new());
        save::write(&dir.join("head"), saved, &mut nothing, mark)?;
    }
    Ok(Log { wal, torn_bytes: replayed.torn_bytes, saved })
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

/// Takes the folder, which is made if it is not there, and removes what was being written in it
/// when the process ended.
fn take_folder(dir: &Path) -> Result<File, TsdbError> {
    let folders = [blocks_dir(dir), dir.join("head"), erasures_dir(dir), dir.join("wal")];
    for folder in &folders {
        fs::create_dir_all(folder).map_err(TsdbError::io("create", folder))?;
    }
    files::sync_dir(dir)?;
    let guard = take_lock(dir)?;
    for folder in &folders[..3] {
        for (_, path) in files::numbered(folder, "tmp")? {
            files::remove(&path)?;
        }
    }
    files::remove(&catalog::path_of(dir).with_extension("tmp"))?;
    Ok(guard)
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
}

/// Which files must be there; none if nothing says so.
fn listed(dir: &Path, damages: &Damages) -> Result<Option<Catalog>, TsdbError> {
    match catalog::read(dir) {
        // It would be written anew with less than it says.
        Err(error @ TsdbError::NewerVersion { .. }) => Err(error),
        Err(error) => {
            damages.absorb_all(error);
            Ok(Some(Catalog::default()))
        }
        listed => listed,
    }
}

/// Tells whether any block or roll-up is of a version that has the list of files.
fn any_of_today(blocks: &[Arc<Block>], rollups: &Rollups) -> bool {
    blocks.iter().chain(rollups.values().flatten()).any(|block| block.version > 2)
}

fn open_blocks(
    dir: &Path,
    (listed, missing): (Option<&Catalog>, &Catalog),
    damages: &Damages,
    interner: &Interner,
) -> Result<Opened, TsdbError> {
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
    // A new block of that number would hide that another is missing.
    sequence = sequence.max(missing.highest_number());
    // A merge that was killed before it could delete what it merged.
    let replaced: HashSet<u64> =
        blocks.iter().flat_map(|block| block.origin.replaces.iter().copied()).collect();
    let gone = || blocks.iter().filter(|block| replaced.contains(&block.origin.sequence));
    if let Some(mut catalog) = listed.cloned().filter(|_| gone().next().is_some()) {
        gone().filter_map(|block| block.number()).for_each(|number| {
            catalog.blocks.remove(&number);
        });
        catalog.write(dir)?;
    }
    for gone in blocks.extract_if(.., |block| replaced.contains(&block.origin.sequence)) {
        files::remove(&gone.path)?;
    }
    blocks.sort_by_key(|block| in_order(block));
    Ok(Opened { blocks, sequence })
}
