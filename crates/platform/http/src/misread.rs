//! What a JSON body or a query got wrong, in our own words: the reader's messages are English,
//! speak of its types, and repeat values that may be passwords.

use kernel::{FieldFault, Text};

/// Parts of names of fields whose values are never repeated.
const SECRETIVE: [&str; 6] = ["password", "secret", "token", "code", "value", "key"];

/// The fault of the field at `path` (`.` or empty: the whole) of which a reader said `message`.
#[must_use]
pub fn misread(path: &str, message: &str) -> FieldFault {
    let path = if path == "." { "" } else { path };
    let message = without_position(message);
    if let Some(name) = quoted(message, "unknown field `") {
        let expected = known_fields(message);
        return FieldFault::new(inside(path, name), name, expected);
    }
    if let Some(name) = quoted(message, "missing field `") {
        let expected = Text::new("a value; it is required", "必填项");
        return FieldFault::new(inside(path, name), "", expected);
    }
    if let Some(name) = quoted(message, "duplicate field `") {
        let expected = Text::new("the field only once", "该字段只出现一次");
        return FieldFault::new(inside(path, name), name, expected);
    }
    let field = if path.is_empty() { "body" } else { path };
    let (found, expected) = message.split_once(", expected ").unwrap_or((message, ""));
    let wrong = ["invalid type: ", "invalid value: ", "invalid length ", "unknown variant "];
    let found = wrong.iter().find_map(|begin| found.strip_prefix(begin));
    match found {
        Some(found) => FieldFault::new(field, shown(path, found), expectation(expected)),
        None => own_words(field, path, message),
    }
}

/// The fault of a text that is no JSON at all, or not one value of it.
#[must_use]
pub(crate) fn no_json(message: &str, line: usize, column: usize) -> FieldFault {
    let found = format!("line {line} column {column}");
    let expected = if message.starts_with("EOF") {
        Text::new("JSON to its end: the text stops too early", "完整的 JSON（内容提前结束）")
    } else if message.starts_with("trailing") {
        Text::new("one JSON value and nothing after it", "仅一个 JSON 值，其后无多余内容")
    } else if message.starts_with("recursion") {
        Text::new("JSON that is nested less deeply", "嵌套层数较少的 JSON")
    } else {
        Text::new("JSON (RFC 8259)", "符合 RFC 8259 的 JSON")
    };
    FieldFault::new("body", found, expected)
}

/// Messages of the readers of single values, which name no type.
fn own_words(field: &str, path: &str, message: &str) -> FieldFault {
    let found = quoted(message, "`").map_or(String::new(), |found| shown(path, found));
    let expected = if message.ends_with("expected a UUID") {
        Text::new("a UUID", "UUID 格式的编号")
    } else if message.contains("is not a time; expected") {
        Text::new(
            "a time (RFC 3339) such as 2026-01-31T08:00:00Z",
            "RFC 3339 时间，如 2026-01-31T08:00:00Z",
        )
    } else if message.starts_with("number too") {
        Text::new("a number within its limits", "取值范围内的数字")
    } else if message.starts_with("invalid digit") || message.starts_with("cannot parse integer") {
        Text::new("an integer", "整数")
    } else if message.starts_with("invalid float") || message.starts_with("cannot parse float") {
        Text::new("a number", "数字")
    } else if message.starts_with("provided string was not") {
        Text::new("true or false", "true 或 false")
    } else if message.starts_with("data did not match any variant") {
        Text::new("one of the forms that the API document shows", "接口文档所列的形式之一")
    } else {
        Text::new("a value as the API document says", "符合接口文档的值")
    };
    FieldFault::new(field, found, expected)
}

/// What the reader expected, as people say it.
fn expectation(expected: &str) -> Text {
    let (en, zh) = match expected {
        "a string" | "a borrowed string" | "a str" => ("a string", "字符串"),
        "a character" => ("one character", "一个字符"),
        "a boolean" => ("true or false", "true 或 false"),
        "i8" | "i16" | "i32" | "i64" | "isize" => ("an integer", "整数"),
        "u8" => ("an integer from 0 to 255", "0 到 255 的整数"),
        "u16" => ("an integer from 0 to 65535", "0 到 65535 的整数"),
        "u32" => ("an integer from 0 to 4294967295", "0 到 4294967295 的整数"),
        "u64" | "u128" | "usize" => ("an integer, 0 or more", "不小于 0 的整数"),
        "f32" | "f64" => ("a number", "数字"),
        "a sequence" => ("a list", "列表"),
        "string or map" => ("a string or an object", "字符串或对象"),
        "unit" | "null" => ("null", "null"),
        _ => return other_expectation(expected),
    };
    Text::new(en, zh)
}

