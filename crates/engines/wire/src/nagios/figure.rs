//! Performance data: `'label'=value[UOM];[warn];[crit];[min];[max]`, separated by spaces.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use super::Threshold;
use super::output::FIGURES_MAX;

/// One measured figure of a check.
///
/// Source: Monitoring Plugins Development Guidelines, "Performance data".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What was measured, for example `time` or `packet loss`. Not empty, no control characters.
    pub label: String,
    /// The measured value in `unit`. NaN says that it could not be determined (`U` on the wire,
    /// `null` in JSON).
    #[serde(deserialize_with = "null_is_nan")]
    pub value: f64,
    /// Unit of measurement: empty for a plain number, `s`, `%`, `B`, `c` for a growing counter;
    /// other programs also send `ms`, `us`, `KB`, `MB` …
    #[serde(default)]
    pub unit: String,
    /// Where the value becomes a warning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warn: Option<Threshold>,
    /// Where the value becomes critical.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crit: Option<Threshold>,
    /// The least value possible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The greatest value possible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

fn null_is_nan<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::<f64>::deserialize(deserializer)?.unwrap_or(f64::NAN))
}

/// A piece of performance data that could not be read; the rest of the line still counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureFault {
    /// The piece as sent, cut to 80 characters.
    pub found: String,
    /// What was expected there instead.
    pub expected: &'static str,
}

impl Figure {
    /// Makes a figure without limits.
    #[must_use]
    pub fn new(label: impl Into<String>, value: f64, unit: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value,
            unit: unit.into(),
            warn: None,
            crit: None,
            min: None,
            max: None,
        }
    }

    /// Adds the ranges that decided about this figure.
    #[must_use]
    pub fn with_thresholds(mut self, warn: Option<Threshold>, crit: Option<Threshold>) -> Self {
        (self.warn, self.crit) = (warn, crit);
        self
    }

    /// Adds the least and the greatest possible value.
    #[must_use]
    pub fn with_bounds(mut self, min: Option<f64>, max: Option<f64>) -> Self {
        (self.min, self.max) = (min, max);
        self
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_label(f, &self.label)?;
        if self.value.is_finite() {
            write!(f, "={}{}", self.value, self.unit)?;
        } else {
            f.write_str("=U")?;
        }
        let tail = [
            self.warn.map(|range| range.to_string()),
            self.crit.map(|range| range.to_string()),
            self.min.filter(|v| v.is_finite()).map(|v| v.to_string()),
            self.max.filter(|v| v.is_finite()).map(|v| v.to_string()),
        ];
        let used = tail.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
        for part in &tail[..used] {
            write!(f, ";{}", part.as_deref().unwrap_or(""))?;
        }
        Ok(())
    }
}

/// Quotes a label where the format needs it; a quote inside is doubled, a control character, which
/// the format cannot carry, becomes a space.
fn write_label(f: &mut fmt::Formatter<'_>, label: &str) -> fmt::Result {
    let plain = |c: char| c.is_alphanumeric() || "_-./:%".contains(c);
    if !label.is_empty() && label.chars().all(plain) {
        return f.write_str(label);
    }
    f.write_str("'")?;
    for c in label.chars() {
        match c {
            '\'' => f.write_str("''")?,
            c if c.is_control() => f.write_str(" ")?,
            c => write!(f, "{c}")?,
        }
    }
    f.write_str("'")
}

/// Reads performance data, at most [`FIGURES_MAX`] figures; a piece that is wrong is reported and
/// skipped.
#[must_use]
pub fn parse_figures(text: &str) -> (Vec<Figure>, Vec<FigureFault>) {
    let mut figures = Vec::new();
    let mut faults = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (piece, after) = next_piece(rest);
        rest = after.trim_start();
        if figures.len() + faults.len() >= FIGURES_MAX {
            faults.push(fault(piece, "no more than 1000 figures"));
            break;
        }
        match parse_figure(piece) {
            Ok(figure) => figures.push(figure),
            Err(expected) => faults.push(fault(piece, expected)),
        }
    }
    (figures, faults)
}

fn fault(piece: &str, expected: &'static str) -> FigureFault {
    FigureFault { found: piece.chars().take(80).collect(), expected }
}

/// Cuts the text at the first white space that is not inside quotes.
fn next_piece(text: &str) -> (&str, &str) {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        if c == '\'' {
            quoted = !quoted;
        } else if c.is_whitespace() && !quoted {
            return (&text[..at], &text[at..]);
        }
    }
    // An open quote would swallow the whole line: then the quote is taken as a plain character.
    match text.split_once(char::is_whitespace) {
        Some((piece, _)) if quoted => (piece, &text[piece.len()..]),
        _ => (text, ""),
    }
}

