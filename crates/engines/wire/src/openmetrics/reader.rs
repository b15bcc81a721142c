//! A file, line by line.

use std::{borrow::Cow, collections::HashSet};

use super::{
    Checks, Family, OpenMetricsFault, Sample,
    family::{Open, suffixes},
    line::{self, shown},
};
use crate::remote::MetricType;

/// Reads samples from a file one after the other.
#[derive(Debug)]
pub struct Reader<'t> {
    rest: &'t str,
    line: usize,
    checks: Checks,
    ended: bool,
    open: Option<Open<'t>>,
    /// The names that the samples of the families before have, or might have.
    taken: HashSet<String>,
}

impl<'t> Reader<'t> {
    /// Begins with a file. Errors: it is not UTF-8.
    pub fn new(file: &'t [u8], checks: Checks) -> Result<Self, OpenMetricsFault> {
        let rest = text_of(file)?;
        let (open, taken) = (None, HashSet::new());
        Ok(Self { rest, line: 0, checks, ended: false, open, taken })
    }

    /// The family of the sample that came last.
    #[must_use]
    pub fn family(&self) -> Option<&Family<'t>> {
        self.open.as_ref().map(|open| &open.family)
    }

    /// The next sample; none at the end of the file.
    ///
    /// Samples that repeat one before at the same time are passed over where the checks are
    /// strict. Errors: what is wrong with the file up to here.
    pub fn next_sample(&mut self) -> Result<Option<Sample<'t>>, OpenMetricsFault> {
        while !self.ended {
            let Some(text) = self.next_line() else {
                return Err(self.fault("expected `# EOF` as the last line, found the end".into()));
            };
            if text == "# EOF" {
                self.end()?;
            } else if text.starts_with('#') {
                self.metadata(text)?;
            } else if text.is_empty() {
                return Err(self.fault("expected a sample or metadata, found a blank line".into()));
            } else {
                let sample =
                    line::sample(self.line, text, self.checks).map_err(|what| self.fault(what))?;
                if self.belongs(&sample)? {
                    return Ok(Some(sample));
                }
            }
        }
        Ok(None)
    }

    fn next_line(&mut self) -> Option<&'t str> {
        if self.rest.is_empty() {
            return None;
        }
        self.line += 1;
        let (text, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
        self.rest = rest;
        Some(text)
    }

    fn fault(&self, what: String) -> OpenMetricsFault {
        OpenMetricsFault { line: self.line, what }
    }

    fn end(&mut self) -> Result<(), OpenMetricsFault> {
        self.close()?;
        self.ended = true;
        if self.rest.is_empty() {
            return Ok(());
        }
        let what = format!("expected nothing behind `# EOF`, found {}", shown(self.rest));
        Err(OpenMetricsFault { line: self.line + 1, what })
    }

    /// Ends the family that is open. Errors: it breaks a rule as a whole.
    fn close(&mut self) -> Result<(), OpenMetricsFault> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        if self.checks == Checks::Tolerant {
            return Ok(());
        }
        let line = self.line;
        open.close().map_err(|what| OpenMetricsFault { line, what })?;
        let Family { name, kind, .. } = open.family;
        let mut names: Vec<&str> = suffixes(kind).to_vec();
        if !names.contains(&"") {
            names.push("");
        }
        for suffix in names {
            if !self.taken.insert(format!("{name}{suffix}")) {
                let what = format!("the name {name}{suffix} is taken by a family before");
                return Err(OpenMetricsFault { line: open.line, what });
            }
        }
        Ok(())
    }

    /// The word, the name and the text of a line that begins with `#`.
    fn parts(&self, text: &'t str) -> Result<(&'t str, Cow<'t, str>, &'t str), OpenMetricsFault> {
        let wrong = || {
            let found = shown(text);
            self.fault(format!(
                "expected `# HELP`, `# TYPE` or `# UNIT`, a name and a text, found {found}"
            ))
        };
        let read = text.strip_prefix("# ").and_then(|text| text.split_once(' '));
        let Some((word @ ("HELP" | "TYPE" | "UNIT"), rest)) = read else { return Err(wrong()) };
        if rest.starts_with('"') && self.checks == Checks::Tolerant {
            let (name, rest) = line::quoted_name(rest).map_err(|what| self.fault(what))?;
            return Ok((word, name, rest.strip_prefix(' ').ok_or_else(wrong)?));
        }
        let (name, said) = rest.split_once(' ').ok_or_else(wrong)?;
        if !line::is_metric_name(name) {
            return Err(self.fault(format!("expected a metric's name, found {}", shown(name))));
        }
        Ok((word, Cow::Borrowed(name), said))
    }

    /// `text` begins with `#`.
    fn metadata(&mut self, text: &'t str) -> Result<(), OpenMetricsFault> {
        let (word, name, said) = self.parts(text)?;
        let strict = self.checks == Checks::Strict;
        match &self.open {
            Some(open) if open.family.name == name => {
                if strict && open.has_samples {
                    let what = format!("expected the {word} of {name} before its samples");
                    return Err(self.fault(what));
                }
                if strict && open.said.contains(&word) {
                    return Err(self.fault(format!("the {word} of {name} is given twice")));
                }
            }
            _ => {
                self.close()?;
                self.open = Some(Open::new(name.clone(), self.line));
            }
        }
        let kind = match (word, type_of(said)) {
            ("TYPE", None) if strict => {
                return Err(self.fault(format!(
                    "expected counter, gauge, histogram, gaugehistogram, summary, info, stateset \
                     or unknown as the type of {name}, found {}",
                    shown(said)
                )));
            }
            (_, kind) => kind.unwrap_or_default(),
        };
        let open = self.open.get_or_insert_with(|| Open::new(name, 0));
        open.said.push(word);
        match word {
            "HELP" => open.family.help = line::unescaped(said),
            "UNIT" => open.family.unit = said,
            _ => open.family.kind = kind,
        }
        Ok(())
    }

    /// Tells whether it is a sample of its own, after whatever it begins or ends.
    fn belongs(&mut self, sample: &Sample<'t>) -> Result<bool, OpenMetricsFault> {
        let suffix = self.open.as_ref().and_then(|open| open.suffix_of(&sample.name));
        let suffix = match suffix {
            Some(suffix) => suffix,
            None => {
                self.close()?;
                self.open = Some(Open::new(sample.name.clone(), self.line));
                ""
            }
        };
        let line = self.line;
        match &mut self.open {
            Some(open) if self.checks == Checks::Strict => {
                open.take(suffix, sample).map_err(|what| OpenMetricsFault { line, what })
            }
            _ => Ok(true),
        }
    }
}

/// The file as text. Errors: it is not UTF-8.
pub(super) fn text_of(file: &[u8]) -> Result<&str, OpenMetricsFault> {
    std::str::from_utf8(file).map_err(|error| {
        let before = &file[..error.valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let what = format!("expected UTF-8, found byte {} that is not", before.len());
        OpenMetricsFault { line, what }
    })
}

fn type_of(word: &str) -> Option<MetricType> {
    let all = [
        MetricType::Unknown,
        MetricType::Counter,
        MetricType::Gauge,
        MetricType::Histogram,
        MetricType::GaugeHistogram,
        MetricType::Summary,
        MetricType::Info,
        MetricType::StateSet,
    ];
    all.into_iter().find(|kind| kind.word() == word)
}
