//! `{{schema:1 sum:3 count:4 buckets:[1 2 1]}}`

use super::store::Value;
use super::values::number;
use series::{Buckets, Histogram, ResetHint, Span};

/// Reads one item that begins with a histogram; returns what follows.
pub(crate) fn item<'t>(text: &'t str, values: &mut Vec<Option<Value>>) -> Result<&'t str, String> {
    let (mut value, mut rest) = histogram(text)?;
    let mut step: Option<(bool, Histogram)> = None;
    if rest.starts_with("+{{") || rest.starts_with("-{{") {
        let (other, after) = histogram(&rest[1..])?;
        step = Some((rest.starts_with('+'), other));
        rest = after;
    }
    let mut times = 0;
    if let Some(count) = rest.strip_prefix('x') {
        let end = count.find(|c: char| !c.is_ascii_digit()).unwrap_or(count.len());
        times = count[..end].parse().map_err(|_| format!("no count: {count}"))?;
        rest = &count[end..];
    }
    values.push(Some(Value::Histogram(value.clone())));
    for _ in 0..times {
        if let Some((plus, step)) = &step {
            let hint = value.hint;
            let done = if *plus { value.add(step) } else { value.subtract(step) };
            done.map_err(|refused| refused.to_string())?;
            value.hint = hint;
        }
        values.push(Some(Value::Histogram(value.clone())));
    }
    Ok(rest)
}

fn histogram(text: &str) -> Result<(Histogram, &str), String> {
    let inner = text.strip_prefix("{{").ok_or("no histogram")?;
    let end = inner.find("}}").ok_or("no end of a histogram")?;
    let mut made = Histogram::default();
    let (mut positive, mut negative) = ((0, Vec::new()), (0, Vec::new()));
    let mut rest = inner[..end].trim();
    while !rest.is_empty() {
        let (key, after) = rest.split_once(':').ok_or_else(|| format!("no key: {rest}"))?;
        let list = after.starts_with('[');
        let end = if list { after.find(']').map(|at| at + 1) } else { after.find([' ', '\t']) };
        let end = end.unwrap_or(after.len());
        let value = after[..end].trim_matches(['[', ']']);
        let numbers = || value.split_whitespace().map(number).collect::<Result<Vec<f64>, _>>();
        let whole = || value.parse::<i32>().map_err(|_| format!("no whole number: {value}"));
        match key.trim() {
            "schema" => made.schema = whole()?,
            "sum" => made.sum = number(value)?,
            "count" => made.count = number(value)?,
            "z_bucket" => made.zero_count = number(value)?,
            "z_bucket_w" => made.zero_threshold = number(value)?,
            "custom_values" => made.bounds = numbers()?.into(),
            "buckets" => positive.1 = numbers()?,
            "offset" => positive.0 = whole()?,
            "n_buckets" => negative.1 = numbers()?,
            "n_offset" => negative.0 = whole()?,
            "counter_reset_hint" => made.hint = hint(value)?,
            other => return Err(format!("no key of a histogram: {other}")),
        }
        rest = after[end..].trim_start();
    }
    made.positive = buckets(positive);
    made.negative = buckets(negative);
    Ok((made, &inner[end + 2..]))
}

fn hint(text: &str) -> Result<ResetHint, String> {
    Ok(match text {
        "unknown" => ResetHint::Unknown,
        "reset" => ResetHint::Reset,
        "not_reset" => ResetHint::NotReset,
        "gauge" => ResetHint::Gauge,
        _ => return Err(format!("no hint: {text}")),
    })
}

fn buckets((offset, counts): (i32, Vec<f64>)) -> Buckets {
    if counts.is_empty() {
        return Buckets::default();
    }
    let length = u32::try_from(counts.len()).unwrap_or(0);
    Buckets::new(vec![Span { offset, length }], counts)
}
