//! Labels, numbers and durations as Go writes them.

/// `{a="b", c="d"}`
pub(super) fn go_labels(pairs: &[(String, String)]) -> String {
    let one = |(name, value): &(String, String)| format!("{name}={value:?}");
    format!("{{{}}}", pairs.iter().map(one).collect::<Vec<_>>().join(", "))
}

/// `1.5E+00`
pub(super) fn go_float(number: f64) -> String {
    if !number.is_finite() {
        return series::number_plain(number);
    }
    let text = format!("{number:e}");
    let Some((digits, exponent)) = text.split_once('e') else { return text };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}E{sign}{:02}", exponent.abs())
}

/// `1h0m30s`, as Go writes a `time.Duration`.
pub(super) fn go_duration(ms: i64) -> String {
    let (sign, ms) = (if ms < 0 { "-" } else { "" }, ms.unsigned_abs());
    let (seconds, rest) = (ms / 1000, ms % 1000);
    if seconds == 0 && rest > 0 {
        return format!("{sign}{rest}ms");
    }
    let fraction = match rest {
        0 => String::new(),
        rest => format!(".{rest:03}").trim_end_matches('0').to_owned(),
    };
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{sign}{hours}h{minutes}m{seconds}{fraction}s")
    } else if minutes > 0 {
        format!("{sign}{minutes}m{seconds}{fraction}s")
    } else {
        format!("{sign}{seconds}{fraction}s")
    }
}

/// Every line but the first with `indent` in front.
pub(super) fn indented(lines: &str, indent: &str) -> String {
    lines.replace('\n', &format!("\n{indent}"))
}

#[cfg(test)]
mod tests {
    use super::{go_duration, go_float};

    #[test]
    fn numbers_and_durations_read_as_go_writes_them() {
        for (number, text) in
            [(1.0, "1E+00"), (0.5, "5E-01"), (1234.0, "1.234E+03"), (0.0, "0E+00")]
        {
            assert_eq!(go_float(number), text);
        }
        for (ms, text) in [
            (0, "0s"),
            (500, "500ms"),
            (60_000, "1m0s"),
            (3_630_500, "1h0m30.5s"),
            (61_000, "1m1s"),
        ] {
            assert_eq!(go_duration(ms), text);
        }
    }
}
