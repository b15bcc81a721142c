//! Head files: what memory held when the log was begun anew.
//!
//! File `n` holds what had been packed since the file before, everything that was not packed, and
//! belongs in front of log segment `n`.

mod load;

pub(crate) use load::{Loaded, earlier, load};

use crate::aside;
use crate::bits::RUN;
use crate::codec::{put_varint, put_zigzag};
use crate::files::{self, Kind};
use crate::head::{NOBODY, Unit, Unsaved, pack_rows};
use crate::histograms::{self, HistogramPage};
use crate::wal;
use crate::{Labels, Point, TsdbError};
use std::collections::HashSet;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

pub(crate) const KIND: Kind = *b"TSERHED\0";
pub(crate) const SUFFIX: &str = "head";

/// Label sets with their numbers, valid in the whole file.
const LABELS: u8 = 16;
/// A unit.
const UNIT: u8 = 17;
/// The same of what was not packed; only the newest file's counts.
const OPEN: u8 = 18;
/// Points behind those of units; only the newest file's count.
const LATE: u8 = 19;
/// Units of earlier files that end before a time are in blocks.
const FLUSHED: u8 = 20;
/// Exemplars and metadata; only the newest file's count.
const NOTES: u8 = 21;
/// Packed native histograms of a series.
const HISTOGRAMS: u8 = 22;
/// The same of what was not packed; only the newest file's counts.
const OPEN_HISTOGRAMS: u8 = 23;
/// Earlier files that are wanted too.
const EARLIER: u8 = 24;
/// Numbers of series whose label sets stand in a record.
const LABELS_AT_ONCE: usize = 1_000;
/// Where the label sets are longer than usual, a record is closed when it has so many bytes.
const LABELS_BYTES: usize = 4 << 20;
/// Notes in a record; one with the longest labels takes 560 KB.
const NOTES_AT_ONCE: usize = 16;
/// Late points in a record.
const LATE_AT_ONCE: usize = 100_000;

/// Units that are in files before `file` and end before `to_ms` are in blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FlushMark {
    pub(crate) file: u64,
    pub(crate) to_ms: i64,
}

impl FlushMark {
    pub(crate) const NONE: Self = Self { file: 0, to_ms: i64::MIN };
}

/// Writes a head file; when this returns, it is on stable storage.
///
/// What is not packed is let go of piece by piece: memory has packed much of it meanwhile.
pub(crate) fn write(
    dir: &Path,
    number: u64,
    unsaved: &mut Unsaved,
    (flushed, wanted): (FlushMark, &HashSet<u64>),
) -> Result<(), TsdbError> {
    let path = path_of(dir, number);
    let temporary = path.with_extension("tmp");
    let written = write_to(&temporary, unsaved, (flushed, wanted)).and_then(|()| {
        files::rename(&temporary, &path)?;
        files::sync_dir(dir)
    });
    if written.is_err() {
        // A file that cannot be removed is removed at the next start.
        let _ = fs::remove_file(&temporary);
        return written;
    }
    for (_, unit) in &unsaved.units {
        unit.saved_in.store(number, Ordering::Relaxed);
    }
    for page in unsaved.histograms.iter().flat_map(|(_, seen)| &seen.pages) {
        page.saved_in.store(number, Ordering::Relaxed);
    }
    Ok(())
}

pub(crate) fn path_of(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("{number:012}.{SUFFIX}"))
}

fn write_to(
    path: &Path,
    unsaved: &mut Unsaved,
    (flushed, wanted): (FlushMark, &HashSet<u64>),
) -> Result<(), TsdbError> {
    let mut out = BufWriter::with_capacity(256 << 10, files::create(path)?);
    let mut bytes = files::header(KIND).to_vec();
    let mut send = |bytes: &mut Vec<u8>| {
        let sent = out.write_all(bytes).map_err(TsdbError::io("write", path));
        bytes.clear();
        sent
    };
    put_marks(&mut bytes, flushed, wanted);
    send(&mut bytes)?;
    for part in label_parts(&unsaved.labels) {
        record(&mut bytes, LABELS, |to| put_labels(to, part));
        send(&mut bytes)?;
    }
    for (members, unit) in &unsaved.units {
        record(&mut bytes, UNIT, |to| put_unit(to, members, unit));
        send(&mut bytes)?;
    }
    for (members, view) in unsaved.open.drain(..) {
        for rows in view.open_rows().chunks(RUN) {
            let unit = pack_rows(rows, members.len());
            record(&mut bytes, OPEN, |to| put_unit(to, &members, &unit));
            send(&mut bytes)?;
        }
    }
    for part in unsaved.notes.chunks(NOTES_AT_ONCE) {
        record(&mut bytes, NOTES, |to| aside::put_notes(to, part));
        send(&mut bytes)?;
    }
    for (series, late) in &unsaved.late {
        for part in late.chunks(LATE_AT_ONCE) {
            record(&mut bytes, LATE, |to| put_late(to, *series, part));
            send(&mut bytes)?;
        }
    }
    for (series, seen) in &unsaved.histograms {
        for page in &seen.pages {
            record(&mut bytes, HISTOGRAMS, |to| put_page(to, *series, page));
            send(&mut bytes)?;
        }
        for page in histograms::pack(&seen.open, i64::MAX) {
            record(&mut bytes, OPEN_HISTOGRAMS, |to| put_page(to, *series, &page));
            send(&mut bytes)?;
        }
    }
    let out = out.into_inner().map_err(|e| TsdbError::io("write", path)(e.into_error()))?;
    out.sync(path)
}