fn other_expectation(expected: &str) -> Text {
    if expected == "a map" || expected.contains("struct ") || expected.contains("tagged enum ") {
        return Text::new("an object", "对象");
    }
    if expected.starts_with("a tuple") || expected.starts_with("an array") {
        return Text::new("a list of the right length", "长度正确的列表");
    }
    let names = names_in(expected);
    match names.as_slice() {
        [] => Text::new("a value as the API document says", "符合接口文档的值"),
        [one] => Text::same(format!("`{one}`")),
        several => listed(several),
    }
}

fn known_fields(message: &str) -> Text {
    let expected = message.split_once(", expected ").map_or("", |(_, expected)| expected);
    let names = names_in(expected);
    if names.is_empty() {
        return Text::new("no field of that name", "已有的字段");
    }
    let known = listed(&names);
    Text::new(
        format!("no field of that name; there is {}", known.en),
        format!("已有的字段：{}", known.zh),
    )
}

/// `a`, `b` or `c`.
pub(crate) fn listed(names: &[&str]) -> Text {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, before)) if !before.is_empty() => Text::new(
            format!("{} or {last}", before.join(", ")),
            format!("{} 或 {last}", before.join("、")),
        ),
        _ => Text::same(quoted.join("")),
    }
}

/// The names between back-quotes: `one of `a`, `b``.
fn names_in(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// What was found, in JSON's own spelling, so that it needs no language.
fn shown(path: &str, found: &str) -> String {
    let kind = found.split([' ', ',']).next().unwrap_or(found);
    match kind {
        "map" => "{…}".to_owned(),
        "sequence" => "[…]".to_owned(),
        "null" | "unit" => "null".to_owned(),
        _ if is_secretive(path) => "…".to_owned(),
        "boolean" | "integer" | "floating" | "character" => {
            quoted(found, "`").unwrap_or(found).to_owned()
        }
        "string" => found.trim_start_matches("string ").to_owned(),
        _ => found.trim_matches('`').to_owned(),
    }
}

fn is_secretive(path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or(path);
    SECRETIVE.iter().any(|part| last.contains(part))
}

/// The field `name` of what is at `path`, which may end in that name already.
fn inside(path: &str, name: &str) -> String {
    match path.strip_suffix(name) {
        Some(parent) if parent.is_empty() || parent.ends_with('.') => path.to_owned(),
        _ if path.is_empty() => name.to_owned(),
        _ => format!("{path}.{name}"),
    }
}

/// What follows `begin` up to the next back-quote.
fn quoted<'m>(message: &'m str, begin: &str) -> Option<&'m str> {
    let (_, rest) = message.split_once(begin)?;
    rest.split('`').next()
}

fn without_position(message: &str) -> &str {
    message.rsplit_once(" at line ").map_or(message, |(before, _)| before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_words_become_ours_in_both_languages() {
        let table = [
            ("name", "invalid type: map, expected a string", "name", "{…}", "a string", "字符串"),
            (
                "max",
                "invalid value: integer `-1`, expected u32 at line 1 column 30",
                "max",
                "-1",
                "an integer from 0 to 4294967295",
                "0 到 4294967295 的整数",
            ),
            ("a.b", "invalid type: null, expected struct B", "a.b", "null", "an object", "对象"),
            (".", "missing field `q`", "q", "", "a value; it is required", "必填项"),
            (
                "c",
                "unknown field `x`, expected `a` or `b`",
                "c.x",
                "x",
                "no field of that name; there is `a` or `b`",
                "已有的字段：`a` 或 `b`",
            ),
            (
                "do",
                "unknown variant `fly`, expected one of `run`, `walk`, `sit`",
                "do",
                "fly",
                "`run`, `walk` or `sit`",
                "`run`、`walk` 或 `sit`",
            ),
            (
                "new_password",
                "invalid type: integer `12345678`, expected a string",
                "new_password",
                "…",
                "a string",
                "字符串",
            ),
            (
                "id",
                "`seven` is not an id; expected a UUID at line 1 column 9",
                "id",
                "seven",
                "a UUID",
                "UUID 格式的编号",
            ),
            ("limit", "invalid digit found in string", "limit", "", "an integer", "整数"),
        ];
        for (path, message, field, found, en, zh) in table {
            let fault = misread(path, message);
            assert_eq!((fault.field.as_str(), fault.found.as_str()), (field, found), "{message}");
            assert_eq!(fault.expected, Text::new(en, zh), "{message}");
        }
    }
}
