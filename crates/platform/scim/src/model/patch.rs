//! Changes of a resource (RFC 7644 3.5.2), with what Entra ID and Okta write differently.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{
    filter::{AttributePath, ChangePath, Comparison, Filter, check_element, element, parse_path},
    resource::{MEMBERS_MAX, coerced, shown, too_many, wrong},
    schema::{Attribute, ENTERPRISE, Kind, Mutability, ResourceType},
};
use crate::ScimError;

/// A request has at most so many changes.
const CHANGES_MAX: usize = 1000;

/// What a change does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Add,
    Replace,
    Remove,
}

/// One change of a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change {
    verb: Verb,
    path: Option<String>,
    value: Value,
}

/// What a path leads to.
enum Target {
    /// The whole extension.
    Extension,
    At {
        extension: Option<&'static str>,
        attribute: &'static Attribute,
        path: Box<ChangePath>,
    },
    /// What is told of and not kept.
    PassedOver,
}

/// The changes in the body of a request.
///
/// Errors: [`ScimError::InvalidSyntax`], `InvalidValue`.
pub(crate) fn changes_of(body: &Value) -> Result<Vec<Change>, ScimError> {
    let Some(body) = body.as_object() else { return Err(ScimError::InvalidSyntax("body")) };
    let operations = get(body, "Operations").and_then(Value::as_array);
    let operations = operations.ok_or(ScimError::InvalidSyntax("Operations"))?;
    if operations.is_empty() {
        return Err(ScimError::InvalidSyntax("Operations"));
    }
    if operations.len() > CHANGES_MAX {
        return Err(too_many("Operations", operations.len(), CHANGES_MAX));
    }
    operations.iter().enumerate().map(|(at, one)| change(one, at)).collect()
}

fn change(one: &Value, at: usize) -> Result<Change, ScimError> {
    let Some(one) = one.as_object() else { return Err(ScimError::InvalidSyntax("Operations")) };
    let verb = get(one, "op").cloned().unwrap_or_default();
    // Entra ID begins them with a capital.
    let verb = match verb.as_str().map(str::to_ascii_lowercase).as_deref() {
        Some("add") => Verb::Add,
        Some("replace") => Verb::Replace,
        Some("remove") => Verb::Remove,
        _ => return Err(wrong(&format!("Operations[{at}].op"), &verb, "add, replace, remove")),
    };
    let path = match get(one, "path") {
        None | Some(Value::Null) => None,
        Some(Value::String(path)) if path.trim().is_empty() => None,
        Some(Value::String(path)) => Some(path.trim().to_owned()),
        Some(other) => {
            return Err(wrong(&format!("Operations[{at}].path"), other, "an attribute's path"));
        }
    };
    let value = get(one, "value").cloned().unwrap_or_default();
    Ok(Change { verb, path, value })
}

fn get<'m>(map: &'m Map<String, Value>, name: &str) -> Option<&'m Value> {
    map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// The resource after the changes, in its canonical form.
///
/// Errors: [`ScimError::InvalidPath`], `NoTarget`, `Mutability`, `InvalidValue`.
pub(crate) fn patched(
    before: &Map<String, Value>,
    changes: &[Change],
    of: ResourceType,
) -> Result<Map<String, Value>, ScimError> {
    let mut resource = before.clone();
    for change in changes {
        match &change.path {
            Some(path) => apply(&mut resource, change.verb, path, &change.value, of)?,
            None if change.verb == Verb::Remove => return Err(ScimError::NoTarget("".to_owned())),
            None => {
                let Value::Object(values) = &change.value else {
                    return Err(wrong("value", &change.value, "an object"));
                };
                for (key, value) in values {
                    whole(&mut resource, change.verb, key, value, of)?;
                }
            }
        }
    }
    Ok(resource)
}

