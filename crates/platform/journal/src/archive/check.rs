use std::path::Path;

use kernel::Text;

use super::{
    entry::ArchiveEntry,
    file::{ArchiveReader, Line, VERSION, end_statement, unusable},
};
use crate::{
    JournalError,
    seal::{
        canon::RawRow,
        chain::{RANGE_ROWS_MAX, Seal},
        checkpoint::Checkpoint,
        keys::{KeyEntry, is_signed},
    },
    verify::{
        keys::TrustedKeys,
        range::{Before, check_range},
        report::{Report, Wrong},
    },
};

/// What is told of each seal that an archive holds: `(number, last row, value)`.
pub(crate) type EachSeal<'a> = &'a mut dyn FnMut((i64, i64, &str), &mut Report);

/// Whether the records' list of archives is signed, in order and without gaps.
pub(crate) fn check_entries(entries: &[ArchiveEntry], keys: &[KeyEntry], report: &mut Report) {
    let mut next = (1, 1);
    for entry in entries {
        let span = (entry.first_seq, entry.last_seq);
        let by = keys.iter().find(|key| key.id == entry.key_id);
        let signed =
            by.is_some_and(|key| is_signed(&key.public_key, &entry.statement(), &entry.signature));
        if !signed || (entry.number, entry.first_seq) != next || entry.last_seq < entry.first_seq {
            let en = "are said to be archived by an entry that was not signed or does not follow";
            let zh = "的归档记录未签名或与前一条不衔接";
            report.find_rows(Wrong::ArchiveDamaged, span, en, zh);
        }
        let border = entry.first_seq - 1..=entry.last_seq;
        if !border.contains(&entry.removed_to) {
            let en = "have an archive whose border was edited";
            report.find_rows(Wrong::ArchiveDamaged, span, en, "的归档边界被篡改");
        }
        next = (entry.number + 1, entry.last_seq + 1);
    }
}

/// Reads every file of `entries` in `folder` and compares it with its entry and its seals.
/// Returns the last seal's number and value, where the live chain goes on.
pub(crate) fn check_files(
    folder: &Path,
    entries: &[ArchiveEntry],
    keys: &TrustedKeys<'_>,
    each_seal: EachSeal<'_>,
    report: &mut Report,
) -> Option<(i64, String)> {
    let mut end: Option<(i64, String)> = None;
    for entry in entries {
        let span = (entry.first_seq, entry.last_seq);
        // The name comes from the records: it must not lead out of the folder.
        let plain = !entry.file.contains('/') && entry.file.ends_with(".jsonl.zst");
        let path = folder.join(&entry.file);
        if !plain || !path.exists() {
            let en = format!("are archived in {}, which is not there", entry.file);
            let zh = format!("归档于 {}，但文件不存在", entry.file);
            report.find_rows(Wrong::ArchiveMissing, span, &en, &zh);
            end = None;
            continue;
        }
        match check_file(&path, entry, keys, end.as_ref(), each_seal, report) {
            Ok(last) => end = last,
            Err(error) => {
                let text = Text::new(
                    format!("rows {} to {}: {error}", span.0, span.1),
                    format!("第 {}–{} 行：归档无法读取：{error}", span.0, span.1),
                );
                report.find(Wrong::ArchiveDamaged, span, text);
                end = None;
            }
        }
    }
    end
}

