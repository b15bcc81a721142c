use std::collections::BTreeMap;

use kernel::{FieldFault, Text};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Kind, Resource, Source,
    model::{
        assign::{field, shown},
        value,
    },
};

/// What is done to the resources of a kind when the kind changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "do", deny_unknown_fields)]
pub enum MigrationStep {
    /// An attribute gets another name.
    Rename {
        /// Its name until now.
        from: String,
        /// Its name from now on.
        to: String,
    },
    /// Values of an attribute become others.
    Map {
        /// The attribute.
        attribute: String,
        /// What each value becomes.
        values: BTreeMap<String, String>,
    },
    /// Resources without a value get one.
    Fill {
        /// The attribute.
        attribute: String,
        /// The value.
        value: Value,
    },
    /// The values of an attribute go.
    Drop {
        /// The attribute.
        attribute: String,
    },
    /// A state of a life becomes another.
    State {
        /// The state until now.
        from: String,
        /// The state from now on.
        to: String,
    },
}

/// `resource` after the steps.
pub(crate) fn migrated(resource: &Resource, steps: &[MigrationStep]) -> Resource {
    let mut next = resource.clone();
    for step in steps {
        match step {
            MigrationStep::Rename { from, to } => {
                if let Some(value) = next.attributes.remove(from) {
                    next.attributes.insert(to.clone(), value);
                }
                if let Some(source) = next.origins.remove(from) {
                    next.origins.insert(to.clone(), source);
                }
            }
            MigrationStep::Map { attribute, values } => {
                if let Some(value) = next.attributes.get_mut(attribute) {
                    *value = mapped(value, values);
                }
            }
            MigrationStep::Fill { attribute, value } => {
                next.attributes.entry(attribute.clone()).or_insert_with(|| value.clone());
            }
            MigrationStep::Drop { attribute } => {
                next.attributes.remove(attribute);
                next.origins.remove(attribute);
            }
            MigrationStep::State { from, to } => {
                if next.life_cycle == *from {
                    next.life_cycle.clone_from(to);
                }
            }
        }
    }
    next
}

fn mapped(value: &Value, values: &BTreeMap<String, String>) -> Value {
    match value {
        Value::String(text) => {
            values.get(text).map_or_else(|| value.clone(), |to| to.clone().into())
        }
        Value::Array(items) => items.iter().map(|item| mapped(item, values)).collect(),
        other => other.clone(),
    }
}

/// What of `resource` does not fit `kind`, which was `old` until now.
pub(crate) fn misfits(resource: &Resource, kind: &Kind, old: &Kind) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    for (name, value) in &resource.attributes {
        match kind.attribute(name) {
            Some(definition) => {
                if let Err(expected) = value::checked(definition, value) {
                    faults.push(FieldFault::new(field(name), shown(value), expected));
                }
            }
            None => {
                let teller = resource.origins.get(name).copied().unwrap_or(resource.source);
                if old.attribute(name).is_some() || teller == Source::Manual {
                    let expected = Text::new(
                        "an attribute of the kind: retire it, rename it or drop its values",
                        "该类型的属性：请停用、改名或清除其值",
                    );
                    faults.push(FieldFault::new(field(name), shown(value), expected));
                }
            }
        }
    }
    let by_hand = resource.source == Source::Manual;
    for definition in kind.attributes.iter().filter(|known| known.required && !known.retired) {
        let was = old.attribute(&definition.name).is_some_and(|old| old.required);
        if by_hand && !was && !resource.attributes.contains_key(&definition.name) {
            let expected = Text::new("a value: fill in a default", "必填：请设置默认值");
            faults.push(FieldFault::new(field(&definition.name), "", expected));
        }
    }
    if kind.life_cycle.state(&resource.life_cycle).is_none() {
        let expected = Text::new("one of the kind's states", "该类型的生命周期状态之一");
        faults.push(FieldFault::new("life_cycle", &resource.life_cycle, expected));
    }
    faults
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{AttributeDefinition, AttributeType, LifeCycle, model::resource_tests::host};

    fn kind(names: &[(&str, AttributeType)]) -> Kind {
        let attributes = names.iter().map(|(name, r#type)| AttributeDefinition {
            name: (*name).to_owned(),
            r#type: *r#type,
            ..AttributeDefinition::default()
        });
        Kind {
            attributes: attributes.collect(),
            life_cycle: LifeCycle::shipped(),
            ..Kind::default()
        }
    }

    #[test]
    fn what_breaks_is_named_and_steps_mend_it() {
        let old = kind(&[("level", AttributeType::String), ("port", AttributeType::Integer)]);
        let mut new = kind(&[("grade", AttributeType::String), ("port", AttributeType::Integer)]);
        new.attributes[1].max = Some(100.0);
        new.attributes.push(AttributeDefinition {
            name: "owner".to_owned(),
            required: true,
            ..AttributeDefinition::default()
        });
        let mut resource = host(1);
        resource.attributes = json!({"level": "高", "port": 443}).as_object().unwrap().clone();
        let faults = misfits(&resource, &new, &old);
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["attributes.level", "attributes.port", "attributes.owner"]);
        let steps: Vec<MigrationStep> = serde_json::from_value(json!([
            {"do": "rename", "from": "level", "to": "grade"},
            {"do": "map", "attribute": "grade", "values": {"高": "high"}},
            {"do": "drop", "attribute": "port"},
            {"do": "fill", "attribute": "owner", "value": "Mara"},
        ]))
        .unwrap();
        let after = migrated(&resource, &steps);
        assert!(misfits(&after, &new, &old).is_empty());
        assert_eq!(Value::Object(after.attributes), json!({"grade": "high", "owner": "Mara"}));
    }
}
