use std::collections::HashMap;

use wire::remote::{
    HistogramMessage, MetricType, send,
    send::{Sent, SentExemplar},
};

use super::filter::Pairs;

/// Series with samples that go in one request.
#[derive(Debug, Default)]
pub(super) struct Batch {
    series: Vec<Series>,
    places: HashMap<Pairs, usize>,
    samples: u64,
}

/// A series with what it brings.
#[derive(Debug, Clone, Default)]
pub(super) struct Series {
    pub(super) labels: Pairs,
    pub(super) points: Vec<(i64, f64)>,
    pub(super) histograms: Vec<HistogramMessage>,
    pub(super) exemplars: Vec<Exemplar>,
    pub(super) said: Said,
}

/// A value with its labels.
#[derive(Debug, Clone, Default)]
pub(super) struct Exemplar {
    pub(super) labels: Pairs,
    pub(super) at_ms: i64,
    pub(super) value: f64,
}

/// What is said of a metric.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    pub(super) kind: MetricType,
    pub(super) help: String,
    pub(super) unit: String,
}

impl Batch {
    /// How many samples there are.
    pub(super) fn samples(&self) -> u64 {
        self.samples
    }

    /// The series of those labels; a new one if it is not there.
    pub(super) fn series(&mut self, labels: Pairs, said: impl FnOnce() -> Said) -> &mut Series {
        let next = self.series.len();
        let place = *self.places.entry(labels.clone()).or_insert(next);
        if place == next {
            self.series.push(Series { labels, said: said(), ..Series::default() });
        }
        &mut self.series[place]
    }

    /// Says that so many samples were added.
    pub(super) fn grew(&mut self, samples: usize) {
        self.samples += samples as u64;
    }

    /// The message of remote write 2.0.
    pub(super) fn message(&self) -> Vec<u8> {
        let sent: Vec<Sent<'_>> = self.series.iter().map(Series::sent).collect();
        send::request_v2_whole(&sent)
    }

    /// Two halves; none where one series is all there is.
    pub(super) fn halves(mut self) -> Option<(Self, Self)> {
        if self.series.len() < 2 {
            return None;
        }
        let second = self.series.split_off(self.series.len() / 2);
        Some((Self::of(self.series), Self::of(second)))
    }

    fn of(series: Vec<Series>) -> Self {
        let count = |one: &Series| (one.points.len() + one.histograms.len()) as u64;
        let samples = series.iter().map(count).sum();
        Self { series, places: HashMap::new(), samples }
    }
}

impl Series {
    fn sent(&self) -> Sent<'_> {
        Sent {
            labels: borrowed(&self.labels),
            points: &self.points,
            histograms: &self.histograms,
            exemplars: self.exemplars.iter().map(Exemplar::sent).collect(),
            kind: self.said.kind,
            help: &self.said.help,
            unit: &self.said.unit,
        }
    }
}

impl Exemplar {
    fn sent(&self) -> SentExemplar<'_> {
        SentExemplar { labels: borrowed(&self.labels), at_ms: self.at_ms, value: self.value }
    }
}

fn borrowed(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}
