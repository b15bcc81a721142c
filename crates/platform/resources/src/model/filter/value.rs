//! Values as people write them: sizes, spans, times, networks, patterns.

use std::{net::IpAddr, time::Duration};

use ipnet::IpNet;
use kernel::{Text, Time};

use super::fold::folded_address;

/// A text with `*` for anything and `?` for one sign, ignoring case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(pub(super) Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Sign(char),
    One,
    Anything,
}

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        let piece = |c| match c {
            '*' => Piece::Anything,
            '?' => Piece::One,
            c => Piece::Sign(c),
        };
        Self(text.to_lowercase().chars().map(piece).collect())
    }

    /// As a pattern of LIKE with `!` as the escape, for folded text.
    pub(crate) fn like(&self) -> String {
        let mut like = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Anything => like.push('%'),
                Piece::One => like.push('_'),
                Piece::Sign(c @ ('%' | '_' | '!')) => like.extend(['!', *c]),
                Piece::Sign(c) => like.push(*c),
            }
        }
        like
    }

    /// Whether the whole of `text`, which is folded, matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let (mut at, mut of) = (0, 0);
        // Where to go back to: the piece after the last `*`, and how much that has taken.
        let mut back: Option<(usize, usize)> = None;
        while at < text.len() {
            match self.0.get(of) {
                Some(Piece::Anything) => {
                    of += 1;
                    back = Some((of, at));
                }
                Some(Piece::One) => (at, of) = (at + 1, of + 1),
                Some(Piece::Sign(c)) if *c == text[at] => (at, of) = (at + 1, of + 1),
                _ => {
                    let Some((piece, taken)) = back else { return false };
                    back = Some((piece, taken + 1));
                    (at, of) = (taken + 1, piece);
                }
            }
        }
        self.0[of..].iter().all(|piece| *piece == Piece::Anything)
    }
}

/// `8GiB` for an attribute whose unit is `B`: the number in that unit.
///
/// Errors: what is expected.
pub(crate) fn number(text: &str, unit: Option<&str>) -> Result<f64, Text> {
    let cut = text.find(|c: char| !matches!(c, '0'..='9' | '.' | '-' | '+')).unwrap_or(text.len());
    let (digits, suffix) = text.split_at(cut);
    let factor = if suffix.is_empty() { Some(1.0) } else { factor(unit, suffix) };
    let number = digits.parse::<f64>().ok().filter(|number| number.is_finite());
    match (number, factor) {
        (Some(number), Some(factor)) => Ok(number * factor),
        _ => Err(expected_number(unit)),
    }
}

fn factor(unit: Option<&str>, suffix: &str) -> Option<f64> {
    let unit = unit?;
    if unit == suffix {
        return Some(1.0);
    }
    match unit {
        "B" | "bit/s" | "B/s" | "Hz" => prefix(suffix.strip_suffix(unit)?),
        "s" => Some(span_seconds(suffix)?),
        _ => None,
    }
}

fn prefix(prefix: &str) -> Option<f64> {
    Some(match prefix {
        "k" | "K" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "Ki" => 1024.0,
        "Mi" => 1_048_576.0,
        "Gi" => 1_073_741_824.0,
        "Ti" => 1_099_511_627_776.0,
        "Pi" => 1_125_899_906_842_624.0,
        _ => return None,
    })
}

fn span_seconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        "w" => 604_800.0,
        _ => return None,
    })
}

fn expected_number(unit: Option<&str>) -> Text {
    match unit {
        None => Text::new("a number without a unit", "不带单位的数字"),
        Some("B") => Text::new("a size such as 512MiB or 8GB", "容量，如 512MiB、8GB"),
        Some("s") => Text::new("a time span such as 90s, 5m or 7d", "时长，如 90s、5m、7d"),
        Some("bit/s") => Text::new("a speed such as 100Mbit/s", "速率，如 100Mbit/s"),
        Some(unit) => Text::new(
            format!("a number, with or without the unit {unit}"),
            format!("数字，可带单位 {unit}"),
        ),
    }
}