/// Reads one file. Errors: it cannot be read to its end.
pub(crate) fn check_file(
    path: &Path,
    entry: &ArchiveEntry,
    keys: &TrustedKeys<'_>,
    end: Option<&(i64, String)>,
    each_seal: EachSeal<'_>,
    report: &mut Report,
) -> Result<Option<(i64, String)>, JournalError> {
    let mut reader = ArchiveReader::open(path)?;
    let mut reading = Reading::new(keys, end);
    while let Some((line, before)) = reader.next()? {
        let wrong = |said: &str| unusable(path, &said);
        if reading.ended {
            return Err(wrong("there is more after its end"));
        }
        match line {
            Line::Archive { version, .. } if version != VERSION => {
                return Err(wrong("its version is not known here"));
            }
            Line::Archive { before, .. } => reading.begin(&before, entry, report),
            Line::Key(_) => {}
            Line::Seal(seal) => {
                reading.close(report);
                each_seal((seal.number, seal.last_seq, &seal.value), report);
                reading.seal = Some(seal);
            }
            Line::Row(_) if reading.rows.len() > RANGE_ROWS_MAX => {
                return Err(wrong("there are too many rows under one seal"));
            }
            Line::Row(row) => reading.rows.push(row),
            Line::Checkpoint(checkpoint) => reading.checkpoint(&checkpoint, report),
            Line::End { rows, sha256, key_id, signature } => {
                reading.close(report);
                let key = keys.entries.iter().find(|key| key.id == key_id);
                let statement = end_statement(rows, &sha256);
                let signed =
                    key.is_some_and(|key| is_signed(&key.public_key, &statement, &signature));
                if !signed || sha256 != before || rows != reading.read {
                    return Err(wrong("its end is not signed, or does not fit what is before it"));
                }
                reading.ended = true;
            }
        }
    }
    let (sha256, bytes) = reader.finish()?;
    let whole = reading.ended && sha256 == entry.sha256 && i64::try_from(bytes) == Ok(entry.bytes);
    if !whole || reading.last != entry.last_seq || reading.number != entry.last_seal {
        return Err(unusable(path, &"it is not the file that was written"));
    }
    report.archived_rows += reading.read;
    Ok(Some((reading.number, reading.before.stored)))
}

/// Where the reading of a file is.
struct Reading<'a, 'k> {
    keys: &'a TrustedKeys<'k>,
    end: Option<(i64, String)>,
    before: Before,
    seal: Option<Seal>,
    rows: Vec<RawRow>,
    last: i64,
    number: i64,
    read: u64,
    ended: bool,
}

impl<'a, 'k> Reading<'a, 'k> {
    fn new(keys: &'a TrustedKeys<'k>, end: Option<&(i64, String)>) -> Self {
        Self {
            keys,
            end: end.cloned(),
            before: Before::default(),
            seal: None,
            rows: Vec::new(),
            last: 0,
            number: 0,
            read: 0,
            ended: false,
        }
    }

    fn begin(&mut self, before: &str, entry: &ArchiveEntry, report: &mut Report) {
        let first = entry.number == 1;
        let expected = if first { Some("") } else { self.end.as_ref().map(|end| end.1.as_str()) };
        if expected.is_some_and(|expected| expected != before) {
            let span = (entry.first_seq, entry.last_seq);
            let en = "are in an archive that does not go on where the one before it ends";
            report.find_rows(Wrong::ArchiveDamaged, span, en, "的归档与前一个归档不衔接");
        }
        self.before = Before::value(before);
        self.last = entry.first_seq - 1;
    }

    /// Checks the range that was read.
    fn close(&mut self, report: &mut Report) {
        let Some(seal) = self.seal.take() else { return };
        if let Some(key) = self.keys.of(&seal, report) {
            self.before = check_range(&key, &self.before, &seal, &self.rows, report);
        }
        self.read += self.rows.len() as u64;
        self.rows.clear();
        self.last = seal.last_seq;
        self.number = seal.number;
    }

    fn checkpoint(&mut self, checkpoint: &Checkpoint, report: &mut Report) {
        let by = self.keys.entries.iter().find(|key| key.id == checkpoint.key_id);
        let signed = by.is_some_and(|key| {
            is_signed(&key.public_key, &checkpoint.statement(), &checkpoint.signature)
        });
        if !signed {
            let en = "has a forged checkpoint in its archive";
            report.find_row(
                Wrong::CheckpointForged,
                checkpoint.seq,
                en,
                "在归档中的检查点是伪造的",
            );
        }
    }
}
