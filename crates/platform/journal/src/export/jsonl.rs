use std::fmt::Write as _;

use kernel::Time;
use serde::Serialize;
use serde_json::Value;

use crate::RawRow;

/// A row with the names and the order of the API.
#[derive(Serialize)]
struct ExportView<'a> {
    seq: i64,
    at: Time,
    actor: NamedView<'a>,
    verb: &'a str,
    subject: NamedView<'a>,
    resource_id: Option<&'a str>,
    before: Option<Value>,
    after: Option<Value>,
    detail: Value,
    cause: Option<i64>,
    request_id: &'a str,
    source: &'a str,
}

#[derive(Serialize)]
struct NamedView<'a> {
    kind: &'a str,
    id: &'a str,
    name: &'a str,
}

/// The row as a JSON object on one line, with the names that the API uses.
#[must_use]
pub(crate) fn jsonl(row: &RawRow) -> String {
    // A text that is not JSON (somebody edited it) leaves as the text that it is.
    let value = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
    let view = ExportView {
        seq: row.seq,
        at: Time::from_micros(row.at),
        actor: NamedView { kind: &row.actor_kind, id: &row.actor_id, name: &row.actor_name },
        verb: &row.verb,
        subject: NamedView {
            kind: &row.subject_kind,
            id: &row.subject_id,
            name: &row.subject_name,
        },
        resource_id: row.resource_id.as_deref(),
        before: row.before.as_deref().map(value),
        after: row.after.as_deref().map(value),
        detail: value(&row.detail),
        cause: row.cause,
        request_id: &row.request_id,
        source: &row.source,
    };
    // Texts, numbers and JSON values always have a JSON form.
    harmless(&serde_json::to_string(&view).unwrap_or_default())
}

/// JSON escapes what is below a space; DEL, C1 controls and Unicode's line ends (which stand only
/// inside of texts) are escaped here.
fn harmless(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_control() || c == '\u{2028}' || c == '\u{2029}' {
            // Writing to a string does not fail.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::canon::tests::row;

    #[test]
    fn line_reads_back_with_the_names_of_the_api() {
        let mut hostile = row(7);
        hostile.actor_name = "a\r\nb\u{1b}[31m\u{85}".into();
        let read: Value = serde_json::from_str(&jsonl(&hostile)).unwrap();
        assert_eq!(read["actor"]["name"], "a\r\nb\u{1b}[31m\u{85}");
        assert_eq!(read["at"], "2027-01-15T08:00:00.000007Z");
        assert_eq!(read["after"], serde_json::json!({}));
        assert_eq!(read["before"], Value::Null);
    }
}
