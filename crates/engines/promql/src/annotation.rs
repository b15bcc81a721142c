//! Warnings and infos that come with an answer.
//!
//! Source: Prometheus, `util/annotations`: the texts are part of the API. The same text is said
//! once, with the place where it was found first.

use crate::syntax::ast::Span;
use crate::syntax::go_quote;
use series::{number_general, number_general_to};
use std::collections::HashMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    Warning,
    Info,
}

#[derive(Debug, Clone)]
struct Note {
    weight: Weight,
    text: String,
    span: Span,
    forced: Option<Forced>,
}

/// Where and how far buckets of a classic histogram had to be made monotonic.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Forced {
    pub(crate) from_ms: i64,
    pub(crate) to_ms: i64,
    pub(crate) lowest: f64,
    pub(crate) highest: f64,
    pub(crate) difference: f64,
    pub(crate) samples: u64,
}

/// What was put together when something went not quite well.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Doing {
    Addition,
    Subtraction,
    Aggregation,
}

impl Doing {
    fn word(self) -> &'static str {
        match self {
            Self::Addition => "addition",
            Self::Subtraction => "subtraction",
            Self::Aggregation => "aggregation",
        }
    }
}

/// The annotations of a query.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    notes: Vec<Note>,
    places: HashMap<String, usize>,
}

fn named(text: &str, metric: &str) -> String {
    if metric.is_empty() {
        return text.to_owned();
    }
    format!("{text} for metric name {}", go_quote(metric))
}

