use kernel::{Id, Time};
use serde::Serialize;

use crate::{Attributes, Origins, PlaceChange, Source};

/// The id of a resource.
pub type ResourceId = Id<Resource>;

/// Anything managed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Resource {
    /// Its id.
    pub id: ResourceId,
    /// Its kind: `host`.
    pub kind: String,
    /// Its name, 1 to 200 characters.
    pub name: String,
    /// Whether a person chose the name: then discovery leaves it alone.
    pub named_by_hand: bool,
    /// What tells it from all others of its kind, for those who find it again: a machine-id.
    pub identity: Option<String>,
    /// What people say about it.
    pub description: String,
    /// Its attributes.
    pub attributes: Attributes,
    /// Who said each attribute that does not come from `source`.
    pub origins: Origins,
    /// Where it came from.
    pub source: Source,
    /// How sure it is that it is there, in percent.
    pub confidence: i64,
    /// The unit that answers for it.
    pub unit_id: Option<String>,
    /// The region it is in.
    pub region_id: Option<String>,
    /// The state of its life: `in-use`.
    pub life_cycle: String,
    /// Free words on it, in their order.
    pub tags: Vec<String>,
    /// When it went out of use; none while it is in use.
    pub retired_at: Option<Time>,
    /// The resource that it turned out to be; only ever set on what is retired.
    pub merged_into: Option<ResourceId>,
    /// Grows by one with every change.
    pub version: i64,
    /// When it came into the register.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// A resource that somebody wants in the register.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewResource {
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What people say about it.
    pub description: String,
    /// Its attributes.
    pub attributes: Attributes,
    /// The unit that shall answer for it.
    pub unit_id: Option<String>,
    /// The region it is in.
    pub region_id: Option<String>,
    /// The state of its life; the kind's first one in use when not given.
    pub life_cycle: Option<String>,
    /// Free words on it.
    pub tags: Vec<String>,
    /// Since when it is there, not later than now; since now when not given.
    pub valid_from: Option<Time>,
    /// Who says so.
    pub source: Source,
}

/// A change somebody wants; what is `None` stays.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ResourceChange {
    /// The new name.
    pub name: Option<String>,
    /// The new description.
    pub description: Option<String>,
    /// Attributes to set, or to remove by null; those not named stay.
    pub attributes: Attributes,
    /// Whether it goes back into use. Leaving use is a verb of its own.
    pub back_in_use: bool,
    /// Where it shall belong.
    pub place: PlaceChange,
    /// The next state of its life.
    pub life_cycle: Option<String>,
    /// All its tags.
    pub tags: Option<Vec<String>>,
    /// From when on it is so: back-dated or ahead of time; from now on when not given.
    pub effective_at: Option<Time>,
}

/// A resource as discovery found it.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundResource {
    /// Its kind.
    pub kind: String,
    /// What tells it from all others of its kind, 1 to 300 characters.
    pub identity: String,
    /// The name to give it, unless a person has chosen one.
    pub name: String,
    /// The description to give it when it is new.
    pub description: String,
    /// Attributes to set, or to remove by null; those not named stay.
    pub attributes: Attributes,
}
