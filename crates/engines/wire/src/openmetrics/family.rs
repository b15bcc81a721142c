//! A family of metrics, and what its type asks of its samples.

use std::{borrow::Cow, collections::HashSet};

use super::{
    histogram::Moment,
    line::{self, Sample},
};
use crate::remote::MetricType;

/// What is said of a family.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Family<'t> {
    /// Its name, which those of its samples begin with.
    pub name: Cow<'t, str>,
    /// Its type.
    pub kind: MetricType,
    /// What it means.
    pub help: Cow<'t, str>,
    /// What it is measured in.
    pub unit: &'t str,
}

/// A family that is being read.
#[derive(Debug, Default)]
pub(super) struct Open<'t> {
    pub(super) family: Family<'t>,
    /// The line it begins in.
    pub(super) line: usize,
    pub(super) has_samples: bool,
    /// Which of `HELP`, `TYPE` and `UNIT` have been said.
    pub(super) said: Vec<&'t str>,
    /// The metric that the last sample was of, and its time.
    group: Option<(String, Option<f64>)>,
    groups: HashSet<String>,
    /// The samples of that metric at that time.
    here: HashSet<String>,
    moment: Option<Moment>,
}

/// What the names of a type's samples may end in, behind that of their family.
#[must_use]
pub fn suffixes(kind: MetricType) -> &'static [&'static str] {
    match kind {
        MetricType::Counter => &["_total", "_created"],
        MetricType::Summary => &["", "_count", "_sum", "_created"],
        MetricType::Histogram => &["_count", "_sum", "_bucket", "_created"],
        MetricType::GaugeHistogram => &["_gcount", "_gsum", "_bucket"],
        MetricType::Info => &["_info"],
        MetricType::Gauge | MetricType::StateSet | MetricType::Unknown => &[""],
    }
}

impl<'t> Open<'t> {
    pub(super) fn new(name: Cow<'t, str>, line: usize) -> Self {
        Self { family: Family { name, ..Family::default() }, line, ..Self::default() }
    }

