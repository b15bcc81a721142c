use serde_json::{Map, Value, json};

use super::{Filter, Projection, ResourceType, check, parse_filter, resource::wrong};
use crate::ScimError;

/// A list shows at most so many at once.
pub(crate) const COUNT_MAX: usize = 200;
/// And so many where nothing is said.
const COUNT: usize = 100;

/// Which resources are asked for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListRequest {
    pub(crate) filter: Option<Filter>,
    /// The first one that is shown, counted from 1.
    pub(crate) start: usize,
    pub(crate) count: usize,
    pub(crate) projection: Projection,
}

impl ListRequest {
    /// The request of these parameters, named as RFC 7644 3.4.3 does.
    ///
    /// Errors: [`ScimError::InvalidFilter`], `InvalidValue`.
    pub(crate) fn read(asked: &Map<String, Value>, of: ResourceType) -> Result<Self, ScimError> {
        let get = |name: &str| {
            let found = asked.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value).filter(|value| !value.is_null())
        };
        let filter = match get("filter") {
            None => None,
            Some(Value::String(text)) if text.trim().is_empty() => None,
            Some(Value::String(text)) => Some(read_filter(text, of)?),
            Some(other) => return Err(wrong("filter", other, "a filter as a text")),
        };
        let start = number("startIndex", get("startIndex"), 1)?.max(1);
        let count = number("count", get("count"), COUNT)?.min(COUNT_MAX);
        let projection = Projection::read(get("attributes"), get("excludedAttributes"), of)?;
        Ok(Self { filter, start, count, projection })
    }
}

/// Reads and checks a filter. Errors: [`ScimError::InvalidFilter`], `SenselessFilter`.
fn read_filter(text: &str, of: ResourceType) -> Result<Filter, ScimError> {
    let filter = parse_filter(text).map_err(|error| ScimError::InvalidFilter {
        filter: text.chars().take(200).collect(),
        error,
    })?;
    check(&filter, of).map_err(ScimError::SenselessFilter)?;
    Ok(filter)
}

/// A number that came as one or as a text; what is below zero counts as zero (RFC 7644 3.4.2.4).
fn number(name: &str, value: Option<&Value>, default: usize) -> Result<usize, ScimError> {
    let Some(value) = value else { return Ok(default) };
    let found = match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    match found {
        Some(number) => Ok(usize::try_from(number).unwrap_or(0)),
        None => Err(wrong(name, value, "a whole number")),
    }
}

/// The answer to a list (RFC 7644 3.4.2).
pub(crate) fn listed(total: usize, start: usize, resources: Vec<Value>) -> Value {
    let mut answer = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": resources.len(),
    });
    answer["Resources"] = Value::Array(resources);
    answer
}
