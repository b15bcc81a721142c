use std::net::IpAddr;

use kernel::Time;
use serde_json::{Map, Value};

use super::value::day;
use crate::Resource;

/// The rules by which [`folded`] writes: grows with every change of them.
pub(crate) const FOLDED_AS: i64 = 2;

/// Of a resource so much is searched: what is found by is at the beginning of longer texts.
const SEARCHED_BYTES_MAX: usize = 4_000;

/// What databases cannot compare by themselves, written so that they can: text in lower case,
/// times as microseconds, addresses as digits of one length, lists as JSON text. Kept beside the
/// attributes; only what differs from them is there, so that most resources have little of it.
///
/// `name` holds lower-case text, `name:time`, `name:ip`, `name:list` the others. `:description`
/// and `:tags` cannot be attributes, because these have no colon.
pub(crate) fn folded(resource: &Resource) -> Value {
    let mut folded = Map::new();
    if let Some(lower) = lower_if_other(&resource.description) {
        folded.insert(":description".to_owned(), lower.into());
    }
    if !resource.tags.is_empty() {
        let tags = resource.tags.iter().map(|tag| tag.to_lowercase());
        folded.insert(":tags".to_owned(), Value::from_iter(tags).to_string().into());
    }
    for (name, value) in &resource.attributes {
        match value {
            Value::String(text) => fold_text(name, text, &mut folded),
            Value::Array(items) => {
                let list = Value::from_iter(listed(items)).to_string();
                folded.insert(format!("{name}:list"), list.into());
            }
            _ => {}
        }
    }
    Value::Object(folded)
}

/// What a search looks at beside the name, in lower case: what is said of the resource, its tags
/// and its attributes that are text, a line each.
pub(crate) fn searched(resource: &Resource) -> String {
    let attributes = resource.attributes.values().flat_map(texts);
    let tags = resource.tags.iter().map(String::as_str);
    let mut searched = String::new();
    for text in attributes.chain(tags).chain([resource.description.as_str()]) {
        let room = SEARCHED_BYTES_MAX.saturating_sub(searched.len() + 1);
        if text.is_empty() || room == 0 {
            continue;
        }
        let lower = text.to_lowercase();
        searched.push('\n');
        searched.push_str(&lower[..lower.floor_char_boundary(room)]);
    }
    searched
}

/// The text of a value, or the texts of a list.
pub(crate) fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The values of a list as folded texts; what is neither text, number nor flag is left out.
pub(super) fn listed(items: &[Value]) -> impl Iterator<Item = String> {
    items.iter().filter_map(|item| match item {
        Value::String(text) => Some(text.to_lowercase()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    })
}

/// The moment that the text of an attribute means.
pub(super) fn moment(text: &str) -> Option<Time> {
    text.parse().ok().or_else(|| day(text))
}

/// `4` or `6` and the address in hexadecimal digits: sorts as addresses do.
pub(super) fn folded_address(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => format!("4{:08x}", u32::from(address)),
        IpAddr::V6(address) => format!("6{:032x}", u128::from(address)),
    }
}

fn fold_text(name: &str, text: &str, folded: &mut Map<String, Value>) {
    if let Some(lower) = lower_if_other(text) {
        folded.insert(name.to_owned(), lower.into());
    }
    let begins_with_digit = text.starts_with(|c: char| c.is_ascii_digit());
    if let Some(time) = begins_with_digit.then(|| moment(text)).flatten() {
        folded.insert(format!("{name}:time"), time.micros().into());
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        folded.insert(format!("{name}:ip"), folded_address(address).into());
    }
}

fn lower_if_other(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    (lower != text).then_some(lower)
}
