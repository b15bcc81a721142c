//! Series in memory: what unit tests of rules run on.

use crate::group::{Output, Refusal};
use promql::{SampleValue, Samples, Select, Selected, Source, SourceError, VectorSample};
use series::{Histogram, Labels, ResetHint};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

type Held = BTreeMap<Labels, BTreeMap<i64, SampleValue>>;

/// Series in memory, each with its samples by time.
#[derive(Debug, Default)]
pub struct MemoryStore {
    series: RwLock<Held>,
}

impl MemoryStore {
    /// Adds a sample; one at the same time is replaced.
    pub fn add(&self, labels: &Labels, at_ms: i64, value: SampleValue) {
        let mut held = self.series.write().unwrap_or_else(PoisonError::into_inner);
        held.entry(labels.clone()).or_default().insert(at_ms, value);
    }

    /// All samples of a series, ascending by time.
    #[must_use]
    pub fn of(&self, labels: &Labels) -> Vec<(i64, SampleValue)> {
        let held = self.series.read().unwrap_or_else(PoisonError::into_inner);
        let samples = held.get(labels).into_iter().flatten();
        samples.map(|(at_ms, value)| (*at_ms, value.clone())).collect()
    }
}

/// Anybody may add samples: it locks itself.
impl Output for &MemoryStore {
    fn keep(&mut self, samples: &[VectorSample]) -> Vec<Result<(), Refusal>> {
        let mut held = self.series.write().unwrap_or_else(PoisonError::into_inner);
        samples.iter().map(|sample| kept(&mut held, sample)).collect()
    }
}

fn kept(held: &mut Held, sample: &VectorSample) -> Result<(), Refusal> {
    let series = held.entry(sample.labels.clone()).or_default();
    if series.keys().next_back().is_some_and(|newest| *newest > sample.at_ms) {
        return Err(Refusal::Overtaken("out of order sample".to_owned()));
    }
    match series.get(&sample.at_ms) {
        Some(known) if !same(known, &sample.value) => {
            Err(Refusal::Overtaken("duplicate sample for timestamp".to_owned()))
        }
        _ => {
            series.insert(sample.at_ms, sample.value.clone());
            Ok(())
        }
    }
}

fn same(a: &SampleValue, b: &SampleValue) -> bool {
    match (a, b) {
        (SampleValue::Float(a), SampleValue::Float(b)) => a.to_bits() == b.to_bits(),
        (a, b) => a == b,
    }
}

struct Found {
    labels: Vec<Labels>,
    samples: Vec<Samples>,
}

impl Source for MemoryStore {
    fn select<'s>(&'s self, request: &Select<'_>) -> Result<Box<dyn Selected + 's>, SourceError> {
        let mut found = Found { labels: Vec::new(), samples: Vec::new() };
        let held = self.series.read().unwrap_or_else(PoisonError::into_inner);
        for (labels, values) in &*held {
            let fits = |matcher: &series::Matcher| {
                matcher.accepts(labels.get(matcher.name()).unwrap_or_default())
            };
            if request.matchers.iter().all(fits) {
                found.labels.push(labels.clone());
                found.samples.push(cut(values, request));
            }
        }
        Ok(Box::new(found))
    }
}

fn cut(values: &BTreeMap<i64, SampleValue>, request: &Select<'_>) -> Samples {
    let mut samples = Samples::default();
    let range = request.range;
    if range.from_ms > range.to_ms {
        return samples;
    }
    let before = values.range(..range.from_ms).next_back();
    let mut before = before.and_then(|(_, value)| histogram_of(value));
    for (at_ms, value) in values.range(range.from_ms..=range.to_ms) {
        match value {
            SampleValue::Float(number) => {
                samples.times.push(*at_ms);
                samples.values.push(*number);
            }
            SampleValue::Histogram(histogram) => {
                let hint = hint(histogram, before);
                samples.histogram_times.push(*at_ms);
                samples.histograms.push(Arc::new(Histogram { hint, ..(**histogram).clone() }));
            }
        }
        before = histogram_of(value);
    }
    samples
}

fn histogram_of(value: &SampleValue) -> Option<&Histogram> {
    match value {
        SampleValue::Histogram(histogram) => Some(histogram),
        SampleValue::Float(_) => None,
    }
}

/// What a store says about resets, from the histogram that lies before.
fn hint(histogram: &Histogram, before: Option<&Histogram>) -> ResetHint {
    if matches!(histogram.hint, ResetHint::Gauge | ResetHint::Reset) {
        return histogram.hint;
    }
    let Some(before) = before.filter(|h| h.hint != ResetHint::Gauge && !h.is_stale()) else {
        return ResetHint::Unknown;
    };
    if histogram.count < before.count {
        return ResetHint::Reset;
    }
    let layout = |h: &Histogram| (h.schema, h.zero_threshold.to_bits());
    if layout(histogram) != layout(before) {
        return ResetHint::Unknown;
    }
    let plain = Histogram { hint: ResetHint::Unknown, ..histogram.clone() };
    if histogram.bounds != before.bounds || plain.resets_after(before) {
        return ResetHint::Reset;
    }
    ResetHint::NotReset
}

impl Selected for Found {
    fn labels(&self) -> &[Labels] {
        &self.labels
    }

    fn read(&self, at: usize, into: &mut Samples) -> Result<(), SourceError> {
        if let Some(samples) = self.samples.get(at) {
            *into = samples.clone();
        }
        Ok(())
    }
}
