//! The Prometheus text exposition format 0.0.4, writing side.
//!
//! Source: Prometheus documentation, "Exposition formats", text-based format.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use thiserror::Error;

/// The `Content-Type` of an [`Exposition`].
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What kind of metric a family is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows, and starts again at zero with the process. Named `…_total`.
    Counter,
    /// May rise and fall.
    Gauge,
    /// Counts observations in cumulative buckets.
    Histogram,
    /// Nothing is known about it.
    Untyped,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::Untyped => "untyped",
        }
    }
}

/// Why something cannot be exposed. Each is an error in the program that writes, not in its input.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExpositionFault {
    /// Metric names match `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    #[error("expose metric \"{name}\": the name must match [a-zA-Z_:][a-zA-Z0-9_:]*")]
    MetricName {
        /// The name as given.
        name: String,
    },
    /// Label names match `[a-zA-Z_][a-zA-Z0-9_]*` and do not begin with two underscores.
    #[error("expose label \"{name}\": the name must match [a-zA-Z_][a-zA-Z0-9_]*, without __")]
    LabelName {
        /// The name as given.
        name: String,
    },
    /// A family was opened twice; its samples must stand together.
    #[error("expose metric \"{name}\": the family was written before")]
    FamilyRepeated {
        /// The family's name.
        name: String,
    },
    /// The buckets of a histogram must rise in bound and count.
    #[error("expose histogram \"{name}\": buckets must rise in bound and in count")]
    Buckets {
        /// The family's name.
        name: String,
    },
}

/// A page of metrics being written.
#[derive(Debug, Default)]
pub struct Exposition {
    text: String,
    families: BTreeSet<String>,
}

/// One family of an [`Exposition`]: its head is written, samples are added.
#[derive(Debug)]
pub struct Family<'a> {
    text: &'a mut String,
    name: String,
}

/// The state of a histogram at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct HistogramView<'a> {
    /// Upper bound and cumulative count of each bucket, without the last one (`+Inf`).
    pub buckets: &'a [(f64, u64)],
    /// Sum of all observed values.
    pub sum: f64,
    /// Number of observations.
    pub count: u64,
}

impl Exposition {
    /// Starts an empty page.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes the head of a family.
    ///
    /// Errors: [`ExpositionFault::MetricName`], [`ExpositionFault::FamilyRepeated`].
    pub fn family(
        &mut self,
        name: &str,
        kind: Kind,
        help: &str,
    ) -> Result<Family<'_>, ExpositionFault> {
        if !is_name(name, ":_") {
            return Err(ExpositionFault::MetricName { name: name.to_owned() });
        }
        if !self.families.insert(name.to_owned()) {
            return Err(ExpositionFault::FamilyRepeated { name: name.to_owned() });
        }
        self.text.push_str("# HELP ");
        self.text.push_str(name);
        self.text.push(' ');
        escape(&mut self.text, help, "\\\n");
        self.text.push_str("\n# TYPE ");
        self.text.push_str(name);
        self.text.push(' ');
        self.text.push_str(kind.word());
        self.text.push('\n');
        Ok(Family { text: &mut self.text, name: name.to_owned() })
    }

    /// Returns the finished page.
    #[must_use]
    pub fn into_text(self) -> String {
        self.text
    }
}

impl Family<'_> {
    /// Adds one sample.
    ///
    /// Errors: [`ExpositionFault::LabelName`]; then nothing is written.
    pub fn sample(
        &mut self,
        labels: &[(&str, &str)],
        value: f64,
    ) -> Result<&mut Self, ExpositionFault> {
        check_labels(labels)?;
        self.line("", labels, None, value);
        Ok(self)
    }

    /// Adds a histogram: its buckets, sum and count.
    ///
    /// Errors: [`ExpositionFault::LabelName`], [`ExpositionFault::Buckets`]; nothing is written.
    #[expect(clippy::cast_precision_loss, reason = "the format's numbers are all float64")]
    pub fn histogram(
        &mut self,
        labels: &[(&str, &str)],
        view: &HistogramView<'_>,
    ) -> Result<&mut Self, ExpositionFault> {
        check_labels(labels)?;
        let rising = view.buckets.windows(2).all(|w| w[0].0 < w[1].0 && w[0].1 <= w[1].1);
        let counted = view.buckets.last().is_none_or(|(_, count)| *count <= view.count);
        if !rising || !counted {
            return Err(ExpositionFault::Buckets { name: self.name.clone() });
        }
        for (bound, count) in view.buckets {
            self.line("_bucket", labels, Some(*bound), *count as f64);
        }
        self.line("_bucket", labels, Some(f64::INFINITY), view.count as f64);
        self.line("_sum", labels, None, view.sum);
        self.line("_count", labels, None, view.count as f64);
        Ok(self)
    }

    fn line(&mut self, suffix: &str, labels: &[(&str, &str)], le: Option<f64>, value: f64) {
        self.text.push_str(&self.name);
        self.text.push_str(suffix);
        let le = le.map(number);
        let all = labels.iter().copied().chain(le.as_deref().map(|bound| ("le", bound)));
        let mut open = false;
        for (name, value) in all {
            self.text.push(if open { ',' } else { '{' });
            open = true;
            self.text.push_str(name);
            self.text.push_str("=\"");
            escape(self.text, value, "\\\n\"");
            self.text.push('"');
        }
        self.text.push_str(if open { "} " } else { " " });
        self.text.push_str(&number(value));
        self.text.push('\n');
    }
}

