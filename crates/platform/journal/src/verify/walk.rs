use std::collections::VecDeque;

use kernel::Text;
use sqlx::AnyConnection;

use super::{
    VerifyOptions,
    keys::TrustedKeys,
    outside::{Outside, signed_by_one_of},
    range::{Before, check_range},
    report::{Claim, Report, Span, Wrong},
    rows::Rows,
};
use crate::{
    JournalError,
    archive::{self, ArchiveEntry},
    seal::{canon::RawRow, chain::Seal, checkpoint::Checkpoint, keys::KeyRing, store},
};

/// Seals or checkpoints read at once.
const BATCH: i64 = 200;

const COUNTER: &str = "SELECT seq FROM journal_counter WHERE id = 1 LIMIT 1";
const COUNT: &str = "SELECT COUNT(*) FROM journal_row";
const CLAIMS: &str = "SELECT name, seq FROM journal_anchor ORDER BY name LIMIT 100";

/// One walk over the records.
pub(crate) struct Walk<'a, 'p> {
    connection: &'a mut AnyConnection,
    keys: TrustedKeys<'a>,
    archives: &'a [ArchiveEntry],
    /// The last seal of the archives, when they were read.
    archive_end: Option<(i64, String)>,
    outside: Outside,
    rows: Rows,
    checkpoints: VecDeque<Checkpoint>,
    checkpoint_number: i64,
    report: Report,
    progress: &'p mut (dyn FnMut(u64) + Send),
}

/// Where the walk is: after which seal and row.
struct Place {
    number: i64,
    seq: i64,
    before: Before,
}

