use http_kit::{Problem, misread};
use kernel::Fault;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{Attributes, PlannedChange, RelationId, ResourceEdit, ResourceId};

/// One change of the register that is to be made.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = PlannedChange)]
#[serde(tag = "do", rename_all = "lowercase", deny_unknown_fields)]
pub(crate) enum PlannedChangeBody {
    /// A new resource.
    Create {
        /// What later changes call it: `new:` and a name.
        #[serde(default)]
        handle: String,
        /// What it is.
        resource: PlannedResourceBody,
    },
    /// A change of a resource.
    Change {
        /// Its id.
        #[schema(value_type = String)]
        resource: ResourceId,
        /// The version it was seen at; when it was changed since, that is a conflict.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<i64>,
        /// What changes.
        edit: ResourceEditBody,
    },
    /// A resource goes out of use.
    Retire {
        /// Its id.
        #[schema(value_type = String)]
        resource: ResourceId,
        /// The version it was seen at.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<i64>,
    },
    /// Two resources come to hang together.
    Relate {
        /// One of `/relation-kinds`.
        relation: String,
        /// The id of its source, or the handle of one that is created before.
        from: String,
        /// The id of its target, or the handle of one that is created before.
        to: String,
    },
    /// Two resources no longer hang together.
    Unrelate {
        /// The id of the relation.
        #[schema(value_type = String)]
        relation: RelationId,
    },
}

/// A resource that is to be created.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = PlannedResource)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlannedResourceBody {
    /// One of `/kinds`.
    kind: String,
    /// 1 to 200 characters.
    name: String,
    /// At most 4000 characters.
    #[serde(default)]
    description: String,
    /// Only those that the kind defines.
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: Attributes,
    /// The unit that shall answer for it.
    #[serde(default)]
    unit_id: Option<String>,
    /// The region it is in.
    #[serde(default)]
    region_id: Option<String>,
    /// The state of its life.
    #[serde(default)]
    life_cycle: Option<String>,
    /// Free words on it.
    #[serde(default)]
    tags: Vec<String>,
}

/// What changes of a resource; what is not named stays.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = ResourceEdit)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResourceEditBody {
    /// The new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The new description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// Attributes to set; null removes one.
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    #[schema(value_type = Object)]
    attributes: Attributes,
    /// The unit that shall answer for it; null: none.
    #[serde(
        default,
        deserialize_with = "kernel::nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<String>)]
    unit_id: Option<Option<String>>,
    /// The region it is in; null: none.
    #[serde(
        default,
        deserialize_with = "kernel::nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<String>)]
    region_id: Option<Option<String>>,
    /// The next state of its life.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    life_cycle: Option<String>,
    /// Tags to add.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags_added: Vec<String>,
    /// Tags to take away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags_removed: Vec<String>,
}

impl PlannedChangeBody {
    /// As the model says it. The two have one wire form.
    pub(super) fn into_change(self) -> Result<PlannedChange, Problem> {
        let value = serde_json::to_value(self).map_err(Fault::internal)?;
        serde_json::from_value(value).map_err(|error| {
            Fault::invalid_fields(vec![misread("changes", &error.to_string())]).into()
        })
    }

    /// As it goes out.
    pub(super) fn of(change: &PlannedChange) -> Value {
        serde_json::to_value(change).unwrap_or(Value::Null)
    }
}

impl From<ResourceEditBody> for ResourceEdit {
    fn from(body: ResourceEditBody) -> Self {
        Self {
            name: body.name,
            description: body.description,
            attributes: body.attributes,
            unit_id: body.unit_id,
            region_id: body.region_id,
            life_cycle: body.life_cycle,
            tags_added: body.tags_added,
            tags_removed: body.tags_removed,
        }
    }
}
