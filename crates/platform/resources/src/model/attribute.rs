use std::net::IpAddr;

use kernel::{FieldFault, Text, Time};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Source;

/// The attributes of a resource by their names.
pub type Attributes = Map<String, Value>;

/// A text attribute is at most so many characters.
const TEXT_CHARS_MAX: usize = 4096;
/// A resource has at most so many attributes.
const COUNT_MAX: usize = 200;
/// All attributes of a resource together, as JSON.
const SIZE_BYTES_MAX: usize = 64 * 1024;

/// What an attribute of a kind is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeDefinition {
    /// Its name, `snake_case`.
    pub name: String,
    /// What people call it.
    pub title: Text,
    /// What its values are.
    pub r#type: AttributeType,
    /// The unit of its numbers: `B`, `s`, `bit/s`, `%`.
    pub unit: Option<String>,
}

/// What the values of an attribute are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AttributeType {
    /// Text of at most 4096 characters without control characters.
    String,
    /// A finite number.
    Number,
    /// A whole number that fits 64 bits.
    Integer,
    /// True or false. Kept as `bool`: the longer word is reserved in SQL texts.
    #[serde(rename = "bool")]
    Boolean,
    /// RFC 3339 text.
    Time,
    /// An IPv4 or IPv6 address.
    Ip,
    /// An absolute URL with a host (RFC 3986).
    Url,
}

impl AttributeType {
    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Time => "time",
            Self::Ip => "ip",
            Self::Url => "url",
        }
    }

    fn fits(self, value: &Value) -> bool {
        match (self, value) {
            (Self::String, Value::String(text)) => {
                text.chars().count() <= TEXT_CHARS_MAX
                    && !text.contains(|c: char| c.is_control() && c != '\n' && c != '\t')
            }
            (Self::Number, Value::Number(number)) => number.as_f64().is_some_and(f64::is_finite),
            (Self::Integer, Value::Number(number)) => number.is_i64() || number.is_u64(),
            (Self::Boolean, Value::Bool(_)) => true,
            (Self::Time, Value::String(text)) => text.parse::<Time>().is_ok(),
            (Self::Ip, Value::String(text)) => text.parse::<IpAddr>().is_ok(),
            (Self::Url, Value::String(text)) => {
                text.len() <= TEXT_CHARS_MAX
                    && url::Url::parse(text).is_ok_and(|url| url.has_host())
            }
            _ => false,
        }
    }

    fn expected(self) -> Text {
        let (en, zh) = match self {
            Self::String => ("text of at most 4096 characters", "不超过 4096 字符的文本"),
            Self::Number => ("a number", "数字"),
            Self::Integer => ("a whole number", "整数"),
            Self::Boolean => ("true or false", "true 或 false"),
            Self::Time => ("a time such as 2026-01-31T08:00:00Z", "时间，如 2026-01-31T08:00:00Z"),
            Self::Ip => ("an IP address", "IP 地址"),
            Self::Url => ("a URL such as https://example.org/", "网址，如 https://example.org/"),
        };
        Text::new(en, zh)
    }
}

