//! Reads the log after a start.

use super::record::{Part, Record, parts};
use super::{KIND, SUFFIX};
use crate::aside::Note;
use crate::damage::Damages;
use crate::files::{self, HEADER_BYTES};
use crate::{Damage, HistogramPoint, Labels, TsdbError};
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a log held.
#[derive(Debug, Default)]
pub(crate) struct Replayed {
    /// Numbers and sizes of the segments that stay.
    pub(crate) segments: BTreeMap<u64, u64>,
    /// Bytes cut off the end of the last segment.
    pub(crate) torn_bytes: u64,
}

/// Takes what a log tells.
pub(crate) trait Sink {
    /// Returns the number by which [`Sink::run`] knows the series.
    fn define(&mut self, labels: Labels) -> u32;
    /// Takes points of one time.
    fn run(&mut self, at_ms: i64, points: impl Iterator<Item = (u32, f64)>);
    fn histogram(&mut self, series: u32, point: Arc<HistogramPoint>);
    fn note(&mut self, note: Note);
}

/// Gives every readable point of the log to `sink`, oldest segment first.
///
/// Segments before `from` are deleted: what they held is elsewhere. The torn end of the last
/// segment is cut off; damage elsewhere is noted and stepped over.
/// Errors: the system refuses, or [`TsdbError::NewerVersion`].
pub(crate) fn replay(
    dir: &Path,
    from: u64,
    damages: &Damages,
    sink: &mut impl Sink,
) -> Result<Replayed, TsdbError> {
    let mut replayed = Replayed::default();
    let found = files::numbered(dir, SUFFIX)?;
    let last = found.last().map(|(number, _)| *number);
    for (number, path) in found {
        if number < from {
            files::remove(&path)?;
            continue;
        }
        let bytes = fs::read(&path).map_err(TsdbError::io("read", &path))?;
        let mut keep = bytes.len();
        match files::check_header(&bytes, KIND, &path) {
            Ok(_) => {
                let torn = read_segment(&bytes, &path, damages, sink);
                if let Some(torn) = torn {
                    keep = torn;
                }
            }
            Err(TsdbError::Damaged { .. }) if bytes.len() < HEADER_BYTES => keep = 0,
            // The records behind a damaged header are found by their marks all the same.
            Err(error) => {
                damages.absorb(error)?;
                read_segment(&bytes, &path, damages, sink);
            }
        }
        if keep < bytes.len() && Some(number) == last {
            cut(&path, keep)?;
            replayed.torn_bytes += (bytes.len() - keep) as u64;
        } else if keep < bytes.len() || bytes.is_empty() && Some(number) != last {
            let (offset, what) = (keep as u64, "the end of this log segment is no record");
            damages.note(Damage { path: path.clone(), offset, what });
            keep = bytes.len();
        }
        // An empty one at the end is written to again. It stays meanwhile, as do those in between:
        // a gap in the numbers means that a segment is missing.
        if keep > HEADER_BYTES || Some(number) != last {
            replayed.segments.insert(number, keep as u64);
        }
    }
    Ok(replayed)
}

/// Segments that must be there and are not: those from `from` (0: nobody knows with which number
/// the log began) to the highest one `known` (0: of none) or found, `found` being ascending.
pub(crate) fn missing(dir: &Path, (from, known): (u64, u64), found: &[u64]) -> Vec<PathBuf> {
    let mut numbers = found.iter().copied().filter(|number| *number >= from).peekable();
    let mut next = if from == 0 { numbers.peek().copied().unwrap_or(known) } else { from };
    let mut gone = Vec::new();
    // One more than the highest known stands for its end.
    for number in numbers.chain((known > 0).then(|| known.saturating_add(1))) {
        // One name for a gap, however long it is.
        if next < number {
            gone.push(super::segment_path(dir, next));
        }
        next = next.max(number + 1);
    }
    gone
}

/// Returns where the torn end begins, if there is one.
fn read_segment(
    bytes: &[u8],
    path: &Path,
    damages: &Damages,
    sink: &mut impl Sink,
) -> Option<usize> {
    let note = |offset: usize, what| {
        damages.note(Damage { path: path.to_path_buf(), offset: offset as u64, what });
    };
    let mut series = Numbers::default();
    for part in parts(bytes, HEADER_BYTES) {
        let (offset, body) = match part {
            Part::Body { offset, body } => (offset, body),
            Part::Torn { offset } => return Some(offset),
            Part::Damage { offset } => {
                note(offset, "a log record fails its checksum");
                continue;
            }
        };
        let Some(record) = Record::decode(body) else {
            note(offset, "a log record makes no sense");
            continue;
        };
        for (number, labels) in record.defined {
            series.define(number, sink.define(labels));
        }
        record.notes.into_iter().for_each(|note| sink.note(note));
        let mut nameless = false;
        for run in record.points.chunk_by(|a, b| a.1.at_ms == b.1.at_ms) {
            let points = run.iter().filter_map(|(number, point)| {
                let series = series.get(*number);
                nameless |= series.is_none();
                Some((series?, point.value))
            });
            sink.run(run[0].1.at_ms, points);
        }
        for (number, point) in record.histograms {
            match series.get(number) {
                Some(series) => sink.histogram(series, point),
                None => nameless = true,
            }
        }
        if nameless {
            note(offset, "points of a series whose name was in a damaged record");
        }
    }
    None
}

/// From a file's numbers of series to those of memory.
#[derive(Default)]
pub(crate) struct Numbers {
    /// By the file's number; 0: not defined, otherwise one more than memory's.
    known: Vec<u64>,
    /// Numbers far beyond those, which sound files do not have.
    far: HashMap<u32, u32>,
}

/// The list grows by so much at once.
const GAP_MAX: usize = 1 << 20;

impl Numbers {
    pub(crate) fn define(&mut self, number: u32, series: u32) {
        let at = number as usize;
        if at > self.known.len() + GAP_MAX {
            self.far.insert(number, series);
            return;
        }
        self.known.resize(self.known.len().max(at + 1), 0);
        self.known[at] = u64::from(series) + 1;
    }

    pub(crate) fn get(&self, number: u32) -> Option<u32> {
        match self.known.get(number as usize) {
            Some(known) if *known > 0 => u32::try_from(known - 1).ok(),
            _ => self.far.get(&number).copied(),
        }
    }
}

fn cut(path: &Path, bytes: usize) -> Result<(), TsdbError> {
    let file = OpenOptions::new().write(true).open(path).map_err(TsdbError::io("open", path))?;
    file.set_len(bytes as u64).map_err(TsdbError::io("cut", path))?;
    file.sync_data().map_err(TsdbError::io("sync", path))
}
