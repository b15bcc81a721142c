//! Files being written.

use std::fmt::Write as _;

use super::Family;

/// The last line of a file.
pub const END: &str = "# EOF\n";

/// Writes what is said of a family; its samples follow, those of a metric together and by time.
pub fn write_family(text: &mut String, family: &Family<'_>) {
    let Family { name, kind, help, unit } = family;
    put(text, &["# TYPE ", name, " ", kind.word(), "\n"]);
    if !unit.is_empty() {
        put(text, &["# UNIT ", name, " ", unit, "\n"]);
    }
    if !help.is_empty() {
        put(text, &["# HELP ", name, " "]);
        escape(text, help);
        text.push('\n');
    }
}

/// Writes a sample without an exemplar.
pub fn write_sample<'l>(
    text: &mut String,
    name: &str,
    labels: impl IntoIterator<Item = (&'l str, &'l str)>,
    value: f64,
    at_ms: Option<i64>,
) {
    text.push_str(name);
    let mut open = false;
    for (name, value) in labels {
        put(text, &[if open { "," } else { "{" }, name, "=\""]);
        escape(text, value);
        text.push('"');
        open = true;
    }
    text.push_str(if open { "} " } else { " " });
    number(text, value);
    if let Some(at_ms) = at_ms {
        text.push(' ');
        seconds(text, at_ms);
    }
    text.push('\n');
}

fn put(text: &mut String, parts: &[&str]) {
    parts.iter().for_each(|part| text.push_str(part));
}

fn escape(text: &mut String, value: &str) {
    for c in value.chars() {
        match c {
            '\\' => text.push_str("\\\\"),
            '"' => text.push_str("\\\""),
            '\n' => text.push_str("\\n"),
            other => text.push(other),
        }
    }
}

/// The shortest text that reads back as the same number; NaNs are all alike.
fn number(text: &mut String, value: f64) {
    let size = value.abs();
    if value.is_nan() {
        text.push_str("NaN");
    } else if value.is_infinite() {
        text.push_str(if value > 0.0 { "+Inf" } else { "-Inf" });
    } else if size == 0.0 || (1e-5..1e21).contains(&size) {
        write!(text, "{value}").expect("writing to a String cannot fail");
    } else {
        write!(text, "{value:e}").expect("writing to a String cannot fail");
    }
}

fn seconds(text: &mut String, at_ms: i64) {
    let (sign, size) = (if at_ms < 0 { "-" } else { "" }, at_ms.unsigned_abs());
    write!(text, "{sign}{}", size / 1_000).expect("writing to a String cannot fail");
    if size % 1_000 != 0 {
        write!(text, ".{:03}", size % 1_000).expect("writing to a String cannot fail");
    }
}
