use serde::{Deserialize, Serialize};

/// The number of a journal row: grows by one with every row, never reused.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct FactSeq(pub i64);

/// What a fact is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The noun: `resource`, `alert`, `user`.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Its name at that time, for people.
    pub name: String,
}

impl Subject {
    /// A subject.
    #[expect(clippy::needless_pass_by_value, reason = "an id is Copy: `id` and `&id` both serve")]
    pub fn new(kind: &str, id: impl ToString, name: impl Into<String>) -> Self {
        Self { kind: kind.to_owned(), id: id.to_string(), name: name.into() }
    }
}

/// Something that happened: past tense, small, complete, only ever growing optional fields.
pub trait Fact: Serialize {
    /// `noun.happened`, such as `alert.raised`. Never renamed.
    const VERB: &'static str;

    /// What it is about.
    fn subject(&self) -> Subject;

    /// The resource it concerns, when that is not the subject itself.
    fn resource_id(&self) -> Option<String> {
        None
    }
}

/// Why a thing was done: the fact that led to it, if one did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cause(pub Option<FactSeq>);
