use std::{path::PathBuf, time::Duration};

use db::Db;
use kernel::{Caller, Fact, Subject, Time};
use serde::Serialize;
use tokio::task::spawn_blocking;

use super::{
    check,
    entry::{self, ArchiveEntry},
    file::{ArchiveWriter, Line, VERSION, end_statement, unusable},
};
use crate::{
    Entry, JournalError, Sealer, anchor, append,
    seal::{
        canon::RawRow,
        chain::Seal,
        keys::{KeyEntry, KeyRing},
        store,
    },
    verify::{VerifyOptions, keys::TrustedKeys, report::Report},
};

/// Rows of one file at most.
const FILE_ROWS_MAX: i64 = 100_000;
/// Seals whose rows are removed in one transaction.
const REMOVE_SEALS: i64 = 20;
/// Files of one call at most.
const FILES_MAX: usize = 20;
/// A file is begun when so much time has gathered, so that quiet installations do not get a file
/// every hour.
const GATHER: Duration = Duration::from_secs(24 * 3600);

/// Moves old rows to files: cheap to clone.
#[derive(Debug, Clone)]
pub struct Archiver {
    /// Seals, and knows the keys.
    pub sealer: Sealer,
    /// Where the files go.
    pub folder: PathBuf,
    /// How long rows stay in the table; the settings allow no less than 180 days.
    pub retention: Duration,
    /// Whether rows must be known to an anchor first: whenever one is configured.
    pub anchored: bool,
}

/// What a call did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Archived {
    /// Rows written to files.
    pub rows: u64,
    /// Files written.
    pub files: u64,
}

/// Rows were moved from the table to an archive.
#[derive(Debug, Serialize)]
struct JournalArchived<'a> {
    #[serde(flatten)]
    entry: &'a ArchiveEntry,
}

impl Fact for JournalArchived<'_> {
    const VERB: &'static str = "journal.archived";

    fn subject(&self) -> Subject {
        Subject::new("journal", "journal", "journal")
    }
}

/// A stretch of seals that goes into one file.
struct Stretch {
    first_seq: i64,
    before: String,
    seals: Vec<Seal>,
}

impl Archiver {
    /// Writes what is older than the retention to files, reads them back, and removes it from the
    /// table in bounded steps.
    ///
    /// Errors: [`JournalError::Held`] after the clock jumped forwards;
    /// [`JournalError::ArchiveUnusable`]. Rows are removed only after their file was verified.
    pub async fn archive(&self) -> Result<Archived, JournalError> {
        // Looks at the clock, too.
        self.sealer.checkpoint().await?;
        let db = &self.sealer.parts().db;
        if let Some((_, found)) = store::hold(&mut *db.reader().acquire().await?).await? {
            return Err(JournalError::Held { since: Time::from_micros(found) });
        }
        let mut archived = Archived::default();
        for _ in 0..FILES_MAX {
            let last = entry::last(&mut *db.reader().acquire().await?).await?;
            if let Some(unfinished) = last.as_ref().filter(|e| e.removed_to < e.last_seq) {
                self.remove(unfinished).await?;
            }
            let Some(stretch) = self.next_stretch(last.as_ref()).await? else { break };
            let entry = self.write(last.as_ref(), &stretch).await?;
            archived.rows += u64::try_from(entry.last_seq - entry.first_seq + 1).unwrap_or(0);
            archived.files += 1;
            self.remove(&entry).await?;
        }
        Ok(archived)
    }

