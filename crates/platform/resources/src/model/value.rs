use std::net::IpAddr;

use ipnet::IpNet;
use kernel::{Text, Time};
use regex::RegexBuilder;
use serde_json::Value;

use crate::{AttributeDefinition, AttributeType, ResourceId};

/// A line of text is at most so many characters.
const LINE_CHARS_MAX: usize = 4096;
/// Text of several lines is at most so many.
const TEXT_CHARS_MAX: usize = 16_384;
/// A list has at most so many values.
const LIST_MAX: usize = 200;
/// A compiled pattern takes at most so much memory.
const PATTERN_BYTES_MAX: usize = 256 * 1024;

/// `value` as the register keeps it: addresses and networks in their one spelling.
///
/// Errors: what is expected instead.
pub(crate) fn checked(definition: &AttributeDefinition, value: &Value) -> Result<Value, Text> {
    if !definition.list {
        return checked_one(definition, value);
    }
    let expected = || {
        let one = expected(definition);
        Text::new(
            format!("a list of at most {LIST_MAX}, each {}", one.en),
            format!("最多 {LIST_MAX} 项的列表，每项为{}", one.zh),
        )
    };
    let Value::Array(items) = value else { return Err(expected()) };
    if items.len() > LIST_MAX {
        return Err(expected());
    }
    let items = items.iter().map(|item| checked_one(definition, item));
    items.collect::<Result<Vec<_>, _>>().map(Value::Array).map_err(|_| expected())
}

/// The pattern of a definition, matching whole texts.
pub(crate) fn compiled(pattern: &str) -> Result<regex::Regex, regex::Error> {
    RegexBuilder::new(&format!("^(?:{pattern})$")).size_limit(PATTERN_BYTES_MAX).build()
}

fn checked_one(definition: &AttributeDefinition, value: &Value) -> Result<Value, Text> {
    let kept = kept(definition, value).ok_or_else(|| expected(definition))?;
    if within(definition, &kept) { Ok(kept) } else { Err(expected(definition)) }
}

/// The value in its one spelling, if it is of the type.
fn kept(definition: &AttributeDefinition, value: &Value) -> Option<Value> {
    let text = |spelled: String| Some(Value::String(spelled));
    match (definition.r#type, value) {
        (AttributeType::String, Value::String(line)) => {
            let fits = line.chars().count() <= LINE_CHARS_MAX && !line.contains(is_unwanted);
            fits.then(|| value.clone())
        }
        (AttributeType::Text, Value::String(lines)) => {
            let fits = lines.chars().count() <= TEXT_CHARS_MAX && !lines.contains(is_unwanted);
            fits.then(|| value.clone())
        }
        (AttributeType::Number, Value::Number(number)) => {
            number.as_f64().is_some_and(f64::is_finite).then(|| value.clone())
        }
        (AttributeType::Integer, Value::Number(number)) => {
            (number.is_i64() || number.is_u64()).then(|| value.clone())
        }
        (AttributeType::Boolean, Value::Bool(_)) => Some(value.clone()),
        (AttributeType::Time, Value::String(time)) => {
            time.parse::<Time>().is_ok().then(|| value.clone())
        }
        (AttributeType::Date, Value::String(day)) => {
            let fits = day.len() == 10 && day.parse::<jiff::civil::Date>().is_ok();
            fits.then(|| value.clone())
        }
        (AttributeType::Ip, Value::String(address)) => {
            text(address.parse::<IpAddr>().ok()?.to_string())
        }
        (AttributeType::Cidr, Value::String(net)) => {
            text(net.parse::<IpNet>().ok()?.trunc().to_string())
        }
        (AttributeType::Mac, Value::String(mac)) => text(spelled_mac(mac)?),
        (AttributeType::Url, Value::String(url)) => {
            let fits = url.len() <= LINE_CHARS_MAX
                && url::Url::parse(url).is_ok_and(|parsed| parsed.has_host());
            fits.then(|| value.clone())
        }
        (AttributeType::Enumeration, Value::String(chosen)) => {
            definition.values.iter().any(|known| known.value == *chosen).then(|| value.clone())
        }
        (AttributeType::Reference, Value::String(id)) => {
            text(id.parse::<ResourceId>().ok()?.to_string())
        }
        _ => None,
    }
}

