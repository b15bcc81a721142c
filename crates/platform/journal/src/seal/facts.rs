use kernel::{Fact, Subject};
use serde::Serialize;

use super::keys::KeyEntry;

/// The journal's key was changed; both keys have signed it.
#[derive(Debug, Serialize)]
pub(crate) struct KeyChanged {
    #[serde(flatten)]
    pub(crate) entry: KeyEntry,
}

/// Rows were missing when the journal was sealed.
#[derive(Debug, Serialize)]
pub(crate) struct GapFound {
    /// The first row that was missing.
    pub(crate) first_seq: i64,
    /// The last one.
    pub(crate) last_seq: i64,
}

/// The clock jumped forwards by more than a day: nothing is archived until somebody has looked.
#[derive(Debug, Serialize)]
pub(crate) struct ClockJumped {
    /// What the time should have been.
    pub(crate) expected: kernel::Time,
    /// What the clock said.
    pub(crate) found: kernel::Time,
}

/// Somebody looked at the clock: archiving goes on.
#[derive(Debug, Serialize)]
pub(crate) struct ArchiveReleased {
    /// What the time should have been when it was held.
    pub(crate) expected: kernel::Time,
}

fn journal() -> Subject {
    Subject::new("journal", "journal", "journal")
}

impl Fact for KeyChanged {
    const VERB: &'static str = "journal.key_changed";

    fn subject(&self) -> Subject {
        journal()
    }
}

impl Fact for GapFound {
    const VERB: &'static str = "journal.gap_found";

    fn subject(&self) -> Subject {
        journal()
    }
}

impl Fact for ClockJumped {
    const VERB: &'static str = "journal.clock_jumped";

    fn subject(&self) -> Subject {
        journal()
    }
}

impl Fact for ArchiveReleased {
    const VERB: &'static str = "journal.archive_released";

    fn subject(&self) -> Subject {
        journal()
    }
}