/// Verifies the records behind `connection`, which shows one moment of them.
pub(super) async fn walk(
    connection: &mut AnyConnection,
    options: &VerifyOptions,
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Report, JournalError> {
    let mut report = Report::default();
    let entries = store::keys(connection).await?;
    let ring = KeyRing::open(&options.keys)?;
    let Some(ring) = ring else {
        return unsealed_only(connection, entries.is_empty(), options).await;
    };
    let keys = TrustedKeys::check(&ring, entries, options, &mut report);
    let mut outside = Outside::read(&options.keys, options.anchors.as_deref(), &options.witnessed)?;
    let archives = archive::entries(connection).await?;
    archive::check_entries(&archives, &keys.entries, &mut report);
    let mut archive_end = None;
    if let Some(folder) = &options.archive {
        let mut each = |seal: (i64, i64, &str), report: &mut Report| {
            outside.compare(seal, &keys.entries, report);
        };
        archive_end = archive::check_files(folder, &archives, &keys, &mut each, &mut report);
        report.archives_read = true;
    }
    let walk = Walk {
        archive_end,
        connection,
        keys,
        archives: &archives,
        outside,
        rows: Rows::default(),
        checkpoints: VecDeque::new(),
        checkpoint_number: 0,
        report,
        progress,
    };
    walk.run().await
}

/// A journal that was never sealed has nothing that could be compared.
async fn unsealed_only(
    connection: &mut AnyConnection,
    keyless: bool,
    options: &VerifyOptions,
) -> Result<Report, JournalError> {
    if !keyless {
        let said = format!("there are no keys in {}", options.keys.display());
        return Err(JournalError::Unverifiable { said });
    }
    let rows: i64 = sqlx::query_scalar(COUNT).fetch_one(&mut *connection).await?;
    let newest: Option<i64> = sqlx::query_scalar(COUNTER).fetch_optional(connection).await?;
    Ok(Report {
        rows: u64::try_from(rows).unwrap_or(0),
        holds: true,
        unsealed: Span::of(1, newest.unwrap_or(0)),
        ..Report::default()
    })
}

impl Walk<'_, '_> {
    async fn run(mut self) -> Result<Report, JournalError> {
        self.report.archived = self.archives.last().and_then(|last| Span::of(1, last.last_seq));
        let mut place = self.start().await?;
        let first_sealed = place.seq + 1;
        let mut first = place.seq > 0;
        loop {
            let seals = store::seals_after(self.connection, place.number, BATCH).await?;
            for seal in &seals {
                if first && seal.last_seq == place.seq {
                    // The seal at the border of the archive: what it was made of is there.
                    place.before = Before::value(&seal.value);
                    place.number = seal.number;
                    self.border(seal);
                    self.look_outside(seal).await?;
                } else {
                    self.seal(&mut place, seal).await?;
                }
                first = false;
            }
            (self.progress)(self.rows.read);
            if seals.is_empty() {
                break;
            }
        }
        self.tail(&place).await?;
        self.finish(first_sealed, &place).await
    }

    /// The border of what was archived and removed.
    async fn start(&mut self) -> Result<Place, JournalError> {
        let removed_to = self.archives.iter().map(|entry| entry.removed_to).max().unwrap_or(0);
        let mut number = 0;
        if removed_to > 0 {
            let first = store::seals_after(self.connection, i64::MIN, 1).await?;
            match first.first().filter(|seal| seal.last_seq == removed_to) {
                Some(seal) => number = seal.number - 1,
                None => {
                    let en = "is the last one archived, but its seal is gone";
                    let zh = "是归档的最后一行，但其封存记录缺失";
                    self.report.find_row(Wrong::SealRemoved, removed_to, en, zh);
                }
            }
        }
        let before = Before { unknown: number == 0 && removed_to > 0, ..Before::default() };
        Ok(Place { number, seq: removed_to, before })
    }

    /// The last archived seal must be the one with which the archive ends.
    fn border(&mut self, seal: &Seal) {
        let differs = self
            .archive_end
            .as_ref()
            .is_some_and(|(number, value)| *number == seal.number && *value != seal.value);
        if differs {
            let en = "is the last one archived, but its seal is not the archive's";
            let zh = "是归档的最后一行，但其封存记录与归档不符";
            self.report.find_row(Wrong::SealEdited, seal.last_seq, en, zh);
        }
    }

    async fn seal(&mut self, place: &mut Place, seal: &Seal) -> Result<(), JournalError> {
        self.report.seals += 1;
        let missing = seal.number != place.number + 1;
        if missing {
            let span = (place.seq + 1, (seal.first_seq - 1).max(place.seq + 1));
            let en = "have lost their seal: it was removed";
            self.report.find_rows(Wrong::SealRemoved, span, en, "的封存记录被删除");
            place.before.unknown = true;
        } else if seal.first_seq > place.seq + 1 {
            let span = (place.seq + 1, seal.first_seq - 1);
            let en = "were missing already when the log was sealed";
            self.report.find_rows(Wrong::Removed, span, en, "在封存时已经缺失");
        }
        let rows = self.rows_of(seal, missing).await?;
        if let Some(key) = self.keys.of(seal, &mut self.report) {
            place.before = check_range(&key, &place.before, seal, &rows, &mut self.report);
        }
        self.look_outside(seal).await?;
        place.number = seal.number;
        place.seq = seal.last_seq.max(place.seq);
        Ok(())
    }

    /// The rows of a range. Others before it were inserted, unless their own seal is missing.
    async fn rows_of(&mut self, seal: &Seal, missing: bool) -> Result<Vec<RawRow>, JournalError> {
        let mut rows = Vec::new();
        // An edited bound must not make us hold all rows there are.
        let last = seal.last_seq.min(seal.first_seq.saturating_add(4_096));
        while let Some(row) = self.rows.next_up_to(self.connection, last, &mut self.report).await? {
            if row.seq >= seal.first_seq {
                rows.push(row);
            } else if !missing {
                self.inserted(row.seq);
            }
        }
        Ok(rows)
    }

    fn inserted(&mut self, seq: i64) {
        self.report.find_row(Wrong::Inserted, seq, "was inserted", "是插入的");
    }

    /// Compares a seal with its checkpoint and with what places outside remember.
    async fn look_outside(&mut self, seal: &Seal) -> Result<(), JournalError> {
        let known = (seal.number, seal.last_seq, seal.value.as_str());
        self.outside.compare(known, &self.keys.entries, &mut self.report);
        while let Some(checkpoint) = self.next_checkpoint(seal.number).await? {
            let fits = checkpoint.seal != seal.number
                || (checkpoint.value == seal.value && checkpoint.seq == seal.last_seq);
            // Checkpoints of archived seals come first: the archives hold what they speak of.
            if !fits && signed_by_one_of(&checkpoint, &self.keys.entries) {
                let span = (seal.first_seq, seal.last_seq);
                let en = "are not those that a signed checkpoint names: the seal was edited";
                let zh = "与已签名的检查点不符：封存记录被篡改";
                self.report.find_rows(Wrong::SealEdited, span, en, zh);
            }
        }
        Ok(())
    }

    /// The next checkpoint of a seal up to `number`, after its signature was looked at.
    async fn next_checkpoint(&mut self, number: i64) -> Result<Option<Checkpoint>, JournalError> {
        if self.checkpoints.is_empty() {
            let after = self.checkpoint_number;
            let more = store::checkpoints_after(self.connection, after, BATCH).await?;
            self.checkpoints.extend(more);
        }
        let next = self.checkpoints.pop_front_if(|checkpoint| checkpoint.seal <= number);
        let Some(checkpoint) = next else { return Ok(None) };
        self.report.checkpoints += 1;
        if checkpoint.number != self.checkpoint_number + 1 {
            let seq = checkpoint.seq;
            let number = checkpoint.number;
            let en = format!("has a checkpoint (number {number}) before which one was removed");
            let zh = format!("的检查点（第 {number} 个）之前有检查点被删除");
            self.report.find_row(Wrong::CheckpointRemoved, seq, &en, &zh);
        }
        self.checkpoint_number = checkpoint.number;
        if !signed_by_one_of(&checkpoint, &self.keys.entries) {
            let en = format!("has a forged checkpoint (number {})", checkpoint.number);
            let zh = format!("的检查点（第 {} 个）是伪造的", checkpoint.number);
            self.report.find_row(Wrong::CheckpointForged, checkpoint.seq, &en, &zh);
        }
        Ok(Some(checkpoint))
    }

    /// The rows after the last seal, the counter, and what is left of checkpoints and anchors.
    async fn tail(&mut self, place: &Place) -> Result<(), JournalError> {
        let counter: Option<i64> =
            sqlx::query_scalar(COUNTER).fetch_optional(&mut *self.connection).await?;
        let counter = counter.unwrap_or(0);
        let mut next = place.seq + 1;
        while let Some(row) =
            self.rows.next_up_to(self.connection, i64::MAX, &mut self.report).await?
        {
            if row.seq > counter || row.seq < next {
                self.inserted(row.seq);
                continue;
            }
            if row.seq > next {
                let en = "were removed before they were sealed";
                let span = (next, row.seq - 1);
                self.report.find_rows(Wrong::Removed, span, en, "在封存前被删除");
            }
            next = row.seq + 1;
        }
        if counter >= next {
            let en = "are gone: the end of the log was cut off (the counter knows them)";
            let zh = "缺失：日志尾部被截断（计数器有记录）";
            self.report.find_rows(Wrong::Cut, (next, counter), en, zh);
        }
        if counter < place.seq {
            let en = format!("is sealed, but the counter stands at {counter}: it was set back");
            let zh = format!("已封存，但计数器为 {counter}：计数器被回拨");
            self.report.find_row(Wrong::Counter, place.seq, &en, &zh);
        }
        self.report.unsealed = Span::of(place.seq + 1, counter.max(next - 1));
        let total: i64 = sqlx::query_scalar(COUNT).fetch_one(&mut *self.connection).await?;
        let unread = u64::try_from(total).unwrap_or(0).saturating_sub(self.rows.read);
        if unread > 0 {
            let text = Text::new(
                format!("{unread} rows have no number, or that of another: they were inserted"),
                format!("有 {unread} 行没有编号或编号重复：疑为插入"),
            );
            self.report.find(Wrong::Inserted, (0, 0), text);
        }
        Ok(())
    }

    async fn finish(mut self, first: i64, place: &Place) -> Result<Report, JournalError> {
        while let Some(checkpoint) = self.next_checkpoint(i64::MAX).await? {
            let en = "has a checkpoint, but its seal is gone: the end of the log was cut off";
            let zh = "有检查点，但其封存记录缺失：日志尾部被截断";
            self.report.find_row(Wrong::Cut, checkpoint.seq, en, zh);
        }
        if self.outside.newest_number() > self.checkpoint_number {
            let en = "is sealed, but the newest checkpoints were removed";
            let zh = "已封存，但最新的检查点被删除";
            self.report.find_row(Wrong::CheckpointRemoved, place.seq, en, zh);
        }
        let sealed = (place.number, place.seq);
        self.outside.finish(sealed, &self.keys.entries, &mut self.report);
        if !self.outside.has_head() && self.report.checkpoints > 0 {
            let text = Text::new(
                "the mark journal.head beside the keys is missing: a cut end cannot be ruled out",
                "密钥旁的 journal.head 缺失：无法排除日志尾部被截断",
            );
            self.report.find(Wrong::HeadMissing, (place.seq, place.seq), text);
        }
        self.report.claimed = claims(self.connection).await?;
        self.report.rows = self.rows.read;
        let anchored = self.outside.anchored_seq();
        self.report.anchored = Span::of(first, anchored);
        self.report.unanchored = Span::of(first.max(anchored + 1), place.seq);
        self.report.holds = self.report.findings.is_empty();
        Ok(self.report)
    }
}

async fn claims(connection: &mut AnyConnection) -> Result<Vec<Claim>, JournalError> {
    use sqlx::Row as _;
    let rows = sqlx::query(CLAIMS).fetch_all(connection).await?;
    let read = |row: &sqlx::any::AnyRow| {
        Ok(Claim { anchor: row.try_get("name")?, seq: row.try_get("seq")? })
    };
    rows.iter().map(read).collect()
}
