//! What of a folder's files a disk has after the power went: what was synced, under the names that
//! were. Everything else is gone, and what was removed is back, as far as a system may go.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// What is on stable storage.
struct Disk {
    /// Where every file is kept that has a durable name, by its number.
    kept: PathBuf,
    /// How much of a file is there.
    bytes: HashMap<u64, u64>,
    /// The files of each folder.
    names: HashMap<PathBuf, BTreeMap<PathBuf, u64>>,
}

thread_local! {
    static DISK: RefCell<Option<Disk>> = const { RefCell::new(None) };
}

/// Follows from now on what this thread brings to stable storage; `kept` is an empty folder
/// beside the one that is written to.
pub(crate) fn follow(kept: &Path) {
    let (bytes, names) = (HashMap::new(), HashMap::new());
    DISK.set(Some(Disk { kept: kept.to_path_buf(), bytes, names }));
}

/// Takes down what a sync brought to stable storage.
pub(in crate::files) fn synced(file: &File, path: &Path) -> io::Result<()> {
    DISK.with_borrow_mut(|disk| disk.as_mut().map_or(Ok(()), |disk| disk.take_down(file, path)))
}

/// Leaves of the files in `dirs` and their folders what is on stable storage, and follows no
/// longer.
pub(crate) fn power_cut(dirs: &[&Path]) -> io::Result<()> {
    let Some(disk) = DISK.take() else { return Ok(()) };
    for dir in dirs.iter().filter(|dir| dir.exists()) {
        remove_files(dir)?;
    }
    for (path, number) in disk.names.values().flatten() {
        let kept = disk.kept.join(number.to_string());
        let bytes = disk.bytes.get(number).copied().unwrap_or(0);
        OpenOptions::new().write(true).open(&kept)?.set_len(bytes)?;
        // A copy of a store has the same files under other names. Folders that are gone are gone.
        if path.parent().is_some_and(Path::exists) {
            fs::hard_link(kept, path)?;
        }
    }
    Ok(())
}

fn remove_files(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_files(&path)?;
        } else {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

impl Disk {
    fn take_down(&mut self, file: &File, path: &Path) -> io::Result<()> {
        let metadata = file.metadata()?;
        if !metadata.is_dir() {
            self.bytes.insert(metadata.ino(), metadata.len());
            return Ok(());
        }
        let mut names = BTreeMap::new();
        for entry in fs::read_dir(path)? {
            let path = entry?.path();
            let metadata = fs::metadata(&path)?;
            if metadata.is_dir() {
                continue;
            }
            let kept = self.kept.join(metadata.ino().to_string());
            if !kept.exists() {
                fs::hard_link(&path, kept)?;
            }
            names.insert(path, metadata.ino());
        }
        self.names.insert(path.to_path_buf(), names);
        Ok(())
    }
}
