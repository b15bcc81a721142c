//! Files being written.

use std::fmt::Write as _;

use super::{
    Family,
    line::{is_label_name, is_metric_name},
};

/// The last line of a file.
pub const END: &str = "# EOF\n";

/// Writes what is said of a family; its samples follow, those of a metric together and by time.
pub fn write_family(text: &mut String, family: &Family<'_>) {
    let Family { name, kind, help, unit } = family;
    let mut shown = String::new();
    put_name(&mut shown, name, is_metric_name(name));
    put(text, &["# TYPE ", &shown, " ", kind.word(), "\n"]);
    if !unit.is_empty() {
        put(text, &["# UNIT ", &shown, " ", unit, "\n"]);
    }
    if !help.is_empty() {
        put(text, &["# HELP ", &shown, " "]);
        escape(text, help);
        text.push('\n');
    }
}

/// An exemplar to be written behind its sample.
#[derive(Debug, Clone, PartialEq)]
pub struct WrittenExemplar<'e> {
    /// Its labels: at most 128 characters, names and values together.
    pub labels: Vec<(&'e str, &'e str)>,
    /// Its value.
    pub value: f64,
    /// Milliseconds since 1970, UTC.
    pub at_ms: i64,
}

/// Writes a sample without an exemplar. Names that are not plain are quoted, as Prometheus 3 does;
/// the name of the metric then stands in the braces.
pub fn write_sample<'l>(
    text: &mut String,
    name: &str,
    labels: impl IntoIterator<Item = (&'l str, &'l str)>,
    value: f64,
    at_ms: Option<i64>,
) {
    put_sample(text, name, labels, value);
    if let Some(at_ms) = at_ms {
        text.push(' ');
        seconds(text, at_ms);
    }
    text.push('\n');
}

/// Writes a sample with an exemplar, which only counters and the buckets of histograms may have.
pub fn write_sample_with_exemplar<'l>(
    text: &mut String,
    name: &str,
    labels: impl IntoIterator<Item = (&'l str, &'l str)>,
    (at_ms, value): (i64, f64),
    exemplar: &WrittenExemplar<'_>,
) {
    write_sample(text, name, labels, value, Some(at_ms));
    text.pop();
    text.push_str(" # ");
    put_labels(text, exemplar.labels.iter().copied(), false);
    if exemplar.labels.is_empty() {
        text.push_str("{}");
    }
    text.push(' ');
    number(text, exemplar.value);
    text.push(' ');
    seconds(text, exemplar.at_ms);
    text.push('\n');
}

fn put_sample<'l>(
    text: &mut String,
    name: &str,
    labels: impl IntoIterator<Item = (&'l str, &'l str)>,
    value: f64,
) {
    let plain = is_metric_name(name);
    if !plain {
        text.push('{');
    }
    put_name(text, name, plain);
    put_labels(text, labels, !plain);
    text.push(' ');
    number(text, value);
}

/// `open`: the brace is there already, and something within. Nothing where there are none.
fn put_labels<'l>(
    text: &mut String,
    labels: impl IntoIterator<Item = (&'l str, &'l str)>,
    mut open: bool,
) {
    for (name, value) in labels {
        text.push(if open { ',' } else { '{' });
        put_name(text, name, is_label_name(name));
        text.push_str("=\"");
        escape(text, value);
        text.push('"');
        open = true;
    }
    if open {
        text.push('}');
    }
}

fn put_name(text: &mut String, name: &str, plain: bool) {
    if plain {
        text.push_str(name);
        return;
    }
    text.push('"');
    escape(text, name);
    text.push('"');
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
