use kernel::{FieldFault, Id, Text};
use serde::{Deserialize, Serialize};

use super::{Noun, PersonId, PostId, input::Faults};

/// The id of a holding.
pub type HoldingId = Id<Holding>;

/// That a person holds a post. Its span says from when to when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// Who holds it.
    pub person: PersonId,
    /// What is held.
    pub post: PostId,
    /// In which way.
    pub kind: HoldingKind,
    /// How much of their working time belongs to it, 1 to 100 percent.
    pub share_percent: u32,
}

/// In which way a post is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HoldingKind {
    /// It is theirs (正式任职).
    Substantive,
    /// In place of its holder, or until there is one (代理).
    Acting,
    /// Besides their own post (兼任).
    PartTime,
}

/// A holding that somebody wants, or a change of one: what is `None` stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HoldingChange {
    /// In which way.
    pub kind: Option<HoldingKind>,
    /// How much of their working time, in percent.
    pub share_percent: Option<u32>,
}

impl HoldingKind {
    /// All ways.
    pub const ALL: [Self; 3] = [Self::Substantive, Self::Acting, Self::PartTime];

    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Substantive => "substantive",
            Self::Acting => "acting",
            Self::PartTime => "part-time",
        }
    }

    /// The way of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl Noun for Holding {
    const NOUN: &'static str = "holding";
    const CREATED: &'static str = "holding.began";
    const CHANGED: &'static str = "holding.changed";
    const CLOSED: &'static str = "holding.ended";
    const CANCELLED: &'static str = "holding.change_cancelled";

    fn noun() -> Text {
        Text::new("holding", "任职")
    }

    fn code(&self) -> &str {
        self.kind.name()
    }

    fn label(&self) -> String {
        self.kind.name().to_owned()
    }
}

impl Holding {
    /// The holding of `post` by `person` that `new` describes.
    ///
    /// Errors: one fault for every field that is wrong.
    pub(crate) fn made(
        new: &HoldingChange,
        person: PersonId,
        post: PostId,
    ) -> Result<Self, Vec<FieldFault>> {
        let blank = Self { person, post, kind: HoldingKind::Substantive, share_percent: 100 };
        blank.changed(new)
    }

    /// The holding after the change.
    ///
    /// Errors: one fault for every field that is wrong.
    pub(crate) fn changed(&self, change: &HoldingChange) -> Result<Self, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let mut next = self.clone();
        next.kind = change.kind.unwrap_or(next.kind);
        next.share_percent = change.share_percent.unwrap_or(next.share_percent);
        if !(1..=100).contains(&next.share_percent) {
            let found = next.share_percent;
            faults.note(FieldFault::new("share_percent", found, Text::same("1–100")));
        }
        faults.or(next)
    }
}
