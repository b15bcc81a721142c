//! Durations: text, and the small arithmetic that Prometheus allows in their place.

use crate::PromqlError;
use std::fmt::Write as _;

const UNITS: [(&str, i64); 7] = [
    ("y", 365 * 86_400_000),
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
];

/// Reads `1h30m`: each unit at most once, from large to small; or a bare 0. Milliseconds.
pub fn duration_ms(text: &str) -> Option<i64> {
    read(text)?.ok()
}

/// Tells whether a text is a duration of more than Prometheus can keep.
pub(super) fn is_too_long(text: &str) -> bool {
    read(text).is_some_and(|ms| ms.is_err())
}

/// More than 63 bits of nanoseconds.
struct TooLong;

/// None: it is no duration.
fn read(text: &str) -> Option<Result<i64, TooLong>> {
    if text == "0" {
        return Some(Ok(0));
    }
    let (mut rest, mut total, mut unit) = (text, Some(0_i64), 0);
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.bytes().position(|byte| !byte.is_ascii_digit()).filter(|at| *at > 0)?;
        // Digits alone are a number, if not too large a one.
        let number: Option<i64> = rest[..digits].parse().ok();
        rest = &rest[digits..];
        let letters = rest.bytes().position(|b| b.is_ascii_digit()).unwrap_or(rest.len());
        let name = &rest[..letters];
        let place = UNITS[unit..].iter().position(|(known, _)| *known == name)? + unit;
        let own = number.and_then(|number| number.checked_mul(UNITS[place].1));
        total = total.zip(own).and_then(|(total, own)| total.checked_add(own));
        total = total.filter(|total| *total <= i64::MAX / 1_000_000);
        (rest, unit) = (&rest[letters..], place + 1);
    }
    Some(total.ok_or(TooLong))
}

/// Writes a duration as Prometheus does: `1h30m`; years and weeks only where they fit exactly.
pub fn duration_text(ms: i64) -> String {
    if ms == 0 {
        return "0s".to_owned();
    }
    let mut rest = ms.unsigned_abs();
    let mut text = if ms < 0 { "-".to_owned() } else { String::new() };
    for (name, unit) in UNITS {
        let unit = unit.unsigned_abs();
        let exact_only = matches!(name, "y" | "w");
        if rest >= unit && (!exact_only || rest.is_multiple_of(unit)) {
            // Writing to a string never fails.
            let _ = write!(text, "{}{name}", rest / unit);
            rest %= unit;
        }
    }
    text
}

/// Arithmetic in the place of a duration; numbers are seconds.
#[derive(Debug, Clone, PartialEq)]
pub enum DurationExpr {
    /// A literal. `true`: written as a duration.
    Number(f64, bool),
    /// `step()`
    Step,
    /// `range()`
    Range,
    /// `-x`
    Minus(Box<DurationExpr>),
    /// `a + b` and its like.
    Binary(char, Box<DurationExpr>, Box<DurationExpr>),
    /// `min_of(a, b)`
    MinOf(Box<DurationExpr>, Box<DurationExpr>),
    /// `max_of(a, b)`
    MaxOf(Box<DurationExpr>, Box<DurationExpr>),
    /// `(x)`
    Paren(Box<DurationExpr>),
}

impl DurationExpr {
    /// The literal in seconds, if it is nothing else than a literal with a sign.
    pub(crate) fn literal(&self) -> Option<f64> {
        match self {
            Self::Number(seconds, _) => Some(*seconds),
            Self::Minus(inner) => inner.literal().map(|seconds| -seconds),
            Self::Paren(inner) => inner.literal(),
            _ => None,
        }
    }

    /// Seconds, for a query with this step and range in milliseconds.
    pub(crate) fn seconds(&self, step_ms: i64, range_ms: i64) -> Result<f64, PromqlError> {
        let of = |inner: &Self| inner.seconds(step_ms, range_ms);
        #[expect(clippy::cast_precision_loss, reason = "durations are far below 2^53 ms")]
        let seconds = |ms: i64| ms as f64 / 1000.0;
        Ok(match self {
            Self::Number(seconds, _) => *seconds,
            Self::Step => seconds(step_ms),
            Self::Range => seconds(range_ms),
            Self::Minus(inner) => -of(inner)?,
            Self::Paren(inner) => of(inner)?,
            Self::MinOf(a, b) => of(a)?.min(of(b)?),
            Self::MaxOf(a, b) => of(a)?.max(of(b)?),
            Self::Binary(sign, a, b) => {
                let (a, b) = (of(a)?, of(b)?);
                match sign {
                    '+' => a + b,
                    '-' => a - b,
                    '*' => a * b,
                    '/' if b == 0.0 => return Err(PromqlError::eval("division by zero")),
                    '/' => a / b,
                    '%' if b == 0.0 => return Err(PromqlError::eval("modulo by zero")),
                    '%' => a % b,
                    _ => a.powf(b),
                }
            }
        })
    }

    fn binding(&self) -> u8 {
        match self {
            Self::Binary('+' | '-', ..) => 1,
            Self::Binary('^', ..) => 3,
            Self::Binary(..) | Self::Minus(_) => 2,
            _ => 9,
        }
    }
}

/// Milliseconds of seconds that a query may name; `None` if it cannot be kept.
pub(crate) fn checked_ms(seconds: f64) -> Option<i64> {
    let ms = (seconds * 1000.0).round();
    // What Prometheus can keep: nanoseconds in 63 bits, 292 years.
    #[expect(clippy::cast_possible_truncation, reason = "checked in the same line")]
    (ms.abs() < 9.223e12).then_some(ms as i64)
}

impl std::fmt::Display for DurationExpr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(seconds, true) => {
                f.write_str(&duration_text(checked_ms(*seconds).unwrap_or(0)))
            }
            Self::Number(seconds, false) => match checked_ms(*seconds) {
                Some(ms) => f.write_str(&duration_text(ms)),
                None => write!(f, "{seconds}"),
            },
            Self::Step => f.write_str("step()"),
            Self::Range => f.write_str("range()"),
            Self::Minus(inner) => write!(f, "-{inner}"),
            Self::Paren(inner) => write!(f, "({inner})"),
            Self::MinOf(a, b) => write!(f, "min_of({a}, {b})"),
            Self::MaxOf(a, b) => write!(f, "max_of({a}, {b})"),
            Self::Binary(sign, a, b) => {
                debug_assert!(self.binding() < 9, "only operators bind");
                write!(f, "{a} {sign} {b}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_written() {
        for (text, ms, back) in [
            ("0", 0, "0s"),
            ("1h30m", 5_400_000, "1h30m"),
            ("90m", 5_400_000, "1h30m"),
            ("1y", 31_536_000_000, "1y"),
            ("14d", 1_209_600_000, "2w"),
            ("15d", 1_296_000_000, "15d"),
            ("1m500ms", 60_500, "1m500ms"),
        ] {
            assert_eq!(duration_ms(text), Some(ms), "{text}");
            assert_eq!(duration_text(ms), back);
        }
        for text in ["", "5", "m", "5m1h", "1m1m", "5x", "1.5h", "-5m", "999999999y"] {
            assert_eq!(duration_ms(text), None, "{text}");
        }
    }
}
