//! Where the kernel's files are read from.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::error::CollectError;

/// No file read as a whole is longer than this; the largest real ones are a few hundred KiB.
const BYTES_MAX: usize = 4 << 20;
/// No folder is listed further than this.
const ENTRIES_MAX: usize = 65_536;

/// The three trees that describe a Linux machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roots {
    /// `/proc`, see proc(5).
    pub proc: PathBuf,
    /// `/sys`, see sysfs(5).
    pub sys: PathBuf,
    /// `/`: for `/etc`, `/run` and the mounted file systems.
    pub root: PathBuf,
}

impl Roots {
    /// The machine this program runs on.
    pub fn system() -> Self {
        Self { proc: "/proc".into(), sys: "/sys".into(), root: "/".into() }
    }

    /// Reads a file of `/proc`. Errors: absent, unreadable, longer than 4 MiB.
    pub(crate) fn proc_text(&self, path: &str) -> Result<String, CollectError> {
        text(&self.proc.join(path), BYTES_MAX)
    }

    /// Reads a file under `/`. Errors: absent, unreadable, longer than 4 MiB.
    pub(crate) fn root_text(&self, path: &str) -> Result<String, CollectError> {
        text(&self.root.join(path), BYTES_MAX)
    }
}

/// Reads a whole file; bytes that are no UTF-8 are replaced.
///
/// Errors: [`CollectError::Absent`], [`CollectError::Unreadable`], [`CollectError::TooLong`].
pub(crate) fn text(path: &Path, bytes_max: usize) -> Result<String, CollectError> {
    let file = File::open(path).map_err(|source| unreadable(path, source))?;
    let mut bytes = Vec::with_capacity(4096);
    // Files of /proc and /sys report no useful size, so asking for it would be a wasted call;
    // `Take` does not ask.
    file.take(bytes_max as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|source| unreadable(path, source))?;
    if bytes.len() > bytes_max {
        return Err(CollectError::TooLong { path: path.to_owned(), bytes_max });
    }
    Ok(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(e) => String::from_utf8_lossy(e.as_bytes()).into_owned(),
    })
}

/// Reads a one-line attribute, trimmed; `None` where it is missing, unreadable or empty.
///
/// Drivers answer with an error where an attribute has no meaning (the speed of a port that is
/// down), so a missing one is no fault.
pub(crate) fn attribute(path: &Path) -> Option<String> {
    let text = text(path, 65_536).ok()?;
    let trimmed = text.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

/// The names in a folder, sorted; at most 65,536. Errors: absent, unreadable.
pub(crate) fn names(path: &Path) -> Result<Vec<String>, CollectError> {
    let entries = fs::read_dir(path).map_err(|source| unreadable(path, source))?;
    let mut names: Vec<String> = entries
        .flatten()
        .take(ENTRIES_MAX)
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort_unstable();
    Ok(names)
}

/// Tells what is not there from what we may not read.
pub(crate) fn unreadable(path: &Path, source: std::io::Error) -> CollectError {
    match source.kind() {
        ErrorKind::NotFound => CollectError::Absent { what: path.display().to_string() },
        _ => CollectError::Unreadable { path: path.to_owned(), source },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_file_is_absent_and_a_folder_is_unreadable() {
        let folder = tempfile::tempdir().unwrap();
        let missing = text(&folder.path().join("none"), 10).unwrap_err();
        assert!(matches!(missing, CollectError::Absent { .. }), "{missing}");
        let unreadable = text(folder.path(), 10).unwrap_err();
        assert!(matches!(unreadable, CollectError::Unreadable { .. }), "{unreadable}");
    }

    #[test]
    fn file_over_the_limit_is_refused_and_bad_utf8_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        fs::write(&path, b"a\xffb").unwrap();
        assert_eq!(text(&path, 3).unwrap(), "a\u{fffd}b");
        assert!(matches!(text(&path, 2), Err(CollectError::TooLong { bytes_max: 2, .. })));
    }
}
