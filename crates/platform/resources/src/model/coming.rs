use kernel::{Fact, Subject, Time};
use serde::Serialize;

use crate::{FieldDifference, Resource, ResourceId, ResourceName};

/// A change that was told ahead of time and has not come true yet: all that changes of a resource
/// at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct ComingChange {
    /// The resource, as it is called today.
    pub resource: ResourceName,
    /// The resource's version today: what a cancelling is for.
    pub version: i64,
    /// From when on it is so.
    pub at: Time,
    /// What changes. A side that is hidden has no values.
    pub fields: Vec<FieldDifference>,
    /// What must not be shown of it.
    pub hidden: HiddenSides,
    /// Who told it; several where their changes begin at the same moment.
    pub tellers: Vec<Teller>,
}

/// Which sides of a change lie where the caller does not see them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HiddenSides {
    /// What it is until then.
    pub before: bool,
    /// What it is from then on.
    pub after: bool,
}

/// Who told a change ahead of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Teller {
    /// The user.
    pub id: String,
    /// What they were called then; empty when an earlier version kept no name.
    pub name: String,
    /// When they did.
    pub at: Option<Time>,
}

/// Which coming changes are asked for; every field that is set narrows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ComingFilter {
    /// Of this resource.
    pub resource: Option<ResourceId>,
    /// Told by this user.
    pub told_by: Option<String>,
    /// That come true by this moment.
    pub until: Option<Time>,
}

/// A change that was told ahead of time was cancelled before it came true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResourceChangeCancelled {
    /// The resource.
    pub resource: ResourceId,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What would have changed.
    pub fields: Vec<String>,
    /// When it would have.
    pub effective_at: Time,
    /// Who had told it, by name.
    pub told_by: Vec<String>,
}

impl HiddenSides {
    /// Whether nothing is hidden.
    #[must_use]
    pub const fn none(self) -> bool {
        !self.before && !self.after
    }
}

impl ResourceChangeCancelled {
    pub(crate) fn of(
        resource: &Resource,
        fields: Vec<String>,
        effective_at: Time,
        tellers: &[Teller],
    ) -> Self {
        let (kind, name) = (resource.kind.clone(), resource.name.clone());
        let told_by = tellers.iter().map(|teller| teller.name.clone());
        let told_by = told_by.filter(|name| !name.is_empty()).collect();
        Self { resource: resource.id, kind, name, fields, effective_at, told_by }
    }
}

impl Fact for ResourceChangeCancelled {
    const VERB: &'static str = "resource.change_cancelled";

    fn subject(&self) -> Subject {
        Subject::new("resource", self.resource, self.name.clone())
    }

    fn resource_id(&self) -> Option<String> {
        Some(self.resource.to_string())
    }
}
