//! Series in memory.

use promql::{Samples, Select, Selected, Source, SourceError};
use series::{Histogram, Labels, ResetHint};
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Float(f64),
    Histogram(Histogram),
}

/// Samples by time.
#[derive(Default)]
pub(crate) struct Store {
    series: BTreeMap<Labels, BTreeMap<i64, Value>>,
    /// When what a sample counts began, by the sample's time.
    starts: BTreeMap<Labels, BTreeMap<i64, i64>>,
}

impl Store {
    pub(crate) fn clear(&mut self) {
        self.series.clear();
        self.starts.clear();
    }

    pub(crate) fn add(&mut self, labels: &Labels, at: i64, value: Value) {
        self.series.entry(labels.clone()).or_default().insert(at, value);
    }

    /// Notes when what the sample at `at` counts began.
    pub(crate) fn begin(&mut self, labels: &Labels, at: i64, start: i64) {
        self.starts.entry(labels.clone()).or_default().insert(at, start);
    }

    /// All series with their samples.
    pub(crate) fn series(&self) -> impl Iterator<Item = (&Labels, &BTreeMap<i64, Value>)> {
        self.series.iter()
    }
}

struct Found {
    labels: Vec<Labels>,
    samples: Vec<Samples>,
}

impl Source for Store {
    fn select<'s>(&'s self, request: &Select<'_>) -> Result<Box<dyn Selected + 's>, SourceError> {
        let mut found = Found { labels: Vec::new(), samples: Vec::new() };
        for (labels, values) in self.series() {
            let starts = self.starts.get(labels);
            let start = |at: i64| starts.map(|known| known.get(&at).copied().unwrap_or(0));
            let fits = |matcher: &series::Matcher| {
                matcher.accepts(labels.get(matcher.name()).unwrap_or(""))
            };
            if !request.matchers.iter().all(fits) {
                continue;
            }
            let mut samples = Samples::default();
            let mut before: Option<&Value> = None;
            for (at, value) in values {
                let inside = request.range.contains(*at);
                match value {
                    Value::Float(float) if inside => {
                        samples.times.push(*at);
                        samples.values.push(*float);
                        samples.starts.extend(start(*at));
                    }
                    Value::Histogram(histogram) if inside => {
                        let hint = stored_hint(histogram, before);
                        samples.histogram_times.push(*at);
                        samples.histogram_starts.extend(start(*at));
                        samples.histograms.push(Arc::new(Histogram { hint, ..histogram.clone() }));
                    }
                    _ => {}
                }
                before = Some(value);
            }
            found.labels.push(labels.clone());
            found.samples.push(samples);
        }
        Ok(Box::new(found))
    }
}

impl Selected for Found {
    fn labels(&self) -> &[Labels] {
        &self.labels
    }

    fn read(&self, at: usize, into: &mut Samples) -> Result<(), SourceError> {
        *into = self.samples[at].clone();
        Ok(())
    }
}

/// The hint that a store gives a histogram when it is read, from what lay before it.
fn stored_hint(histogram: &Histogram, before: Option<&Value>) -> ResetHint {
    match histogram.hint {
        ResetHint::Gauge => return ResetHint::Gauge,
        ResetHint::Reset => return ResetHint::Reset,
        ResetHint::Unknown | ResetHint::NotReset => {}
    }
    let Some(Value::Histogram(before)) = before else { return ResetHint::Unknown };
    if before.hint == ResetHint::Gauge || before.is_stale() {
        return ResetHint::Unknown;
    }
    let unhinted = Histogram { hint: ResetHint::Unknown, ..histogram.clone() };
    if histogram.count < before.count {
        return ResetHint::Reset;
    }
    let layout = |h: &Histogram| (h.schema, h.zero_threshold.to_bits());
    if layout(histogram) != layout(before) {
        return ResetHint::Unknown;
    }
    if histogram.bounds != before.bounds || unhinted.resets_after(before) {
        return ResetHint::Reset;
    }
    ResetHint::NotReset
}
