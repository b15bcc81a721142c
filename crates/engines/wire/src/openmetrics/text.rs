//! The Prometheus text format 0.0.4, of which OpenMetrics came: blanks may stand nearly anywhere,
//! times are milliseconds, and families are as they like.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use super::{
    Checks, Family, OpenMetricsFault, Pairs, Sample,
    line::{
        Braces, closing_quote, expected, is_label_name, is_metric_name, number, quoted_name, shown,
        unescaped,
    },
};
use crate::remote::MetricType;

/// Reads samples from a file in Prometheus' text format one after the other.
///
/// [`Checks::Strict`] refuses what `promtool check metrics` does, [`Checks::Tolerant`] takes what
/// the scraper of Prometheus does.
#[derive(Debug)]
pub struct TextReader<'t> {
    rest: &'t str,
    line: usize,
    checks: Checks,
    families: HashMap<Cow<'t, str>, Family<'t>>,
    /// Families whose `HELP` or `TYPE` has been said, and those that have samples.
    said: HashSet<(&'t str, Cow<'t, str>)>,
    sampled: HashSet<Cow<'t, str>>,
    current: Cow<'t, str>,
}

impl<'t> TextReader<'t> {
    /// Begins with a file. Errors: it is not UTF-8; its last line does not end.
    pub fn new(file: &'t [u8], checks: Checks) -> Result<Self, OpenMetricsFault> {
        let rest = super::reader::text_of(file)?;
        if checks == Checks::Strict && !rest.is_empty() && !rest.ends_with('\n') {
            let line = rest.lines().count();
            let what = "expected a line feed at the end of the file".to_owned();
            return Err(OpenMetricsFault { line, what });
        }
        let (families, said, sampled) = (HashMap::new(), HashSet::new(), HashSet::new());
        let current = Cow::Borrowed("");
        Ok(Self { rest, line: 1, checks, families, said, sampled, current })
    }

    /// The family of the sample that came last.
    #[must_use]
    pub fn family(&self) -> Option<&Family<'t>> {
        self.families.get(&self.current)
    }

    /// The next sample; none at the end of the file. Errors: what is wrong up to here.
    pub fn next_sample(&mut self) -> Result<Option<Sample<'t>>, OpenMetricsFault> {
        loop {
            self.rest = blanks(self.rest);
            if self.rest.is_empty() {
                return Ok(None);
            }
            let line = self.line;
            let fault = |what: String| OpenMetricsFault { line, what };
            if let Some(rest) = self.rest.strip_prefix('\n') {
                self.rest = rest;
                self.line += 1;
            } else if let Some(comment) = self.rest.strip_prefix('#') {
                let (comment, rest) = comment.split_once('\n').unwrap_or((comment, ""));
                self.comment(comment).map_err(fault)?;
                self.rest = rest;
                self.line += 1;
            } else {
                let (sample, rest) = sample(line, self.rest, self.checks).map_err(fault)?;
                let read = &self.rest[..self.rest.len() - rest.len()];
                self.line += read.matches('\n').count();
                self.rest = rest;
                self.current = self.family_of(&sample.name);
                self.sampled.insert(self.current.clone());
                return Ok(Some(sample));
            }
        }
    }

    /// The name of the family that a sample belongs to, which is there afterwards.
    fn family_of(&mut self, name: &Cow<'t, str>) -> Cow<'t, str> {
        let parts = ["_bucket", "_count", "_sum"];
        let family = parts.iter().find_map(|part| {
            let family = self.families.get(name.strip_suffix(part)?)?;
            let summed = matches!(family.kind, MetricType::Histogram | MetricType::Summary);
            summed.then(|| family.name.clone())
        });
        if let Some(family) = family.filter(|_| !self.families.contains_key(name)) {
            return family;
        }
        let family = || Family { name: name.clone(), ..Family::default() };
        self.families.entry(name.clone()).or_insert_with(family);
        name.clone()
    }

    /// What stands behind a `#`: metadata, or nothing that matters.
    fn comment(&mut self, text: &'t str) -> Result<(), String> {
        let (word, text) = word(blanks(text));
        if !matches!(word, "HELP" | "TYPE") {
            return Ok(());
        }
        let text = blanks(text);
        let (name, text) = if text.starts_with('"') && self.checks == Checks::Tolerant {
            quoted_name(text)?
        } else {
            let (name, text) = self::word(text);
            if !is_metric_name(name) {
                return Err(expected("a metric's name", name));
            }
            (Cow::Borrowed(name), text)
        };
        let strict = self.checks == Checks::Strict;
        if !self.said.insert((word, name.clone())) && strict {
            return Err(format!("the {word} of {name} is given twice"));
        }
        let text = blanks(text);
        if word == "HELP" {
            let family = self.families.entry(name.clone()).or_default();
            (family.name, family.help) = (name, unescaped(text));
            return Ok(());
        }
        if strict && self.sampled.contains(&name) {
            return Err(format!("expected the TYPE of {name} before its samples"));
        }
        let kind = match text.trim_end_matches([' ', '\t']) {
            "counter" => MetricType::Counter,
            "gauge" => MetricType::Gauge,
            "histogram" => MetricType::Histogram,
            "summary" => MetricType::Summary,
            "untyped" => MetricType::Unknown,
            other => {
                return Err(format!(
                    "expected counter, gauge, histogram, summary or untyped as the type of \
                     {name}, found {}",
                    shown(other)
                ));
            }
        };
        let family = self.families.entry(name.clone()).or_default();
        (family.name, family.kind) = (name, kind);
        Ok(())
    }
}

