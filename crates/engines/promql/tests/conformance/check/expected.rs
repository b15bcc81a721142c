//! The lines under an `eval`.

use super::super::script::Line;
use super::super::store::Value;
use super::super::values;
use promql::{Answer, duration_ms};
use regex::Regex;
use series::Labels;
use std::sync::LazyLock;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Weight {
    Fail,
    Warn,
    Info,
}

/// What a text has to be.
#[derive(Clone)]
enum Wanted {
    Any,
    Exactly(String),
    /// The same but for the place at its end.
    But(String),
    Matching(Regex),
}

impl Wanted {
    fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self::Any);
        }
        if let Some(exact) = text.strip_prefix("msg:") {
            return Ok(Self::Exactly(exact.trim().to_owned()));
        }
        let pattern =
            text.strip_prefix("regex:").ok_or_else(|| format!("no expectation: {text}"))?;
        let regex = Regex::new(pattern.trim()).map_err(|refused| refused.to_string())?;
        Ok(Self::Matching(regex))
    }

    fn fits(&self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Exactly(wanted) => wanted == text,
            Self::But(wanted) => wanted == without_place(text),
            Self::Matching(regex) => regex.is_match(text),
        }
    }
}

/// What an evaluation is to yield.
#[derive(Clone, Default)]
pub(crate) struct Expected {
    wanted: Vec<(Weight, Wanted)>,
    none: Vec<Weight>,
    ordered: bool,
    text: Option<String>,
    range: Option<(i64, i64)>,
    scalar: Option<f64>,
    rows: Vec<(Labels, Vec<Option<Value>>)>,
}

