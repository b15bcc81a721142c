use kernel::{Id, Time};

/// The id of an attachment.
pub type AttachmentId = Id<Attachment>;

/// What is known of whether a file is harmless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// No scanner is set: nothing is known.
    Unscanned,
    /// It waits for the scanner, and nobody gets it before.
    Pending,
    /// The scanner found nothing.
    Clean,
    /// The scanner found something: nobody gets it.
    Infected,
    /// The scanner could not tell, as often as it was asked: nobody gets it.
    Failed,
}

/// A file's content, kept once however often it is attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Its SHA-256, 64 hexadecimal digits.
    pub digest: String,
    /// Its size.
    pub size_bytes: u64,
    /// What it is, judged by its bytes.
    pub media_type: String,
    /// Whether it is harmless.
    pub verdict: Verdict,
    /// What the scanner said.
    pub verdict_note: String,
    /// How often the scanner was asked.
    pub scan_attempts: i64,
    /// When it was last stored.
    pub stored_at: Time,
}

/// A file attached to a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// The name it is offered under: cleaned, and with the ending of what it is.
    pub name: String,
    /// What it is attached to: the noun.
    pub subject_kind: String,
    /// What it is attached to: the id.
    pub subject_id: String,
    /// When.
    pub created_at: Time,
    /// By whom: the actor's name.
    pub created_by: String,
    /// What is in it.
    pub content: Content,
}

impl Verdict {
    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unscanned => "unscanned",
            Self::Pending => "pending",
            Self::Clean => "clean",
            Self::Infected => "infected",
            Self::Failed => "failed",
        }
    }

    /// The verdict of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Unscanned, Self::Pending, Self::Clean, Self::Infected, Self::Failed]
            .into_iter()
            .find(|verdict| verdict.name() == name)
    }

    /// Whether the file is given out.
    #[must_use]
    pub const fn served(self) -> bool {
        matches!(self, Self::Unscanned | Self::Clean)
    }
}
