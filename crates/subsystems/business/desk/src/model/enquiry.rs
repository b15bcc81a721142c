use kernel::Time;

use super::{
    entry::{Entry, EntryKind},
    ticket::Ticket,
    ticket_type::TypeDraft,
};

/// How far an enquiry is, in three plain words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// It has arrived.
    Received,
    /// Somebody is on it.
    BeingHandled,
    /// There is an answer, or it is over.
    Answered,
}

impl Progress {
    /// Its name on the wire.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::BeingHandled => "being_handled",
            Self::Answered => "answered",
        }
    }
}

/// Something that whoever enquired is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// When it was written.
    pub at: Time,
    /// Whether by themselves.
    pub own: bool,
    /// What.
    pub text: String,
}

/// How far a ticket is for those outside.
#[must_use]
pub(crate) fn progress(ticket: &Ticket, draft: &TypeDraft) -> Progress {
    if !ticket.phase.is_open() {
        return Progress::Answered;
    }
    if ticket.state == draft.first && ticket.reopened == 0 {
        return Progress::Received;
    }
    Progress::BeingHandled
}

/// What of a ticket's entries is shown outside: what was said to whoever enquired and what they
/// added, without who at the desk wrote it.
#[must_use]
pub(crate) fn lines(entries: &[Entry]) -> Vec<Line> {
    let told = entries.iter().filter(|entry| {
        let kinds = [EntryKind::Moved, EntryKind::Commented, EntryKind::RequesterWrote];
        entry.public && kinds.contains(&entry.kind) && !entry.text.is_empty()
    });
    let line = |entry: &Entry| Line {
        at: entry.at,
        own: entry.kind == EntryKind::RequesterWrote,
        text: entry.text.clone(),
    };
    told.map(line).collect()
}
