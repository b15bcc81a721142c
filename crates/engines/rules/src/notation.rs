//! Values of series as unit tests write them: `1 2+1x5 _ stale {{schema:1 sum:3 count:4}}`.
//!
//! Source: Prometheus, "unit testing for rules", series notation.

mod histogram;

pub(crate) use histogram::{histogram_text, read_one};
use promql::SampleValue;
use regex::Regex;
use std::sync::{Arc, LazyLock};

/// Most values of a series.
const VALUES_MAX: usize = 1_000_000;

/// A number as PromQL writes it, but not hexadecimal: `0x10` is eleven zeros. Blanks count for
/// nothing.
const NUMBER: &str = r"[+-]? (?i: inf | nan
    | (?: [0-9][0-9_]* \.? [0-9_]* | \. [0-9][0-9_]* ) (?: e [+-]? [0-9]+ )? )";

static ITEM: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = format!(r"(?x)^ ({NUMBER}) (?: ([+-]) ({NUMBER}) )? (?: x([0-9]+) )? $");
    Regex::new(&pattern).expect("a constant that the tests use")
});
static REPEAT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(_|stale)(?:x([0-9]+))?$").expect("a constant that the tests use")
});

/// What cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct NotationError {
    /// What was found where, and what is expected.
    pub message: String,
}

fn error(message: impl Into<String>) -> NotationError {
    NotationError { message: message.into() }
}

type Values = Vec<Option<SampleValue>>;

/// Reads the values of a series, one for each step; `None` where there is none.
///
/// Errors: [`NotationError`] with what cannot be read.
pub fn read_values(text: &str) -> Result<Vec<Option<SampleValue>>, NotationError> {
    let mut values = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        if rest.starts_with("{{") {
            rest = histogram::item(rest, &mut values)?.trim_start();
            continue;
        }
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        item(&rest[..end], &mut values)?;
        rest = rest[end..].trim_start();
    }
    Ok(values)
}

/// How often an item is repeated, if there is room for it.
fn times(text: Option<regex::Match<'_>>, or: usize, held: usize) -> Result<usize, NotationError> {
    let Some(text) = text else { return Ok(or) };
    let room = VALUES_MAX.saturating_sub(held);
    let times = text.as_str().parse::<usize>().ok().filter(|times| *times <= room);
    times.ok_or_else(|| error(format!("a series has at most {VALUES_MAX} values")))
}

fn item(text: &str, values: &mut Values) -> Result<(), NotationError> {
    if let Some(found) = REPEAT.captures(text) {
        let is_stale = &found[1] == "stale";
        let times = times(found.get(2), 1, values.len())?;
        let value = is_stale.then(|| SampleValue::Float(series::stale()));
        values.extend(std::iter::repeat_n(value, times));
        return Ok(());
    }
    let found = ITEM.captures(text).ok_or_else(|| {
        error(format!(
            "unexpected {text:?} in series values, expected a number, \"_\", \"stale\" or a \
             histogram"
        ))
    })?;
    let mut value = number(&found[1])?;
    let step = match (found.get(2), found.get(3)) {
        (Some(sign), Some(step)) => {
            let step = number(step.as_str())?;
            if sign.as_str() == "-" { -step } else { step }
        }
        _ => 0.0,
    };
    if found.get(2).is_some() && found.get(4).is_none() {
        return Err(error(format!(
            "unexpected {text:?} in series values, expected \"x\" and a count"
        )));
    }
    let times = times(found.get(4), 0, values.len())?;
    values.push(Some(SampleValue::Float(value)));
    for _ in 0..times {
        value += step;
        values.push(Some(SampleValue::Float(value)));
    }
    Ok(())
}

pub(crate) fn number(text: &str) -> Result<f64, NotationError> {
    let plain = text.replace('_', "").to_lowercase();
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let read = digits.parse::<f64>().ok();
    read.map(|number| sign * number).ok_or_else(|| error(format!("no number: {text:?}")))
}

/// A value with a copy of the histogram in it.
fn of_histogram(histogram: &series::Histogram) -> Option<SampleValue> {
    Some(SampleValue::Histogram(Arc::new(histogram.clone())))
}

#[cfg(test)]
mod tests {
    use super::{histogram_text, read_values};
    use promql::SampleValue;

    fn shown(text: &str) -> String {
        let one = |value: &Option<SampleValue>| match value {
            None => "_".to_owned(),
            Some(SampleValue::Float(number)) if series::is_stale(*number) => "stale".to_owned(),
            Some(SampleValue::Float(number)) => series::number_general(*number),
            Some(SampleValue::Histogram(histogram)) => histogram_text(histogram),
        };
        match read_values(text) {
            Ok(values) => values.iter().map(one).collect::<Vec<_>>().join(" "),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn values_are_read_as_prometheus_reads_them() {
        for (text, expected) in [
            ("1 2 3", "1 2 3"),
            ("1+1x3 10-2x2", "1 2 3 4 10 8 6"),
            ("1x2 _x2 _ stale", "1 1 1 _ _ _ stale"),
            ("-1e2 +Inf NaN 0x2 1_000", "-100 +Inf NaN 0 0 0 1000"),
            ("", ""),
            (
                "{{schema:1 sum:3 count:4 buckets:[1 3]}}x1",
                "{{schema:1 count:4 sum:3 buckets:[1 3]}} {{schema:1 count:4 sum:3 buckets:[1 3]}}",
            ),
            (
                "{{count:1 sum:2 offset:-1 buckets:[1]}}+{{count:1 buckets:[1]}}x1",
                "{{count:1 sum:2 offset:-1 buckets:[1]}} {{count:2 sum:2 offset:-1 buckets:[1 1]}}",
            ),
            (
                "1 abc",
                "unexpected \"abc\" in series values, expected a number, \"_\", \"stale\" or a \
                 histogram",
            ),
            ("1x9999999", "a series has at most 1000000 values"),
            ("1 _x18446744073709551615", "a series has at most 1000000 values"),
            ("1 {{}}x18446744073709551615", "a series has at most 1000000 values"),
            ("{{schema:1", "no end of a histogram: \"{{schema:1\""),
            ("{{shema:1}}", "no key of a histogram: \"shema\""),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
