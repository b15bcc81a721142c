use kernel::{Fact, Subject};
use serde::Serialize;

/// Another server's journal is witnessed from now on.
#[derive(Debug, Serialize)]
pub(super) struct WitnessBegan<'a> {
    pub(super) journal: &'a str,
    pub(super) sender: &'a str,
    /// Journals that the same sender told of before: there should be none.
    pub(super) others: Vec<String>,
}

/// Another server's journal contradicted itself: its checkpoint was refused.
#[derive(Debug, Serialize)]
pub(super) struct WitnessContradicted<'a> {
    pub(super) journal: &'a str,
    pub(super) sender: &'a str,
    pub(super) kind: &'static str,
    pub(super) checkpoint: String,
    /// What is known of it.
    pub(super) known: Option<String>,
}

/// Checkpoints of another server's journal were never told.
#[derive(Debug, Serialize)]
pub(super) struct WitnessGap<'a> {
    pub(super) journal: &'a str,
    pub(super) sender: &'a str,
    pub(super) skipped: i64,
    pub(super) number: i64,
}

/// Somebody let another server's journal begin anew, as after a restore.
#[derive(Debug, Serialize)]
pub(super) struct WitnessBegunAnew<'a> {
    pub(super) journal: &'a str,
    pub(super) sender: &'a str,
    pub(super) reason: &'a str,
}

fn subject(journal: &str, sender: &str) -> Subject {
    Subject::new("witnessed_journal", journal, sender)
}

impl Fact for WitnessBegan<'_> {
    const VERB: &'static str = "journal.witness_began";

    fn subject(&self) -> Subject {
        subject(self.journal, self.sender)
    }
}

impl Fact for WitnessContradicted<'_> {
    const VERB: &'static str = "journal.witness_contradicted";

    fn subject(&self) -> Subject {
        subject(self.journal, self.sender)
    }
}

impl Fact for WitnessGap<'_> {
    const VERB: &'static str = "journal.witness_gap";

    fn subject(&self) -> Subject {
        subject(self.journal, self.sender)
    }
}

impl Fact for WitnessBegunAnew<'_> {
    const VERB: &'static str = "journal.witness_begun_anew";

    fn subject(&self) -> Subject {
        subject(self.journal, self.sender)
    }
}
