//! Reading specifications: typed, closed, with the field, what was found and what was expected.

use std::fmt;
use std::net::{Ipv6Addr, SocketAddr};

use kernel::Text;
use probe::outcome::{SpecFault, Threshold};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Separates the English from the Chinese half of an expectation inside a serde message.
const HALVES: char = '\u{1f}';
/// The most characters of a wrong value that a fault repeats.
const FOUND_MAX: usize = 80;

/// Reads a specification.
pub(super) fn read<T: DeserializeOwned>(spec: Value) -> Result<T, SpecFault> {
    if !spec.is_object() {
        let expected = Text::new("an object with the check's settings", "包含检查设置的对象");
        return Err(SpecFault {
            field: String::new(),
            found: shorten(&spec.to_string()),
            expected,
        });
    }
    serde_path_to_error::deserialize(spec).map_err(|error| {
        let path = error.path().to_string();
        let path = if path == "." { String::new() } else { path };
        explain(&path, &error.into_inner().to_string())
    })
}

/// A fault found after the types were right.
pub(super) fn fault(field: &str, found: impl fmt::Display, expected: Text) -> SpecFault {
    SpecFault { field: field.to_owned(), found: shorten(&found.to_string()), expected }
}

/// The message of a value's own parser, in the form that [`read`] takes apart again.
pub(super) fn unexpected(found: &str, en: &str, zh: &str) -> String {
    format!("\"{}\", expected {en}{HALVES}{zh}", shorten(found))
}

fn explain(path: &str, message: &str) -> SpecFault {
    let quoted = |prefix: &str| {
        let rest = message.strip_prefix(prefix)?;
        rest.split_once('`').map(|(name, _)| name.to_owned())
    };
    let inside = |key: &str| {
        let parent = path.strip_suffix(key).map_or(path, |rest| rest.trim_end_matches('.'));
        if parent.is_empty() { key.to_owned() } else { format!("{parent}.{key}") }
    };
    let (found, expected) = message.split_once(", expected ").unwrap_or((message, "another value"));
    if let Some(key) = quoted("unknown field `") {
        let expected = Text::new(format!("no such key; known: {expected}"), known_keys(expected));
        return SpecFault { field: inside(&key), found: key, expected };
    }
    if let Some(key) = quoted("missing field `") {
        let expected = Text::new("a value; the key is required", "必填项");
        return SpecFault { field: inside(&key), found: String::new(), expected };
    }
    let found = found.trim_start_matches("invalid type: ").trim_start_matches("invalid value: ");
    SpecFault { field: path.to_owned(), found: shorten(found), expected: in_both(expected) }
}

fn known_keys(expected: &str) -> String {
    format!("没有这个设置项；可用：{}", expected.trim_start_matches("one of ").replace(", ", "、"))
}

fn in_both(expected: &str) -> Text {
    if let Some((en, zh)) = expected.split_once(HALVES) {
        return Text::new(en, zh);
    }
    let zh = match expected {
        "a string" => "字符串".to_owned(),
        "a boolean" => "true 或 false".to_owned(),
        "a sequence" => "列表".to_owned(),
        "a map" => "键值对象".to_owned(),
        "u8" => "0 到 255 的整数".to_owned(),
        "u16" => "0 到 65535 的整数".to_owned(),
        "u32" | "u64" | "usize" => "不小于 0 的整数".to_owned(),
        "f64" => "数字".to_owned(),
        other if other.starts_with("struct ") => "设置对象".to_owned(),
        other => other
            .strip_prefix("a range such as ")
            .map(|examples| format!("阈值范围，例如 {}", examples.replace(" or ", " 或 ")))
            .or_else(|| other.strip_prefix("one of ").map(|list| format!("以下之一：{list}")))
            .unwrap_or_else(|| other.to_owned()),
    };
    let en = expected.strip_prefix("struct ").map_or(expected, |_| "an object with settings");
    Text::new(en, zh)
}

fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(FOUND_MAX).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// A host to talk to: a name (made ASCII by IDNA) or an address in any spelling a URL allows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Host(pub(super) url::Host<String>);

impl TryFrom<String> for Host {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || {
            unexpected(
                &text,
                "a host name or an IP address of at most 253 characters",
                "主机名或 IP 地址，最长 253 个字符",
            )
        };
        if let Ok(v6) = text.parse::<Ipv6Addr>() {
            return Ok(Self(url::Host::Ipv6(v6)));
        }
        match url::Host::parse(&text) {
            Ok(host) if host.to_string().len() <= 253 => Ok(Self(host)),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            url::Host::Ipv6(v6) => v6.fmt(f),
            other => other.fmt(f),
        }
    }
}