/// `old` with `given` put over it: null removes. Values must be of their type; a name that the
/// kind does not define is refused from people and kept as it is from discovery, which knows more
/// than we have defined.
///
/// Errors: one fault for every attribute that is wrong, named `attributes.<name>`.
pub(crate) fn merged(
    definitions: &[AttributeDefinition],
    old: &Attributes,
    given: &Attributes,
    source: Source,
) -> Result<Attributes, Vec<FieldFault>> {
    let mut merged = old.clone();
    let mut faults = Vec::new();
    for (name, value) in given {
        let definition = definitions.iter().find(|definition| definition.name == *name);
        let refused = match definition {
            _ if value.is_null() && (definition.is_some() || old.contains_key(name)) => None,
            Some(definition) if definition.r#type.fits(value) => None,
            Some(definition) => Some(definition.r#type.expected()),
            None if source == Source::Manual => Some(known_names(definitions)),
            None => None,
        };
        match refused {
            Some(expected) => faults.push(FieldFault::new(field(name), shown(value), expected)),
            None if value.is_null() => drop(merged.remove(name)),
            None => drop(merged.insert(name.clone(), value.clone())),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let size = serde_json::to_string(&merged).map_or(usize::MAX, |text| text.len());
    if merged.len() > COUNT_MAX || size > SIZE_BYTES_MAX {
        let found = format!("{} / {size} B", merged.len());
        let expected = Text::new(
            "at most 200 attributes of 64 KiB together",
            "最多 200 个属性,合计不超过 64 KiB",
        );
        return Err(vec![FieldFault::new("attributes", found, expected)]);
    }
    Ok(merged)
}

fn field(name: &str) -> String {
    let name: String = name.chars().take(80).filter(|c| !c.is_control()).collect();
    format!("attributes.{name}")
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn known_names(definitions: &[AttributeDefinition]) -> Text {
    let names: Vec<&str> = definitions.iter().map(|known| known.name.as_str()).collect();
    let names = names.join(", ");
    Text::new(
        format!("one of the kind's attributes: {names}"),
        format!("该类型的属性之一：{names}"),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn definitions() -> Vec<AttributeDefinition> {
        let types = ["string", "number", "integer", "boolean", "time", "ip", "url"];
        let of = |name: &str| {
            let kept_as = if name == "boolean" { "bool" } else { name };
            json!({"name": name, "title": {"en": "", "zh": ""}, "type": kept_as})
        };
        serde_json::from_value(types.map(of).into()).unwrap()
    }

    fn attributes(value: &Value) -> Attributes {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn every_type_takes_its_values_and_no_others() {
        let long = "x".repeat(TEXT_CHARS_MAX + 1);
        for (name, good, bad) in [
            ("string", json!(["x", "", "两行\n文字"]), json!([1, true, {}, [], "\u{0}", long])),
            ("number", json!([1, -1.5, 0]), json!(["1", false])),
            ("integer", json!([1, -1, u64::MAX]), json!([1.5, "1", 1e300])),
            ("boolean", json!([true, false]), json!([0, 1, "true"])),
            ("time", json!(["2026-01-31T08:00:00Z"]), json!(["2026-01-31", "soon", 5])),
            ("ip", json!(["127.0.0.1", "::1"]), json!(["localhost", "1.2.3", "1.2.3.4:80"])),
            ("url", json!(["https://a.example/x"]), json!(["a.example", "mailto:a@b", "https://"])),
        ] {
            let try_one = |value: &Value| {
                let given = attributes(&json!({ name: value }));
                merged(&definitions(), &Attributes::new(), &given, Source::Manual)
            };
            for value in good.as_array().unwrap() {
                assert_eq!(try_one(value).unwrap()[name], *value, "{name}");
            }
            for value in bad.as_array().unwrap() {
                let faults = try_one(value).unwrap_err();
                assert_eq!(faults[0].field, format!("attributes.{name}"), "{value}");
            }
        }
    }

    #[test]
    fn all_wrong_attributes_are_named_at_once() {
        let given = attributes(&json!({"integer": "x", "colour": "red", "ip": "::1"}));
        let faults =
            merged(&definitions(), &Attributes::new(), &given, Source::Manual).unwrap_err();
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["attributes.colour", "attributes.integer"]);
        assert!(faults[0].expected.en.contains("url"));
    }

    #[test]
    fn null_removes_and_absent_keeps() {
        let old = attributes(&json!({"string": "a", "integer": 1, "found": [1]}));
        let given = attributes(&json!({"string": null, "found": null, "boolean": true}));
        let merged = merged(&definitions(), &old, &given, Source::Manual).unwrap();
        assert_eq!(Value::Object(merged), json!({"integer": 1, "boolean": true}));
    }

    #[test]
    fn discovery_may_bring_what_is_not_defined_but_not_without_end() {
        let given = attributes(&json!({"disks": [{"device": "sda"}]}));
        let old = Attributes::new();
        assert_eq!(merged(&definitions(), &old, &given, Source::Discovery).unwrap(), given);
        let given = attributes(&json!({"big": "x".repeat(SIZE_BYTES_MAX)}));
        assert!(merged(&definitions(), &old, &given, Source::Discovery).is_err());
        let given: Attributes = (0..=COUNT_MAX).map(|n| (format!("a{n}"), json!(n))).collect();
        assert!(merged(&definitions(), &old, &given, Source::Discovery).is_err());
    }
}
