//! The records of the log: how they are framed, found again, written and read.

use super::{names, number};
use crate::aside::{self, Note};
use crate::codec::{Cursor, put_varint, put_zigzag};
use crate::{HistogramPoint, Labels, Point, files, histograms};
use std::sync::Arc;

/// Stands before each record, so that reading can go on behind a damaged one.
const MARK: [u8; 4] = *b"\xf5REC";
/// Mark, length and CRC-32.
pub(crate) const FRAME_BYTES: usize = 12;
/// Most bytes of a record's body.
const BODY_BYTES_MAX: usize = 16 << 20;
/// Samples as version 1 wrote them.
const SAMPLES_1: u8 = 1;
/// Samples in runs of series that stand side by side.
const SAMPLES: u8 = 2;
/// Exemplars and metadata.
const NOTES: u8 = 3;
/// Native histograms.
const HISTOGRAMS: u8 = 4;

/// One record's content.
#[derive(Debug, Default)]
pub(crate) struct Record {
    /// Numbers given to series; valid until the end of the segment or until given again.
    pub(crate) defined: Vec<(u32, Labels)>,
    /// Points with the number of their series.
    pub(crate) points: Vec<(u32, Point)>,
    /// The same for histograms.
    pub(crate) histograms: Vec<(u32, Arc<HistogramPoint>)>,
    pub(crate) notes: Vec<Note>,
}

/// Writes a record of notes.
pub(super) fn put_notes(to: &mut Vec<u8>, notes: &[Note]) {
    let start = begin(to);
    to.push(NOTES);
    aside::put_notes(to, notes);
    end(to, start);
}

impl Record {
    pub(super) fn encode(&self, to: &mut Vec<u8>) {
        let start = begin(to);
        to.push(SAMPLES);
        self.put_defined(to);
        let runs = || {
            let beside = |a: &(u32, Point), b: &(u32, Point)| {
                a.0.wrapping_add(1) == b.0 && a.1.at_ms == b.1.at_ms
            };
            self.points.chunk_by(beside)
        };
        put_varint(to, runs().count() as u64);
        let (mut next, mut previous_ms) = (0u32, 0i64);
        for run in runs() {
            put_zigzag(to, run[0].1.at_ms.wrapping_sub(previous_ms));
            put_zigzag(to, i64::from(run[0].0) - i64::from(next));
            put_varint(to, run.len() as u64);
            number::put(run.iter().map(|(_, point)| point.value), to);
            (next, previous_ms) = (run[run.len() - 1].0.wrapping_add(1), run[0].1.at_ms);
        }
        end(to, start);
    }

    /// Writes a record of histograms.
    pub(super) fn encode_histograms(&self, to: &mut Vec<u8>) {
        let start = begin(to);
        to.push(HISTOGRAMS);
        self.put_defined(to);
        put_varint(to, self.histograms.len() as u64);
        let (mut next, mut previous_ms, mut layout) = (0i64, 0i64, None);
        for (number, point) in &self.histograms {
            put_zigzag(to, i64::from(*number) - next);
            put_zigzag(to, point.at_ms.wrapping_sub(previous_ms));
            layout = Some(histograms::put(to, &point.histogram, layout.as_ref()));
            (next, previous_ms) = (i64::from(*number) + 1, point.at_ms);
        }
        end(to, start);
    }

    fn put_defined(&self, to: &mut Vec<u8>) {
        put_varint(to, self.defined.len() as u64);
        let mut before: Option<&Labels> = None;
        for (number, labels) in &self.defined {
            put_varint(to, u64::from(*number));
            names::put_labels(to, labels, before);
            before = Some(labels);
        }
    }

    /// Reads a body whose checksum was right; `None` if it still makes no sense.
    pub(crate) fn decode(body: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(body);
        let record = match cursor.byte()? {
            SAMPLES_1 => Self::decode_1(&mut cursor)?,
            SAMPLES => Self::decode_runs(&mut cursor)?,
            HISTOGRAMS => Self::decode_histograms(&mut cursor)?,
            NOTES => Self { notes: aside::take_notes(&mut cursor)?, ..Self::default() },
            _ => return None,
        };
        cursor.is_empty().then_some(record)
    }

    fn decode_runs(cursor: &mut Cursor<'_>) -> Option<Self> {
        let mut record = Self { defined: take_defined(cursor)?, ..Self::default() };
        let (mut next, mut at_ms) = (0i64, 0i64);
        for _ in 0..cursor.count(4)? {
            at_ms = at_ms.wrapping_add(cursor.zigzag()?);
            let first = u32::try_from(next.checked_add(cursor.zigzag()?)?).ok()?;
            let count = cursor.count(1)?;
            let last = first.checked_add(u32::try_from(count).ok()?)?;
            let mut number = first;
            record.points.reserve(count);
            number::take(cursor, count, |value| {
                record.points.push((number, Point { at_ms, value }));
                number += 1;
            })?;
            next = i64::from(last);
        }
        Some(record)
    }

    fn decode_histograms(cursor: &mut Cursor<'_>) -> Option<Self> {
        let mut record = Self { defined: take_defined(cursor)?, ..Self::default() };
        let (mut next, mut at_ms, mut layout) = (0i64, 0i64, None);
        for _ in 0..cursor.count(4)? {
            let number = u32::try_from(next.checked_add(cursor.zigzag()?)?).ok()?;
            at_ms = at_ms.wrapping_add(cursor.zigzag()?);
            let (histogram, own) = histograms::take(cursor, layout)?;
            record.histograms.push((number, Arc::new(HistogramPoint { at_ms, histogram })));
            (next, layout) = (i64::from(number) + 1, Some(own));
        }
        Some(record)
    }

