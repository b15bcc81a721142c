//! Every way to the disk, so that tests can let it be full.

#[cfg(test)]
pub(crate) mod fault;
#[cfg(test)]
pub(crate) mod power;

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::FileExt,
    path::Path,
};

/// Where tests let the disk be full.
fn before_change() -> io::Result<()> {
    #[cfg(test)]
    fault::step()?;
    Ok(())
}

/// Makes a folder and those above it, names and all on stable storage; one that is there is fine.
pub(crate) fn create_dir(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    let above = dir.parent().filter(|above| !above.as_os_str().is_empty());
    let above = above.unwrap_or(Path::new("."));
    create_dir(above)?;
    before_change()?;
    match fs::create_dir(dir) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    sync(&File::open(above)?)
}

/// Opens a file to read and write; it must be there.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open(path)
}

/// Opens a file to read and write, or makes it.
pub(crate) fn open_or_create(path: &Path) -> io::Result<File> {
    if !path.exists() {
        before_change()?;
    }
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

/// Makes a new file or empties an old one.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    before_change()?;
    OpenOptions::new().read(true).write(true).create(true).truncate(true).open(path)
}

/// Writes all bytes at a place; on error a part of them may be there.
pub(crate) fn write_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    #[cfg(test)]
    if let Some(part) = fault::part_of(bytes.len()) {
        file.write_all_at(&bytes[..part], at)?;
        return Err(fault::full());
    }
    file.write_all_at(bytes, at)
}

/// Cuts a file off.
pub(crate) fn cut(file: &File, bytes: u64) -> io::Result<()> {
    before_change()?;
    file.set_len(bytes)
}

/// Forces a file to stable storage.
pub(crate) fn sync(file: &File) -> io::Result<()> {
    before_change()?;
    #[cfg(test)]
    if fault::rehearses() {
        return power::synced(file);
    }
    file.sync_data()
}
