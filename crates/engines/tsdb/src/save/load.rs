//! Memory from head files after a start.

use super::{
    EARLIER, FLUSHED, FlushMark, HISTOGRAMS, KIND, LABELS, LATE, NOTES, OPEN, OPEN_HISTOGRAMS,
};
use super::{SUFFIX, UNIT};
use crate::aside::{self, Aside};
use crate::catalog;
use crate::codec::Cursor;
use crate::damage::Damages;
use crate::files::{self, HEADER_BYTES};
use crate::head::{Head, NOBODY, Unit};
use crate::histograms::HistogramPage;
use crate::wal::{self, Numbers, Part};
use crate::{Damage, Labels, Point, TsdbError};
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// What head files say.
pub(crate) struct Loaded {
    /// Log segments before this one are done with.
    pub(crate) number: u64,
    pub(crate) flushed: FlushMark,
}

/// Fills the head from all files of a folder.
///
/// Damage is noted and stepped over. Errors: the system refuses, or [`TsdbError::NewerVersion`].
pub(crate) fn load(
    dir: &Path,
    head: &mut Head,
    aside: &mut Aside,
    share: &dyn Fn(Labels) -> Labels,
    damages: &Damages,
) -> Result<Loaded, TsdbError> {
    let found = files::numbered(dir, SUFFIX)?;
    let number = found.last().map_or(0, |(number, _)| *number);
    let mut loaded = Loaded { number, flushed: FlushMark::NONE };
    let mut contents = Vec::new();
    for (number, path) in found {
        let bytes = fs::read(&path).map_err(TsdbError::io("read", &path))?;
        match files::check_header(&bytes, KIND, &path) {
            Ok(_) => {}
            Err(error) => damages.absorb(error)?,
        }
        contents.push((number, path, bytes));
    }
    // How far blocks reach and which files are wanted is said by the newest one. One that is not is
    // left over from a crash: what has been deleted since may be in it.
    if let Some((_, _, bytes)) = contents.last() {
        loaded.flushed = flushed(bytes).unwrap_or(FlushMark::NONE);
        if let Some(wanted) = earlier(bytes) {
            for file in &wanted {
                if !contents.iter().any(|(number, ..)| number == file) {
                    damages.note(catalog::missing(super::path_of(dir, *file)));
                }
            }
            contents.retain(|(file, ..)| *file == number || wanted.contains(file));
        }
    }
    let mut known = Known::new();
    for (number, path, bytes) in &contents {
        let newest = *number == loaded.number;
        let mut file = Loading {
            head: &mut *head,
            aside: &mut *aside,
            share,
            numbers: Numbers::default(),
            known: &mut known,
            number: *number,
            newest,
            flushed: loaded.flushed,
        };
        for part in wal::parts(bytes, HEADER_BYTES) {
            let broken = match part {
                Part::Body { offset, body } => {
                    file.take(body).is_none().then_some((offset, "a record makes no sense"))
                }
                Part::Damage { offset } | Part::Torn { offset } => {
                    Some((offset, "a record of saved memory fails its checksum"))
                }
            };
            if let Some((offset, what)) = broken {
                damages.note(Damage { path: path.clone(), offset: offset as u64, what });
            }
        }
    }
    Ok(loaded)
}

fn flushed(bytes: &[u8]) -> Option<FlushMark> {
    wal::parts(bytes, HEADER_BYTES).find_map(|part| match part {
        Part::Body { body: [FLUSHED, rest @ ..], .. } => {
            let mut cursor = Cursor::new(rest);
            Some(FlushMark { file: cursor.varint()?, to_ms: cursor.zigzag()? })
        }
        _ => None,
    })
}

/// The earlier files that the newest one says are wanted; none when it does not say.
pub(crate) fn earlier(bytes: &[u8]) -> Option<Vec<u64>> {
    wal::parts(bytes, HEADER_BYTES).find_map(|part| match part {
        Part::Body { body: [EARLIER, rest @ ..], .. } => {
            let mut cursor = Cursor::new(rest);
            (0..cursor.count(1)?).map(|_| cursor.varint()).collect::<Option<Vec<u64>>>()
        }
        _ => None,
    })
}

/// Records of label sets that have been read, and what their numbers are in memory: one file has
/// mostly the same as the next.
type Known<'b> = HashMap<&'b [u8], Vec<(u32, u32)>>;