/// One attribute of a change without a path; the key may be a path of its own.
fn whole(
    resource: &mut Map<String, Value>,
    verb: Verb,
    key: &str,
    value: &Value,
    of: ResourceType,
) -> Result<(), ScimError> {
    // Okta repeats what cannot change.
    if ["id", "schemas", "meta"].iter().any(|name| key.eq_ignore_ascii_case(name)) {
        return Ok(());
    }
    apply(resource, verb, key, value, of)
}

fn apply(
    resource: &mut Map<String, Value>,
    verb: Verb,
    path: &str,
    value: &Value,
    of: ResourceType,
) -> Result<(), ScimError> {
    match target(path, of)? {
        Target::PassedOver => Ok(()),
        Target::Extension => apply_extension(resource, verb, value, of),
        Target::At { extension, attribute, path } => {
            if attribute.mutability == Mutability::ReadOnly || attribute.name == "schemas" {
                return Err(ScimError::Mutability(shown(&path.attribute)));
            }
            let home = match extension {
                None => &mut *resource,
                Some(urn) => part(resource, urn),
            };
            in_home(home, verb, attribute, &path, value)?;
            let empty = |value: &Value| value.as_object().is_some_and(Map::is_empty);
            if extension.is_some_and(|urn| resource.get(urn).is_some_and(empty)) {
                resource.remove(ENTERPRISE);
            }
            if attribute.required && !resource.contains_key(attribute.name) {
                return Err(wrong(attribute.name, &Value::Null, "a value: it is required"));
            }
            Ok(())
        }
    }
}

fn target(text: &str, of: ResourceType) -> Result<Target, ScimError> {
    if of.is_extension(text) {
        return Ok(Target::Extension);
    }
    let path = parse_path(text)
        .map_err(|error| ScimError::InvalidPath { path: text.to_owned(), error })?;
    let Some(found) = of.find(&path.attribute) else {
        if path.attribute.schema.is_none() && of.passes_over(&path.attribute.name) {
            return Ok(Target::PassedOver);
        }
        return Err(ScimError::UnknownAttribute(text.to_owned()));
    };
    let attribute = found.attribute;
    if let Some(filter) = &path.elements {
        let sound = attribute.multi && check_element(filter, attribute).is_ok();
        let part = path.sub.as_deref().is_none_or(|sub| attribute.sub(sub).is_some());
        if !(sound && part) {
            return Err(ScimError::UnknownAttribute(text.to_owned()));
        }
    }
    Ok(Target::At { extension: found.extension, attribute, path: Box::new(path) })
}

fn apply_extension(
    resource: &mut Map<String, Value>,
    verb: Verb,
    value: &Value,
    of: ResourceType,
) -> Result<(), ScimError> {
    if verb == Verb::Remove {
        resource.remove(ENTERPRISE);
        return Ok(());
    }
    let Value::Object(values) = value else {
        return Err(wrong(ENTERPRISE, value, "an object"));
    };
    for (key, value) in values {
        if of.extended(key).is_some() {
            apply(resource, verb, &format!("{ENTERPRISE}:{key}"), value, of)?;
        }
    }
    Ok(())
}

/// The object at `name`; an empty one is put there when there is none.
fn part<'r>(resource: &'r mut Map<String, Value>, name: &str) -> &'r mut Map<String, Value> {
    let slot = resource.entry(name).or_insert_with(|| Value::Object(Map::new()));
    if !slot.is_object() {
        *slot = Value::Object(Map::new());
    }
    slot.as_object_mut().expect("it was made an object if it was none")
}