fn parse_figure(piece: &str) -> Result<Figure, &'static str> {
    let (label, body) = parse_label(piece)?;
    if label.is_empty() {
        return Err("a label before =");
    }
    let mut parts = body.split(';');
    let (value, unit) = parse_value(parts.next().unwrap_or(""))?;
    let mut range = |missing: &'static str| -> Result<Option<Threshold>, &'static str> {
        match parts.next() {
            None | Some("" | "U" | "~") => Ok(None),
            Some(text) => text.parse().map(Some).map_err(|_| missing),
        }
    };
    let (warn, crit) = (range("a range as second part")?, range("a range as third part")?);
    let mut bound = |missing: &'static str| match parts.next() {
        None | Some("" | "U") => Ok(None),
        Some(text) => number(text).map(Some).ok_or(missing),
    };
    let (min, max) = (bound("a number as minimum")?, bound("a number as maximum")?);
    // Some plugins end the figure with a lone semicolon.
    if parts.any(|part| !part.is_empty()) {
        return Err("at most five parts");
    }
    Ok(Figure { label, value, unit: unit.to_owned(), warn, crit, min, max })
}

fn parse_label(piece: &str) -> Result<(String, &str), &'static str> {
    let Some(quoted) = piece.strip_prefix('\'') else {
        let (label, body) = piece.split_once('=').ok_or("label=value")?;
        return Ok((label.to_owned(), body));
    };
    let mut label = String::new();
    let mut chars = quoted.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c != '\'' {
            label.push(c);
        } else if chars.next_if(|(_, next)| *next == '\'').is_some() {
            label.push('\'');
        } else {
            let body = quoted[at + 1..].strip_prefix('=').ok_or("= after the quoted label")?;
            return Ok((label, body));
        }
    }
    Err("a closing quote")
}

fn parse_value(text: &str) -> Result<(f64, &str), &'static str> {
    if text == "U" {
        return Ok((f64::NAN, ""));
    }
    // The exponent belongs to the number only if digits follow it: `5e3B`, but `5exa`.
    let digits = |t: &str| t.len() - t.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let sign = usize::from(text.starts_with(['-', '+']));
    let mut end = sign + digits(&text[sign..]);
    if text[end..].starts_with('.') {
        end += 1 + digits(&text[end + 1..]);
    }
    if text[end..].starts_with(['e', 'E']) {
        let after = end + 1 + usize::from(text[end + 1..].starts_with(['-', '+']));
        let exponent = digits(&text[after..]);
        end = if exponent > 0 { after + exponent } else { end };
    }
    let value = number(&text[..end]).ok_or("a number after =")?;
    let unit = &text[end..];
    if unit.len() > 16 || unit.contains(|c: char| c.is_ascii_digit() || c == '\'' || c == '=') {
        return Err("a unit such as s, %, B, c after the number");
    }
    Ok((value, unit))
}

fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    text.parse::<f64>().ok().filter(|value| plain && value.is_finite())
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{Figure, parse_figures};

    fn check(line: &str, expected: &Expect) {
        let (figures, faults) = parse_figures(line);
        let mut seen: Vec<String> = figures.iter().map(ToString::to_string).collect();
        seen.extend(faults.iter().map(|f| format!("! {} (expected {})", f.found, f.expected)));
        expected.assert_eq(&seen.join("\n"));
    }

    #[test]
    fn lines_of_common_plugins_are_read() {
        check(
            "time=0.012s;0.500000;1;0 size=7268B;;;0 'packet loss'=0%;20;60;0;100",
            &expect![[r#"
                time=0.012s;0.5;1;0
                size=7268B;;;0
                'packet loss'=0%;20;60;0;100"#]],
        );
        check("load1=0.1;@5:10;~:20;0; ", &expect!["load1=0.1;@5:10;~:20;0"]);
        check("/=2643MB;5948;5958;0;5968", &expect!["/=2643MB;5948;5958;0;5968"]);
        check(
            "'a''b = c'=1e3c 'C:\\ %'=-5.25",
            &expect![[r#"
            'a''b = c'=1000c
            'C:\ %'=-5.25"#]],
        );
        check("state=U;1;2", &expect!["state=U;1;2"]);
    }

    #[test]
    fn a_wrong_piece_is_named_and_the_others_count() {
        check(
            "a=1 nonsense =5 b=x c=1;z d=2;;;m 'open=1 e=3",
            &expect![[r#"
                a=1
                e=3
                ! nonsense (expected label=value)
                ! =5 (expected a label before =)
                ! b=x (expected a number after =)
                ! c=1;z (expected a range as second part)
                ! d=2;;;m (expected a number as minimum)
                ! 'open=1 (expected a closing quote)"#]],
        );
        check(
            "a=1s2 b=1;;;;;7 c=inf",
            &expect![[r#"
            ! a=1s2 (expected a unit such as s, %, B, c after the number)
            ! b=1;;;;;7 (expected at most five parts)
            ! c=inf (expected a number after =)"#]],
        );
    }

    #[test]
    fn the_number_of_figures_is_bounded() {
        let line = "a=1 ".repeat(5000);
        let (figures, faults) = parse_figures(&line);
        assert_eq!((figures.len(), faults.len()), (1000, 1));
    }

    #[test]
    fn control_characters_never_reach_the_line() {
        let figure = Figure::new("a\nb\u{7}c", 1.0, "s");
        assert_eq!(figure.to_string(), "'a b c'=1s");
    }
}