    /// What follows the family's name in that of a sample of it.
    pub(super) fn suffix_of<'n>(&self, name: &'n str) -> Option<&'n str> {
        let suffix = name.strip_prefix(&*self.family.name)?;
        suffixes(self.family.kind).contains(&suffix).then_some(suffix)
    }

    /// Takes the next sample; tells whether it is a new one, and not the like of one before at
    /// the same time.
    ///
    /// Errors: it breaks a rule.
    pub(super) fn take(&mut self, suffix: &str, sample: &Sample<'_>) -> Result<bool, String> {
        self.has_samples = true;
        self.check(suffix, sample)?;
        let group = key_of(sample, self.label_apart(suffix));
        let is_info = self.family.kind == MetricType::Info;
        // All of an info metric is one group: which labels are its own is not known.
        let group = if is_info { String::new() } else { group };
        let same = self.group.as_ref().is_some_and(|(own, _)| *own == group);
        if same {
            let before_s = self.group.as_ref().and_then(|(_, at_s)| *at_s);
            match (before_s, sample.at_s) {
                (Some(before_s), Some(at_s)) if at_s < before_s && !is_info => {
                    return Err("the timestamps of a metric must not go back".to_owned());
                }
                (Some(_), None) | (None, Some(_)) => {
                    return Err("all samples of a metric have timestamps, or none".to_owned());
                }
                _ if before_s != sample.at_s => self.next_moment()?,
                _ => {}
            }
        } else {
            self.next_moment()?;
            if !self.groups.insert(group.clone()) {
                return Err("the samples of a metric must stand together".to_owned());
            }
        }
        self.group = Some((group, sample.at_s));
        if self.is_histogram() {
            self.moment.get_or_insert_default().take(suffix, sample)?;
        }
        Ok(self.here.insert(format!("{}\u{0}{}", sample.name, key_of(sample, None))))
    }

    /// Ends the family. Errors: it breaks a rule as a whole.
    pub(super) fn close(&mut self) -> Result<(), String> {
        let Family { name, kind, unit, .. } = &self.family;
        if !unit.is_empty() {
            if !name.strip_suffix(*unit).is_some_and(|before| before.ends_with('_')) {
                return Err(format!("the name of {name} must end in its unit, _{unit}"));
            }
            if matches!(kind, MetricType::Info | MetricType::StateSet) {
                return Err(format!("{name} is of type {} and has no unit", kind.word()));
            }
        }
        self.next_moment()
    }

    fn next_moment(&mut self) -> Result<(), String> {
        self.here.clear();
        self.moment.take().map_or(Ok(()), |moment| moment.close())
    }

    fn is_histogram(&self) -> bool {
        matches!(self.family.kind, MetricType::Histogram | MetricType::GaugeHistogram)
    }

    /// The label that tells samples of one metric from each other.
    fn label_apart(&self, suffix: &str) -> Option<&str> {
        match (self.family.kind, suffix) {
            (MetricType::Summary, "") => Some("quantile"),
            (MetricType::Histogram | MetricType::GaugeHistogram, "_bucket") => Some("le"),
            (MetricType::StateSet, _) => Some(&self.family.name),
            _ => None,
        }
    }

    /// Errors: what the type does not allow in this sample.
    fn check(&self, suffix: &str, sample: &Sample<'_>) -> Result<(), String> {
        let (kind, value) = (self.family.kind, sample.value);
        let has_label = |name: &str, fits: fn(f64) -> bool| {
            let text = sample.label(name).unwrap_or_default();
            // Of several ways to write infinity one is the right one.
            let written = |bound: f64| bound.is_finite() || text == "+Inf";
            line::number(text).is_some_and(|number| fits(number) && written(number))
        };
        let wrong = match (kind, suffix) {
            (MetricType::StateSet, _) if sample.label(&self.family.name).is_none() => {
                return Err(format!("a state must have the label {}", self.family.name));
            }
            (MetricType::StateSet, _) if value != 0.0 && value != 1.0 => {
                "the value of a state is 0 or 1"
            }
            (MetricType::Info, _) if value != 1.0 => "the value of an info metric is 1",
            (MetricType::Histogram | MetricType::GaugeHistogram, "_bucket")
                if !has_label("le", |bound| !bound.is_nan() && bound > f64::NEG_INFINITY) =>
            {
                "a bucket must have the label le with a bound, of which the last is +Inf"
            }
            (MetricType::Summary, "") if !has_label("quantile", |q| (0.0..=1.0).contains(&q)) => {
                "a quantile must have the label quantile, from 0 to 1"
            }
            (MetricType::Summary, "") if value < 0.0 => "a quantile is not below zero",
            (_, "_bucket" | "_count" | "_gcount") if value.fract() != 0.0 => {
                "a count must be a whole number"
            }
            (_, "_total" | "_sum" | "_count" | "_bucket" | "_gcount" | "_gsum")
                if value.is_nan() =>
            {
                "the value must be a number"
            }
            (_, "_total" | "_sum" | "_count" | "_bucket" | "_gcount") if value < 0.0 => {
                "the value must not be below zero"
            }
            (MetricType::Histogram | MetricType::GaugeHistogram, "_bucket")
            | (MetricType::Counter, "_total") => return Ok(()),
            _ if sample.exemplar.is_some() => {
                "only counters and the buckets of histograms have exemplars"
            }
            _ => return Ok(()),
        };
        Err(wrong.to_owned())
    }
}

/// The labels but one as a text that no other labels have.
fn key_of(sample: &Sample<'_>, without: Option<&str>) -> String {
    let mut pairs: Vec<(&str, &str)> = sample
        .labels
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .filter(|(name, _)| Some(*name) != without)
        .collect();
    pairs.sort_unstable();
    let mut key = String::new();
    for (name, value) in pairs {
        // The length of a value keeps apart what a separator inside of it would not.
        key.push_str(&format!("{name}={}:{value},", value.len()));
    }
    key
}