fn in_home(
    home: &mut Map<String, Value>,
    verb: Verb,
    attribute: &'static Attribute,
    path: &ChangePath,
    value: &Value,
) -> Result<(), ScimError> {
    if let Some(filter) = &path.elements {
        return in_elements(home, verb, attribute, (filter, path), value);
    }
    if let Some(sub) = path.attribute.sub.as_deref().and_then(|sub| attribute.sub(sub)) {
        if attribute.multi {
            // `emails.value`: of every element.
            return in_every_element(home, verb, attribute, sub, value);
        }
        set_part(part(home, attribute.name), verb, sub, value)?;
        if home.get(attribute.name).and_then(Value::as_object).is_some_and(Map::is_empty) {
            home.remove(attribute.name);
        }
        return Ok(());
    }
    match (verb, attribute.multi) {
        (Verb::Remove, true) if !value.is_null() => remove_listed(home, attribute, value),
        (Verb::Remove, _) => {
            home.remove(attribute.name);
            Ok(())
        }
        (Verb::Add, true) => append(home, attribute, value),
        (Verb::Add | Verb::Replace, false) if matches!(attribute.kind, Kind::Complex(_)) => {
            merge(home, attribute, value)
        }
        _ => set(home, attribute, value),
    }
}

fn set(
    home: &mut Map<String, Value>,
    attribute: &Attribute,
    value: &Value,
) -> Result<(), ScimError> {
    match coerced(value, attribute, attribute.name)? {
        Some(value) => drop(home.insert(attribute.name.to_owned(), value)),
        None => drop(home.remove(attribute.name)),
    }
    Ok(())
}

/// Parts that are told replace their like; others stay (RFC 7644 3.5.2.3).
fn merge(
    home: &mut Map<String, Value>,
    attribute: &Attribute,
    value: &Value,
) -> Result<(), ScimError> {
    match coerced(value, attribute, attribute.name)? {
        Some(Value::Object(told)) => part(home, attribute.name).extend(told),
        _ => drop(home.remove(attribute.name)),
    }
    Ok(())
}

fn set_part(
    parts: &mut Map<String, Value>,
    verb: Verb,
    sub: &Attribute,
    value: &Value,
) -> Result<(), ScimError> {
    if verb == Verb::Remove {
        parts.remove(sub.name);
        return Ok(());
    }
    set(parts, sub, value)
}

/// By what elements are told apart: their value and sort, or all that they have.
fn identity(one: &Value) -> String {
    match (one.get("value").and_then(Value::as_str), one.get("type").and_then(Value::as_str)) {
        (Some(value), kind) => format!("{value}\n{}", kind.unwrap_or_default()),
        (None, _) => one.to_string(),
    }
}

/// By what members are told apart: their identifiers.
fn key_of(attribute: &Attribute, one: &Value) -> String {
    match one.get("value").and_then(Value::as_str) {
        Some(value) if attribute.name == "members" => value.to_owned(),
        _ => identity(one),
    }
}

fn append(
    home: &mut Map<String, Value>,
    attribute: &Attribute,
    value: &Value,
) -> Result<(), ScimError> {
    let Some(Value::Array(told)) = coerced(value, attribute, attribute.name)? else {
        return Ok(());
    };
    let mut all = taken(home, attribute);
    if told.iter().any(is_primary) {
        all.iter_mut().for_each(no_longer_primary);
    }
    let mut known: HashSet<String> = all.iter().map(|one| key_of(attribute, one)).collect();
    for one in told {
        if known.insert(key_of(attribute, &one)) {
            all.push(one);
        } else if attribute.name != "members"
            && let Some(same) =
                all.iter_mut().find(|other| key_of(attribute, other) == key_of(attribute, &one))
        {
            *same = one;
        }
    }
    keep(home, attribute, all)
}

fn taken(home: &mut Map<String, Value>, attribute: &Attribute) -> Vec<Value> {
    match home.remove(attribute.name) {
        Some(Value::Array(several)) => several,
        Some(one) => vec![one],
        None => Vec::new(),
    }
}

fn keep(
    home: &mut Map<String, Value>,
    attribute: &Attribute,
    all: Vec<Value>,
) -> Result<(), ScimError> {
    if all.len() > MEMBERS_MAX {
        return Err(too_many(attribute.name, all.len(), MEMBERS_MAX));
    }
    if !all.is_empty() {
        home.insert(attribute.name.to_owned(), Value::Array(all));
    }
    Ok(())
}

