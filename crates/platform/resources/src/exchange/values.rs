use kernel::Text;
use serde_json::{Number, Value, json};

use super::places::PlaceCodes;
use crate::{AttributeDefinition, AttributeType, Resource, model::number_in};

/// What a cell says that clears a value; an empty one leaves it as it is.
const NONE: [&str; 2] = ["(none)", "（无）"];

/// Whether the cell says that there is to be no value.
pub(super) fn clears(cell: &str) -> bool {
    NONE.contains(&cell)
}

/// The value that a cell says for an attribute; whether it is allowed is decided elsewhere.
///
/// Errors: what is expected.
pub(super) fn value(definition: &AttributeDefinition, cell: &str) -> Result<Value, Text> {
    if clears(cell) {
        return Ok(Value::Null);
    }
    if !definition.list {
        return one(definition, cell);
    }
    let items = cell.split([';', '；', '\n']).map(str::trim).filter(|item| !item.is_empty());
    items.map(|item| one(definition, item)).collect::<Result<Vec<_>, _>>().map(Value::Array)
}

fn one(definition: &AttributeDefinition, cell: &str) -> Result<Value, Text> {
    match definition.r#type {
        AttributeType::Number => {
            let number = number_in(cell, definition.unit.as_deref())?;
            Number::from_f64(number).map(Value::Number).ok_or_else(|| Text::new("a number", "数字"))
        }
        AttributeType::Integer => {
            if let Ok(whole) = cell.parse::<i64>() {
                return Ok(whole.into());
            }
            let number = number_in(cell, definition.unit.as_deref())?;
            // Sizes such as 8GiB: whole numbers that a double holds exactly.
            if number.fract() == 0.0 && number.abs() < 9e15 {
                return Ok(json!(format!("{number:.0}").parse::<i64>().unwrap_or_default()));
            }
            Err(Text::new("a whole number", "整数"))
        }
        AttributeType::Boolean => match cell.to_lowercase().as_str() {
            "true" | "yes" | "1" | "是" => Ok(true.into()),
            "false" | "no" | "0" | "否" => Ok(false.into()),
            _ => Err(Text::new("yes or no", "是或否")),
        },
        AttributeType::Enumeration => {
            let is = |title: &Text| title.en == cell || title.zh == cell;
            let known = definition.values.iter();
            let meant = known.clone().find(|one| one.value == cell);
            let meant = meant.or_else(|| known.clone().find(|one| is(&one.title)));
            Ok(meant.map_or(cell, |one| &one.value).into())
        }
        _ => Ok(cell.into()),
    }
}

/// The columns that every resource has; an attribute of such a name is `attributes.NAME`.
pub(crate) const COLUMNS_OF_ALL: [&str; 15] = [
    "id",
    "kind",
    "name",
    "description",
    "source",
    "life_cycle",
    "retired",
    "created_at",
    "updated_at",
    "version",
    "confidence",
    "tags",
    "tag",
    "unit",
    "region",
];

/// What a resource says in a column; empty where it says nothing.
pub(crate) fn cell(resource: &Resource, column: &str, places: &PlaceCodes) -> String {
    let own = |text: &Option<String>| text.clone().unwrap_or_default();
    match column {
        "id" => resource.id.to_string(),
        "kind" => resource.kind.clone(),
        "name" => resource.name.clone(),
        "description" => resource.description.clone(),
        "source" => resource.source.name().to_owned(),
        "life_cycle" => resource.life_cycle.clone(),
        "retired" => resource.retired_at.is_some().to_string(),
        "created_at" => resource.created_at.to_string(),
        "updated_at" => resource.updated_at.to_string(),
        "version" => resource.version.to_string(),
        "confidence" => resource.confidence.to_string(),
        "tags" | "tag" => resource.tags.join("; "),
        "unit_id" => own(&resource.unit_id),
        "region_id" => own(&resource.region_id),
        "unit_code" | "unit" => places.unit_cell(resource.unit_id.as_deref()),
        "region_code" | "region" => places.region_cell(resource.region_id.as_deref()),
        attribute => {
            let name = attribute.strip_prefix("attributes.").unwrap_or(attribute);
            resource.attributes.get(name).map_or(String::new(), shown)
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}
