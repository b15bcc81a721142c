//! Moments as parameters have them.

use jiff::Timestamp;

/// What Prometheus itself writes for the ends of time.
const ENDS: [(&str, i64); 2] =
    [("-292273086-05-16T16:47:06Z", i64::MIN), ("292277025-08-18T07:12:54.999999999Z", i64::MAX)];

/// Reads Unix seconds, with a fraction, or RFC 3339; in milliseconds since 1970.
///
/// Errors: it is neither, in a sentence.
pub(super) fn read(text: &str) -> Result<i64, String> {
    if let Ok(seconds) = text.parse::<f64>()
        && seconds.is_finite()
    {
        // Beyond the ends it is the end: numbers as large are no moments anybody means.
        return Ok((seconds * 1_000.0).round() as i64);
    }
    if let Some((_, end)) = ENDS.iter().find(|(end, _)| *end == text) {
        return Ok(*end);
    }
    let timestamp = text.parse::<Timestamp>();
    timestamp
        .map(Timestamp::as_millisecond)
        .map_err(|_| format!("cannot parse {text:?} to a valid timestamp"))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn seconds_and_dates_are_moments() {
        for (text, expected) in [
            ("0", Some(0)),
            ("1435781430.781", Some(1_435_781_430_781)),
            ("1.4357814307e9", Some(1_435_781_430_700)),
            ("-1.5", Some(-1_500)),
            ("1e300", Some(i64::MAX)),
            ("2015-07-01T20:10:30.781Z", Some(1_435_781_430_781)),
            ("2015-07-01T22:10:30.781+02:00", Some(1_435_781_430_781)),
            ("-292273086-05-16T16:47:06Z", Some(i64::MIN)),
            ("292277025-08-18T07:12:54.999999999Z", Some(i64::MAX)),
            ("NaN", None),
            ("Inf", None),
            ("yesterday", None),
            ("2015-07-01", None),
            ("2015-07-01T20:10:30", None),
            ("", None),
        ] {
            assert_eq!(read(text).ok(), expected, "{text}");
        }
        assert_eq!(read("x\"").unwrap_err(), r#"cannot parse "x\"" to a valid timestamp"#);
    }
}
