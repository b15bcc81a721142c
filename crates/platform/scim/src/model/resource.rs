use serde_json::{Map, Value};

use super::{
    filter::AttributePath,
    schema::{Attribute, ENTERPRISE, Kind, Mutability, ResourceType},
};
use crate::ScimError;

/// A text is at most so long.
const TEXT_CHARS_MAX: usize = 1000;
/// A plural attribute of a user has at most so many elements.
const ELEMENTS_MAX: usize = 50;
/// A group has at most so many members.
pub(crate) const MEMBERS_MAX: usize = 50_000;

/// What was told of a resource, in the form in which it is kept: attributes by their own names,
/// values of their own sorts, what is read-only or not kept left out.
///
/// Errors: [`ScimError::InvalidValue`], [`ScimError::InvalidSyntax`].
pub(crate) fn canonical(told: &Value, of: ResourceType) -> Result<Map<String, Value>, ScimError> {
    let Value::Object(told) = told else { return Err(ScimError::InvalidSyntax("body")) };
    check_schemas(told, of)?;
    let mut kept = Map::new();
    for (key, value) in told {
        if of.is_extension(key) {
            let extension = extension(value, of)?;
            if !extension.is_empty() {
                kept.insert(ENTERPRISE.to_owned(), Value::Object(extension));
            }
            continue;
        }
        // Unknown attributes are left out as those that are not kept (RFC 7644 3.3).
        let Some(attribute) = of.attribute(key) else { continue };
        if attribute.mutability == Mutability::ReadOnly || attribute.name == "schemas" {
            continue;
        }
        if let Some(value) = coerced(value, attribute, attribute.name)? {
            kept.insert(attribute.name.to_owned(), value);
        }
    }
    Ok(kept)
}

fn extension(told: &Value, of: ResourceType) -> Result<Map<String, Value>, ScimError> {
    let mut kept = Map::new();
    let Value::Object(told) = told else {
        return if told.is_null() { Ok(kept) } else { Err(wrong(ENTERPRISE, told, "an object")) };
    };
    for (key, value) in told {
        let Some(attribute) = of.extended(key) else { continue };
        if let Some(value) = coerced(value, attribute, attribute.name)? {
            kept.insert(attribute.name.to_owned(), value);
        }
    }
    Ok(kept)
}

fn check_schemas(told: &Map<String, Value>, of: ResourceType) -> Result<(), ScimError> {
    let found = told.iter().find(|(key, _)| key.eq_ignore_ascii_case("schemas"));
    let Some((_, Value::Array(schemas))) = found else { return Ok(()) };
    let named = schemas.iter().filter_map(Value::as_str);
    if named.into_iter().any(|urn| urn.eq_ignore_ascii_case(of.schema())) {
        return Ok(());
    }
    Err(wrong("schemas", &Value::Array(schemas.clone()), of.schema()))
}

/// The value as the attribute has it; none when it says that there is none.
///
/// Errors: [`ScimError::InvalidValue`] naming `field`.
pub(crate) fn coerced(
    value: &Value,
    attribute: &Attribute,
    field: &str,
) -> Result<Option<Value>, ScimError> {
    if !attribute.multi {
        return single(value, attribute, field);
    }
    let given: &[Value] = match value {
        Value::Null => return Ok(None),
        Value::Array(several) => several,
        one => std::slice::from_ref(one),
    };
    let max = if attribute.name == "members" { MEMBERS_MAX } else { ELEMENTS_MAX };
    if given.len() > max {
        return Err(too_many(field, given.len(), max));
    }
    let mut kept = Vec::new();
    for (at, one) in given.iter().enumerate() {
        kept.extend(single(one, attribute, &format!("{field}[{at}]"))?);
    }
    Ok(if kept.is_empty() { None } else { Some(Value::Array(kept)) })
}

fn single(value: &Value, attribute: &Attribute, field: &str) -> Result<Option<Value>, ScimError> {
    match (attribute.kind, value) {
        (_, Value::Null) => Ok(None),
        (Kind::Complex(subs), Value::Object(parts)) => complex(parts, subs, field),
        // The value alone stands for the element: `"manager": "26118915"`, as Entra ID writes it.
        (Kind::Complex(_), Value::String(_)) if attribute.sub("value").is_some() => {
            let parts = Map::from_iter([("value".to_owned(), value.clone())]);
            complex(&parts, attribute.subs(), field)
        }
        (Kind::Switch, Value::Bool(_)) => Ok(Some(value.clone())),
        // Entra ID sends "True" and "False".
        (Kind::Switch, Value::String(text)) => match text.to_ascii_lowercase().as_str() {
            "true" => Ok(Some(Value::Bool(true))),
            "false" => Ok(Some(Value::Bool(false))),
            _ => Err(wrong(field, value, "true or false")),
        },
        (Kind::Text | Kind::Reference | Kind::Moment, Value::String(text)) => {
            plain(text, value, field)
        }
        (Kind::Text, Value::Number(number)) => plain(&number.to_string(), value, field),
        (Kind::Complex(_), _) => Err(wrong(field, value, "an object")),
        (Kind::Switch, _) => Err(wrong(field, value, "true or false")),
        _ => Err(wrong(field, value, "a text")),
    }
}

/// A text without blanks around it; an empty one is none.
fn plain(text: &str, value: &Value, field: &str) -> Result<Option<Value>, ScimError> {
    let trimmed = text.trim();
    if trimmed.chars().count() > TEXT_CHARS_MAX || trimmed.contains(char::is_control) {
        return Err(wrong(field, value, "at most 1000 characters, no control characters"));
    }
    Ok(Some(trimmed).filter(|text| !text.is_empty()).map(Value::from))
}

fn complex(
    parts: &Map<String, Value>,
    subs: &[Attribute],
    field: &str,
) -> Result<Option<Value>, ScimError> {
    let mut kept = Map::new();
    for (key, value) in parts {
        let Some(sub) = subs.iter().find(|sub| sub.name.eq_ignore_ascii_case(key)) else {
            continue;
        };
        if let Some(value) = single(value, sub, &format!("{field}.{}", sub.name))? {
            kept.insert(sub.name.to_owned(), value);
        }
    }
    Ok(if kept.is_empty() { None } else { Some(Value::Object(kept)) })
}

/// The text of an attribute, perhaps one inside of another one.
pub(crate) fn text_at<'r>(resource: &'r Map<String, Value>, names: &[&str]) -> Option<&'r str> {
    let (first, rest) = names.split_first()?;
    let mut value = resource.get(*first)?;
    for name in rest {
        value = value.get(*name)?;
    }
    value.as_str()
}

pub(crate) fn wrong(field: &str, found: &Value, expected: &str) -> ScimError {
    let found = match found {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    ScimError::InvalidValue { field: field.to_owned(), found, expected: expected.to_owned() }
}

pub(crate) fn too_many(field: &str, found: usize, max: usize) -> ScimError {
    wrong(field, &Value::from(found), &format!("at most {max} values"))
}

/// The path as people write it, for a message.
pub(crate) fn shown(path: &AttributePath) -> String {
    path.to_string()
}
