//! `{{schema:1 sum:3 count:4 buckets:[1 2 1]}}`

use super::{NotationError, VALUES_MAX, Values, error, number, of_histogram};
use series::{Buckets, Histogram, ResetHint, Span, number_general};

/// Reads one item that begins with a histogram; returns what follows.
pub(super) fn item<'t>(text: &'t str, values: &mut Values) -> Result<&'t str, NotationError> {
    let (mut value, mut rest) = histogram(text)?;
    let mut step: Option<(bool, Histogram)> = None;
    if rest.starts_with("+{{") || rest.starts_with("-{{") {
        let (other, after) = histogram(&rest[1..])?;
        step = Some((rest.starts_with('+'), other));
        rest = after;
    }
    let mut times = 0_usize;
    if let Some(count) = rest.strip_prefix('x') {
        let end = count.find(|c: char| !c.is_ascii_digit()).unwrap_or(count.len());
        let room = VALUES_MAX.saturating_sub(values.len());
        let read = count[..end].parse().ok().filter(|times: &usize| *times <= room);
        times = read.ok_or_else(|| error(format!("a series has at most {VALUES_MAX} values")))?;
        rest = &count[end..];
    }
    values.push(of_histogram(&value));
    for _ in 0..times {
        if let Some((plus, step)) = &step {
            let hint = value.hint;
            let done = if *plus { value.add(step) } else { value.subtract(step) };
            done.map_err(|refused| error(refused.to_string()))?;
            value.hint = hint;
        }
        values.push(of_histogram(&value));
    }
    Ok(rest)
}

/// Reads a text that is one histogram.
pub(crate) fn read_one(text: &str) -> Result<Histogram, NotationError> {
    let (read, rest) = histogram(text.trim())?;
    if rest.is_empty() {
        Ok(read)
    } else {
        Err(error(format!("unexpected {rest:?} behind a histogram")))
    }
}

fn histogram(text: &str) -> Result<(Histogram, &str), NotationError> {
    let inner = text.strip_prefix("{{").ok_or_else(|| error(format!("no histogram: {text:?}")))?;
    let end = inner.find("}}").ok_or_else(|| error(format!("no end of a histogram: {text:?}")))?;
    let mut made = Histogram::default();
    let (mut positive, mut negative) = ((0, Vec::new()), (0, Vec::new()));
    let mut rest = inner[..end].trim();
    while !rest.is_empty() {
        let (key, after) = rest
            .split_once(':')
            .ok_or_else(|| error(format!("no key of a histogram: {rest:?}")))?;
        let list = after.starts_with('[');
        let end = if list { after.find(']').map(|at| at + 1) } else { after.find([' ', '\t']) };
        let end = end.unwrap_or(after.len());
        let value = after[..end].trim_matches(['[', ']']);
        let numbers = || value.split_whitespace().map(number).collect::<Result<Vec<f64>, _>>();
        let whole =
            || value.parse::<i32>().map_err(|_| error(format!("no whole number: {value:?}")));
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
            other => return Err(error(format!("no key of a histogram: {other:?}"))),
        }
        rest = after[end..].trim_start();
    }
    made.positive = buckets(positive);
    made.negative = buckets(negative);
    Ok((made, &inner[end + 2..]))
}

fn hint(text: &str) -> Result<ResetHint, NotationError> {
    Ok(match text {
        "unknown" => ResetHint::Unknown,
        "reset" => ResetHint::Reset,
        "not_reset" => ResetHint::NotReset,
        "gauge" => ResetHint::Gauge,
        _ => return Err(error(format!("no counter_reset_hint: {text:?}"))),
    })
}

fn buckets((offset, counts): (i32, Vec<f64>)) -> Buckets {
    if counts.is_empty() {
        return Buckets::default();
    }
    let length = u32::try_from(counts.len()).unwrap_or(0);
    Buckets::new(vec![Span { offset, length }], counts)
}

/// Writes a histogram as it is read.
pub(crate) fn histogram_text(histogram: &Histogram) -> String {
    let mut parts = Vec::new();
    if histogram.schema != 0 {
        parts.push(format!("schema:{}", histogram.schema));
    }
    for (key, number) in [
        ("count", histogram.count),
        ("sum", histogram.sum),
        ("z_bucket", histogram.zero_count),
        ("z_bucket_w", histogram.zero_threshold),
    ] {
        if number != 0.0 {
            parts.push(format!("{key}:{}", number_general(number)));
        }
    }
    if histogram.is_custom() {
        parts.push(format!("custom_values:[{}]", listed(histogram.bounds.iter().copied())));
    }
    match histogram.hint {
        ResetHint::Unknown => {}
        ResetHint::Reset => parts.push("counter_reset_hint:reset".to_owned()),
        ResetHint::NotReset => parts.push("counter_reset_hint:not_reset".to_owned()),
        ResetHint::Gauge => parts.push("counter_reset_hint:gauge".to_owned()),
    }
    side(&mut parts, "", &histogram.positive);
    side(&mut parts, "n_", &histogram.negative);
    format!("{{{{{}}}}}", parts.join(" "))
}

fn side(parts: &mut Vec<String>, prefix: &str, buckets: &Buckets) {
    let held: Vec<(i32, f64)> = buckets.numbered().filter(|bucket| bucket.1 != 0.0).collect();
    let (Some(first), Some(last)) = (held.first(), held.last()) else { return };
    if first.0 != 0 {
        parts.push(format!("{prefix}offset:{}", first.0));
    }
    let mut counts = Vec::new();
    let mut held = held.iter().peekable();
    for place in first.0..=last.0 {
        let here = held.next_if(|bucket| bucket.0 == place);
        counts.push(here.map_or(0.0, |bucket| bucket.1));
    }
    parts.push(format!("{prefix}buckets:[{}]", listed(counts.into_iter())));
}

fn listed(numbers: impl Iterator<Item = f64>) -> String {
    numbers.map(number_general).collect::<Vec<_>>().join(" ")
}
