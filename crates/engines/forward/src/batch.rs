//! What is sent as one request.

use series::Series;

use crate::queue::Place;

/// Samples to be sent together: each series once, its points in the order of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The series.
    pub series: Vec<Series>,
    /// How many samples there are.
    pub samples: u64,
    /// When the oldest of them was put in, in milliseconds since 1970.
    pub oldest_at_ms: i64,
    /// Whether it was handed out before, and so may be on the far side already.
    pub again: bool,
    /// Where the batch ends in its lane.
    pub(crate) end: Place,
}

impl Batch {
    /// Cuts series in two halves of about as many samples; the first is to be sent first. `None`
    /// when there is only one sample.
    ///
    /// Some far sides refuse a whole request for one sample: halves find it.
    #[must_use]
    pub fn halves(mut series: Vec<Series>) -> Option<(Vec<Series>, Vec<Series>)> {
        let samples: usize = series.iter().map(|one| one.points.len()).sum();
        if samples < 2 {
            return None;
        }
        let (mut taken, mut at) = (0, 0);
        while let Some(one) = series.get(at)
            && taken + one.points.len() <= samples / 2
        {
            taken += one.points.len();
            at += 1;
        }
        let mut second = series.split_off(at);
        if let Some(first) = second.first_mut()
            && taken < samples / 2
        {
            let rest = first.points.split_off(samples / 2 - taken);
            let points = std::mem::replace(&mut first.points, rest);
            series.push(Series { labels: first.labels.clone(), points });
        }
        Some((series, second))
    }
}

#[cfg(test)]
mod tests {
    use series::{Labels, Point};

    use super::*;

    fn series(name: &str, times: std::ops::Range<i64>) -> Series {
        let labels = Labels::new(name, [("job", "node")]).unwrap();
        Series { labels, points: times.map(|at_ms| Point { at_ms, value: 1.0 }).collect() }
    }

    fn shown(series: &[Series]) -> Vec<String> {
        let times = |one: &Series| one.points.iter().map(|point| point.at_ms).collect::<Vec<_>>();
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
}
