use std::cmp::Ordering;

use kernel::Time;
use serde_json::Value;

use super::{AttributePath, Comparison, Filter, check::switch_of};
use crate::model::schema::{Attribute, Kind, ResourceType};

/// Whether a resource in its canonical form answers a filter that was checked.
///
/// An attribute with several values answers when one of them does; `ne` is the opposite of `eq`.
/// What is not there is equal to `null` only.
pub(crate) fn matches(filter: &Filter, resource: &Value, of: ResourceType) -> bool {
    match filter {
        Filter::Present(path) => values(path, resource, of).iter().any(|value| is_present(value)),
        Filter::Compare(path, how, wanted) => {
            let Some(found) = of.find(path) else { return false };
            compare(&values(path, resource, of), found.leaf(), *how, wanted)
        }
        Filter::Within(path, inner) => {
            let Some(found) = of.find(path) else { return false };
            elements(at_top(path, resource, of)).any(|one| element(inner, one, found.attribute))
        }
        Filter::And(left, right) => matches(left, resource, of) && matches(right, resource, of),
        Filter::Or(left, right) => matches(left, resource, of) || matches(right, resource, of),
        Filter::Not(inner) => !matches(inner, resource, of),
    }
}

/// Whether one element of `attribute` answers the conditions.
pub(crate) fn element(filter: &Filter, one: &Value, attribute: &'static Attribute) -> bool {
    let part = |path: &AttributePath| {
        let sub = attribute.sub(&path.name)?;
        Some((one.get(sub.name), sub))
    };
    match filter {
        Filter::Present(path) => part(path).and_then(|(value, _)| value).is_some_and(is_present),
        Filter::Compare(path, how, wanted) => part(path).is_some_and(|(value, sub)| {
            compare(&value.into_iter().collect::<Vec<_>>(), sub, *how, wanted)
        }),
        Filter::Within(..) => false,
        Filter::And(left, right) => element(left, one, attribute) && element(right, one, attribute),
        Filter::Or(left, right) => element(left, one, attribute) || element(right, one, attribute),
        Filter::Not(inner) => !element(inner, one, attribute),
    }
}

fn at_top<'r>(path: &AttributePath, resource: &'r Value, of: ResourceType) -> Option<&'r Value> {
    let found = of.find(path)?;
    let home = match found.extension {
        Some(urn) => resource.get(urn)?,
        None => resource,
    };
    home.get(found.attribute.name)
}

fn elements(value: Option<&Value>) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        None => Box::new(std::iter::empty()),
        Some(Value::Array(several)) => Box::new(several.iter()),
        Some(one) => Box::new(std::iter::once(one)),
    }
}

/// The values at the path; of a plural attribute without a part, each element's `value`.
fn values<'r>(path: &AttributePath, resource: &'r Value, of: ResourceType) -> Vec<&'r Value> {
    let Some(found) = of.find(path) else { return Vec::new() };
    let all = elements(at_top(path, resource, of));
    match found.sub {
        Some(sub) => all.filter_map(|one| one.get(sub.name)).collect(),
        None if found.attribute.multi && !found.attribute.subs().is_empty() => {
            all.filter_map(|one| one.get("value")).collect()
        }
        None => all.collect(),
    }
}

fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(several) => several.iter().any(is_present),
        Value::Object(parts) => parts.values().any(is_present),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

fn compare(values: &[&Value], attribute: &Attribute, how: Comparison, wanted: &Value) -> bool {
    if how == Comparison::NotEqual {
        return !compare(values, attribute, Comparison::Equal, wanted);
    }
    if wanted.is_null() {
        return !values.iter().any(|value| is_present(value));
    }
    values.iter().any(|value| one(value, attribute, how, wanted))
}

fn one(value: &Value, attribute: &Attribute, how: Comparison, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::Bool(found), Value::Bool(wanted)) => found == wanted,
        (Value::Bool(found), Value::String(wanted)) => switch_of(wanted) == Some(*found),
        (Value::String(found), Value::String(wanted)) if attribute.kind == Kind::Moment => {
            let (found, wanted) = (found.parse::<Time>(), wanted.parse::<Time>());
            let (Ok(found), Ok(wanted)) = (found, wanted) else { return false };
            ordered(found.cmp(&wanted), how)
        }
        (Value::String(found), Value::String(wanted)) => texts(found, wanted, attribute, how),
        _ => false,
    }
}

fn texts(found: &str, wanted: &str, attribute: &Attribute, how: Comparison) -> bool {
    let fold = |text: &str| if attribute.exact { text.to_owned() } else { text.to_lowercase() };
    let (found, wanted) = (fold(found), fold(wanted));
    match how {
        Comparison::Contains => found.contains(&wanted),
        Comparison::StartsWith => found.starts_with(&wanted),
        Comparison::EndsWith => found.ends_with(&wanted),
        _ => ordered(found.cmp(&wanted), how),
    }
}

fn ordered(order: Ordering, how: Comparison) -> bool {
    match how {
        Comparison::Equal => order.is_eq(),
        Comparison::Greater => order.is_gt(),
        Comparison::AtLeast => order.is_ge(),
        Comparison::Less => order.is_lt(),
        Comparison::AtMost => order.is_le(),
        _ => false,
    }
}
