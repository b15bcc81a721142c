//! A made-up machine in a temporary folder, for the collectors' tests.

use std::fs;
use std::path::PathBuf;

use super::error::CollectError;
use super::reading::Reading;
use super::roots::Roots;

/// A tree with `proc`, `sys` and `root`; removed when dropped.
pub(crate) struct Fixture {
    folder: tempfile::TempDir,
}

impl Fixture {
    /// An empty machine.
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// Adds or replaces a file; `path` begins with `proc/`, `sys/` or `root/`.
    pub(crate) fn with(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        self.write(path, text);
        self
    }

    /// Adds or replaces a file between two readings.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Where a file of this machine is.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// The roots to collect from.
    pub(crate) fn roots(&self) -> Roots {
        Roots { proc: self.path("proc"), sys: self.path("sys"), root: self.path("root") }
    }

    /// Runs one collector and writes its readings a line each, or its error.
    pub(crate) fn render(
        &self,
        collect: impl FnOnce(&Roots, &mut Vec<Reading>) -> Result<(), CollectError>,
    ) -> String {
        let mut out = Vec::new();
        match collect(&self.roots(), &mut out) {
            Ok(()) => lines(&out),
            // The temporary folder's name differs from run to run.
            Err(e) => format!("{e}\n").replace(&format!("{}/", self.folder.path().display()), ""),
        }
    }
}

/// One reading a line.
pub(crate) fn lines(readings: &[Reading]) -> String {
    readings.iter().map(|reading| format!("{reading}\n")).collect()
}
