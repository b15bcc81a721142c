use kernel::Time;
use serde_json::Value;

use super::{AttributePath, Comparison, Filter};
use crate::model::schema::{Attribute, Kind, ResourceType};

/// What makes no sense in a filter that reads well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Senseless {
    /// There is no such attribute.
    Unknown(String),
    /// The attribute cannot be compared that way, or with such a value.
    Incomparable(String),
}

/// Checks that a filter asks what there is.
///
/// Errors: [`Senseless`].
pub(crate) fn check(filter: &Filter, of: ResourceType) -> Result<(), Senseless> {
    match filter {
        Filter::Present(path) => find(path, of).map(|_| ()),
        Filter::Compare(path, how, value) => {
            comparable(find(path, of)?, *how, value).ok_or_else(|| senseless(filter))
        }
        Filter::Within(path, inner) => {
            let found = of.find(path).ok_or_else(|| unknown(path))?;
            check_element(inner, found.attribute)
        }
        Filter::And(left, right) | Filter::Or(left, right) => {
            check(left, of)?;
            check(right, of)
        }
        Filter::Not(inner) => check(inner, of),
    }
}

/// Checks that conditions of one element ask what an element of the attribute has.
///
/// Errors: [`Senseless`].
pub(crate) fn check_element(
    filter: &Filter,
    attribute: &'static Attribute,
) -> Result<(), Senseless> {
    let sub = |path: &AttributePath| {
        let plain = path.schema.is_none() && path.sub.is_none();
        attribute.sub(&path.name).filter(|_| plain).ok_or_else(|| unknown(path))
    };
    match filter {
        Filter::Present(path) => sub(path).map(|_| ()),
        Filter::Compare(path, how, value) => {
            comparable(sub(path)?, *how, value).ok_or_else(|| senseless(filter))
        }
        Filter::Within(path, _) => Err(unknown(path)),
        Filter::And(left, right) | Filter::Or(left, right) => {
            check_element(left, attribute)?;
            check_element(right, attribute)
        }
        Filter::Not(inner) => check_element(inner, attribute),
    }
}

fn find(path: &AttributePath, of: ResourceType) -> Result<&'static Attribute, Senseless> {
    Ok(of.find(path).ok_or_else(|| unknown(path))?.leaf())
}

fn unknown(path: &AttributePath) -> Senseless {
    Senseless::Unknown(path.to_string())
}

fn senseless(filter: &Filter) -> Senseless {
    Senseless::Incomparable(filter.to_string())
}

/// Some when the attribute can be compared with the value in that way.
fn comparable(attribute: &Attribute, how: Comparison, value: &Value) -> Option<()> {
    let equality = matches!(how, Comparison::Equal | Comparison::NotEqual);
    let parts = matches!(how, Comparison::Contains | Comparison::StartsWith | Comparison::EndsWith);
    let sound = match (attribute.kind, value) {
        (Kind::Complex(_), _) => false,
        (_, Value::Null) => equality,
        (Kind::Switch, Value::Bool(_)) => equality,
        // Entra ID puts switches in quotes.
        (Kind::Switch, Value::String(text)) => equality && switch_of(text).is_some(),
        (Kind::Moment, Value::String(text)) => !parts && text.parse::<Time>().is_ok(),
        (Kind::Text | Kind::Reference, Value::String(_)) => true,
        _ => false,
    };
    sound.then_some(())
}

/// `true` or `false`, in any case.
pub(crate) fn switch_of(text: &str) -> Option<bool> {
    [("true", true), ("false", false)]
        .into_iter()
        .find_map(|(word, value)| text.eq_ignore_ascii_case(word).then_some(value))
}
