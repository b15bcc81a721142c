//! One line that holds a sample.

use std::borrow::Cow;

use super::{Checks, EXEMPLAR_CHARS_MAX};

/// The NaN that Prometheus stores for every NaN that is read from text.
const NAN: f64 = f64::from_bits(0x7ff8_0000_0000_0001);

/// Labels as they stand: names with values, both unescaped.
pub type Pairs<'t> = Vec<(Cow<'t, str>, Cow<'t, str>)>;

/// One sample of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample<'t> {
    /// The line it stands in; the first is 1.
    pub line: usize,
    /// Its name, with the suffix of its family's type.
    pub name: Cow<'t, str>,
    /// Its labels, in the order of the file.
    pub labels: Pairs<'t>,
    /// The value.
    pub value: f64,
    /// Seconds since 1970, where the file says them; finite.
    pub at_s: Option<f64>,
    /// A measured value that stands for it.
    pub exemplar: Option<Exemplar<'t>>,
}

/// A value with its labels, such as the trace it was seen in.
#[derive(Debug, Clone, PartialEq)]
pub struct Exemplar<'t> {
    /// Its labels.
    pub labels: Pairs<'t>,
    /// The value.
    pub value: f64,
    /// Seconds since 1970, where the file says them; finite.
    pub at_s: Option<f64>,
}

impl Sample<'_> {
    /// Milliseconds since 1970, where the file says the time.
    #[must_use]
    pub fn at_ms(&self) -> Option<i64> {
        self.at_s.map(millis)
    }

    /// The value of a label, if there is one.
    #[must_use]
    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(own, _)| own == name).map(|(_, value)| &**value)
    }
}

impl Exemplar<'_> {
    /// Milliseconds since 1970, where the file says the time.
    #[must_use]
    pub fn at_ms(&self) -> Option<i64> {
        self.at_s.map(millis)
    }
}

/// The cast holds what is out of range at the ends.
fn millis(seconds: f64) -> i64 {
    (seconds * 1_000.0).round() as i64
}

/// Reads a line. Errors: what was expected and what stands there.
pub(super) fn sample(line: usize, text: &str, checks: Checks) -> Result<Sample<'_>, String> {
    let end = text.find(['{', ' ']).unwrap_or(text.len());
    let (outside, mut rest) = text.split_at(end);
    let mut name = is_metric_name(outside).then_some(Cow::Borrowed(outside));
    let mut labels = Vec::new();
    let may_be_inside = outside.is_empty() && checks == Checks::Tolerant;
    if let Some(inside) = rest.strip_prefix('{').filter(|_| name.is_some() || may_be_inside) {
        let braces = pairs(inside, checks)?;
        if name.is_some() && braces.metric.is_some() {
            return Err("the name of the metric is given twice".to_owned());
        }
        name = name.or(braces.metric);
        (labels, rest) = (braces.labels, braces.rest);
    }
    let Some(name) = name else {
        return Err(format!(
            "expected a metric's name ([a-zA-Z_:][a-zA-Z0-9_:]*), found {}",
            shown(outside)
        ));
    };
    let (value, mut rest) = word(rest, "a value")?;
    let value = number(value).ok_or_else(|| expected("a value", value))?;
    let mut at_s = None;
    if !rest.is_empty() && !rest.starts_with(" #") {
        let (text, more) = word(rest, "a timestamp")?;
        at_s = Some(timestamp(text)?);
        rest = more;
    }
    let exemplar = match rest.strip_prefix(" # ") {
        Some(text) => Some(exemplar(text, checks)?),
        None if rest.is_empty() => None,
        None => return Err(expected("the end of the line, or ` # ` and an exemplar", rest)),
    };
    Ok(Sample { line, name, labels, value, at_s, exemplar })
}

fn exemplar(text: &str, checks: Checks) -> Result<Exemplar<'_>, String> {
    let Some(inside) = text.strip_prefix('{') else {
        return Err(expected("the labels of an exemplar in braces", text));
    };
    let Braces { metric, labels, rest } = pairs(inside, checks)?;
    if let Some(metric) = metric {
        return Err(expected("`=` behind the name of a label", &metric));
    }
    let chars: usize =
        labels.iter().map(|(name, value)| name.chars().count() + value.chars().count()).sum();
    if chars > EXEMPLAR_CHARS_MAX {
        return Err(format!(
            "expected at most {EXEMPLAR_CHARS_MAX} characters in the labels of an exemplar, found \
             {chars}"
        ));
    }
    let (value, rest) = word(rest, "the value of an exemplar")?;
    let value = number(value).ok_or_else(|| expected("the value of an exemplar", value))?;
    let mut at_s = None;
    if !rest.is_empty() {
        let (text, more) = word(rest, "the timestamp of an exemplar")?;
        at_s = Some(timestamp(text)?);
        if !more.is_empty() {
            return Err(expected("the end of the line", more));
        }
    }
    Ok(Exemplar { labels, value, at_s })
}

