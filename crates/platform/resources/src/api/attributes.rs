use http_kit::{TextBody, TextView};
use kernel::{Fault, Text};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{AttributeDefinition, AttributeType, EnumerationValue};

/// An attribute of a kind.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AttributeDefinition)]
pub(super) struct AttributeView {
    name: String,
    title: TextView,
    /// What people should know before they fill it in.
    help: TextView,
    /// `string`, `text`, `number`, `integer`, `boolean`, `time`, `date`, `ip`, `cidr`, `mac`,
    /// `url`, `enumeration` or `reference`.
    r#type: String,
    /// Whether its value is a list of such values.
    list: bool,
    /// The unit of its numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    /// The values of an enumeration.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<EnumerationValueParts>,
    /// The kind that a reference leads to.
    #[serde(skip_serializing_if = "Option::is_none")]
    refers_to: Option<String>,
    /// Whether people have to fill it in.
    required: bool,
    /// What a new resource has where nothing is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    default: Option<Value>,
    /// A regular expression that the whole text matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<String>,
    /// The smallest number; the shortest text.
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<f64>,
    /// The largest number; the longest text.
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<f64>,
    /// Whether no two resources of the kind in use have the same value.
    unique: bool,
    /// The heading under which forms show it.
    group: TextView,
    /// Whether it is no longer filled in.
    retired: bool,
}

/// An attribute of a kind as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AttributeBody)]
#[serde(deny_unknown_fields)]
pub(super) struct AttributeBody {
    /// Small letters, digits and _.
    name: String,
    title: TextBody,
    help: Option<TextBody>,
    /// As in `AttributeDefinition`.
    r#type: String,
    #[serde(default)]
    list: bool,
    unit: Option<String>,
    #[serde(default)]
    values: Vec<EnumerationValueParts>,
    refers_to: Option<String>,
    #[serde(default)]
    required: bool,
    #[schema(value_type = Object)]
    default: Option<Value>,
    pattern: Option<String>,
    min: Option<f64>,
    max: Option<f64>,
    #[serde(default)]
    unique: bool,
    group: Option<TextBody>,
    #[serde(default)]
    retired: bool,
}

/// One value of an enumeration.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = EnumerationValue)]
#[serde(deny_unknown_fields)]
struct EnumerationValueParts {
    value: String,
    title: TextView,
}

impl From<AttributeDefinition> for AttributeView {
    fn from(definition: AttributeDefinition) -> Self {
        let values = definition.values.into_iter();
        Self {
            name: definition.name,
            title: definition.title.into(),
            help: definition.help.into(),
            r#type: definition.r#type.name().to_owned(),
            list: definition.list,
            unit: definition.unit,
            values: values
                .map(|known| EnumerationValueParts {
                    value: known.value,
                    title: known.title.into(),
                })
                .collect(),
            refers_to: definition.refers_to,
            required: definition.required,
            default: definition.default,
            pattern: definition.pattern,
            min: definition.min,
            max: definition.max,
            unique: definition.unique,
            group: definition.group.into(),
            retired: definition.retired,
        }
    }
}

impl AttributeBody {
    pub(super) fn into_definition(self) -> Result<AttributeDefinition, Fault> {
        let Some(r#type) = AttributeType::from_name(&self.r#type) else {
            let names = AttributeType::ALL.map(AttributeType::name).join(", ");
            let field = format!("attributes.{}.type", self.name);
            return Err(Fault::invalid(field, self.r#type, Text::same(names)));
        };
        let values = self.values.into_iter();
        Ok(AttributeDefinition {
            name: self.name,
            title: self.title.into(),
            help: self.help.map(Into::into).unwrap_or_default(),
            r#type,
            list: self.list,
            unit: self.unit.filter(|unit| !unit.is_empty()),
            values: values
                .map(|known| EnumerationValue { value: known.value, title: known.title.into() })
                .collect(),
            refers_to: self.refers_to,
            required: self.required,
            default: self.default.filter(|default| !default.is_null()),
            pattern: self.pattern.filter(|pattern| !pattern.is_empty()),
            min: self.min,
            max: self.max,
            unique: self.unique,
            group: self.group.map(Into::into).unwrap_or_default(),
            retired: self.retired,
        })
    }
}