    /// The seals after the last archive whose rows are all old enough and known outside.
    async fn next_stretch(
        &self,
        last: Option<&ArchiveEntry>,
    ) -> Result<Option<Stretch>, JournalError> {
        let parts = self.sealer.parts();
        let cutoff = parts.clock.now().minus(self.retention).micros();
        let mut reader = parts.db.reader().acquire().await?;
        let known = if self.anchored {
            anchor::anchored_seq(&mut reader).await?
        } else {
            store::last_checkpoint(&mut reader).await?.map_or(0, |checkpoint| checkpoint.seq)
        };
        let border = last.map_or(0, |entry| entry.last_seal);
        let mut stretch = Stretch {
            first_seq: last.map_or(1, |entry| entry.last_seq + 1),
            before: String::new(),
            seals: Vec::new(),
        };
        let mut number = border - 1;
        'all: loop {
            let seals = store::seals_after(&mut reader, number, 200).await?;
            if seals.is_empty() {
                break;
            }
            for seal in seals {
                number = seal.number;
                if seal.number <= border {
                    stretch.before = seal.value;
                    continue;
                }
                let rows = seal.last_seq - stretch.first_seq + 1;
                let old = seal.sealed_at < cutoff && seal.last_seq <= known;
                if !old || rows > FILE_ROWS_MAX {
                    break 'all;
                }
                stretch.seals.push(seal);
            }
        }
        let gathered = Time::from_micros(cutoff).minus(GATHER).micros();
        let due = stretch.seals.first().is_some_and(|seal| seal.sealed_at < gathered);
        Ok(due.then_some(stretch))
    }

    async fn write(
        &self,
        last: Option<&ArchiveEntry>,
        stretch: &Stretch,
    ) -> Result<ArchiveEntry, JournalError> {
        let parts = self.sealer.parts();
        let now = parts.clock.now();
        let (first_seq, last_seal) = (stretch.first_seq, stretch.seals.last());
        let last_seq = last_seal.map_or(first_seq, |seal| seal.last_seq);
        let name = format!("journal-{first_seq:012}-{last_seq:012}.jsonl.zst");
        let (first_at, last_at) = self.write_file(&name, stretch, now).await?;
        let mut made = ArchiveEntry {
            number: last.map_or(1, |entry| entry.number + 1),
            first_seq,
            last_seq,
            last_seal: last_seal.map_or(0, |seal| seal.number),
            first_at,
            last_at,
            file: name,
            sha256: String::new(),
            bytes: 0,
            archived_at: now.micros(),
            key_id: String::new(),
            signature: String::new(),
            removed_to: first_seq - 1,
        };
        made = self.read_back(made, &stretch.before).await?;
        let (key_id, signature) = self.sealer.sign(&made.statement()).await?;
        (made.key_id, made.signature) = (key_id, signature);
        let mut tx = parts.db.begin().await?;
        if entry::last(tx.connection()).await?.map(|e| e.number) != last.map(|e| e.number) {
            return Err(JournalError::Overtaken);
        }
        entry::insert(tx.connection(), &made).await?;
        let caller = Caller::system("journal");
        append(&mut tx, Entry::new(&caller, now, &JournalArchived { entry: &made })).await?;
        tx.commit().await?;
        Ok(made)
    }

    async fn write_file(
        &self,
        name: &str,
        stretch: &Stretch,
        now: Time,
    ) -> Result<(i64, i64), JournalError> {
        let db = &self.sealer.parts().db;
        let mut written = Written::create(&self.folder, name)?;
        written.out.write(&Line::Archive {
            version: VERSION,
            first_seq: stretch.first_seq,
            made_at: now.micros(),
            before: stretch.before.clone(),
        })?;
        for key in store::keys(&mut *db.reader().acquire().await?).await? {
            written.out.write(&Line::Key(key))?;
        }
        let mut after = stretch.first_seq - 1;
        for seal in &stretch.seals {
            let limit = seal.last_seq - after;
            let rows = store::rows_after(&mut *db.reader().acquire().await?, after, limit).await?;
            after = seal.last_seq;
            // Compressing is work for the processor: not on a thread that answers requests.
            let seal = seal.clone();
            written = blocking(move || written.range(seal, rows)).await?;
        }
        let last = stretch.seals.last().map_or(0, |seal| seal.number);
        let first = stretch.seals.first().map_or(0, |seal| seal.number);
        written.checkpoints(db, first..=last).await?;
        let (rows, sha256) = (written.out.rows, written.out.sha256());
        let (key_id, signature) = self.sealer.sign(&end_statement(rows, &sha256)).await?;
        written.out.write(&Line::End { rows, sha256, key_id, signature })?;
        let times = (written.first_at, written.last_at);
        blocking(move || written.out.finish()).await?;
        Ok(times)
    }

    /// Reads the file from its beginning, as a verification would, before anything is removed.
    async fn read_back(
        &self,
        mut entry: ArchiveEntry,
        before: &str,
    ) -> Result<ArchiveEntry, JournalError> {
        let parts = self.sealer.parts();
        let keys = store::keys(&mut *parts.db.reader().acquire().await?).await?;
        let (path, folder) = (self.folder.join(&entry.file), parts.keys.clone());
        let end = (entry.number > 1).then(|| (0, before.to_owned()));
        blocking(move || {
            (entry.sha256, entry.bytes) = super::file::digest(&path)?;
            let report = check_written(&path, &entry, &keys, folder, end.as_ref())?;
            match report.findings.first() {
                None => Ok(entry),
                // What is not as it was sealed stays where it is, for somebody to look at.
                Some(finding) => Err(unusable(&path, &finding.text.en)),
            }
        })
        .await
    }

    async fn remove(&self, entry: &ArchiveEntry) -> Result<(), JournalError> {
        let db = &self.sealer.parts().db;
        let mut removed_to = entry.removed_to;
        while removed_to < entry.last_seq {
            let mut tx = db.begin().await?;
            let seals = store::seals_after(tx.connection(), 0, REMOVE_SEALS).await?;
            let within = seals.iter().filter(|seal| seal.last_seq <= entry.last_seq);
            let Some(border) = within.max_by_key(|seal| seal.number) else { break };
            if border.last_seq <= removed_to {
                break;
            }
            removed_to = border.last_seq;
            let border = (border.number, border.last_seq);
            entry::remove_to(tx.connection(), entry.number, border).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

fn check_written(
    path: &std::path::Path,
    entry: &ArchiveEntry,
    keys: &[KeyEntry],
    folder: PathBuf,
    end: Option<&(i64, String)>,
) -> Result<Report, JournalError> {
    let mut report = Report::default();
    let options = VerifyOptions { keys: folder, ..VerifyOptions::default() };
    let ring = KeyRing::open(&options.keys)?.ok_or_else(|| unusable(path, &"no keys"))?;
    let keys = TrustedKeys::check(&ring, keys.to_vec(), &options, &mut report);
    check::check_file(path, entry, &keys, end, &mut |_, _| {}, &mut report)?;
    Ok(report)
}

/// A file that is being written, with what is known of its rows.
struct Written {
    out: ArchiveWriter,
    first_at: i64,
    last_at: i64,
}

impl Written {
    fn create(folder: &std::path::Path, name: &str) -> Result<Self, JournalError> {
        let out = ArchiveWriter::create(folder, name)?;
        Ok(Self { out, first_at: i64::MAX, last_at: i64::MIN })
    }

    fn range(mut self, seal: Seal, rows: Vec<RawRow>) -> Result<Self, JournalError> {
        self.out.write(&Line::Seal(seal))?;
        for row in rows {
            self.first_at = self.first_at.min(row.at);
            self.last_at = self.last_at.max(row.at);
            self.out.write(&Line::Row(row))?;
        }
        Ok(self)
    }

    async fn checkpoints(
        &mut self,
        db: &Db,
        seals: std::ops::RangeInclusive<i64>,
    ) -> Result<(), JournalError> {
        let mut after = 0;
        loop {
            let mut reader = db.reader().acquire().await?;
            let some = store::checkpoints_after(&mut reader, after, 500).await?;
            let Some(last) = some.last() else { return Ok(()) };
            after = last.number;
            let beyond = last.seal > *seals.end();
            for checkpoint in some.into_iter().filter(|c| seals.contains(&c.seal)) {
                self.out.write(&Line::Checkpoint(checkpoint))?;
            }
            if beyond {
                return Ok(());
            }
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, JournalError> + Send + 'static,
) -> Result<T, JournalError> {
    match spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(JournalError::Unverifiable { said: error.to_string() }),
    }
}
