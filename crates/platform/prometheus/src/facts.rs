//! What happens to stored samples by hand, as the journal tells it.

use kernel::{Fact, Subject, Time};
use serde::Serialize;

/// Samples were deleted. Written before anything goes: nothing goes that the journal does not name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeriesDeleted {
    /// Which series: those that match one of these.
    pub selectors: Vec<String>,
    /// From when on; none: from the oldest.
    pub samples_from: Option<Time>,
    /// Up to when; none: to the newest.
    pub samples_until: Option<Time>,
    /// How many series matched.
    pub series: u64,
}

/// Samples could not be deleted after all; some of them may be gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeriesDeletionFailed {
    /// Which series.
    pub selectors: Vec<String>,
}

/// The room that deleted samples took was given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeriesRoomReclaimed {
    /// How many blocks were written anew without them.
    pub blocks: u64,
}

/// A snapshot of the store was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeriesSnapshotTaken {
    /// What its directory is called.
    pub snapshot: String,
    /// Whether the newest hours, which are in memory, were left out.
    pub skip_head: bool,
}

/// The first of them, and whether there are more.
fn first_of(selectors: &[String]) -> String {
    let more = if selectors.len() > 1 { ", …" } else { "" };
    format!("{}{more}", selectors.first().map_or("", String::as_str))
}

/// The store of this server, which there is one of.
fn store(name: String) -> Subject {
    Subject::new("series", "series", name)
}

impl Fact for SeriesDeleted {
    const VERB: &'static str = "series.deleted";

    fn subject(&self) -> Subject {
        store(first_of(&self.selectors))
    }
}

impl Fact for SeriesDeletionFailed {
    const VERB: &'static str = "series.deletion_failed";

    fn subject(&self) -> Subject {
        store(first_of(&self.selectors))
    }
}

impl Fact for SeriesRoomReclaimed {
    const VERB: &'static str = "series.room_reclaimed";

    fn subject(&self) -> Subject {
        store("tombstones".to_owned())
    }
}

impl Fact for SeriesSnapshotTaken {
    const VERB: &'static str = "series.snapshot_taken";

    fn subject(&self) -> Subject {
        store(self.snapshot.clone())
    }
}
