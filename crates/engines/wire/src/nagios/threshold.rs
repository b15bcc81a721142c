//! Threshold ranges: `10`, `10:`, `~:10`, `10:20`, `@10:20`.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use thiserror::Error;

/// The range in which a value is fine, or with `@` the range in which it is not.
///
/// | written | alerts when the value is |
/// |---|---|
/// | `10` | below 0 or above 10 |
/// | `10:` | below 10 |
/// | `~:10` | above 10 |
/// | `10:20` | below 10 or above 20 |
/// | `@10:20` | at least 10 and at most 20 |
///
/// Source: Monitoring Plugins Development Guidelines, "Threshold and Ranges".
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    start: f64,
    end: f64,
    inside: bool,
}

/// Why a text is not a threshold range.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ThresholdFault {
    /// Nothing was written.
    #[error("a range is missing, expected for example 10, 10:, ~:10, 10:20 or @10:20")]
    Empty,
    /// A bound is not a finite decimal number.
    #[error("bound \"{found}\" is not a number, expected for example 10, 10:, ~:10 or 10:20")]
    NotANumber {
        /// The bound as written, cut to 40 characters.
        found: String,
    },
    /// The range ends before it starts.
    #[error("range ends at {end} before it starts at {start}")]
    Backwards {
        /// The lower bound as written.
        start: f64,
        /// The upper bound as written.
        end: f64,
    },
}

impl Threshold {
    /// Alerts above `end`; everything below is fine.
    #[must_use]
    pub fn above(end: f64) -> Self {
        Self { start: f64::NEG_INFINITY, end, inside: false }
    }

    /// Alerts below `start`; everything above is fine.
    #[must_use]
    pub fn below(start: f64) -> Self {
        Self { start, end: f64::INFINITY, inside: false }
    }

    /// Decides whether `value` is bad. A value that was not determined (NaN) never alerts.
    #[must_use]
    pub fn alerts_on(&self, value: f64) -> bool {
        if value.is_nan() {
            return false;
        }
        let within = self.start <= value && value <= self.end;
        within == self.inside
    }
}

impl FromStr for Threshold {
    type Err = ThresholdFault;

    fn from_str(text: &str) -> Result<Self, ThresholdFault> {
        let text = text.trim();
        let (inside, range) = match text.strip_prefix('@') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        if range.is_empty() {
            return Err(ThresholdFault::Empty);
        }
        let (start, end) = match range.split_once(':') {
            None => (0.0, bound(range)?),
            Some(("", "")) => return Err(ThresholdFault::Empty),
            Some((start, end)) => (
                match start {
                    "" => 0.0,
                    "~" => f64::NEG_INFINITY,
                    start => bound(start)?,
                },
                if end.is_empty() { f64::INFINITY } else { bound(end)? },
            ),
        };
        if start > end {
            return Err(ThresholdFault::Backwards { start, end });
        }
        Ok(Self { start, end, inside })
    }
}

/// Reads one finite decimal; the words `inf` and `nan`, which Rust would accept, are refused.
fn bound(text: &str) -> Result<f64, ThresholdFault> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    match text.parse::<f64>() {
        Ok(value) if plain && value.is_finite() => Ok(value),
        _ => Err(ThresholdFault::NotANumber { found: text.chars().take(40).collect() }),
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.inside {
            f.write_str("@")?;
        }
        if self.start == f64::NEG_INFINITY {
            f.write_str("~:")?;
        } else if self.start != 0.0 || self.end == f64::INFINITY {
            write!(f, "{}:", self.start)?;
        }
        if self.end == f64::INFINITY { Ok(()) } else { write!(f, "{}", self.end) }
    }
}

impl Serialize for Threshold {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Threshold {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ThresholdVisitor)
    }
}

struct ThresholdVisitor;

impl Visitor<'_> for ThresholdVisitor {
    type Value = Threshold;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a range such as 10, \"10:\", \"~:10\", \"10:20\" or \"@10:20\"")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Threshold, E> {
        text.parse().map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
    }

    fn visit_f64<E: de::Error>(self, end: f64) -> Result<Threshold, E> {
        if end.is_finite() && end >= 0.0 {
            return Ok(Threshold { start: 0.0, end, inside: false });
        }
        Err(E::invalid_value(de::Unexpected::Float(end), &self))
    }

    #[expect(clippy::cast_precision_loss, reason = "a limit above 2^53 needs no exact integer")]
    fn visit_u64<E: de::Error>(self, end: u64) -> Result<Threshold, E> {
        self.visit_f64(end as f64)
    }

    fn visit_i64<E: de::Error>(self, end: i64) -> Result<Threshold, E> {
        Err(E::invalid_value(de::Unexpected::Signed(end), &self))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Threshold;

    #[test]
    fn the_guidelines_table_holds() {
        // (range, values that alert, values that do not)
        let table: [(&str, &[f64], &[f64]); 9] = [
            ("10", &[-0.1, 10.1], &[0.0, 5.0, 10.0]),
            ("10:", &[9.9, -1.0], &[10.0, 1e9]),
            ("~:10", &[10.1], &[-1e9, 0.0, 10.0]),
            ("10:20", &[9.9, 20.1], &[10.0, 15.0, 20.0]),
            ("@10:20", &[10.0, 15.0, 20.0], &[9.9, 20.1]),
            (":10", &[-1.0, 11.0], &[0.0, 10.0]),
            ("~:", &[], &[-1e300, 0.0, 1e300]),
            ("@0:0", &[0.0], &[1.0, -1.0]),
            ("-5:-1", &[-5.1, 0.0], &[-5.0, -1.0]),
        ];
        for (text, bad, good) in table {
            let range: Threshold = text.parse().unwrap();
            for value in bad {
                assert!(range.alerts_on(*value), "{text} must alert on {value}");
            }
            for value in good {
                assert!(!range.alerts_on(*value), "{text} must not alert on {value}");
            }
            assert!(!range.alerts_on(f64::NAN));
        }
    }

    #[test]
    fn what_is_no_range_is_refused_with_what_was_found() {
        for text in
            ["", "@", ":", "x", "10:x", "nan", "~:inf", "1e999", "20:10", "-5", "1:2:3", "@"]
        {
            assert!(text.parse::<Threshold>().is_err(), "{text:?} was accepted");
        }
        let fault = "10:abc".parse::<Threshold>().unwrap_err();
        assert!(fault.to_string().contains("\"abc\""));
    }

    #[test]
    fn documents_may_write_a_bare_number() {
        assert_eq!(serde_json::from_str::<Threshold>("10").unwrap(), "10".parse().unwrap());
        assert_eq!(serde_json::from_str::<Threshold>("0.5").unwrap(), "0.5".parse().unwrap());
        for wrong in ["-1", "true", "\"x\"", "[1]", "null"] {
            assert!(serde_json::from_str::<Threshold>(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_text_parses_or_is_refused(text in ".{0,60}") {
            if let Ok(range) = text.parse::<Threshold>() {
                prop_assert_eq!(range.to_string().parse::<Threshold>().unwrap(), range);
            }
        }

        #[test]
        fn written_ranges_read_back_the_same(
            a in -1e12..1e12_f64, b in -1e12..1e12_f64, inside: bool, open in 0..3_u8,
        ) {
            let (start, end) = if a <= b { (a, b) } else { (b, a) };
            let range = Threshold {
                start: if open == 1 { f64::NEG_INFINITY } else { start },
                end: if open == 2 { f64::INFINITY } else { end },
                inside,
            };
            prop_assert_eq!(range.to_string().parse::<Threshold>().unwrap(), range);
        }
    }
}
