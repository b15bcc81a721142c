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
    fn empty(labels: Labels) -> Self {
        Self { labels, points: Vec::new(), histograms: Vec::new() }
    }

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

/// What is there between two points here counts only if these lie further apart: stores that keep
/// the same need not keep it at the very same times. As long as a sample counts in Prometheus.
const HOLE_MS: i64 = 300_000;

/// Puts points from there where there are none here: before the first, behind the last, and in
/// holes. Only points of `range` count.
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

/// The same with native histograms. A series may be there, and here, in parts.
pub(crate) fn merge_whole(
    here: Vec<WholeSeries>,
    there: Vec<WholeSeries>,
    range: TimeRange,
) -> Vec<WholeSeries> {
    let (mut all, there) = (by_labels(here), by_labels(there));
    for (labels, WholeSeries { points, histograms, .. }) in there {
        let own = all.entry(labels.clone()).or_insert_with(|| WholeSeries::empty(labels));
        fill(&mut own.points, points, range, |point| point.at_ms);
        fill(&mut own.histograms, histograms, range, |one| one.at_ms);
    }
    all.into_values().filter(|series| series.len() > 0).collect()
}

/// Parts of a series put together.
fn by_labels(parts: Vec<WholeSeries>) -> BTreeMap<Labels, WholeSeries> {
    let mut all: BTreeMap<Labels, WholeSeries> = BTreeMap::new();
    for WholeSeries { labels, points, histograms } in parts {
        let own = all.entry(labels.clone()).or_insert_with(|| WholeSeries::empty(labels));
        own.points.extend(points);
        own.histograms.extend(histograms);
    }
    for WholeSeries { points, histograms, .. } in all.values_mut() {
        points.sort_by_key(|point| point.at_ms);
        points.dedup_by_key(|point| point.at_ms);
        histograms.sort_by_key(|one| one.at_ms);
        histograms.dedup_by_key(|one| one.at_ms);
    }
    all
}

/// Adds those of `there` that lie in `range` and where nothing is here; both ascend by time.
fn fill<P>(here: &mut Vec<P>, there: Vec<P>, range: TimeRange, at_ms: impl Fn(&P) -> i64) {
    let mut next = 0;
    let mut missing: Vec<P> = Vec::new();
    for point in there {
        let at = at_ms(&point);
        next += here[next..].iter().take_while(|own| at_ms(own) < at).count();
        let before = next.checked_sub(1).map(|before| at_ms(&here[before]));
        let after = here.get(next).map(&at_ms);
        let is_hole = match (before, after) {
            (Some(before), Some(after)) => after.saturating_sub(before) > HOLE_MS,
            _ => true,
        };
        if range.contains(at) && is_hole && after != Some(at) {
            missing.push(point);
        }
    }
    here.append(&mut missing);
    here.sort_by_key(at_ms);
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
    fn points_from_there_stand_where_none_are_here() {
        let here = vec![series("a", &[100, 110]), series("b", &[105])];
        let there =
            vec![series("c", &[50]), series("a", &[90, 80, 90, 100, 105]), series("d", &[100])];
        let merged = merge(here, there, TimeRange { from_ms: 80, to_ms: 99 });
        assert_eq!(merged, [series("a", &[80, 90, 100, 110]), series("b", &[105])]);
    }

    #[test]
    fn a_stray_point_here_hides_none_there_and_dense_ones_are_not_mixed() {
        let hour = 3_600_000;
        let here = vec![series("a", &[0, hour, hour + 15_000, 2 * hour])];
        let there = vec![series("a", &[-5, 0, 7, hour, hour + 7_000, hour + 16_000, 3 * hour])];
        let merged = merge(here, there, TimeRange { from_ms: -10, to_ms: 3 * hour - 1 });
        let expected = [-5, 0, 7, hour, hour + 15_000, hour + 16_000, 2 * hour];
        assert_eq!(merged, [series("a", &expected)]);
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
