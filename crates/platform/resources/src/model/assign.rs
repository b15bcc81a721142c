use std::collections::BTreeMap;

use kernel::{FieldFault, Text};
use serde_json::Value;

use crate::{Attributes, Kind, Source, model::value};

/// Who said each value that does not come from the resource's own source.
pub type Origins = BTreeMap<String, Source>;

/// A resource has at most so many attributes.
const COUNT_MAX: usize = 200;
/// All attributes of a resource together, as JSON.
const SIZE_BYTES_MAX: usize = 64 * 1024;

/// What was there before something was said.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held<'a> {
    pub(crate) attributes: &'a Attributes,
    pub(crate) origins: &'a Origins,
    /// The source of values without an origin.
    pub(crate) source: Source,
}

/// What is there after it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Assigned {
    pub(crate) attributes: Attributes,
    pub(crate) origins: Origins,
    /// Values that were said and not taken, as somebody more believed has said another.
    pub(crate) overruled: Attributes,
}

/// `held` with `given` put over it: null removes. Values must be of their type; a name that the
/// kind does not define is refused from people and kept as it is from others, who know more
/// than we have defined. A less believed source never overwrites a more believed one's value.
///
/// Errors: one fault for every attribute that is wrong, named `attributes.<name>`.
pub(crate) fn assigned(
    kind: &Kind,
    held: Held<'_>,
    given: &Attributes,
    source: Source,
) -> Result<Assigned, Vec<FieldFault>> {
    let mut after = Assigned {
        attributes: held.attributes.clone(),
        origins: held.origins.clone(),
        overruled: Attributes::new(),
    };
    let mut faults = Vec::new();
    for (name, value) in given {
        let kept = match kept(kind, held, name, value, source) {
            Ok(kept) => kept,
            Err(expected) => {
                faults.push(FieldFault::new(field(name), shown(value), expected));
                continue;
            }
        };
        let teller = held.origins.get(name).copied().unwrap_or(held.source);
        let overruled = held.attributes.get(name).is_some_and(|old| *old != kept)
            && kind.authority.rank(name, source) < kind.authority.rank(name, teller);
        if overruled && source == Source::Manual {
            faults.push(FieldFault::new(field(name), shown(value), told_by(teller)));
        } else if overruled {
            after.overruled.insert(name.clone(), kept);
        } else {
            set(&mut after, held, name, kept, source);
        }
    }
    if faults.is_empty()
        && let Some(fault) = oversize(&after.attributes)
    {
        faults.push(fault);
    }
    if faults.is_empty() { Ok(after) } else { Err(faults) }
}

/// The attributes of a new resource that a person asks for: defaults filled in, nothing lacking.
pub(crate) fn completed(kind: &Kind, given: &Attributes) -> Result<Attributes, Vec<FieldFault>> {
    let mut whole = given.clone();
    let mut faults = Vec::new();
    for definition in kind.attributes.iter().filter(|definition| !definition.retired) {
        let there = whole.get(&definition.name).is_some_and(|value| !value.is_null());
        if there {
            continue;
        }
        if let Some(default) = &definition.default {
            whole.insert(definition.name.clone(), default.clone());
        } else if definition.required {
            faults.push(FieldFault::new(field(&definition.name), "", required()));
        }
    }
    whole.retain(|_, value| !value.is_null());
    if faults.is_empty() { Ok(whole) } else { Err(faults) }
}

fn kept(
    kind: &Kind,
    held: Held<'_>,
    name: &str,
    value: &Value,
    source: Source,
) -> Result<Value, Text> {
    match kind.attribute(name) {
        Some(definition) if value.is_null() && definition.required && source == Source::Manual => {
            Err(required())
        }
        Some(_) if value.is_null() => Ok(Value::Null),
        None if value.is_null() && held.attributes.contains_key(name) => Ok(Value::Null),
        // What was read can be written back, though it would not be taken today.
        Some(_) if held.attributes.get(name) == Some(value) => Ok(value.clone()),
        Some(definition) => value::checked(definition, value),
        None if source == Source::Manual => Err(known_names(kind)),
        None => Ok(value.clone()),
    }
}

fn set(after: &mut Assigned, held: Held<'_>, name: &str, value: Value, source: Source) {
    if value.is_null() {
        after.attributes.remove(name);
        after.origins.remove(name);
        return;
    }
    let same = held.attributes.get(name) == Some(&value);
    if same && source != Source::Manual {
        return;
    }
    after.attributes.insert(name.to_owned(), value);
    if source == held.source {
        after.origins.remove(name);
    } else if !same {
        after.origins.insert(name.to_owned(), source);
    }
}

fn oversize(attributes: &Attributes) -> Option<FieldFault> {
    let size = serde_json::to_string(attributes).map_or(usize::MAX, |text| text.len());
    if attributes.len() <= COUNT_MAX && size <= SIZE_BYTES_MAX {
        return None;
    }
    let found = format!("{} / {size} B", attributes.len());
    let expected = Text::new(
        "at most 200 attributes of 64 KiB together",
        "最多 200 个属性，合计不超过 64 KiB",
    );
    Some(FieldFault::new("attributes", found, expected))
}

pub(crate) fn field(name: &str) -> String {
    let name: String = name.chars().take(80).filter(|c| !c.is_control()).collect();
    format!("attributes.{name}")
}

pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn required() -> Text {
    Text::new("a value: the kind requires one", "必填，不能为空")
}

fn told_by(source: Source) -> Text {
    let name = source.name();
    Text::new(
        format!("what `{name}` says: the kind believes it more than a person here"),
        format!("以“{name}”来源的值为准（该类型规定其优先于人工填写）"),
    )
}

fn known_names(kind: &Kind) -> Text {
    let names: Vec<&str> = kind.attributes.iter().map(|known| known.name.as_str()).collect();
    let names = names.join(", ");
    Text::new(
        format!("one of the kind's attributes: {names}"),
        format!("该类型的属性之一：{names}"),
    )
}

#[cfg(test)]
#[path = "assign_tests.rs"]
mod tests;