impl Expected {
    /// `old`: the word behind `eval_`.
    pub(crate) fn read(old: Option<&str>, lines: &[Line<'_>]) -> Result<Self, String> {
        let mut expected = Self::default();
        match old {
            Some("fail") => expected.wanted.push((Weight::Fail, Wanted::Any)),
            Some("warn") => expected.wanted.push((Weight::Warn, Wanted::Any)),
            Some("info") => expected.wanted.push((Weight::Info, Wanted::Any)),
            Some("ordered") => expected.ordered = true,
            _ => {}
        }
        for line in lines {
            expected.line(line.text)?;
        }
        Ok(expected)
    }

    fn line(&mut self, text: &str) -> Result<(), String> {
        if let Some(rest) = text.strip_prefix("expect ") {
            return self.expectation(rest.trim());
        }
        if let Some(message) = text.strip_prefix("expected_fail_message ") {
            let wanted = Wanted::Exactly(message.trim().to_owned());
            self.wanted = vec![(Weight::Fail, wanted)];
            return Ok(());
        }
        if let Some(pattern) = text.strip_prefix("expected_fail_regexp ") {
            let regex = Regex::new(pattern.trim()).map_err(|refused| refused.to_string())?;
            self.wanted = vec![(Weight::Fail, Wanted::Matching(regex))];
            return Ok(());
        }
        if let Some(scalar) = scalar(text) {
            self.scalar = Some(scalar);
            return Ok(());
        }
        let (labels, rest) = values::metric(text)?;
        self.rows.push((labels, values::values(rest)?));
        Ok(())
    }

    fn expectation(&mut self, text: &str) -> Result<(), String> {
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        match word {
            "fail" => self.wanted.push((Weight::Fail, Wanted::read(rest)?)),
            "warn" => self.wanted.push((Weight::Warn, Wanted::read(rest)?)),
            "info" => self.wanted.push((Weight::Info, Wanted::read(rest)?)),
            "no_warn" => self.none.push(Weight::Warn),
            "no_info" => self.none.push(Weight::Info),
            "ordered" => self.ordered = true,
            "string" => self.text = Some(unquoted(rest.trim())?),
            "range" => {
                let words: Vec<&str> = rest.split_whitespace().collect();
                let [_, _, from, _, to, _, step] = words[..] else {
                    return Err(format!("no range: {text}"));
                };
                let ms = |text: &str| duration_ms(text).ok_or(format!("no duration: {text}"));
                ms(to)?;
                self.range = Some((ms(from)?, ms(step)?));
            }
            _ => return Err(format!("no expectation: {text}")),
        }
        Ok(())
    }

    pub(super) fn fails(&self) -> bool {
        self.wanted.iter().any(|(weight, _)| *weight == Weight::Fail)
    }

    pub(super) fn check_error(&self, message: &str) -> Result<(), String> {
        let mut wanted = self.wanted.iter().filter(|(weight, _)| *weight == Weight::Fail);
        if wanted.all(|(_, wanted)| wanted.fits(message)) {
            return Ok(());
        }
        Err(format!("fails otherwise: {message}"))
    }

    pub(super) fn check_notes(&self, answer: &Answer) -> Result<(), String> {
        for (weight, word, found) in
            [(Weight::Warn, "warnings", &answer.warnings), (Weight::Info, "infos", &answer.infos)]
        {
            if self.none.contains(&weight) && !found.is_empty() {
                return Err(format!("{word} where none are wanted: {found:?}"));
            }
            let wanted: Vec<&Wanted> =
                self.wanted.iter().filter(|wanted| wanted.0 == weight).map(|w| &w.1).collect();
            for one in &wanted {
                if !found.iter().any(|text| one.fits(text)) {
                    return Err(format!("a wanted one is not among the {word}: {found:?}"));
                }
            }
            let strict: Vec<&&Wanted> =
                wanted.iter().filter(|wanted| !matches!(wanted, Wanted::Any)).collect();
            let stray = found.iter().find(|text| !strict.iter().any(|one| one.fits(text)));
            if let Some(stray) = stray.filter(|_| !strict.is_empty()) {
                return Err(format!("among the {word} this is not wanted: {stray}"));
            }
        }
        Ok(())
    }

    pub(super) fn text(&self) -> Option<&String> {
        self.text.as_ref()
    }

    pub(super) fn scalar(&self) -> Option<f64> {
        self.scalar
    }

    pub(super) fn range(&self) -> Option<(i64, i64)> {
        self.range
    }

    pub(super) fn is_range_vector(&self) -> bool {
        self.range.is_some()
    }

    pub(super) fn is_ordered(&self) -> bool {
        self.ordered
    }

    pub(super) fn rows(&self) -> &[(Labels, Vec<Option<Value>>)] {
        &self.rows
    }

    pub(super) fn order(&self) -> Vec<&Labels> {
        self.rows.iter().map(|row| &row.0).collect()
    }

    pub(crate) fn is_text_or_range_vector(&self) -> bool {
        self.text.is_some() || self.range.is_some()
    }

    /// The same, wherever annotations say that something stands.
    pub(crate) fn without_places(&self) -> Self {
        let mut expected = self.clone();
        for (weight, wanted) in &mut expected.wanted {
            if let (Weight::Warn | Weight::Info, Wanted::Exactly(text)) = (&weight, &wanted) {
                *wanted = Wanted::But(without_place(text).to_owned());
            }
        }
        expected
    }

    /// Tells whether only an instant evaluation can show what is wanted.
    pub(crate) fn only_instant(&self) -> bool {
        self.ordered || self.text.is_some() || self.range.is_some()
    }
}

/// The text without ` (line:column)` at its end.
fn without_place(text: &str) -> &str {
    static PLACE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r" \(\d+:\d+\)$").expect("a constant"));
    PLACE.find(text).map_or(text, |place| &text[..place.start()])
}

fn scalar(text: &str) -> Option<f64> {
    let unsigned = text.trim_start_matches(['+', '-']);
    if let Some(digits) = unsigned.strip_prefix("0x") {
        let value = i64::from_str_radix(digits, 16).ok()? as f64;
        return Some(if text.starts_with('-') { -value } else { value });
    }
    let first = unsigned.chars().next()?;
    let word = unsigned.to_lowercase();
    let number = first.is_ascii_digit() || first == '.' || word == "inf" || word == "nan";
    if number { values::number(text).ok() } else { None }
}

fn unquoted(text: &str) -> Result<String, String> {
    let parsed = promql::parse(text, promql::ParseOptions::default());
    match parsed.map(|expr| expr.kind) {
        Ok(promql::Kind::String(text)) => Ok(text),
        _ => Err(format!("no string: {text}")),
    }
}
