use serde_json::Value;

use crate::{Attributes, Resource, model::change::changed_fields};

/// A field that differs between two moments.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldDifference {
    /// `name`, `unit_id`, `attributes.port`.
    pub field: String,
    /// What it was; null when there was nothing.
    pub before: Value,
    /// What it is then; null when there is nothing.
    pub after: Value,
}

/// What differs between `before` and `after`, field by field. Something that was not there yet, or
/// is not there any more, has no fields: all of the other's differ.
pub(crate) fn differences(
    before: Option<&Resource>,
    after: Option<&Resource>,
) -> Vec<FieldDifference> {
    let Some(any) = before.or(after) else { return Vec::new() };
    let blank = blank(any);
    let (old, new) = (before.unwrap_or(&blank), after.unwrap_or(&blank));
    let fields = changed_fields(old, new).into_iter();
    let read = |resource: &Resource, field: &str| read_field(resource, field);
    fields
        .map(|field| FieldDifference { before: read(old, &field), after: read(new, &field), field })
        .collect()
}

/// The value of a field as [`changed_fields`] names them.
pub(crate) fn read_field(resource: &Resource, field: &str) -> Value {
    let text = |text: &str| {
        if text.is_empty() { Value::Null } else { Value::from(text) }
    };
    match field {
        "kind" => text(&resource.kind),
        "name" => text(&resource.name),
        "description" => text(&resource.description),
        "unit_id" => text(resource.unit_id.as_deref().unwrap_or_default()),
        "region_id" => text(resource.region_id.as_deref().unwrap_or_default()),
        "life_cycle" => text(&resource.life_cycle),
        "retired" => Value::from(resource.retired_at.is_some()),
        "merged_into" => resource.merged_into.map_or(Value::Null, |id| id.to_string().into()),
        "tags" => Value::from(resource.tags.clone()),
        attribute => {
            let name = attribute.strip_prefix("attributes.").unwrap_or(attribute);
            resource.attributes.get(name).cloned().unwrap_or(Value::Null)
        }
    }
}

fn blank(any: &Resource) -> Resource {
    Resource {
        kind: String::new(),
        name: String::new(),
        description: String::new(),
        attributes: Attributes::new(),
        unit_id: None,
        region_id: None,
        life_cycle: String::new(),
        tags: Vec::new(),
        retired_at: None,
        merged_into: None,
        ..any.clone()
    }
}
