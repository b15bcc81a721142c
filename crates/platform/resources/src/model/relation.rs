use kernel::{Id, Text, Time};
use serde::Serialize;

use crate::{ResourceId, Source};

/// The id of a relation.
pub type RelationId = Id<Relation>;

/// How two resources hang together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Relation {
    /// Its id.
    pub id: RelationId,
    /// Its kind: `runs-on`.
    pub kind: String,
    /// The resource that runs on, depends on …
    pub from: ResourceId,
    /// The resource that it runs on, depends on …
    pub to: ResourceId,
    /// Who says so.
    pub source: Source,
    /// How sure that is, in percent.
    pub confidence: i64,
    /// How much of it counts, in percent, where its kind's weight is not meant.
    pub weight: Option<i64>,
    /// When it was made.
    pub created_at: Time,
}

/// A relation somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRelation {
    /// Its kind: `runs-on`.
    pub kind: String,
    /// The resource that runs on, depends on …
    pub from: ResourceId,
    /// The resource that it runs on, depends on …
    pub to: ResourceId,
    /// Who says so.
    pub source: Source,
    /// How much of it counts, 0 to 100 percent.
    pub weight: Option<i64>,
    /// Since when it is so, not later than now; since now when not given.
    pub valid_from: Option<Time>,
    /// Whether it takes the place of the one that a `0..1` end allows.
    pub replaces: bool,
}

impl NewRelation {
    /// `from` in relation `kind` to `to`, as a person says.
    #[must_use]
    pub fn new(kind: &str, from: ResourceId, to: ResourceId) -> Self {
        let (source, weight, valid_from, replaces) = (Source::Manual, None, None, false);
        Self { kind: kind.to_owned(), from, to, source, weight, valid_from, replaces }
    }
}

/// What was recorded of a relation at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationVersion {
    /// Its number among the relation's versions: later ones count before earlier ones.
    pub entry: i64,
    /// Whether it is there or ended.
    pub present: bool,
    /// From when on.
    pub valid_from: Time,
    /// Until when.
    pub valid_to: Time,
    /// When it was recorded.
    pub recorded_at: Time,
    /// Who recorded it, by name.
    pub recorded_by: String,
    /// The relation.
    pub relation: Relation,
}

/// From which end a relation is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From its source: "runs on".
    Forward,
    /// From its target: "runs".
    Backward,
}

/// What a resource is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceName {
    /// Its id.
    pub id: ResourceId,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// A relation seen from one of its ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenRelation {
    /// Its id.
    pub id: RelationId,
    /// Its kind.
    pub kind: String,
    /// From which end it is seen.
    pub direction: Direction,
    /// How it reads from there: "runs on" or "runs".
    pub wording: Text,
    /// The resource at the other end.
    pub other: ResourceName,
    /// Who says so.
    pub source: Source,
    /// How sure that is, in percent.
    pub confidence: i64,
    /// How much of it counts, in percent, where its kind's weight is not meant.
    pub weight: Option<i64>,
    /// When it was made.
    pub created_at: Time,
}

impl Direction {
    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Forward => "forward",
            Self::Backward => "backward",
        }
    }
}