fn put_marks(to: &mut Vec<u8>, flushed: FlushMark, wanted: &HashSet<u64>) {
    record(to, FLUSHED, |to| {
        put_varint(to, flushed.file);
        put_zigzag(to, flushed.to_ms);
    });
    record(to, EARLIER, |to| {
        // 0 stands for those that are in no file.
        let mut earlier: Vec<u64> = wanted.iter().copied().filter(|file| *file > 0).collect();
        earlier.sort_unstable();
        put_varint(to, earlier.len() as u64);
        earlier.into_iter().for_each(|file| put_varint(to, file));
    });
}

/// Cuts label sets by their numbers, so that files of unchanged series have equal records: these
/// are read once.
fn label_parts(labels: &[(u32, Labels)]) -> Vec<&[(u32, Labels)]> {
    let (mut parts, mut start, mut bytes) = (Vec::new(), 0, 0);
    for (at, (number, own)) in labels.iter().enumerate() {
        let far = *number as usize / LABELS_AT_ONCE != labels[start].0 as usize / LABELS_AT_ONCE;
        if far || bytes > LABELS_BYTES {
            parts.push(&labels[start..at]);
            (start, bytes) = (at, 0);
        }
        bytes += own.iter().map(|(name, value)| name.len() + value.len() + 8).sum::<usize>();
    }
    if start < labels.len() {
        parts.push(&labels[start..]);
    }
    parts
}

fn record(to: &mut Vec<u8>, kind: u8, put: impl FnOnce(&mut Vec<u8>)) {
    let start = wal::begin(to);
    to.push(kind);
    put(to);
    wal::end(to, start);
}

fn put_labels(to: &mut Vec<u8>, part: &[(u32, Labels)]) {
    put_varint(to, part.len() as u64);
    let mut before = None;
    for (number, labels) in part {
        put_varint(to, u64::from(*number));
        wal::put_labels(to, labels, before);
        before = Some(labels);
    }
}

fn put_unit(to: &mut Vec<u8>, members: &[u32], unit: &Unit) {
    put_varint(to, unit.ends.len() as u64);
    let mut start = 0;
    for (column, end) in unit.ends.iter().enumerate() {
        let member = members.get(column).copied().unwrap_or(NOBODY);
        put_varint(to, if member == NOBODY { 0 } else { u64::from(member) + 1 });
        put_varint(to, u64::from(end - start));
        start = *end;
    }
    put_varint(to, unit.times.len() as u64);
    let mut before = 0;
    for time in unit.times.iter() {
        put_zigzag(to, time.wrapping_sub(before));
        before = *time;
    }
    to.extend_from_slice(&unit.bytes);
}

fn put_page(to: &mut Vec<u8>, series: u32, page: &HistogramPage) {
    put_varint(to, u64::from(series));
    to.extend_from_slice(&page.bytes);
}

fn put_late(to: &mut Vec<u8>, series: u32, late: &[Point]) {
    put_varint(to, u64::from(series));
    put_varint(to, late.len() as u64);
    let mut before = 0;
    for point in late {
        put_zigzag(to, point.at_ms.wrapping_sub(before));
        to.extend_from_slice(&point.value.to_bits().to_le_bytes());
        before = point.at_ms;
    }
}

/// Deletes the files of which nothing is wanted any more: those all of whose units are in blocks.
pub(crate) fn drop_unwanted(dir: &Path, keep: impl Fn(u64) -> bool) -> Result<(), TsdbError> {
    for (number, path) in files::numbered(dir, SUFFIX)? {
        if !keep(number) {
            files::remove(&path)?;
        }
    }
    files::sync_dir(dir)
}

/// Bytes of all head files.
pub(crate) fn bytes(dir: &Path) -> u64 {
    let found = files::numbered(dir, SUFFIX).unwrap_or_default();
    found.iter().filter_map(|(_, path)| fs::metadata(path).ok()).map(|meta| meta.len()).sum()
}