/// Whether a text is better off without it: a control character that is no line break or tab.
pub(crate) fn is_unwanted(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\t'
}

/// `00-1A-2B-3C-4D-5E`, `001a.2b3c.4d5e` and the like as `00:1a:2b:3c:4d:5e`.
fn spelled_mac(mac: &str) -> Option<String> {
    if !mac.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '-' | '.')) {
        return None;
    }
    let digits: String =
        mac.chars().filter(char::is_ascii_hexdigit).map(|c| c.to_ascii_lowercase()).collect();
    if digits.len() != 12 && digits.len() != 16 {
        return None;
    }
    let pairs = digits.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).into_owned());
    Some(pairs.collect::<Vec<_>>().join(":"))
}

/// Whether the value keeps the definition's pattern and bounds.
fn within(definition: &AttributeDefinition, value: &Value) -> bool {
    let measure = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) if definition.r#type.is_textual() => {
            // A text has at most 16384 characters: they fit a number exactly.
            u32::try_from(text.chars().count()).ok().map(f64::from)
        }
        _ => None,
    };
    let bounded = measure.is_none_or(|measure| {
        definition.min.is_none_or(|min| measure >= min)
            && definition.max.is_none_or(|max| measure <= max)
    });
    let matches = match (&definition.pattern, value) {
        (Some(pattern), Value::String(text)) => {
            compiled(pattern).is_ok_and(|pattern| pattern.is_match(text))
        }
        _ => true,
    };
    bounded && matches
}

/// What a value of this definition looks like.
fn expected(definition: &AttributeDefinition) -> Text {
    let (en, zh) = match definition.r#type {
        AttributeType::String => ("text of at most 4096 characters", "不超过 4096 字符的文本"),
        AttributeType::Text => ("text of at most 16384 characters", "不超过 16384 字符的多行文本"),
        AttributeType::Number => ("a number", "数字"),
        AttributeType::Integer => ("a whole number", "整数"),
        AttributeType::Boolean => ("true or false", "true 或 false"),
        AttributeType::Time => {
            ("a time such as 2026-01-31T08:00:00Z", "时间，如 2026-01-31T08:00:00Z")
        }
        AttributeType::Date => ("a day such as 2026-01-31", "日期，如 2026-01-31"),
        AttributeType::Ip => ("an IP address", "IP 地址"),
        AttributeType::Cidr => ("a network such as 10.0.0.0/8", "网段，如 10.0.0.0/8"),
        AttributeType::Mac => {
            ("a hardware address such as 00:1a:2b:3c:4d:5e", "物理地址，如 00:1a:2b:3c:4d:5e")
        }
        AttributeType::Url => {
            ("a URL such as https://example.org/", "网址，如 https://example.org/")
        }
        AttributeType::Enumeration => return expected_values(definition),
        AttributeType::Reference => ("the id of a resource", "资源编号"),
    };
    let (mut en, mut zh) = (en.to_owned(), zh.to_owned());
    let textual = definition.r#type.is_textual();
    if let Some(min) = definition.min {
        en += &format!(", at least {min}{}", if textual { " characters" } else { "" });
        zh += &format!("，不小于 {min}{}", if textual { " 个字符" } else { "" });
    }
    if let Some(max) = definition.max {
        en += &format!(", at most {max}{}", if textual { " characters" } else { "" });
        zh += &format!("，不大于 {max}{}", if textual { " 个字符" } else { "" });
    }
    if let Some(pattern) = &definition.pattern {
        en += &format!(", matching `{pattern}`");
        zh += &format!("，匹配“{pattern}”");
    }
    Text::new(en, zh)
}

fn expected_values(definition: &AttributeDefinition) -> Text {
    let names = |title: fn(&Text) -> &str| {
        let shown = definition.values.iter().take(30).map(|known| {
            let title = title(&known.title);
            if title.is_empty() {
                known.value.clone()
            } else {
                format!("{} ({title})", known.value)
            }
        });
        shown.collect::<Vec<_>>().join(", ")
    };
    Text::new(
        format!("one of {}", names(|title| &title.en)),
        format!("以下之一：{}", names(|title| &title.zh)),
    )
}

#[cfg(test)]
#[path = "value_tests.rs"]
mod tests;
