//! Numbers, times, texts and labels as Prometheus writes them in JSON.

use std::fmt::Write as _;

use tsdb::Labels;

pub(super) fn put_list<I>(json: &mut String, items: &[I], put: impl Fn(&mut String, &I)) {
    json.push('[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            json.push(',');
        }
        put(json, item);
    }
    json.push(']');
}

/// Writes the labels and leaves the object open.
pub(super) fn put_metric(json: &mut String, labels: &Labels) {
    json.push_str(r#"{"metric":"#);
    put_labels(json, labels);
}

/// Writes the labels as an object.
pub(super) fn put_labels(json: &mut String, labels: &Labels) {
    json.push('{');
    for (at, (name, value)) in labels.iter().enumerate() {
        if at > 0 {
            json.push(',');
        }
        put_text(json, name);
        json.push(':');
        put_text(json, value);
    }
    json.push('}');
}

pub(super) fn put_point(json: &mut String, at_ms: i64, number: f64) {
    json.push('[');
    put_time(json, at_ms);
    json.push(',');
    put_number(json, number);
    json.push(']');
}

/// Writes a text with its quotes.
pub(super) fn put_text(json: &mut String, text: &str) {
    let plain = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\';
    if text.bytes().all(plain) {
        json.push('"');
        json.push_str(text);
        json.push('"');
    } else {
        // A text always has a JSON form.
        json.push_str(&serde_json::to_string(text).unwrap_or_default());
    }
}

/// Writes milliseconds as seconds, with a fraction only where there is one.
pub(super) fn put_time(json: &mut String, at_ms: i64) {
    let size = at_ms.unsigned_abs();
    if at_ms < 0 {
        json.push('-');
    }
    json.push_str(itoa::Buffer::new().format(size / 1_000));
    let rest = size % 1_000;
    if rest > 0 {
        // The one in front makes three digits of them.
        json.push('.');
        json.push_str(&itoa::Buffer::new().format(rest + 1_000)[1..]);
    }
}

/// Writes a number with its quotes, the shortest digits that give it back.
pub(super) fn put_number(json: &mut String, number: f64) {
    json.push('"');
    let whole = number as i64;
    if (whole as f64).to_bits() == number.to_bits() && whole.unsigned_abs() <= 1 << 53 {
        json.push_str(itoa::Buffer::new().format(whole));
    } else {
        put_fraction(json, number);
    }
    json.push('"');
}

fn put_fraction(json: &mut String, number: f64) {
    let size = number.abs();
    if (1e-4..1e15).contains(&size) {
        let mut digits = zmij::Buffer::new();
        let digits = digits.format_finite(number);
        // Of such numbers it writes no exponent, and no zeros behind a fraction.
        json.push_str(digits.strip_suffix(".0").unwrap_or(digits));
        return;
    }
    // Writing to a string never fails.
    let _ = if number.is_nan() {
        json.write_str("NaN")
    } else if number.is_infinite() {
        json.write_str(if number > 0.0 { "+Inf" } else { "-Inf" })
    } else if number != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{number:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = match exponent.strip_prefix('-') {
            Some(exponent) => ('-', exponent),
            None => ('+', exponent),
        };
        write!(json, "{digits}e{sign}{exponent:0>2}")
    } else {
        write!(json, "{number}")
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(put: impl Fn(&mut String)) -> String {
        let mut json = String::new();
        put(&mut json);
        json
    }

    #[test]
    fn numbers_and_times_are_written_as_go_writes_them() {
        for (number, expected) in [
            (1.0, "\"1\""),
            (-0.0, "\"-0\""),
            (0.1, "\"0.1\""),
            (1e-6, "\"0.000001\""),
            (1.5e-7, "\"1.5e-07\""),
            (1e20, "\"100000000000000000000\""),
            (1e21, "\"1e+21\""),
            (-1.25e-300, "\"-1.25e-300\""),
            (9_007_199_254_740_993.0, "\"9007199254740992\""),
            (-9_007_199_254_740_992.0, "\"-9007199254740992\""),
            (1e15, "\"1000000000000000\""),
            (999_999_999_999_999.9, "\"999999999999999.9\""),
            (-123.456, "\"-123.456\""),
            (0.0001, "\"0.0001\""),
            (0.000_099_9, "\"0.0000999\""),
            (f64::NAN, "\"NaN\""),
            (f64::NEG_INFINITY, "\"-Inf\""),
        ] {
            assert_eq!(text_of(|json| put_number(json, number)), expected);
        }
        for (at_ms, expected) in
            [(0, "0"), (1_500, "1.500"), (-1_005, "-1.005"), (60_000, "60"), (7, "0.007")]
        {
            assert_eq!(text_of(|json| put_time(json, at_ms)), expected);
        }
        assert_eq!(text_of(|json| put_text(json, "a\"b\n砥")), "\"a\\\"b\\n砥\"");
    }

    #[test]
    fn numbers_of_every_size_are_written_with_the_shortest_digits() {
        let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
        for round in 0..20_000 {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(round);
            // Exponents near those of numbers in use, where the way of writing changes.
            let near = f64::from_bits(bits & !(0x7ff << 52) | (960 + bits % 128) << 52);
            let decimal = (bits >> 20) as f64 / 1e4;
            for number in [near, decimal, decimal.floor()] {
                let text = text_of(|json| put_number(json, number));
                let text = text.trim_matches('"');
                assert_eq!(text.parse::<f64>().unwrap().to_bits(), number.to_bits(), "{text}");
                if (1e-6..1e21).contains(&number.abs()) {
                    assert_eq!(text, number.to_string());
                }
            }
        }
    }
}