/// Reads a sample and what follows its line. Errors: what was expected and what stands there.
fn sample(line: usize, text: &str, checks: Checks) -> Result<(Sample<'_>, &str), String> {
    let (outside, rest) = named(text, ":");
    let mut name = is_metric_name(outside).then_some(Cow::Borrowed(outside));
    let missing = || expected("a metric's name", text.lines().next().unwrap_or_default());
    if name.is_none() && (checks == Checks::Strict || !text.starts_with('{')) {
        return Err(missing());
    }
    let mut rest = blanks(rest);
    let mut labels = Vec::new();
    if let Some(inside) = rest.strip_prefix('{') {
        let braces = pairs(inside, checks)?;
        if name.is_some() && braces.metric.is_some() {
            return Err("the name of the metric is given twice".to_owned());
        }
        name = name.or(braces.metric);
        (labels, rest) = (braces.labels, braces.rest);
    }
    let name = name.ok_or_else(missing)?;
    let (value, rest) = word(blanks(rest));
    let value = number(value).ok_or_else(|| expected("a value", value))?;
    let (stamp, rest) = word(blanks(rest));
    #[expect(clippy::cast_precision_loss, reason = "whole milliseconds below 2^53")]
    let at_s = match (stamp, stamp.parse::<i64>()) {
        ("", _) => None,
        (_, Ok(at_ms)) => Some(at_ms as f64 / 1_000.0),
        (_, Err(_)) => return Err(expected("a timestamp in whole milliseconds", stamp)),
    };
    let rest = blanks(rest);
    let sample = Sample { line, name, labels, value, at_s, exemplar: None };
    match rest.strip_prefix('\n') {
        Some(rest) => Ok((sample, rest)),
        None if rest.is_empty() => Ok((sample, rest)),
        None => Err(expected("the end of the line", rest.lines().next().unwrap_or_default())),
    }
}

/// Labels up to the closing brace, and what follows it.
fn pairs(mut text: &str, checks: Checks) -> Result<Braces<'_>, String> {
    let (mut metric, mut labels) = (None, Pairs::new());
    loop {
        text = blanks(text);
        if let Some(rest) = text.strip_prefix('}') {
            return Ok(Braces { metric, labels, rest });
        }
        let quoted = text.starts_with('"') && checks == Checks::Tolerant;
        let (name, rest) = if quoted {
            quoted_name(text)?
        } else {
            let (name, rest) = named(text, "");
            (Cow::Borrowed(name), rest)
        };
        let behind = blanks(rest).strip_prefix('=').map(blanks);
        if quoted && behind.is_none() && metric.is_none() {
            metric = Some(name);
            text = separated(rest)?;
            continue;
        }
        if !(quoted || is_label_name(&name)) || name == "__name__" {
            let found = text.lines().next().unwrap_or_default();
            return Err(expected("a label's name other than __name__", found));
        }
        if labels.iter().any(|(own, _)| *own == name) {
            return Err(format!("the label {name} is given twice"));
        }
        let Some(rest) = behind.and_then(|value| value.strip_prefix('"')) else {
            return Err(format!("expected = and a value in double quotes behind the label {name}"));
        };
        let Some(end) = closing_quote(rest) else {
            return Err(expected("a double quote at the end of a label's value", rest));
        };
        if checks == Checks::Strict && rest[..end].contains('\n') {
            return Err(format!("the value of the label {name} reaches over the end of the line"));
        }
        labels.push((name, unescaped(&rest[..end])));
        text = separated(&rest[end + 1..])?;
    }
}