struct Loading<'h, 'b> {
    head: &'h mut Head,
    aside: &'h mut Aside,
    share: &'h dyn Fn(Labels) -> Labels,
    numbers: Numbers,
    known: &'h mut Known<'b>,
    number: u64,
    newest: bool,
    flushed: FlushMark,
}

impl<'b> Loading<'_, 'b> {
    fn take(&mut self, body: &'b [u8]) -> Option<()> {
        let (kind, rest) = body.split_first()?;
        let mut cursor = Cursor::new(rest);
        match *kind {
            LABELS => self.take_labels(rest),
            UNIT => {
                let (members, unit) = self.take_unit(&mut cursor)?;
                let flushed = self.number < self.flushed.file;
                if !flushed || unit.last_ms() >= self.flushed.to_ms {
                    self.head.adopt(&members, unit);
                }
                Some(())
            }
            OPEN if self.newest => {
                let (members, unit) = self.take_unit(&mut cursor)?;
                self.head.reopen(&members, &unit);
                Some(())
            }
            LATE if self.newest => self.take_late(&mut cursor),
            NOTES if self.newest => {
                for note in aside::take_notes(&mut cursor)? {
                    self.aside.take(note);
                }
                cursor.is_empty().then_some(())
            }
            HISTOGRAMS => self.take_histograms(&mut cursor),
            OPEN_HISTOGRAMS if self.newest => {
                let (series, page) = self.take_page(&mut cursor)?;
                for point in page.read() {
                    self.head.insert_histogram(series, Arc::new(point));
                }
                Some(())
            }
            OPEN | LATE | FLUSHED | NOTES | OPEN_HISTOGRAMS | EARLIER => Some(()),
            _ => None,
        }
    }

    fn take_labels(&mut self, body: &'b [u8]) -> Option<()> {
        if let Some(known) = self.known.get(body) {
            known.iter().for_each(|(number, series)| self.numbers.define(*number, *series));
            return Some(());
        }
        let (mut cursor, mut found) = (Cursor::new(body), Vec::new());
        let mut before: Option<Labels> = None;
        for _ in 0..cursor.count(2)? {
            let number = cursor.varint_u32()?;
            let labels = wal::take_labels(&mut cursor, before.as_ref())?;
            let series = match self.head.find(&labels) {
                Some(series) => series,
                None => self.head.create((self.share)(labels.clone())),
            };
            self.numbers.define(number, series);
            found.push((number, series));
            before = Some(labels);
        }
        self.known.insert(body, found);
        Some(())
    }

    fn take_unit(&self, cursor: &mut Cursor<'_>) -> Option<(Vec<u32>, Unit)> {
        let (mut members, mut ends) = (Vec::new(), Vec::new());
        let mut end = 0u32;
        for _ in 0..cursor.count(2)? {
            let member = cursor.varint_u32()?;
            // A series whose name was in a damaged record is nobody.
            let series = member.checked_sub(1).and_then(|number| self.numbers.get(number));
            members.push(series.unwrap_or(NOBODY));
            end = end.checked_add(cursor.varint_u32()?)?;
            ends.push(end);
        }
        let (mut times, mut at_ms) = (Vec::new(), 0i64);
        for _ in 0..cursor.count(1)? {
            at_ms = at_ms.wrapping_add(cursor.zigzag()?);
            times.push(at_ms);
        }
        let unit = Unit::from_parts(times, ends, cursor.rest(), self.number)?;
        Some((members, unit))
    }

    fn take_page(&self, cursor: &mut Cursor<'_>) -> Option<(u32, HistogramPage)> {
        let series = self.numbers.get(cursor.varint_u32()?)?;
        Some((series, HistogramPage::from_bytes(cursor.rest(), self.number)?))
    }

    fn take_histograms(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let (series, page) = self.take_page(cursor)?;
        let flushed = self.number < self.flushed.file;
        if !flushed || page.span.to_ms >= self.flushed.to_ms {
            self.head.adopt_histograms(series, page);
        }
        Some(())
    }

    fn take_late(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let series = self.numbers.get(cursor.varint_u32()?)?;
        let (mut at_ms, mut near) = (0i64, NOBODY);
        for _ in 0..cursor.count(9)? {
            at_ms = at_ms.wrapping_add(cursor.zigzag()?);
            let value = f64::from_bits(cursor.u64()?);
            self.head.insert(series, Point { at_ms, value }, &mut near);
        }
        Some(())
    }
}
