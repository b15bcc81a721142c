use serde_json::{Map, Value};

use super::{
    filter::{AttributePath, parse_path},
    resource::wrong,
    schema::{ENTERPRISE, ResourceType},
};
use crate::ScimError;

/// So many attributes are named, at most.
const NAMED_MAX: usize = 200;

/// Which attributes are shown (RFC 7644 3.9). `id` and `schemas` always are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Projection {
    #[default]
    All,
    Only(Vec<Named>),
    Without(Vec<Named>),
}

/// An attribute that is named: where it is, and the part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    in_extension: bool,
    /// None: the extension as a whole.
    name: Option<&'static str>,
    sub: Option<&'static str>,
}

impl Projection {
    /// Reads `attributes` and `excludedAttributes`; the first goes before. Unknown ones show
    /// nothing and hide nothing.
    ///
    /// Errors: [`ScimError::InvalidValue`].
    pub(crate) fn read(
        only: Option<&Value>,
        without: Option<&Value>,
        of: ResourceType,
    ) -> Result<Self, ScimError> {
        match (only, without) {
            (Some(only), _) => Ok(Self::Only(named("attributes", only, of)?)),
            (None, Some(without)) => Ok(Self::Without(named("excludedAttributes", without, of)?)),
            (None, None) => Ok(Self::All),
        }
    }

    /// Whether anything of that attribute of the core is shown.
    pub(crate) fn shows(&self, name: &str) -> bool {
        let is_it = |named: &Named| !named.in_extension && named.name == Some(name);
        match self {
            Self::All => true,
            Self::Only(list) => list.iter().any(is_it),
            Self::Without(list) => !list.iter().any(|one| is_it(one) && one.sub.is_none()),
        }
    }

    /// What is shown of a resource.
    pub(crate) fn applied(&self, resource: Map<String, Value>) -> Map<String, Value> {
        match self {
            Self::All => resource,
            Self::Only(list) => kept(resource, list),
            Self::Without(list) => left(resource, list),
        }
    }
}

fn named(field: &str, list: &Value, of: ResourceType) -> Result<Vec<Named>, ScimError> {
    let texts: Vec<&str> = match list {
        Value::String(text) => text.split(',').collect(),
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        other => return Err(wrong(field, other, "names of attributes")),
    };
    if texts.len() > NAMED_MAX {
        return Err(wrong(field, &texts.len().into(), "at most 200 names"));
    }
    let texts = texts.into_iter().map(str::trim).filter(|text| !text.is_empty());
    Ok(texts.filter_map(|text| one(text, of)).collect())
}

fn one(text: &str, of: ResourceType) -> Option<Named> {
    if of.is_extension(text) {
        return Some(Named { in_extension: true, name: None, sub: None });
    }
    let path: AttributePath = parse_path(text).ok()?.attribute;
    let found = of.find(&path)?;
    Some(Named {
        in_extension: found.extension.is_some(),
        name: Some(found.attribute.name),
        sub: found.sub.map(|sub| sub.name),
    })
}

/// Only what is named, and what is always shown.
fn kept(mut resource: Map<String, Value>, list: &[Named]) -> Map<String, Value> {
    let mut shown = Map::new();
    for name in ["schemas", "id"] {
        shown.extend(resource.remove(name).map(|value| (name.to_owned(), value)));
    }
    let extension = resource.remove(ENTERPRISE);
    for (name, value) in resource {
        let of_it = list.iter().filter(|one| !one.in_extension && one.name == Some(&name));
        let subs: Vec<Option<&str>> = of_it.map(|one| one.sub).collect();
        if let Some(value) = kept_parts(value, &subs) {
            shown.insert(name, value);
        }
    }
    if let Some(Value::Object(parts)) = extension {
        let whole = list.iter().any(|one| one.in_extension && one.name.is_none());
        let named = |key: &str| list.iter().any(|o| o.in_extension && o.name == Some(key));
        let parts: Map<String, Value> =
            parts.into_iter().filter(|(key, _)| whole || named(key)).collect();
        if !parts.is_empty() {
            shown.insert(ENTERPRISE.to_owned(), Value::Object(parts));
        }
    }
    shown
}

/// The parts of a value that are named; `None` among them means all.
fn kept_parts(value: Value, subs: &[Option<&str>]) -> Option<Value> {
    if subs.is_empty() {
        return None;
    }
    if subs.contains(&None) {
        return Some(value);
    }
    let part = |parts: Map<String, Value>| {
        let named = |key: &str| subs.contains(&Some(key));
        Value::Object(parts.into_iter().filter(|(key, _)| named(key)).collect())
    };
    Some(match value {
        Value::Object(parts) => part(parts),
        Value::Array(several) => several
            .into_iter()
            .filter_map(|one| match one {
                Value::Object(parts) => Some(part(parts)),
                _ => None,
            })
            .collect(),
        other => other,
    })
}

/// All but what is named.
fn left(mut resource: Map<String, Value>, list: &[Named]) -> Map<String, Value> {
    for one in list {
        let home = if one.in_extension {
            match (one.name, resource.get_mut(ENTERPRISE)) {
                (Some(_), Some(Value::Object(parts))) => parts,
                (None, _) => {
                    resource.remove(ENTERPRISE);
                    continue;
                }
                _ => continue,
            }
        } else {
            &mut resource
        };
        let Some(name) = one.name.filter(|name| !["id", "schemas"].contains(name)) else {
            continue;
        };
        match (one.sub, home.get_mut(name)) {
            (None, _) => drop(home.remove(name)),
            (Some(sub), Some(Value::Object(parts))) => drop(parts.remove(sub)),
            (Some(sub), Some(Value::Array(several))) => {
                for parts in several.iter_mut().filter_map(Value::as_object_mut) {
                    parts.remove(sub);
                }
            }
            _ => {}
        }
    }
    resource
}