/// What stands behind the comma, or the closing brace and what follows it.
fn separated(text: &str) -> Result<&str, String> {
    let text = blanks(text);
    match text.strip_prefix(',') {
        Some(rest) => Ok(rest),
        None if text.starts_with('}') => Ok(text),
        None => Err(expected("`,` or `}` behind a label's value", text)),
    }
}

/// The characters of a name that come first, and the rest.
fn named<'t>(text: &'t str, also: &str) -> (&'t str, &'t str) {
    let ends = |c: char| !(c.is_ascii_alphanumeric() || c == '_' || also.contains(c));
    text.split_at(text.find(ends).unwrap_or(text.len()))
}

/// What comes before the next blank or line feed, and the rest.
fn word(text: &str) -> (&str, &str) {
    text.split_at(text.find([' ', '\t', '\n']).unwrap_or(text.len()))
}

fn blanks(text: &str) -> &str {
    text.trim_start_matches([' ', '\t'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(file: &str, checks: Checks) -> Result<Vec<String>, OpenMetricsFault> {
        let mut reader = TextReader::new(file.as_bytes(), checks)?;
        let mut list = Vec::new();
        while let Some(sample) = reader.next_sample()? {
            let family = reader.family().unwrap();
            let (labels, at_ms) = (&sample.labels, sample.at_ms());
            let (kind, name) = (family.kind.word(), &family.name);
            let (own, value) = (&sample.name, sample.value);
            list.push(format!("{kind} {name}: {own} {labels:?} {value} {at_ms:?}"));
        }
        Ok(list)
    }

    #[test]
    fn blanks_and_comments_may_stand_nearly_anywhere() {
        let file = "\n# a comment\n  #  TYPE  a  summary \n# HELP a A\\\\b\n\
                    a { quantile = \"0.5\" , }1 -5\n\ta_sum\t2\na_bucket 3\n";
        let found = read(file, Checks::Strict).unwrap();
        assert_eq!(
            found,
            [
                r#"summary a: a [("quantile", "0.5")] 1 Some(-5)"#,
                "summary a: a_sum [] 2 None",
                "summary a: a_bucket [] 3 None",
            ]
        );
        assert_eq!(read(file, Checks::Tolerant).unwrap(), found);
    }

    #[test]
    fn the_scraper_takes_more_than_the_checker() {
        let files =
            ["a 1", "a{b=\"c\nd\"} 1\n", "# HELP a b\n# HELP a c\n", "a 1\n# TYPE a gauge\n"];
        for file in files {
            assert!(read(file, Checks::Strict).is_err(), "{file}");
            assert!(read(file, Checks::Tolerant).is_ok(), "{file}");
        }
        for (file, said) in [
            ("a 1 2 3\n", "line 1: expected the end of the line, found \"3\""),
            ("\n# TYPE a-b gauge\n", "line 2: expected a metric's name, found \"a-b\""),
            ("a{b=c} 1\n", "line 1: expected = and a value in double quotes behind the label b"),
            ("a 1\na one\n", "line 2: expected a value, found \"one\""),
        ] {
            for checks in [Checks::Strict, Checks::Tolerant] {
                assert_eq!(read(file, checks).unwrap_err().to_string(), said);
            }
        }
    }

    #[test]
    fn quoted_names_are_for_the_scraper_alone() {
        let file = "# TYPE \"my.name\" counter\n# HELP \"my.name\" A b\n\
                    { \"my.name\" , \"label.x\" = \"v\", b=\"c\" } 1 5\n{\"x \\\"y\\\"\"} 2\n";
        assert_eq!(
            read(file, Checks::Tolerant).unwrap(),
            [
                r#"counter my.name: my.name [("label.x", "v"), ("b", "c")] 1 Some(5)"#,
                "unknown x \"y\": x \"y\" [] 2 None",
            ]
        );
        assert!(read(file, Checks::Strict).is_err());
        for file in [
            "{b=\"c\"} 1\n",
            "{} 1\n",
            "a{\"b\"} 1\n",
            "{\"a\",\"b\"} 1\n",
            "{\"\"} 1\n",
            "{\"a\",\"b\"=\"1\",b=\"2\"} 1\n",
            "{\"a\",\"__name__\"=\"b\"} 1\n",
            "{\"a} 1\n",
        ] {
            assert!(read(file, Checks::Tolerant).is_err(), "{file}");
        }
    }

    proptest! {
        #[test]
        fn any_file_is_answered(file in "[a-c#{}=\",\\\\ .0-9+\nHELPTYPE-]{0,80}") {
            let strict = read(&file, Checks::Strict);
            let tolerant = read(&file, Checks::Tolerant);
            prop_assert!(strict.is_err() || tolerant.is_ok());
        }
    }
}