fn check_labels(labels: &[(&str, &str)]) -> Result<(), ExpositionFault> {
    match labels.iter().find(|(name, _)| !is_name(name, "_") || name.starts_with("__")) {
        Some((name, _)) => Err(ExpositionFault::LabelName { name: (*name).to_owned() }),
        None => Ok(()),
    }
}

fn is_name(name: &str, also: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c))
}

fn number(value: f64) -> String {
    let mut text = String::new();
    if value.is_nan() {
        text.push_str("NaN");
    } else if value.is_infinite() {
        text.push_str(if value > 0.0 { "+Inf" } else { "-Inf" });
    } else {
        write!(text, "{value}").expect("writing to a String cannot fail");
    }
    text
}

/// Appends `value` with the characters of `which` escaped.
fn escape(text: &mut String, value: &str, which: &str) {
    for c in value.chars() {
        if which.contains(c) {
            text.push('\\');
            text.push(if c == '\n' { 'n' } else { c });
        } else {
            text.push(c);
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use proptest::prelude::*;

    use super::{Exposition, ExpositionFault, HistogramView, Kind};

    #[test]
    fn a_page_has_help_type_and_escaped_labels() {
        let mut page = Exposition::new();
        page.family("up", Kind::Gauge, "Whether it is up.\nBack\\slash and \"quotes\".")
            .unwrap()
            .sample(&[("path", "C:\\a\n\"b\""), ("名", "x")][..1], 1.0)
            .unwrap()
            .sample(&[], f64::NAN)
            .unwrap();
        page.family("sent_bytes_total", Kind::Counter, "Bytes sent.")
            .unwrap()
            .sample(&[("device", "eth0"), ("zone", "北京")], 1e21)
            .unwrap()
            .sample(&[("device", "lo")], 0.25)
            .unwrap();
        expect![[r#"
            # HELP up Whether it is up.\nBack\\slash and "quotes".
            # TYPE up gauge
            up{path="C:\\a\n\"b\""} 1
            up NaN
            # HELP sent_bytes_total Bytes sent.
            # TYPE sent_bytes_total counter
            sent_bytes_total{device="eth0",zone="北京"} 1000000000000000000000
            sent_bytes_total{device="lo"} 0.25
        "#]]
        .assert_eq(&page.into_text());
    }

    #[test]
    fn a_histogram_ends_with_the_infinite_bucket() {
        let mut page = Exposition::new();
        let view = HistogramView { buckets: &[(0.1, 2), (1.0, 5)], sum: 3.5, count: 6 };
        page.family("took_seconds", Kind::Histogram, "Time.")
            .unwrap()
            .histogram(&[("route", "/")], &view)
            .unwrap();
        expect![[r#"
            # HELP took_seconds Time.
            # TYPE took_seconds histogram
            took_seconds_bucket{route="/",le="0.1"} 2
            took_seconds_bucket{route="/",le="1"} 5
            took_seconds_bucket{route="/",le="+Inf"} 6
            took_seconds_sum{route="/"} 3.5
            took_seconds_count{route="/"} 6
        "#]]
        .assert_eq(&page.into_text());
    }

    #[test]
    fn names_outside_the_format_are_refused() {
        let mut page = Exposition::new();
        for name in ["", "1up", "a-b", "a b", "状态", "a\n"] {
            let fault = page.family(name, Kind::Gauge, "").unwrap_err();
            assert_eq!(fault, ExpositionFault::MetricName { name: name.to_owned() });
        }
        let mut family = page.family("a:b", Kind::Untyped, "x").unwrap();
        for label in ["", "1", "a:b", "__name__", "a-b"] {
            assert!(family.sample(&[(label, "v")], 1.0).is_err(), "{label:?}");
        }
        let falling = HistogramView { buckets: &[(1.0, 2), (0.5, 3)], sum: 0.0, count: 3 };
        assert!(family.histogram(&[], &falling).is_err());
        assert!(page.family("a:b", Kind::Gauge, "again").is_err());
    }

    proptest! {
        #[test]
        fn one_sample_is_always_one_line(label in any::<String>(), help in any::<String>()) {
            let mut page = Exposition::new();
            page.family("m", Kind::Gauge, &help).unwrap().sample(&[("l", &label)], 1.0).unwrap();
            let text = page.into_text();
            prop_assert_eq!(text.matches('\n').count(), 3);
        }
    }
}
