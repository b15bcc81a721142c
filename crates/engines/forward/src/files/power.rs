//! A disk whose power is cut: only what was synced is there afterwards, for the thread that asks.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    fs::{self, File},
    io,
    os::fd::AsRawFd,
    path::{Path, PathBuf},
};

/// What is on stable storage.
#[derive(Default)]
struct Stable {
    /// What files held when they were synced last.
    files: BTreeMap<PathBuf, Vec<u8>>,
    /// The names in folders when these were synced last.
    folders: BTreeMap<PathBuf, BTreeSet<OsString>>,
}

thread_local! {
    static STABLE: RefCell<Option<Stable>> = const { RefCell::new(None) };
}

/// From now on it is kept in mind what has been synced; what is in `dir` already has been.
pub(crate) fn watch(dir: &Path) {
    let mut stable = Stable::default();
    note(&mut stable, dir);
    STABLE.set(Some(stable));
}

fn note(stable: &mut Stable, dir: &Path) {
    let names: BTreeSet<OsString> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    for path in names.iter().map(|name| dir.join(name)) {
        if path.is_dir() {
            note(stable, &path);
        } else {
            stable.files.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    stable.folders.insert(dir.to_path_buf(), names);
}

/// Notes that a file or folder was synced, if that is watched.
pub(super) fn synced(file: &File) -> io::Result<()> {
    STABLE.with_borrow_mut(|stable| {
        let Some(Stable { files, folders }) = stable else { return Ok(()) };
        let path = fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd()))?;
        if file.metadata()?.is_dir() {
            let names = fs::read_dir(&path)?.map(|entry| entry.map(|entry| entry.file_name()));
            folders.insert(path, names.collect::<Result<_, _>>()?);
        } else {
            let held = fs::read(&path)?;
            files.insert(path, held);
        }
        Ok(())
    })
}

/// Makes `to` what `dir` is after a power cut. Of what was not synced every other kilobyte is
/// there, and zeros in between, as file systems may leave it; files whose names were not synced
/// are not.
pub(crate) fn cut(dir: &Path, to: &Path) {
    STABLE.with_borrow(|stable| restore(stable.as_ref().unwrap(), dir, to));
}

fn restore(stable: &Stable, dir: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let Some(names) = stable.folders.get(dir) else { return };
    for name in names {
        let (path, to) = (dir.join(name), to.join(name));
        if path.is_dir() {
            restore(stable, &path, &to);
            continue;
        }
        let mut held = stable.files.get(&path).cloned().unwrap_or_default();
        // A file that has been removed may be there again.
        let newest = fs::read(&path).unwrap_or_default();
        for (at, byte) in newest.iter().enumerate().skip(held.len()) {
            held.push(if at / 1_024 % 2 == 0 { *byte } else { 0 });
        }
        fs::write(to, held).unwrap();
    }
}