impl Notes {
    fn add(&mut self, note: Note) {
        match self.places.get(&note.text) {
            None => {
                self.places.insert(note.text.clone(), self.notes.len());
                self.notes.push(note);
            }
            Some(at) => {
                if let (Some(known), Some(more)) = (&mut self.notes[*at].forced, note.forced) {
                    known.from_ms = known.from_ms.min(more.from_ms);
                    known.to_ms = known.to_ms.max(more.to_ms);
                    known.lowest = known.lowest.min(more.lowest);
                    known.highest = known.highest.max(more.highest);
                    known.difference = known.difference.max(more.difference);
                    known.samples += more.samples;
                }
            }
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        for note in other.notes {
            self.add(note);
        }
    }

    fn warn(&mut self, text: impl std::fmt::Display, span: Span) {
        let text = format!("PromQL warning: {text}");
        self.add(Note { weight: Weight::Warning, text, span, forced: None });
    }

    fn info(&mut self, text: impl std::fmt::Display, span: Span) {
        let text = format!("PromQL info: {text}");
        self.add(Note { weight: Weight::Info, text, span, forced: None });
    }

    /// Warnings and infos as they are shown.
    pub(crate) fn shown(&self, query: &str) -> (Vec<String>, Vec<String>) {
        let (mut warnings, mut infos) = (Vec::new(), Vec::new());
        for note in &self.notes {
            let (line, column) = note.span.position(query);
            let forced = note.forced.map(Forced::shown).unwrap_or_default();
            let text = format!("{}{forced} ({line}:{column})", note.text);
            match note.weight {
                Weight::Warning => warnings.push(text),
                Weight::Info => infos.push(text),
            }
        }
        (warnings, infos)
    }

    pub(crate) fn invalid_quantile(&mut self, quantile: f64, span: Span) {
        let quantile = number_general(quantile);
        self.warn(format!("quantile value should be between 0 and 1, got {quantile}"), span);
    }

    pub(crate) fn invalid_ratio(&mut self, ratio: f64, capped: f64, span: Span) {
        let (ratio, capped) = (number_general(ratio), number_general(capped));
        let text =
            format!("ratio value should be between -1 and 1, got {ratio}, capping to {capped}");
        self.warn(text, span);
    }

    pub(crate) fn bad_bucket(&mut self, metric: &str, label: &str, span: Span) {
        let label = go_quote(label);
        let text = format!("bucket label \"le\" is missing or has a malformed value of {label}");
        self.warn(named(&text, metric), span);
    }

    pub(crate) fn mixed_floats(&mut self, metric: &str, span: Span) {
        let metric = go_quote(metric);
        let text = format!("encountered a mix of histograms and floats for metric name {metric}");
        self.warn(text, span);
    }

    pub(crate) fn mixed_in_aggregation(&mut self, span: Span) {
        self.warn("encountered a mix of histograms and floats for aggregation".to_owned(), span);
    }

    pub(crate) fn mixed_classic(&mut self, metric: &str, span: Span) {
        let text = "vector contains a mix of classic and native histograms";
        self.warn(named(text, metric), span);
    }

    pub(crate) fn not_counter(&mut self, metric: &str, span: Span) {
        let metric = go_quote(metric);
        self.warn(format!("this native histogram metric is not a counter: {metric}"), span);
    }

    pub(crate) fn not_gauge(&mut self, metric: &str, span: Span) {
        let metric = go_quote(metric);
        self.warn(format!("this native histogram metric is not a gauge: {metric}"), span);
    }

    pub(crate) fn mixed_schemas(&mut self, metric: &str, span: Span) {
        let metric = go_quote(metric);
        let text = format!(
            "vector contains a mix of histograms with exponential and custom buckets schemas for \
             metric name {metric}"
        );
        self.warn(text, span);
    }

    pub(crate) fn incompatible_layout(&mut self, operator: &str, span: Span) {
        let text = "incompatible bucket layout encountered for binary operator";
        self.warn(format!("{text} {operator}"), span);
    }

    pub(crate) fn sort_in_range(&mut self, span: Span) {
        let text =
            "sort is ineffective for range queries since results are always ordered by labels";
        self.warn(text.to_owned(), span);
    }

    pub(crate) fn hints_collide(&mut self, doing: Doing, span: Span) {
        let text = format!("conflicting counter resets during histogram {}", doing.word());
        self.warn(text, span);
    }

    pub(crate) fn perhaps_no_counter(&mut self, metric: &str, span: Span) {
        let metric = go_quote(metric);
        let text = format!(
            "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \
             {metric}"
        );
        self.info(text, span);
    }

    pub(crate) fn forced_monotonic(&mut self, metric: &str, span: Span, forced: Forced) {
        let text = "PromQL info: input to histogram_quantile needed to be fixed for monotonicity \
                    (see https://prometheus.io/docs/prometheus/latest/querying/functions/\
                    #histogram_quantile)";
        let text = named(text, metric);
        self.add(Note { weight: Weight::Info, text, span, forced: Some(forced) });
    }

    pub(crate) fn incompatible_types(&mut self, left: &str, op: &str, right: &str, span: Span) {
        let quoted = go_quote(op);
        let text = "incompatible sample types encountered for binary operator";
        self.info(format!("{text} {quoted}: {left} {op} {right}"), span);
    }

    pub(crate) fn ignored_in_aggregation(&mut self, aggregator: &str, span: Span) {
        self.info(format!("ignored histogram in {aggregator} aggregation"), span);
    }

    pub(crate) fn ignored_in_range(&mut self, metric: &str, span: Span) {
        let metric = go_quote(metric);
        let text = format!(
            "ignored histograms in a range containing both floats and histograms for metric name \
             {metric}"
        );
        self.info(text, span);
    }

    pub(crate) fn bounds_reconciled(&mut self, doing: Doing, span: Span) {
        self.info(
            format!("mismatched custom buckets were reconciled during {}", doing.word()),
            span,
        );
    }

    pub(crate) fn nan_result(&mut self, metric: &str, span: Span) {
        let text = "input to histogram_quantile has NaN observations, result is NaN";
        self.info(named(text, metric), span);
    }

    pub(crate) fn nan_skew(&mut self, metric: &str, span: Span) {
        let text = "input to histogram_quantile has NaN observations, result is skewed higher";
        self.info(named(text, metric), span);
    }

    pub(crate) fn nan_fraction(&mut self, metric: &str, span: Span) {
        let text = "input to histogram_fraction has NaN observations, which are excluded from all \
                    fractions";
        self.info(named(text, metric), span);
    }
}

impl Forced {
    fn shown(self) -> String {
        let [lowest, highest] = [self.lowest, self.highest].map(number_general);
        let (from, to) = (utc_text(self.from_ms), utc_text(self.to_ms));
        let difference = number_general_to(self.difference, 2);
        let samples = self.samples;
        format!(
            ", from buckets {lowest} to {highest}, with a max diff of {difference}, over {samples} \
             samples from {from} to {to}"
        )
    }
}

fn utc_text(ms: i64) -> String {
    let date = crate::eval::calendar::Date::of_seconds(ms / 1000);
    let (hour, minute, second) = (date.hour, date.minute, date.second);
    let (year, month, day) = (date.year, date.month, date.day);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}
