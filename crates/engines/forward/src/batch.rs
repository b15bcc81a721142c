//! What is sent as one request.

use series::{Exemplar, Labels, Point};
use wire::remote::HistogramMessage;

use crate::queue::Place;

/// Samples to be sent together, in the order of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The series; one is there more than once only where floats and histograms take turns.
    pub series: Vec<TimeSeries>,
    /// How many floats, histograms and exemplars there are.
    pub samples: u64,
    /// When the oldest of them was put in, in milliseconds since 1970.
    pub oldest_at_ms: i64,
    /// Whether it was handed out before, and so may be on the far side already.
    pub again: bool,
    /// Where the batch ends in its lane.
    pub(crate) end: Place,
}

/// A series with what is to be sent of it: floats or native histograms, never both, as remote
/// write 2.0 wants it. Where it has changed from one to the other it is there again.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeSeries {
    /// Which series.
    pub labels: Labels,
    /// Its floats.
    pub points: Vec<Point>,
    /// Its native histograms.
    pub histograms: Vec<HistogramMessage>,
    /// Its exemplars.
    pub exemplars: Vec<Exemplar>,
}

impl TimeSeries {
    /// One with nothing to be sent yet.
    #[must_use]
    pub fn new(labels: Labels) -> Self {
        Self { labels, points: Vec::new(), histograms: Vec::new(), exemplars: Vec::new() }
    }

    /// How many floats and histograms it has: what far sides count.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.points.len() + self.histograms.len()
    }

    /// Takes the first of its samples away; exemplars stay with the others.
    fn split_front(&mut self, samples: usize) -> Self {
        let mut front = Self::new(self.labels.clone());
        let points = samples.min(self.points.len());
        front.points = self.points.drain(..points).collect();
        let histograms = (samples - points).min(self.histograms.len());
        front.histograms = self.histograms.drain(..histograms).collect();
        front
    }
}

impl Batch {
    /// Cuts series in two halves of about as many samples; the first is to be sent first. `None`
    /// when there is only one sample.
    ///
    /// Some far sides refuse a whole request for one sample: halves find it.
    #[must_use]
    pub fn halves(mut series: Vec<TimeSeries>) -> Option<(Vec<TimeSeries>, Vec<TimeSeries>)> {
        let samples: usize = series.iter().map(TimeSeries::samples).sum();
        if samples < 2 {
            return None;
        }
        let (mut taken, mut at) = (0, 0);
        while let Some(one) = series.get(at)
            && taken + one.samples() <= samples / 2
        {
            taken += one.samples();
            at += 1;
        }
        let mut second = series.split_off(at);
        if let Some(first) = second.first_mut()
            && taken < samples / 2
        {
            series.push(first.split_front(samples / 2 - taken));
        }
        Some((series, second))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(name: &str, times: std::ops::Range<i64>) -> TimeSeries {
        let labels = Labels::new(name, [("job", "node")]).unwrap();
        let points = times.map(|at_ms| Point { at_ms, value: 1.0 }).collect();
        TimeSeries { points, ..TimeSeries::new(labels) }
    }

    fn shown(series: &[TimeSeries]) -> Vec<String> {
        let times = |one: &TimeSeries| {
            let points = one.points.iter().map(|point| point.at_ms);
            points.chain(one.histograms.iter().map(|one| one.at_ms)).collect::<Vec<_>>()
        };
        series.iter().map(|one| format!("{} {:?}", one.labels.metric(), times(one))).collect()
    }

    #[test]
    fn halves_keep_the_order_of_each_series_and_lose_nothing() {
        let all = vec![series("a", 0..1), series("b", 0..4), series("c", 0..2)];
        let (first, second) = Batch::halves(all).unwrap();
        assert_eq!(shown(&first), ["a [0]", "b [0, 1]"]);
        assert_eq!(shown(&second), ["b [2, 3]", "c [0, 1]"]);
        let (first, second) = Batch::halves(vec![series("a", 0..2)]).unwrap();
        assert_eq!((shown(&first), shown(&second)), (vec!["a [0]".into()], vec!["a [1]".into()]));
        let (first, second) = Batch::halves(vec![series("a", 0..1), series("b", 0..1)]).unwrap();
        assert_eq!((first.len(), second.len()), (1, 1));
        assert_eq!(Batch::halves(vec![series("a", 0..1)]), None);
    }

    #[test]
    fn exemplars_stay_with_samples_of_their_series_in_halves() {
        let message = |at_ms| HistogramMessage { at_ms, ..HistogramMessage::default() };
        let labels = Labels::new("b", [("trace", "x")]).unwrap();
        let exemplars = vec![Exemplar { labels: labels.clone(), at_ms: 1, value: 0.5 }];
        let histograms = vec![message(0), message(1), message(2)];
        let b = TimeSeries { histograms, exemplars, ..TimeSeries::new(labels) };
        let (first, second) = Batch::halves(vec![series("a", 0..1), b]).unwrap();
        assert_eq!(
            (shown(&first), shown(&second)),
            (vec!["a [0]".into(), "b [0]".into()], vec!["b [1, 2]".into()])
        );
        assert_eq!((first[1].exemplars.len(), second[0].exemplars.len()), (0, 1));
    }
}
