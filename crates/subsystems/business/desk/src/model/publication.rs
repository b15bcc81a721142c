use kernel::{FieldFault, Id, Time};

use super::{
    entry::{Entry, EntryKind},
    ticket::{TicketId, text_fault},
};

const TITLE_CHARS_MAX: usize = 200;
const TEXT_CHARS_MAX: usize = 20_000;

/// The id of a publication.
pub(crate) type PublicationId = Id<Publication>;

/// An answer that is published (选登), with a title and a text of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Publication {
    /// Its id.
    pub id: PublicationId,
    /// The ticket whose answer it is.
    pub ticket_id: TicketId,
    /// By what people call that.
    pub ticket_number: String,
    /// The number of the entry that is the answer.
    pub entry: u32,
    /// What it is about.
    pub title: String,
    /// The question and the answer, without what tells who asked.
    pub text: String,
    /// How far it is.
    pub state: PublicationState,
    /// Who redacted it.
    pub redacted_by: String,
    /// Their id: nobody approves their own.
    pub redacted_id: String,
    /// When.
    pub redacted_at: Time,
    /// Who approved it, and when.
    pub approved: Option<(String, Time)>,
    /// Who withdrew it, and when.
    pub withdrawn: Option<(String, Time)>,
    /// Grows by one with every change.
    pub version: i64,
}

/// How far a publication is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PublicationState {
    /// Somebody redacted it.
    Proposed,
    /// Somebody else approved it: everybody reads it.
    Published,
    /// Nobody outside reads it.
    Withdrawn,
}

impl PublicationState {
    const ALL: [Self; 3] = [Self::Proposed, Self::Published, Self::Withdrawn];

    /// Its name on the wire and in the records.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// What is wrong with a title and a text.
#[must_use]
pub(crate) fn faults(title: &str, text: &str) -> Vec<FieldFault> {
    let title = text_fault("title", title, 1, TITLE_CHARS_MAX);
    title.into_iter().chain(text_fault("text", text, 1, TEXT_CHARS_MAX)).collect()
}

/// Whether an entry is an answer that was given to whoever asked: of an enquiry, one that was
/// approved.
#[must_use]
pub(crate) fn is_answer(entry: &Entry) -> bool {
    entry.public && entry.kind == EntryKind::Moved && !entry.text.is_empty()
}