    fn decode_1(cursor: &mut Cursor<'_>) -> Option<Self> {
        let mut record = Self::default();
        for _ in 0..cursor.count(2)? {
            let number = cursor.varint_u32()?;
            let mut pairs = Vec::new();
            for _ in 0..cursor.count(2)? {
                pairs.push((cursor.text()?, cursor.text()?));
            }
            record.defined.push((number, Labels::from_pairs(pairs).ok()?));
        }
        let mut at_ms = 0i64;
        for _ in 0..cursor.count(10)? {
            let number = cursor.varint_u32()?;
            at_ms = at_ms.wrapping_add(cursor.zigzag()?);
            let value = f64::from_bits(cursor.u64()?);
            record.points.push((number, Point { at_ms, value }));
        }
        Some(record)
    }
}

fn take_defined(cursor: &mut Cursor<'_>) -> Option<Vec<(u32, Labels)>> {
    let mut defined: Vec<(u32, Labels)> = Vec::new();
    for _ in 0..cursor.count(2)? {
        let number = cursor.varint_u32()?;
        let before = defined.last().map(|(_, labels)| labels);
        let labels = names::take_labels(cursor, before)?;
        defined.push((number, labels));
    }
    Some(defined)
}

/// Leaves room for the frame of a record; returns where.
pub(crate) fn begin(to: &mut Vec<u8>) -> usize {
    let start = to.len();
    to.extend_from_slice(&[0; FRAME_BYTES]);
    start
}

/// Writes the frame around the body that has been added since.
pub(crate) fn end(to: &mut [u8], start: usize) {
    let body = &to[start + FRAME_BYTES..];
    let length = u32::try_from(body.len()).expect("records are cut long before").to_le_bytes();
    let sum = checksum(length, body).to_le_bytes();
    to[start..start + 4].copy_from_slice(&MARK);
    to[start + 4..start + 8].copy_from_slice(&length);
    to[start + 8..start + 12].copy_from_slice(&sum);
}

/// What stands in a segment behind its header.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part<'b> {
    /// A body with the right checksum.
    Body { offset: usize, body: &'b [u8] },
    /// Bytes that are no record, with records behind them.
    Damage { offset: usize },
    /// Bytes up to the end that are no record.
    Torn { offset: usize },
}

/// Walks through the records of `bytes`, starting at `offset`.
pub(crate) fn parts(bytes: &[u8], mut offset: usize) -> impl Iterator<Item = Part<'_>> {
    std::iter::from_fn(move || {
        if offset >= bytes.len() {
            return None;
        }
        let start = offset;
        if let Some(body) = body_at(&bytes[start..]) {
            offset += FRAME_BYTES + body.len();
            return Some(Part::Body { offset: start, body });
        }
        let marks = bytes[start + 1..].windows(MARK.len()).enumerate();
        let next = marks
            .filter(|(_, window)| *window == MARK)
            .map(|(at, _)| start + 1 + at)
            .find(|at| body_at(&bytes[*at..]).is_some());
        offset = next.unwrap_or(bytes.len());
        Some(match next {
            Some(_) => Part::Damage { offset: start },
            None => Part::Torn { offset: start },
        })
    })
}

fn body_at(bytes: &[u8]) -> Option<&[u8]> {
    let mut cursor = Cursor::new(bytes);
    if cursor.take(MARK.len())? != MARK {
        return None;
    }
    let length = cursor.u32()?;
    let sum = cursor.u32()?;
    let size = usize::try_from(length).ok().filter(|size| *size <= BODY_BYTES_MAX)?;
    let body = cursor.take(size)?;
    files::agree(checksum(length.to_le_bytes(), body), sum).then_some(body)
}

fn checksum(length: [u8; 4], body: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&length);
    hasher.update(body);
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn record(number: u32, value: f64) -> Record {
        let labels = Labels::new("up", [("job", "x")]).unwrap();
        let points = vec![(number, Point { at_ms: 5, value }), (number, Point { at_ms: 3, value })];
        Record { defined: vec![(number, labels)], points, ..Record::default() }
    }

    fn kinds(bytes: &[u8]) -> String {
        let letter = |part: Part<'_>| match part {
            Part::Body { body, .. } if Record::decode(body).is_some() => 'r',
            Part::Body { .. } => '?',
            Part::Damage { .. } => 'd',
            Part::Torn { .. } => 't',
        };
        parts(bytes, 0).map(letter).collect()
    }

    #[test]
    fn one_damaged_byte_costs_one_record() {
        let mut bytes = Vec::new();
        let mut ends = Vec::new();
        for number in 0..3 {
            record(number, 1.5).encode(&mut bytes);
            ends.push(bytes.len());
        }
        assert_eq!(kinds(&bytes), "rrr");
        for at in 0..bytes.len() {
            let mut broken = bytes.clone();
            broken[at] ^= 0x10;
            let expected = ["drr", "rdr", "rrt"][ends.partition_point(|end| *end <= at)];
            assert_eq!(kinds(&broken), expected, "byte {at}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = Record::decode(&bytes);
            for kind in [SAMPLES_1, SAMPLES, NOTES, HISTOGRAMS] {
                let mut typed = vec![kind];
                typed.extend_from_slice(&bytes);
                let _ = Record::decode(&typed);
            }
            let mut framed = Vec::new();
            record(1, f64::NAN).encode(&mut framed);
            framed.extend_from_slice(&bytes);
            prop_assert!(kinds(&framed).starts_with('r'));
            let mut mixed = bytes.clone();
            record(1, f64::NAN).encode(&mut mixed);
            prop_assert!(kinds(&mixed).ends_with('r'));
        }
    }
}
