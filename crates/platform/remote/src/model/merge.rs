//! What is here and what is there, in one answer.

use std::collections::BTreeMap;

use tsdb::{Column, HistogramPoint, Labels, MatchOp, Matcher, Point, Selector, Series, TimeRange};

/// A selector as the far side is asked with it: series bear external labels there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// With matchers for the external labels that it does not speak of itself.
    pub(crate) selector: Selector,
    /// The labels that matchers were added for.
    added: Vec<String>,
}

impl Asked {
    pub(crate) fn new(selector: &Selector, external: &BTreeMap<String, String>) -> Self {
        let mut matchers = selector.matchers().to_vec();
        let mut added = Vec::new();
        for (name, value) in external {
            let spoken_of = selector.matchers().iter().any(|matcher| matcher.name() == name);
            if let Ok(matcher) = Matcher::new(name, MatchOp::Equal, value)
                && !spoken_of
            {
                matchers.push(matcher);
                added.push(name.clone());
            }
        }
        // With more conditions it is not wider than before.
        let selector = Selector::new(matchers).unwrap_or_else(|_| selector.clone());
        Self { selector, added }
    }

    /// Tells whether a label is one that series bear only there.
    pub(crate) fn adds(&self, name: &str) -> bool {
        self.added.iter().any(|added| added == name)
    }

    /// What a series of the answer is called here.
    pub(crate) fn own(&self, labels: &Labels) -> Labels {
        if self.added.is_empty() {
            return labels.clone();
        }
        labels.keep(|name| !self.adds(name))
    }
}

/// A series with its floats and its native histograms, both ascending by time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WholeSeries {
    pub(crate) labels: Labels,
    pub(crate) points: Vec<Point>,
    pub(crate) histograms: Vec<HistogramPoint>,
}

impl WholeSeries {
    pub(crate) fn of(column: Column, histograms: Vec<HistogramPoint>) -> Self {
        let Column { labels, times, values } = column;
        let points = times.iter().zip(values);
        let points = points.map(|(at_ms, value)| Point { at_ms: *at_ms, value }).collect();
        Self { labels, points, histograms }
    }

    pub(crate) fn into_column(self) -> (Column, Vec<HistogramPoint>) {
        let Self { labels, points, histograms } = self;
        let times = points.iter().map(|point| point.at_ms).collect();
        let values = points.iter().map(|point| point.value).collect();
        (Column { labels, times, values }, histograms)
    }

    /// How many floats and histograms there are.
    pub(crate) fn len(&self) -> usize {
        self.points.len() + self.histograms.len()
    }
}

/// Puts older points from there before those that are here.
///
/// Only points of `range` count, which ends before the first point here: nothing comes twice.
pub(crate) fn merge(here: Vec<Series>, there: Vec<Series>, range: TimeRange) -> Vec<Series> {
    let whole = |series: Vec<Series>| {
        let whole = series.into_iter().map(|Series { labels, points }| WholeSeries {
            labels,
            points,
            histograms: Vec::new(),
        });
        whole.collect()
    };
    let merged = merge_whole(whole(here), whole(there), range).into_iter();
    merged.map(|WholeSeries { labels, points, .. }| Series { labels, points }).collect()
}

/// The same with native histograms. A series that is here may be there in parts.
pub(crate) fn merge_whole(
    here: Vec<WholeSeries>,
    there: Vec<WholeSeries>,
    range: TimeRange,
) -> Vec<WholeSeries> {
    let mut all: BTreeMap<Labels, (Vec<Point>, Vec<HistogramPoint>)> = BTreeMap::new();
    for WholeSeries { labels, points, histograms } in there {
        let (all_points, all_histograms) = all.entry(labels).or_default();
        all_points.extend(points.into_iter().filter(|point| range.contains(point.at_ms)));
        all_histograms.extend(histograms.into_iter().filter(|one| range.contains(one.at_ms)));
    }
    for (points, histograms) in all.values_mut() {
        points.sort_by_key(|point| point.at_ms);
        points.dedup_by_key(|point| point.at_ms);
        histograms.sort_by_key(|one| one.at_ms);
        histograms.dedup_by_key(|one| one.at_ms);
    }
    for WholeSeries { labels, points, histograms } in here {
        let (all_points, all_histograms) = all.entry(labels).or_default();
        all_points.extend(points);
        all_histograms.extend(histograms);
    }
    let series = all.into_iter();
    let series =
        series.map(|(labels, (points, histograms))| WholeSeries { labels, points, histograms });
    series.filter(|series| series.len() > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(text: &str, times: &[i64]) -> Series {
        let labels = Labels::new("up", [("job", text)]).unwrap();
        let points = times.iter().map(|at_ms| Point { at_ms: *at_ms, value: 1.0 }).collect();
        Series { labels, points }
    }

    #[test]
    fn points_from_there_end_where_those_here_begin() {
        let here = vec![series("a", &[100, 110]), series("b", &[105])];
        let there =
            vec![series("c", &[50]), series("a", &[90, 80, 90, 100, 110]), series("d", &[100])];
        let merged = merge(here, there, TimeRange { from_ms: 80, to_ms: 99 });
        assert_eq!(merged, [series("a", &[80, 90, 100, 110]), series("b", &[105])]);
    }

    #[test]
    fn histograms_from_there_end_where_those_here_begin_and_stand_beside_floats() {
        let histogram = |at_ms| HistogramPoint { at_ms, histogram: tsdb::NativeHistogram::stale() };
        let whole = |name: &str, floats: &[i64], times: &[i64]| {
            let Series { labels, points } = series(name, floats);
            let histograms = times.iter().map(|at_ms| histogram(*at_ms)).collect();
            WholeSeries { labels, points, histograms }
        };
        let here = vec![whole("a", &[100], &[]), whole("a", &[], &[110])];
        let there = vec![whole("a", &[80], &[90, 85, 90, 100, 110]), whole("b", &[], &[120])];
        let merged = merge_whole(here, there, TimeRange { from_ms: 80, to_ms: 99 });
        let times = |one: &WholeSeries| -> (Vec<i64>, Vec<i64>) {
            let points = one.points.iter().map(|point| point.at_ms).collect();
            (points, one.histograms.iter().map(|one| one.at_ms).collect())
        };
        let found: Vec<_> = merged.iter().map(times).collect();
        assert_eq!(found, [(vec![80, 100], vec![85, 90, 110])]);
    }

    #[test]
    fn external_labels_are_asked_for_and_taken_away_again() {
        let external = BTreeMap::from([("site".to_owned(), "hq".to_owned())]);
        let asked = Asked::new(&Selector::parse("up{job=\"a\"}").unwrap(), &external);
        assert_eq!(asked.selector, Selector::parse("up{job=\"a\",site=\"hq\"}").unwrap());
        let there = Labels::new("up", [("job", "a"), ("site", "hq")]).unwrap();
        assert_eq!(asked.own(&there).to_string(), "up{job=\"a\"}");
        // Who speaks of the label gets it.
        let spoken = Selector::parse("up{site=~\".*\"}").unwrap();
        let asked = Asked::new(&spoken, &external);
        assert_eq!((&asked.selector, asked.own(&there)), (&spoken, there));
    }
}