/// `now`, `now-7d`, a time or a day (its beginning, in UTC).
///
/// Errors: what is expected.
pub(super) fn time(text: &str, now: Time) -> Result<Time, Text> {
    let expected = || {
        Text::new(
            "a time such as 2026-01-31T08:00:00Z, 2026-01-31 or now - 7d",
            "时间，如 2026-01-31T08:00:00Z、2026-01-31 或 now - 7d",
        )
    };
    if let Some(shift) = text.to_ascii_lowercase().strip_prefix("now") {
        return shifted(now, shift).ok_or_else(expected);
    }
    text.parse().ok().or_else(|| day(text)).ok_or_else(expected)
}

/// The beginning of a day, in UTC.
pub(super) fn day(text: &str) -> Option<Time> {
    if text.len() != 10 {
        return None;
    }
    format!("{text}T00:00:00Z").parse().ok()
}

fn shifted(now: Time, shift: &str) -> Option<Time> {
    if shift.is_empty() {
        return Some(now);
    }
    let (back, span) = match (shift.strip_prefix('-'), shift.strip_prefix('+')) {
        (Some(span), _) => (true, span),
        (_, Some(span)) => (false, span),
        _ => return None,
    };
    let cut = span.find(|c: char| !c.is_ascii_digit())?;
    let (count, unit) = span.split_at(cut);
    let seconds = count.parse::<u32>().ok().map(f64::from)? * span_seconds(unit)?;
    let span = Duration::try_from_secs_f64(seconds).ok()?;
    Some(if back { now.minus(span) } else { now.plus(span) })
}

/// An address or a network: its first and last address, folded.
///
/// Errors: what is expected.
pub(super) fn network(text: &str) -> Result<(String, String), Text> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok((folded_address(address), folded_address(address)));
    }
    match text.parse::<IpNet>() {
        Ok(net) => Ok((folded_address(net.network()), folded_address(net.broadcast()))),
        Err(_) => Err(Text::new(
            "an address such as 10.1.2.3 or a network such as 10.0.0.0/8",
            "IP 地址（如 10.1.2.3）或网段（如 10.0.0.0/8）",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_the_units_of_their_attribute_and_no_others() {
        for (text, unit, expected) in [
            ("8GiB", Some("B"), Some(8_589_934_592.0)),
            ("1.5kB", Some("B"), Some(1500.0)),
            ("512", Some("B"), Some(512.0)),
            ("100Mbit/s", Some("bit/s"), Some(1e8)),
            ("90%", Some("%"), Some(90.0)),
            ("2h", Some("s"), Some(7200.0)),
            ("-3", None, Some(-3.0)),
            ("8GiB", None, None),
            ("8GiB", Some("s"), None),
            ("", Some("B"), None),
            ("1e9", None, None),
            ("1.2.3", None, None),
            ("eight", Some("B"), None),
        ] {
            assert_eq!(number(text, unit).ok(), expected, "{text} {unit:?}");
        }
    }

    #[test]
    fn times_are_absolute_or_shifted_from_now() {
        let now = Time::from_seconds(1_000_000);
        for (text, expected) in [
            ("now", Some(1_000_000)),
            ("NOW-7d", Some(1_000_000 - 604_800)),
            ("now+90s", Some(1_000_090)),
            ("1970-01-02", Some(86_400)),
            ("1970-01-01T08:00:00+08:00", Some(0)),
            ("now-", None),
            ("now-7", None),
            ("now-99999999999d", None),
            ("yesterday", None),
            ("2026-13-01", None),
        ] {
            assert_eq!(time(text, now).ok(), expected.map(Time::from_seconds), "{text}");
        }
    }

    #[test]
    fn patterns_match_the_whole_text() {
        for (pattern, text, expected) in [
            ("DB*", "db01", true),
            ("db*", "mydb", false),
            ("*b*1", "xb2b1", true),
            ("d?", "db", true),
            ("d?", "d", false),
            ("", "", true),
            ("*", "", true),
            ("核?", "核心", true),
            ("a*b*c", "aXbXbXc", true),
            ("a*b*c", "aXbXbX", false),
        ] {
            assert_eq!(Pattern::new(pattern).matches(text), expected, "{pattern} {text}");
        }
        assert_eq!(Pattern::new("a_%!*?").like(), "a!_!%!!%_");
    }
}
