//! A small source of native histograms, whole and broken, with floats between them.

use promql::{Samples, Select, Selected, Source, SourceError};
use series::{Buckets, CUSTOM_SCHEMA, Histogram, Labels, ResetHint, Selector, Span, stale};
use std::sync::Arc;

pub(crate) struct Natives(Vec<(Labels, Samples)>);

/// How many points a series has, 15 seconds apart.
const POINTS: i64 = 40;

impl Natives {
    /// Three series of histograms, `took`, that differ in their buckets; one of histograms and
    /// floats by turns, `mixed`; buckets of a classic one, `took_bucket`.
    pub(crate) fn new() -> Self {
        let mut all: Vec<(Labels, Samples)> =
            (0..3).map(|n| (named("took", "n", &n.to_string()), histograms(n))).collect();
        let mut mixed = histograms(1);
        for at in (0..POINTS).filter(|at| at % 3 != 0) {
            mixed.times.push(at * 15_000 + 5_000);
            mixed.values.push(if at == 20 { stale() } else { at as f64 });
        }
        all.push((named("mixed", "n", "0"), mixed));
        for (step, le) in ["0.5", "1", "2.5", "+Inf", "wrong"].into_iter().enumerate() {
            let mut samples = Samples::default();
            samples.times.extend((0..POINTS).map(|at| at * 15_000));
            samples.values.extend((0..POINTS).map(|at| (at * (step as i64 + 1)) as f64));
            all.push((named("took_bucket", "le", le), samples));
        }
        Self(all)
    }
}

fn named(metric: &str, name: &str, value: &str) -> Labels {
    Labels::new(metric, [(name, value)]).expect("the names are constants")
}

fn histograms(kind: i64) -> Samples {
    let mut samples = Samples::default();
    for at in 0..POINTS {
        samples.histogram_times.push(at * 15_000);
        samples.histograms.push(Arc::new(histogram(kind, at)));
    }
    samples
}

/// Rises, is reset at the 25th, stale at the 30th, and has no numbers at the 33rd.
fn histogram(kind: i64, at: i64) -> Histogram {
    let counts = |count: usize| {
        let rise = if at < 25 { at } else { at - 25 } as f64;
        (0..count).map(|bucket| rise * (bucket as f64 + 0.5)).collect::<Vec<f64>>()
    };
    let spans = vec![Span { offset: -2, length: 2 }, Span { offset: 1, length: 2 }];
    let custom = kind == 2;
    let counts = counts(4);
    let count = counts.iter().sum::<f64>() + 1.0;
    let positive = Buckets::new(spans, counts);
    Histogram {
        hint: if at == 25 { ResetHint::Reset } else { ResetHint::Unknown },
        schema: if custom { CUSTOM_SCHEMA } else { (kind * 3 + at / 20) as i32 },
        zero_threshold: if custom { 0.0 } else { 0.001 },
        zero_count: if custom { 0.0 } else { 1.0 },
        count: if at == 33 { f64::NAN } else { count },
        sum: match at {
            30 => stale(),
            33 => f64::NAN,
            _ => count * 1.5,
        },
        negative: Buckets::default(),
        positive,
        bounds: if custom { Arc::from([0.5, 1.0, 2.5, 5.0]) } else { Arc::from([]) },
    }
}

struct Found<'m>(Vec<Labels>, Vec<&'m Samples>);

impl Source for Natives {
    fn select<'s>(&'s self, request: &Select<'_>) -> Result<Box<dyn Selected + 's>, SourceError> {
        let selector = Selector::new(request.matchers.to_vec());
        let selector = selector.map_err(|refused| SourceError { message: refused.to_string() })?;
        let found = self.0.iter().filter(|(labels, _)| selector.accepts(labels));
        let (labels, samples) = found.map(|(labels, samples)| (labels.clone(), samples)).unzip();
        Ok(Box::new(Found(labels, samples)))
    }
}

impl Selected for Found<'_> {
    fn labels(&self) -> &[Labels] {
        &self.0
    }

    fn read(&self, at: usize, into: &mut Samples) -> Result<(), SourceError> {
        let samples = self.1[at];
        into.times.extend(&samples.times);
        into.values.extend(&samples.values);
        into.histogram_times.extend(&samples.histogram_times);
        into.histograms.extend(samples.histograms.iter().cloned());
        Ok(())
    }
}
