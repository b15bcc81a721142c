//! Numbers as Go writes them, and the compensated sum that Prometheus uses.

use std::fmt::Write as _;

/// Writes a number as Go's `%g` does: shortest digits, an exponent below 1e-4 and from 1e6 on.
#[must_use]
pub fn number_general(value: f64) -> String {
    if let Some(word) = not_finite(value) {
        return word.to_owned();
    }
    let text = format!("{value:e}");
    let Some((digits, exponent)) = text.split_once('e') else { return text };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..6).contains(&exponent) {
        return scientific(digits, exponent);
    }
    number_plain(value)
}

/// Writes a number as Go's `%.Ng` does: at most `digits` significant ones, no zeros at the end.
#[must_use]
pub fn number_general_to(value: f64, digits: usize) -> String {
    if let Some(word) = not_finite(value) {
        return word.to_owned();
    }
    let digits = digits.max(1);
    let text = format!("{value:.*e}", digits - 1);
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let trim = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    if exponent < -4 || exponent >= i32::try_from(digits).unwrap_or(i32::MAX) {
        return scientific(&trim(mantissa), exponent);
    }
    let decimals = i32::try_from(digits).unwrap_or(0) - 1 - exponent;
    trim(&format!("{value:.*}", usize::try_from(decimals).unwrap_or(0)))
}

/// Writes a number as Go's `strconv.FormatFloat(value, 'f', -1, 64)` does.
#[must_use]
pub fn number_plain(value: f64) -> String {
    not_finite(value).map_or_else(|| format!("{value}"), ToOwned::to_owned)
}

fn not_finite(value: f64) -> Option<&'static str> {
    if value.is_nan() {
        Some("NaN")
    } else if value.is_infinite() {
        Some(if value > 0.0 { "+Inf" } else { "-Inf" })
    } else {
        None
    }
}

fn scientific(digits: &str, exponent: i32) -> String {
    let sign = if exponent < 0 { '-' } else { '+' };
    let mut text = digits.to_owned();
    // Writing to a string never fails.
    let _ = write!(text, "e{sign}{:02}", exponent.abs());
    text
}

/// Adds to a sum and its compensation (Kahan's method as improved by Neumaier).
///
/// Source: Prometheus, `kahansum.Inc`; an infinite sum has no compensation.
#[inline]
#[must_use]
pub fn kahan_add(value: f64, sum: f64, compensation: f64) -> (f64, f64) {
    let total = sum + value;
    if total.is_infinite() {
        return (total, 0.0);
    }
    let lost = if sum.abs() >= value.abs() { (sum - total) + value } else { (value - total) + sum };
    (total, compensation + lost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_go_writes_them() {
        let table = [
            (0.0, "0", "0"),
            (-0.0, "-0", "-0"),
            (1.0, "1", "1"),
            (0.1, "0.1", "0.1"),
            (123456.0, "123456", "123456"),
            (1e6, "1e+06", "1000000"),
            (1e21, "1e+21", "1000000000000000000000"),
            (1e-5, "1e-05", "0.00001"),
            (0.0001, "0.0001", "0.0001"),
            (f64::INFINITY, "+Inf", "+Inf"),
            (f64::NEG_INFINITY, "-Inf", "-Inf"),
            (f64::NAN, "NaN", "NaN"),
        ];
        for (value, general, plain) in table {
            assert_eq!(
                (number_general(value).as_str(), number_plain(value).as_str()),
                (general, plain)
            );
        }
        assert_eq!(number_general_to(1234.0, 2), "1.2e+03");
        assert_eq!(number_general_to(1.0, 2), "1");
        assert_eq!(number_general_to(0.125, 2), "0.12");
    }

    #[test]
    fn small_summands_are_not_lost() {
        let values = [2.0, 1e100, 8.0, -1e100];
        let (sum, rest) = values.iter().fold((0.0, 0.0), |(s, c), v| kahan_add(*v, s, c));
        assert_eq!(sum + rest, 10.0);
        assert_eq!(kahan_add(f64::INFINITY, 1.0, 0.5), (f64::INFINITY, 0.0));
    }
}