impl Host {
    /// The host with a port, IPv6 in brackets.
    pub(super) fn with_port(&self, port: u16) -> String {
        match &self.0 {
            url::Host::Ipv4(v4) => SocketAddr::from((*v4, port)).to_string(),
            url::Host::Ipv6(v6) => SocketAddr::from((*v6, port)).to_string(),
            url::Host::Domain(name) => format!("{name}:{port}"),
        }
    }
}

/// A port that can be connected to: 1 to 65535.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u16")]
pub(super) struct Port(pub(super) u16);

impl TryFrom<u16> for Port {
    type Error = String;

    fn try_from(port: u16) -> Result<Self, String> {
        if port == 0 {
            return Err(unexpected("0", "a port from 1 to 65535", "1 到 65535 的端口号"));
        }
        Ok(Self(port))
    }
}

/// Which version of the Internet Protocol is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Family {
    /// Whatever the name resolves to.
    #[default]
    Any,
    /// IPv4 only.
    V4,
    /// IPv6 only.
    V6,
}

/// Where a measured value becomes a warning and where critical.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Limits {
    /// The range whose violation is a warning.
    pub(super) warning: Option<Threshold>,
    /// The range whose violation is critical.
    pub(super) critical: Option<Threshold>,
}

/// One property of a schema: `more` holds the keywords of its type.
pub(super) fn property(en: &str, zh: &str, more: Value) -> Value {
    let mut property = more;
    property["title"] = json!(en);
    property["x-title-zh"] = json!(zh);
    property
}

/// The schema of [`Limits`] for a value in `unit`.
pub(super) fn limits_schema(en: &str, zh: &str, unit: &str) -> Value {
    let range = json!({ "type": ["string", "number"], "examples": ["0.5", "10:20", "@~:0"] });
    property(
        en,
        zh,
        json!({
            "type": "object",
            "additionalProperties": false,
            "x-unit": unit,
            "properties": {
                "warning": property("Warning outside", "超出则警告", range.clone()),
                "critical": property("Critical outside", "超出则严重", range),
            },
        }),
    )
}

/// A closed schema with these properties.
pub(super) fn schema(required: &[&str], properties: &Value) -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Example {
        #[expect(dead_code, reason = "only its reading is tested")]
        host: Host,
        #[expect(dead_code, reason = "only its reading is tested")]
        port: Port,
        #[serde(default)]
        #[expect(dead_code, reason = "only its reading is tested")]
        latency: Limits,
    }

    #[test]
    fn faults_name_the_field_what_was_found_and_what_was_expected() {
        let table = [
            (json!({"port": 1}), "host", "", "必填"),
            (json!({"host": "a", "port": "x"}), "port", "string", "65535"),
            (json!({"host": "a", "port": 70000}), "port", "70000", "65535"),
            (json!({"host": "a", "port": 0}), "port", "\"0\"", "1 到 65535"),
            (json!({"host": "a b", "port": 1}), "host", "\"a b\"", "主机名"),
            (json!({"host": "", "port": 1}), "host", "\"\"", "主机名"),
            (json!({"host": "a", "port": 1, "x": 1}), "x", "x", "可用"),
            (json!({"host": "a", "port": 1, "latency": {"warn": 1}}), "latency.warn", "warn", ""),
            (
                json!({"host": "a", "port": 1, "latency": {"warning": "5:1"}}),
                "latency.warning",
                "5:1",
                "阈值范围",
            ),
        ];
        for (spec, field, found, zh) in table {
            let fault = read::<Example>(spec.clone()).unwrap_err();
            assert_eq!(fault.field, field, "{spec} {fault:?}");
            assert!(fault.found.contains(found), "{spec} {fault:?}");
            assert!(fault.expected.zh.contains(zh), "{spec} {fault:?}");
        }
    }

    #[test]
    fn a_long_wrong_value_is_cut() {
        let fault = read::<Example>(json!({"host": "x ".repeat(5000), "port": 1})).unwrap_err();
        assert!(fault.found.chars().count() < 2 * FOUND_MAX);
    }

    #[test]
    fn hosts_are_brought_into_one_spelling() {
        let table = [
            ("2852039166", "169.254.169.254"),
            ("0x7f.1", "127.0.0.1"),
            ("[::1]", "::1"),
            ("::1", "::1"),
            ("DB1.Example", "db1.example"),
            ("例子.测试", "xn--fsqu00a.xn--0zwm56d"),
        ];
        for (text, host) in table {
            assert_eq!(Host::try_from(text.to_owned()).unwrap().to_string(), host);
        }
        for wrong in ["a/b", "a@b", "a:80", "http://a", "a\0b", &"x".repeat(300)] {
            assert!(Host::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }
}
