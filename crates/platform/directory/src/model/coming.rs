use kernel::{Fact, Subject, Text, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Noun, fact::Told, timeline::Dated};

/// What the directory keeps over time, by its noun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NounName {
    /// A unit.
    Unit,
    /// A region.
    Region,
    /// A site.
    Site,
    /// A post.
    Post,
    /// A person.
    Person,
    /// That a person holds a post.
    Holding,
}

/// What becomes of a thing at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Turn {
    /// It comes to be.
    Begins,
    /// It changes.
    Changes,
    /// It ends.
    Ends,
}

/// Something that is to become of a thing of the directory at a moment to come.
#[derive(Debug, Clone, PartialEq)]
pub struct ComingChange {
    /// What it is.
    pub noun: NounName,
    /// Its id.
    pub id: String,
    /// Its code; empty for what has none.
    pub code: String,
    /// What it is called; of a holding the person and the post.
    pub name: Text,
    /// Its version: what a cancelling is for.
    pub version: i64,
    /// When.
    pub at: Time,
    /// What becomes of it.
    pub turn: Turn,
    /// What changes; a side that is hidden has no values.
    pub fields: Vec<ComingField>,
    /// Whether the caller does not see what it is until then.
    pub before_hidden: bool,
    /// Whether the caller does not see what it becomes.
    pub after_hidden: bool,
    /// Who told it; without a name when that is not known.
    pub teller: Teller,
    /// When they did.
    pub told_at: Time,
}

/// A field of a thing that is to change.
#[derive(Debug, Clone, PartialEq)]
pub struct ComingField {
    /// `name`, `unit_id`.
    pub field: String,
    /// What it is until then.
    pub before: Value,
    /// What it is from then on.
    pub after: Value,
}

/// Who told something that is to come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Teller {
    /// The user; empty when it was none.
    pub id: String,
    /// What they were called then.
    pub name: String,
}

/// Which coming changes are asked for; every field that is set narrows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ComingFilter {
    /// Of such things.
    pub noun: Option<NounName>,
    /// Of the thing with this id.
    pub thing: Option<String>,
    /// Told by this user.
    pub told_by: Option<String>,
    /// That come true by this moment.
    pub until: Option<Time>,
}

/// What was to become of a thing was cancelled before it came true.
#[derive(Debug, Serialize)]
#[serde(bound = "")]
pub struct ChangeCancelled<N> {
    #[serde(flatten)]
    told: Told<N>,
    turn: Turn,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    told_by: String,
}

/// What is cancelled, and whose word it was.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cancelled {
    pub(crate) fields: Vec<String>,
    pub(crate) teller: Teller,
}

impl NounName {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Unit, Self::Region, Self::Site, Self::Post, Self::Person, Self::Holding];

    /// Its name on the wire, in facts and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Region => "region",
            Self::Site => "site",
            Self::Post => "post",
            Self::Person => "person",
            Self::Holding => "holding",
        }
    }

    /// The noun of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|noun| noun.name() == name)
    }
}

impl Turn {
    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Begins => "begins",
            Self::Changes => "changes",
            Self::Ends => "ends",
        }
    }

    /// What it is, by whether the thing is there until then and from then on.
    pub(crate) const fn of<S>(before: Option<&Dated<S>>, after: Option<&Dated<S>>) -> Self {
        match (before, after) {
            (None, _) => Self::Begins,
            (Some(_), Some(_)) => Self::Changes,
            (Some(_), None) => Self::Ends,
        }
    }
}

impl<N: Noun> ChangeCancelled<N> {
    pub(crate) fn of(dated: &Dated<N>, at: Time, turn: Turn, cancelled: Cancelled) -> Self {
        let (fields, told_by) = (cancelled.fields, cancelled.teller.name);
        Self { told: Told::of(dated, at), turn, fields, told_by }
    }
}

impl<N: Noun> Fact for ChangeCancelled<N> {
    const VERB: &'static str = N::CANCELLED;

    fn subject(&self) -> Subject {
        self.told.subject()
    }
}
