//! Series lines: a metric and its values.

use super::histogram;
use super::store::Value;
use regex::Regex;
use series::Labels;
use std::sync::LazyLock;

/// A number as PromQL writes it, but not hexadecimal.
const NUMBER: &str =
    r"[+-]?(?i:inf|nan|(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:e[+-]?[0-9]+)?)";

static ITEM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(r"^({NUMBER})(?:([+-])({NUMBER}))?(?:x([0-9]+))?$")).expect("a constant")
});
static REPEAT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(_|stale)(?:x([0-9]+))?$").expect("a constant"));

/// The labels of a series line and the rest of the line.
pub(crate) fn metric(line: &str) -> Result<(Labels, &str), String> {
    let end = metric_end(line);
    let labels = promql::parse_metric(&line[..end]).map_err(|refused| refused.to_string())?;
    Ok((labels, line[end..].trim_start()))
}

/// The end of the metric: behind the braces, or at the first blank.
fn metric_end(line: &str) -> usize {
    let (mut quote, mut inside, mut escaped) = (None, false, false);
    for (at, letter) in line.char_indices() {
        match (quote, letter) {
            (Some(_), _) if escaped => escaped = false,
            (Some('"' | '\''), '\\') => escaped = true,
            (Some(open), _) if letter == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') if inside => quote = Some(letter),
            (None, '{') => inside = true,
            (None, '}') => return at + 1,
            (None, ' ' | '\t') if !inside => {
                let rest = line[at..].trim_start();
                let braces = rest.starts_with('{') && !rest.starts_with("{{");
                if !braces {
                    return at;
                }
            }
            _ => {}
        }
    }
    line.len()
}

/// The values of a series line, one for each step; `None` where there is none.
pub(crate) fn values(text: &str) -> Result<Vec<Option<Value>>, String> {
    let mut values = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        if rest.starts_with("{{") {
            rest = histogram::item(rest, &mut values)?.trim_start();
            continue;
        }
        let end = rest.find([' ', '\t']).unwrap_or(rest.len());
        item(&rest[..end], &mut values)?;
        rest = rest[end..].trim_start();
    }
    Ok(values)
}

fn item(text: &str, values: &mut Vec<Option<Value>>) -> Result<(), String> {
    if let Some(found) = REPEAT.captures(text) {
        let times = found.get(2).map_or(1, |times| times.as_str().parse().unwrap_or(0));
        let value = (&found[1] == "stale").then(|| Value::Float(series::stale()));
        values.extend(std::iter::repeat_n(value, times));
        return Ok(());
    }
    let found = ITEM.captures(text).ok_or_else(|| format!("no value: {text}"))?;
    let mut value = number(&found[1])?;
    let step = match (found.get(2), found.get(3)) {
        (Some(sign), Some(step)) => {
            let step = number(step.as_str())?;
            if sign.as_str() == "-" { -step } else { step }
        }
        _ => 0.0,
    };
    let times: usize = found.get(4).map_or(0, |times| times.as_str().parse().unwrap_or(0));
    values.push(Some(Value::Float(value)));
    for _ in 0..times {
        value += step;
        values.push(Some(Value::Float(value)));
    }
    Ok(())
}

pub(crate) fn number(text: &str) -> Result<f64, String> {
    let plain = text.replace('_', "").to_lowercase();
    plain.parse().map_err(|_| format!("no number: {text}"))
}
