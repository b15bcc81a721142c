use kernel::Text;
use serde::Serialize;

/// Findings listed at most; the rest is counted.
const LISTED_MAX: usize = 1_000;

/// What is wrong with the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wrong {
    /// A row is not what was sealed.
    Edited,
    /// A row that was sealed, or whose number was given, is gone.
    Removed,
    /// A row is there that was never written by the journal.
    Inserted,
    /// A row stands where another one was.
    Moved,
    /// A row cannot be read.
    Unreadable,
    /// The end of the log is gone.
    Cut,
    /// The counter does not fit the rows.
    Counter,
    /// A seal is not what the chain says.
    SealEdited,
    /// A seal is gone.
    SealRemoved,
    /// A checkpoint is not signed by the journal's key, or says something else than its seal.
    CheckpointForged,
    /// A checkpoint is gone.
    CheckpointRemoved,
    /// A key is not the one that is trusted.
    KeySwapped,
    /// An anchor outside remembers another log.
    Rewritten,
    /// An anchor's line is not signed by the journal's key.
    AnchorForged,
    /// The mark beside the keys is gone.
    HeadMissing,
    /// An archive is not what was written.
    ArchiveDamaged,
    /// An archive is gone.
    ArchiveMissing,
}

/// One thing that is wrong, with the rows it concerns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What is wrong.
    pub wrong: Wrong,
    /// The first row concerned.
    pub first_seq: i64,
    /// The last one.
    pub last_seq: i64,
    /// A sentence for people.
    pub text: Text,
}

/// Consecutive rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The first one.
    pub first_seq: i64,
    /// The last one.
    pub last_seq: i64,
}

/// What came of a verification.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether everything holds.
    pub holds: bool,
    /// Rows read from the table.
    pub rows: u64,
    /// Rows read from archives.
    pub archived_rows: u64,
    /// Rows that were moved to archives.
    pub archived: Option<Span>,
    /// Whether those archives were read.
    pub archives_read: bool,
    /// Rows whose seal is told to an anchor that was given.
    pub anchored: Option<Span>,
    /// Rows under a seal that no given anchor knows.
    pub unanchored: Option<Span>,
    /// Rows that are not sealed yet.
    pub unsealed: Option<Span>,
    /// Seals checked.
    pub seals: u64,
    /// Checkpoints checked.
    pub checkpoints: u64,
    /// The key in force.
    pub key_id: String,
    /// How far the records say that anchors were told, by name; not proof by itself.
    pub claimed: Vec<Claim>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// How many more things are wrong.
    pub findings_more: u64,
}

/// What the records say of an anchor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// The anchor's name.
    pub anchor: String,
    /// The last row it was told of.
    pub seq: i64,
}

impl Span {
    /// The rows from `first_seq` to `last_seq`, if there are any.
    pub(crate) fn of(first_seq: i64, last_seq: i64) -> Option<Self> {
        (first_seq <= last_seq).then_some(Self { first_seq, last_seq })
    }
}

impl Report {
    pub(crate) fn find(&mut self, wrong: Wrong, (first_seq, last_seq): (i64, i64), text: Text) {
        if self.findings.len() < LISTED_MAX {
            self.findings.push(Finding { wrong, first_seq, last_seq, text });
        } else {
            self.findings_more += 1;
        }
    }

    pub(crate) fn find_row(&mut self, wrong: Wrong, seq: i64, en: &str, zh: &str) {
        let text = Text::new(format!("row {seq} {en}"), format!("第 {seq} 行{zh}"));
        self.find(wrong, (seq, seq), text);
    }

    pub(crate) fn find_rows(&mut self, wrong: Wrong, rows: (i64, i64), en: &str, zh: &str) {
        let (first, last) = rows;
        if first == last {
            return self.find_row(wrong, first, en, zh);
        }
        let text =
            Text::new(format!("rows {first} to {last} {en}"), format!("第 {first}–{last} 行{zh}"));
        self.find(wrong, rows, text);
    }
}
