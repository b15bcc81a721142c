use kernel::Fault;
use serde::{Deserialize, Serialize};

use crate::{
    Attributes, NewResource, PlaceChange, RelationId, Resource, ResourceChange, ResourceId,
};

/// One change of the register that is to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "lowercase", deny_unknown_fields)]
pub enum PlannedChange {
    /// A new resource.
    Create {
        /// What later changes call it: `new:web1`.
        #[serde(default)]
        handle: String,
        /// What it is.
        resource: PlannedResource,
    },
    /// A change of a resource.
    Change {
        /// The resource.
        resource: ResourceId,
        /// The version it was seen at; what was changed since is a conflict. None: as it is then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<i64>,
        /// What changes.
        edit: ResourceEdit,
    },
    /// A resource goes out of use.
    Retire {
        /// The resource.
        resource: ResourceId,
        /// The version it was seen at.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<i64>,
    },
    /// Two resources come to hang together.
    Relate {
        /// The kind of relation.
        relation: String,
        /// Its source.
        from: End,
        /// Its target.
        to: End,
    },
    /// Two resources no longer hang together.
    Unrelate {
        /// The relation.
        relation: RelationId,
    },
}

/// An end of a relation: the id of a resource, or the handle of one that is to be created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum End {
    /// A resource that is there.
    There(ResourceId),
    /// One that an earlier change creates.
    New(String),
}

/// A resource that is to be created.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedResource {
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What people say about it.
    #[serde(default)]
    pub description: String,
    /// Its attributes.
    #[serde(default)]
    pub attributes: Attributes,
    /// The unit that shall answer for it.
    #[serde(default)]
    pub unit_id: Option<String>,
    /// The region it is in.
    #[serde(default)]
    pub region_id: Option<String>,
    /// The state of its life.
    #[serde(default)]
    pub life_cycle: Option<String>,
    /// Free words on it.
    #[serde(default)]
    pub tags: Vec<String>,
}

/// What changes of a resource; what is not named stays.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceEdit {
    /// The new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The new description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Attributes to set; null removes one.
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    pub attributes: Attributes,
    /// The unit that shall answer for it; null: none.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "named")]
    pub unit_id: Option<Option<String>>,
    /// The region it is in; null: none.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "named")]
    pub region_id: Option<Option<String>>,
    /// The next state of its life.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub life_cycle: Option<String>,
    /// Tags to add.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags_added: Vec<String>,
    /// Tags to take away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags_removed: Vec<String>,
}

/// Null is a value, and something else than being absent.
mod named {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(
        value: &Option<Option<String>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.clone().flatten().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Option<String>>, D::Error> {
        Option::deserialize(deserializer).map(Some)
    }
}

/// What became, or would become, of one planned change.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What it is about, for people: `web1`, `nginx runs on web1`.
    pub about: String,
    /// The resource it is about, if it is about one.
    pub resource: Option<ResourceId>,
    /// The resource before and after; none where there is or was none.
    pub before: Option<Resource>,
    /// The same after it.
    pub after: Option<Resource>,
    /// Why it cannot be made.
    pub refused: Option<Fault>,
}

impl Step {
    /// A change that was made.
    pub(crate) fn made(before: Option<Resource>, after: Resource) -> Self {
        Self {
            about: after.name.clone(),
            resource: Some(after.id),
            before,
            after: Some(after),
            refused: None,
        }
    }

    /// A relation that was made or ended.
    pub(crate) fn of_relation(about: String) -> Self {
        Self { about, resource: None, before: None, after: None, refused: None }
    }

    /// A change that cannot be made.
    pub(crate) fn refused(about: String, resource: Option<ResourceId>, fault: Fault) -> Self {
        Self { about, resource, before: None, after: None, refused: Some(fault) }
    }
}

impl PlannedChange {
    /// The resources that it names.
    pub(crate) fn resources(&self) -> Vec<ResourceId> {
        match self {
            Self::Change { resource, .. } | Self::Retire { resource, .. } => vec![*resource],
            Self::Relate { from, to, .. } => {
                let id = |end: &End| match end {
                    End::There(id) => Some(*id),
                    End::New(_) => None,
                };
                [from, to].into_iter().filter_map(id).collect()
            }
            Self::Create { .. } | Self::Unrelate { .. } => Vec::new(),
        }
    }
}

impl ResourceEdit {
    /// As a change of `resource`: its tags with those added and without those taken away.
    pub(crate) fn of(&self, resource: &Resource) -> ResourceChange {
        let tags = (!self.tags_added.is_empty() || !self.tags_removed.is_empty()).then(|| {
            let same = |left: &str, right: &str| left.to_lowercase() == right.to_lowercase();
            let kept = resource
                .tags
                .iter()
                .filter(|tag| !self.tags_removed.iter().any(|removed| same(removed, tag)));
            let mut tags: Vec<String> = kept.cloned().collect();
            for tag in &self.tags_added {
                if !tags.iter().any(|known| same(known, tag)) {
                    tags.push(tag.clone());
                }
            }
            tags
        });
        ResourceChange {
            name: self.name.clone(),
            description: self.description.clone(),
            attributes: self.attributes.clone(),
            place: PlaceChange { unit_id: self.unit_id.clone(), region_id: self.region_id.clone() },
            life_cycle: self.life_cycle.clone(),
            tags,
            ..ResourceChange::default()
        }
    }
}

impl From<PlannedResource> for NewResource {
    fn from(planned: PlannedResource) -> Self {
        Self {
            kind: planned.kind,
            name: planned.name,
            description: planned.description,
            attributes: planned.attributes,
            unit_id: planned.unit_id,
            region_id: planned.region_id,
            life_cycle: planned.life_cycle,
            tags: planned.tags,
            ..Self::default()
        }
    }
}