/// What stands in braces.
pub(super) struct Braces<'t> {
    /// The quoted name of the metric.
    pub(super) metric: Option<Cow<'t, str>>,
    pub(super) labels: Pairs<'t>,
    /// What follows them.
    pub(super) rest: &'t str,
}

/// Labels up to the closing brace, and what follows it.
fn pairs(mut text: &str, checks: Checks) -> Result<Braces<'_>, String> {
    let (mut metric, mut labels) = (None, Pairs::new());
    if let Some(rest) = text.strip_prefix('}') {
        return Ok(Braces { metric, labels, rest });
    }
    loop {
        let read = if text.starts_with('"') && checks == Checks::Tolerant {
            let (name, rest) = quoted_name(text)?;
            (name, rest.strip_prefix('=').ok_or(rest))
        } else {
            let Some((name, rest)) = text.split_once('=') else {
                return Err(expected("a label's name and `=`", text));
            };
            if !is_label_name(name) {
                return Err(expected("a label's name ([a-zA-Z_][a-zA-Z0-9_]*)", name));
            }
            (Cow::Borrowed(name), Ok(rest))
        };
        let rest = match read {
            (name, Ok(rest)) => {
                let (value, rest) = value_of(&name, rest, &labels)?;
                labels.push((name, value));
                rest
            }
            (name, Err(rest)) if metric.is_none() => {
                metric = Some(name);
                rest
            }
            (name, Err(_)) => return Err(expected("`=` behind the name of a label", &name)),
        };
        if let Some(rest) = rest.strip_prefix('}') {
            return Ok(Braces { metric, labels, rest });
        }
        let Some(rest) = rest.strip_prefix(',') else {
            return Err(expected("`,` or `}` behind a label's value", rest));
        };
        text = rest;
    }
}

/// The value of a label that is not there yet, behind its `=`, and what follows it.
fn value_of<'t>(
    name: &str,
    text: &'t str,
    labels: &Pairs<'_>,
) -> Result<(Cow<'t, str>, &'t str), String> {
    if name == "__name__" || labels.iter().any(|(own, _)| own == name) {
        return Err(format!("the label {name} is given twice"));
    }
    let Some(rest) = text.strip_prefix('"') else {
        return Err(expected("the value of a label in double quotes", text));
    };
    let Some(end) = closing_quote(rest) else {
        return Err(expected("a double quote at the end of a label's value", rest));
    };
    Ok((unescaped(&rest[..end]), &rest[end + 1..]))
}

/// A name in double quotes, as Prometheus 3 writes those that are not plain, and what follows it.
pub(super) fn quoted_name(text: &str) -> Result<(Cow<'_, str>, &str), String> {
    let inside = text.strip_prefix('"').unwrap_or_default();
    let Some(end) = closing_quote(inside).filter(|end| *end > 0) else {
        return Err(expected("a name in double quotes", text));
    };
    Ok((unescaped(&inside[..end]), &inside[end + 1..]))
}

/// Where the first quote is that no backslash stands before.
pub(super) fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })
}

/// The text without its backslashes; one before any other character stays.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, chars.clone().next()) {
            ('\\', Some(next @ ('\\' | '"' | 'n'))) => {
                plain.push(if next == 'n' { '\n' } else { next });
                chars.next();
            }
            _ => plain.push(c),
        }
    }
    Cow::Owned(plain)
}

/// What stands behind exactly one space, up to the next, and the rest from there on.
fn word<'t>(text: &'t str, what: &str) -> Result<(&'t str, &'t str), String> {
    let Some(text) = text.strip_prefix(' ') else {
        return Err(expected(&format!("a space and {what}"), text));
    };
    Ok(text.split_at(text.find(' ').unwrap_or(text.len())))
}

/// A number as the format has it: decimal, or infinite, or none.
pub(super) fn number(text: &str) -> Option<f64> {
    let value: f64 = text.parse().ok()?;
    Some(if value.is_nan() { NAN } else { value })
}

fn timestamp(text: &str) -> Result<f64, String> {
    let seconds = number(text).filter(|seconds| seconds.is_finite());
    seconds.ok_or_else(|| expected("a timestamp in seconds", text))
}

pub(super) fn is_metric_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_:".contains(&byte))
}

pub(super) fn is_label_name(name: &str) -> bool {
    is_metric_name(name) && !name.contains(':')
}

pub(super) fn expected(what: &str, found: &str) -> String {
    format!("expected {what}, found {}", shown(found))
}

/// The text for people, shortened: it may be of any length.
pub(super) fn shown(text: &str) -> String {
    const CHARS_MAX: usize = 60;
    if text.is_empty() {
        return "nothing".to_owned();
    }
    match text.char_indices().nth(CHARS_MAX) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}
