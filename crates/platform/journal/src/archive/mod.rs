//! Archives: old rows in compressed, signed files. See docs/formats/journal-archive.md.

mod archiver;
mod check;
mod entry;
mod file;

pub use archiver::{Archived, Archiver};
pub(crate) use check::{check_entries, check_files};
pub use entry::ArchiveEntry;
pub(crate) use entry::{entries, last};
