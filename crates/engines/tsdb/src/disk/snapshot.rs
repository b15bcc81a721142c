//! A copy of the store at a moment, while it runs.

use super::DiskStore;
use super::open::{blocks_dir, erasures_dir};
use crate::catalog::{self, Catalog};
use crate::locks::{lock, read};
use crate::{TsdbError, files};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

impl DiskStore {
    /// Puts a copy of the store as it is now into `to`, which must not exist or be empty.
    ///
    /// Files are linked where that is possible, so that the copy takes no room until the store
    /// drops them; otherwise they are copied. It can be opened as a store of its own. Appending and
    /// reading go on meanwhile. Errors: [`TsdbError::NotEmpty`], or the system refuses; what has
    /// been copied until then is taken away again.
    pub fn snapshot(&self, to: &Path) -> Result<(), TsdbError> {
        // Neither blocks nor head files may change meanwhile.
        let _upkeep = lock(&self.upkeep);
        let mut mark = lock(&self.flushed);
        self.save(&mut mark, None)?;
        if fs::read_dir(to).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(TsdbError::NotEmpty { path: to.to_path_buf() });
        }
        let copied = self.copy_to(to);
        if copied.is_err() {
            for folder in ["blocks", "head", "wal", "deleted", "rollups"] {
                // Whoever asked learns of the first error; this is a courtesy.
                let _ = fs::remove_dir_all(to.join(folder));
            }
            let _ = fs::remove_file(catalog::path_of(to));
        }
        copied
    }

    fn copy_to(&self, to: &Path) -> Result<(), TsdbError> {
        let (blocks_to, head_to, wal_to) = (blocks_dir(to), to.join("head"), to.join("wal"));
        for folder in [&blocks_to, &head_to, &wal_to] {
            make(folder)?;
        }
        let blocks: Vec<PathBuf> =
            read(&self.state).blocks.iter().map(|block| block.path.clone()).collect();
        for path in blocks {
            link(&path, &blocks_to)?;
        }
        let heads = files::numbered(&self.dir.join("head"), crate::save::SUFFIX)?;
        for (_, path) in heads {
            link(&path, &head_to)?;
        }
        let mut rolled_to = BTreeSet::new();
        for block in self.all_rollups() {
            let Some(folder) = block.path.parent() else { continue };
            let Ok(under) = folder.strip_prefix(&self.dir) else { continue };
            let folder_to = to.join(under);
            make(&folder_to)?;
            link(&block.path, &folder_to)?;
            rolled_to.insert(folder_to);
        }
        let erasures_to = erasures_dir(to);
        make(&erasures_to)?;
        for (_, path) in files::numbered(&erasures_dir(&self.dir), crate::erasure::SUFFIX)? {
            link(&path, &erasures_to)?;
        }
        let head = self.saved.load(Ordering::Relaxed);
        Catalog { head, ..self.catalog_of_blocks() }.write(to)?;
        let folders = [&blocks_to, &head_to, &wal_to, &erasures_to];
        for folder in folders.into_iter().chain(&rolled_to) {
            files::sync_dir(folder)?;
        }
        files::sync_dir(to)
    }
}

fn make(folder: &Path) -> Result<(), TsdbError> {
    files::before_change()
        .and_then(|()| fs::create_dir_all(folder))
        .map_err(TsdbError::io("create", folder))
}

/// Gives a file a second name, or a copy where the folder is on another file system.
fn link(path: &Path, dir: &Path) -> Result<(), TsdbError> {
    let Some(name) = path.file_name() else { return Ok(()) };
    let to = dir.join(name);
    files::before_change().map_err(TsdbError::io("link", path))?;
    if fs::hard_link(path, &to).is_ok() {
        return Ok(());
    }
    fs::copy(path, &to).map_err(TsdbError::io("copy", path))?;
    let copy = fs::File::open(&to).map_err(TsdbError::io("open", &to))?;
    copy.sync_all().map_err(TsdbError::io("sync", &to))
}
