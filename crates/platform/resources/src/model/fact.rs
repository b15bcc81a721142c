use kernel::{Fact, Subject, Time};
use serde::Serialize;

use crate::{MigrationStep, Relation, RelationId, RelationKind, Resource, ResourceId};

/// A resource came into the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResourceCreated {
    /// Its id.
    pub resource: ResourceId,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Where it came from: `manual`, `discovery`.
    pub source: String,
}

/// A resource was changed, or taken back from retirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResourceChanged {
    /// Its id.
    pub resource: ResourceId,
    /// Its kind.
    pub kind: String,
    /// Its name, after the change.
    pub name: String,
    /// What changed: `name`, `description`, `retired`, `attributes.port`.
    pub fields: Vec<String>,
    /// From when on it is so, if that is not the time of the fact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_at: Option<Time>,
}

/// A change that was told ahead of time came due, and did not come true: who told it may no longer
/// make it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResourceChangeLapsed {
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
    /// Who told it, by name.
    pub told_by: String,
}

/// A resource is no longer in use. It stays in the register for its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResourceRetired {
    /// Its id.
    pub resource: ResourceId,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// Two resources came to hang together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RelationCreated(pub RelationEnds);

/// Two resources no longer hang together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RelationRemoved(pub RelationEnds);

/// A relation with the names of its ends at that time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RelationEnds {
    /// Its id.
    pub relation: RelationId,
    /// Its kind.
    pub kind: String,
    /// The source.
    pub from: ResourceId,
    /// The source's name.
    pub from_name: String,
    /// The target.
    pub to: ResourceId,
    /// The target's name.
    pub to_name: String,
    /// How it reads, in English: `nginx runs on web1`.
    pub sentence: String,
    /// The same in Chinese: `nginx 运行于 web1`.
    pub sentence_zh: String,
}

impl ResourceCreated {
    pub(crate) fn of(resource: &Resource) -> Self {
        Self {
            resource: resource.id,
            kind: resource.kind.clone(),
            name: resource.name.clone(),
            source: resource.source.name().to_owned(),
        }
    }
}

impl ResourceChanged {
    pub(crate) fn of(resource: &Resource, fields: Vec<String>, effective_at: Option<Time>) -> Self {
        let (kind, name) = (resource.kind.clone(), resource.name.clone());
        Self { resource: resource.id, kind, name, fields, effective_at }
    }
}

impl ResourceChangeLapsed {
    pub(crate) fn of(
        resource: &Resource,
        fields: Vec<String>,
        effective_at: Time,
        told_by: String,
    ) -> Self {
        let (kind, name) = (resource.kind.clone(), resource.name.clone());
        Self { resource: resource.id, kind, name, fields, effective_at, told_by }
    }
}

impl ResourceRetired {
    pub(crate) fn of(resource: &Resource) -> Self {
        let (kind, name) = (resource.kind.clone(), resource.name.clone());
        Self { resource: resource.id, kind, name }
    }
}

impl RelationEnds {
    pub(crate) fn of(
        relation: &Relation,
        kind: &RelationKind,
        from: &Resource,
        to: &Resource,
    ) -> Self {
        Self {
            relation: relation.id,
            kind: relation.kind.clone(),
            from: from.id,
            from_name: from.name.clone(),
            to: to.id,
            to_name: to.name.clone(),
            sentence: format!("{} {} {}", from.name, kind.forward.en, to.name),
            sentence_zh: format!("{} {} {}", from.name, kind.forward.zh, to.name),
        }
    }

    fn subject(&self) -> Subject {
        Subject::new("relation", self.relation, self.sentence.clone())
    }
}

// A resource's facts also concern it, so that everything about it is found by one filter.
impl Fact for ResourceCreated {
    const VERB: &'static str = "resource.created";

    fn subject(&self) -> Subject {
        Subject::new("resource", self.resource, self.name.clone())
    }

    fn resource_id(&self) -> Option<String> {
        Some(self.resource.to_string())
    }
}

impl Fact for ResourceChanged {
    const VERB: &'static str = "resource.changed";

    fn subject(&self) -> Subject {
        Subject::new("resource", self.resource, self.name.clone())
    }

    fn resource_id(&self) -> Option<String> {
        Some(self.resource.to_string())
    }
}

impl Fact for ResourceChangeLapsed {
    const VERB: &'static str = "resource.change_lapsed";

    fn subject(&self) -> Subject {
        Subject::new("resource", self.resource, self.name.clone())
    }

    fn resource_id(&self) -> Option<String> {
        Some(self.resource.to_string())
    }
}

impl Fact for ResourceRetired {
    const VERB: &'static str = "resource.retired";

    fn subject(&self) -> Subject {
        Subject::new("resource", self.resource, self.name.clone())
    }

    fn resource_id(&self) -> Option<String> {
        Some(self.resource.to_string())
    }
}

impl Fact for RelationCreated {
    const VERB: &'static str = "relation.created";

    fn subject(&self) -> Subject {
        self.0.subject()
    }

    fn resource_id(&self) -> Option<String> {
        Some(self.0.from.to_string())
    }
}

impl Fact for RelationRemoved {
    const VERB: &'static str = "relation.removed";

    fn subject(&self) -> Subject {
        self.0.subject()
    }

    fn resource_id(&self) -> Option<String> {
        Some(self.0.from.to_string())
    }
}

/// A kind was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KindCreated {
    /// The kind's name.
    pub name: String,
}

/// A kind was changed, and its resources with it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KindChanged {
    /// The kind's name.
    pub name: String,
    /// Its version after the change.
    pub version: i64,
    /// How many resources were migrated.
    pub migrated: u64,
    /// How they were.
    pub steps: Vec<MigrationStep>,
}

/// A kind of relation was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RelationKindCreated {
    /// The kind's name.
    pub name: String,
}

/// A kind of relation was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RelationKindChanged {
    /// The kind's name.
    pub name: String,
    /// Its version after the change.
    pub version: i64,
}

impl Fact for KindCreated {
    const VERB: &'static str = "kind.created";

    fn subject(&self) -> Subject {
        Subject::new("kind", &self.name, self.name.clone())
    }
}

impl Fact for KindChanged {
    const VERB: &'static str = "kind.changed";

    fn subject(&self) -> Subject {
        Subject::new("kind", &self.name, self.name.clone())
    }
}

impl Fact for RelationKindCreated {
    const VERB: &'static str = "relation_kind.created";

    fn subject(&self) -> Subject {
        Subject::new("relation-kind", &self.name, self.name.clone())
    }
}

impl Fact for RelationKindChanged {
    const VERB: &'static str = "relation_kind.changed";

    fn subject(&self) -> Subject {
        Subject::new("relation-kind", &self.name, self.name.clone())
    }
}