fn is_primary(one: &Value) -> bool {
    one.get("primary") == Some(&Value::Bool(true))
}

fn no_longer_primary(one: &mut Value) {
    if is_primary(one) {
        one["primary"] = Value::Bool(false);
    }
}

/// `remove` with a path to all and a list of some of them, as Entra ID writes it.
fn remove_listed(
    home: &mut Map<String, Value>,
    attribute: &Attribute,
    value: &Value,
) -> Result<(), ScimError> {
    let listed = match coerced(value, attribute, attribute.name)? {
        Some(Value::Array(listed)) => listed,
        _ => Vec::new(),
    };
    let listed: HashSet<&str> =
        listed.iter().filter_map(|one| one.get("value")?.as_str()).collect();
    let mut all = taken(home, attribute);
    let is_listed =
        |one: &Value| one.get("value").and_then(Value::as_str).is_some_and(|v| listed.contains(v));
    all.retain(|one| !is_listed(one));
    keep(home, attribute, all)
}

fn in_every_element(
    home: &mut Map<String, Value>,
    verb: Verb,
    attribute: &'static Attribute,
    sub: &'static Attribute,
    value: &Value,
) -> Result<(), ScimError> {
    let mut all = taken(home, attribute);
    for one in all.iter_mut().filter_map(Value::as_object_mut) {
        set_part(one, verb, sub, value)?;
    }
    keep(home, attribute, all)
}

fn in_elements(
    home: &mut Map<String, Value>,
    verb: Verb,
    attribute: &'static Attribute,
    (filter, path): (&Filter, &ChangePath),
    value: &Value,
) -> Result<(), ScimError> {
    let sub = path.sub.as_deref().and_then(|sub| attribute.sub(sub));
    let mut all = taken(home, attribute);
    let fits = |one: &Value| element(filter, one, attribute);
    match (verb, sub) {
        (Verb::Remove, None) => all.retain(|one| !fits(one)),
        _ => {
            if verb != Verb::Remove && !all.iter().any(fits) {
                all.push(begun(filter, attribute).ok_or_else(|| no_target(path))?);
            }
            for one in &mut all {
                if fits(one) {
                    change_element(one, verb, attribute, sub, value)?;
                }
            }
        }
    }
    keep(home, attribute, all)
}

fn change_element(
    one: &mut Value,
    verb: Verb,
    attribute: &'static Attribute,
    sub: Option<&'static Attribute>,
    value: &Value,
) -> Result<(), ScimError> {
    let Some(parts) = one.as_object_mut() else { return Ok(()) };
    match sub {
        Some(sub) => set_part(parts, verb, sub, value),
        None => match coerced(value, attribute, attribute.name)? {
            Some(Value::Array(told)) => {
                parts.extend(
                    told.into_iter()
                        .filter_map(|one| match one {
                            Value::Object(parts) => Some(parts),
                            _ => None,
                        })
                        .flatten(),
                );
                Ok(())
            }
            _ => Ok(()),
        },
    }
}

/// The element that the conditions describe, where they say nothing but what is equal: Entra ID
/// adds and replaces `emails[type eq "work"].value` when there is no such element yet.
fn begun(filter: &Filter, attribute: &'static Attribute) -> Option<Value> {
    let mut parts = Map::new();
    let mut waiting = vec![filter];
    while let Some(filter) = waiting.pop() {
        match filter {
            Filter::Compare(AttributePath { name, sub: None, .. }, Comparison::Equal, value)
                if !value.is_null() =>
            {
                parts.insert(attribute.sub(name)?.name.to_owned(), value.clone());
            }
            Filter::And(left, right) => waiting.extend([left.as_ref(), right.as_ref()]),
            _ => return None,
        }
    }
    Some(Value::Object(parts))
}

fn no_target(path: &ChangePath) -> ScimError {
    ScimError::NoTarget(shown(&path.attribute))
}

#[cfg(test)]
mod tests;
