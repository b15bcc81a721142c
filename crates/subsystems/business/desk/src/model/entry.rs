use kernel::Time;
use serde_json::Value;

use super::phase::Phase;

/// Something that happened to a ticket.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    /// Its number within the ticket, from 1 on.
    pub number: u32,
    /// When.
    pub at: Time,
    /// Who did it: the user, whichever way they came in.
    pub principal: String,
    /// What they are called.
    pub actor_name: String,
    /// What it is.
    pub kind: EntryKind,
    /// Whether the requester sees it.
    pub public: bool,
    /// The state the ticket is in from then on, with what it means to the clocks.
    pub state: Option<(String, Phase)>,
    /// What was said.
    pub text: String,
    /// What else there is to know.
    pub detail: Value,
}

/// What happened to a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    /// It was opened.
    Opened,
    /// It went to another state.
    Moved,
    /// It was given to somebody.
    Assigned,
    /// What it says was changed.
    Changed,
    /// Somebody wrote a note or a reply.
    Commented,
    /// A unit was asked to help.
    AssistAsked,
    /// A unit has helped.
    AssistGiven,
    /// It was ordered to be supervised.
    Supervised,
    /// The order was answered.
    Reported,
    /// More time was asked for.
    ExtensionAsked,
    /// That was decided.
    ExtensionDecided,
    /// It was linked to another.
    Linked,
    /// It no longer is.
    Unlinked,
    /// A clock reached a warning.
    Warned,
    /// Whoever asks added something.
    RequesterWrote,
    /// Whoever asks said how it was dealt with.
    Rated,
    /// Whoever asks was called back.
    CalledBack,
    /// It was merged into another, or others into it.
    Merged,
    /// It was taken out of another again.
    Unmerged,
    /// A part of it became a ticket of its own.
    Split,
    /// It was declared major.
    MajorDeclared,
    /// Those concerned were told how it stands.
    MajorUpdated,
    /// It is major no more.
    MajorEnded,
}

impl EntryKind {
    const ALL: [Self; 23] = [
        Self::Opened,
        Self::Moved,
        Self::Assigned,
        Self::Changed,
        Self::Commented,
        Self::AssistAsked,
        Self::AssistGiven,
        Self::Supervised,
        Self::Reported,
        Self::ExtensionAsked,
        Self::ExtensionDecided,
        Self::Linked,
        Self::Unlinked,
        Self::Warned,
        Self::RequesterWrote,
        Self::Rated,
        Self::CalledBack,
        Self::Merged,
        Self::Unmerged,
        Self::Split,
        Self::MajorDeclared,
        Self::MajorUpdated,
        Self::MajorEnded,
    ];

    /// Its name on the wire and in the records.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Moved => "moved",
            Self::Assigned => "assigned",
            Self::Changed => "changed",
            Self::Commented => "commented",
            Self::AssistAsked => "assist_asked",
            Self::AssistGiven => "assist_given",
            Self::Supervised => "supervised",
            Self::Reported => "reported",
            Self::ExtensionAsked => "extension_asked",
            Self::ExtensionDecided => "extension_decided",
            Self::Linked => "linked",
            Self::Unlinked => "unlinked",
            Self::Warned => "warned",
            Self::RequesterWrote => "requester_wrote",
            Self::Rated => "rated",
            Self::CalledBack => "called_back",
            Self::Merged => "merged",
            Self::Unmerged => "unmerged",
            Self::Split => "split",
            Self::MajorDeclared => "major_declared",
            Self::MajorUpdated => "major_updated",
            Self::MajorEnded => "major_ended",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What was answered last: with the step that solved the ticket, or else in a reply to whoever
/// asked; empty: nothing.
#[must_use]
pub(crate) fn answer_in(entries: &[Entry]) -> &str {
    let solves = |entry: &&Entry| {
        let over = entry.state.as_ref().is_some_and(|(_, phase)| !phase.is_open());
        entry.kind == EntryKind::Moved && over && !entry.text.trim().is_empty()
    };
    let replies = |entry: &&Entry| {
        let said = matches!(entry.kind, EntryKind::Commented | EntryKind::Moved);
        said && entry.public && !entry.text.trim().is_empty()
    };
    let found = entries.iter().rev().find(solves);
    let found = found.or_else(|| entries.iter().rev().find(replies));
    found.map(|entry| entry.text.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: EntryKind, phase: Phase, (public, text): (bool, &str)) -> Entry {
        Entry {
            number: 1,
            at: Time::from_micros(1),
            principal: "u".to_owned(),
            actor_name: "u".to_owned(),
            kind,
            public,
            state: Some(("s".to_owned(), phase)),
            text: text.to_owned(),
            detail: Value::Null,
        }
    }

    #[test]
    fn answer_is_what_solved_it_or_else_the_last_reply() {
        let reply = entry(EntryKind::Commented, Phase::Active, (true, "restart it"));
        let note = entry(EntryKind::Commented, Phase::Active, (false, "he is angry"));
        let solved = entry(EntryKind::Moved, Phase::Resolved, (false, "new driver"));
        let closed = entry(EntryKind::Moved, Phase::Closed, (false, " "));
        assert_eq!(answer_in(&[reply.clone(), note.clone()]), "restart it");
        assert_eq!(answer_in(&[solved, reply, closed]), "new driver");
        assert_eq!(answer_in(&[note]), "", "what was said among agents is no answer");
    }
}
