//! The newest hours, in memory.

use crate::intern::Interner;
use crate::postings::Postings;
use crate::{Labels, Point, Sample, Selector, Series, TimeRange};
use std::collections::HashMap;

/// What becomes of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    New,
    NewSeries,
    Duplicate,
    Conflict,
    TooOld,
}

/// Series with points, each sorted by time.
#[derive(Default)]
pub(crate) struct Head {
    series: Vec<Series>,
    by_labels: HashMap<Labels, u32>,
    postings: Postings,
    points: usize,
}

impl Head {
    pub(crate) fn series_count(&self) -> usize {
        self.series.len()
    }

    pub(crate) fn points_count(&self) -> usize {
        self.points
    }

    pub(crate) fn series(&self) -> &[Series] {
        &self.series
    }

    /// Says what [`Head::insert`] would do, and refuses what is too far behind.
    pub(crate) fn judge(&self, sample: &Sample, out_of_order_ms: i64) -> Verdict {
        let Some(number) = self.by_labels.get(&sample.labels) else {
            return Verdict::NewSeries;
        };
        let points = &self.series[*number as usize].points;
        let Some(newest) = points.last() else {
            return Verdict::New;
        };
        if sample.at_ms > newest.at_ms {
            return Verdict::New;
        }
        match points.binary_search_by_key(&sample.at_ms, |point| point.at_ms) {
            Ok(at) if points[at].value.to_bits() == sample.value.to_bits() => Verdict::Duplicate,
            Ok(_) => Verdict::Conflict,
            Err(_) if sample.at_ms < newest.at_ms.saturating_sub(out_of_order_ms) => {
                Verdict::TooOld
            }
            Err(_) => Verdict::New,
        }
    }

    /// Adds a point unless there is one at this time.
    pub(crate) fn insert(&mut self, labels: &Labels, point: Point, interner: &Interner) -> Verdict {
        let Some(number) = self.by_labels.get(labels) else {
            self.push(Series { labels: interner.shared(labels.clone()), points: vec![point] });
            return Verdict::NewSeries;
        };
        let points = &mut self.series[*number as usize].points;
        if points.last().is_none_or(|newest| newest.at_ms < point.at_ms) {
            points.push(point);
        } else {
            match points.binary_search_by_key(&point.at_ms, |other| other.at_ms) {
                Ok(at) if points[at] == point => return Verdict::Duplicate,
                Ok(_) => return Verdict::Conflict,
                Err(at) => points.insert(at, point),
            }
        }
        self.points += 1;
        Verdict::New
    }

    fn push(&mut self, series: Series) {
        let number = u32::try_from(self.series.len()).expect("the limit of series is below 2^32");
        self.points += series.points.len();
        self.postings.add(number, &series.labels);
        self.by_labels.insert(series.labels.clone(), number);
        self.series.push(series);
    }

    /// The matching series that have points in `range`.
    pub(crate) fn matching(&self, selector: &Selector, range: TimeRange) -> Vec<&Series> {
        let labels_of = |number: usize| &self.series[number].labels;
        let numbers = self.postings.matching(selector, self.series.len(), labels_of);
        let series = numbers.into_iter().map(|number| &self.series[number]);
        series.filter(|series| !range.cut(&series.points).is_empty()).collect()
    }

    /// Copies all points before `boundary_ms`, sorted by labels.
    pub(crate) fn before(&self, boundary_ms: i64) -> Vec<Series> {
        let mut found = Vec::new();
        for Series { labels, points } in &self.series {
            let end = points.partition_point(|point| point.at_ms < boundary_ms);
            if end > 0 {
                found.push(Series { labels: labels.clone(), points: points[..end].to_vec() });
            }
        }
        found.sort_unstable_by(|a, b| a.labels.cmp(&b.labels));
        found
    }

    /// Takes out the points of `flushed` and then every series that has none left.
    ///
    /// Points that came in since `flushed` was copied stay, also those among the flushed times.
    pub(crate) fn remove(&mut self, flushed: &[Series]) {
        for gone in flushed {
            let Some(number) = self.by_labels.get(&gone.labels) else { continue };
            let points = &mut self.series[*number as usize].points;
            let mut times = gone.points.iter().map(|point| point.at_ms).peekable();
            points.retain(|point| {
                while times.next_if(|time| *time < point.at_ms).is_some() {}
                times.next_if_eq(&point.at_ms).is_none()
            });
            points.shrink_to_fit();
        }
        let left = std::mem::take(self).series;
        for series in left {
            if !series.points.is_empty() {
                self.push(series);
            }
        }
    }

    /// The first and the last millisecond with a point.
    pub(crate) fn span(&self) -> Option<TimeRange> {
        let firsts = self.series.iter().filter_map(|series| series.points.first());
        let lasts = self.series.iter().filter_map(|series| series.points.last());
        let from_ms = firsts.map(|point| point.at_ms).min()?;
        let to_ms = lasts.map(|point| point.at_ms).max()?;
        Some(TimeRange { from_ms, to_ms })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(name: &str) -> Labels {
        Labels::new(name, [("a", "b")]).unwrap()
    }

    fn head(points: &[(&str, i64, f64)]) -> Head {
        let mut head = Head::default();
        for (name, at_ms, value) in points {
            let point = Point { at_ms: *at_ms, value: *value };
            head.insert(&labels(name), point, &Interner::default());
        }
        head
    }

    #[test]
    fn first_value_of_a_time_wins() {
        let head = head(&[("up", 10, 1.0), ("up", 5, 2.0), ("up", 10, 3.0), ("up", 10, 1.0)]);
        assert_eq!(head.points_count(), 2);
        let judge = |at_ms, value| head.judge(&Sample { labels: labels("up"), at_ms, value }, 3);
        assert_eq!(judge(10, 1.0), Verdict::Duplicate);
        assert_eq!(judge(10, 9.0), Verdict::Conflict);
        assert_eq!(judge(5, 2.0), Verdict::Duplicate);
        assert_eq!(judge(6, 2.0), Verdict::TooOld);
        assert_eq!(judge(7, 2.0), Verdict::New);
        assert_eq!(judge(11, 2.0), Verdict::New);
    }

    #[test]
    fn flushed_points_and_ended_series_go_and_late_ones_stay() {
        let mut head = head(&[("ended", 1, 1.0), ("up", 1, 1.0), ("up", 3, 1.0), ("up", 9, 1.0)]);
        let flushed = head.before(5);
        head.insert(&labels("up"), Point { at_ms: 2, value: 7.0 }, &Interner::default());
        head.remove(&flushed);
        assert_eq!(head.series_count(), 1);
        assert_eq!(head.points_count(), 2);
        let times: Vec<_> = head.series()[0].points.iter().map(|point| point.at_ms).collect();
        assert_eq!(times, [2, 9]);
        assert_eq!(head.matching(&Selector::metric("ended"), TimeRange::ALL).len(), 0);
        assert_eq!(head.matching(&Selector::metric("up"), TimeRange::ALL).len(), 1);
    }
}
