//! What is here and what is there, in one answer.

use std::collections::BTreeMap;

use tsdb::{Labels, MatchOp, Matcher, Point, Selector, Series, TimeRange};

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

/// Puts older points from there before those that are here.
///
/// Only points of `range` count, which ends before the first point here: nothing comes twice.
pub(crate) fn merge(here: Vec<Series>, there: Vec<Series>, range: TimeRange) -> Vec<Series> {
    let mut all: BTreeMap<Labels, Vec<Point>> = BTreeMap::new();
    for Series { labels, points } in there {
        let points = points.into_iter().filter(|point| range.contains(point.at_ms));
        all.entry(labels).or_default().extend(points);
    }
    for points in all.values_mut() {
        points.sort_by_key(|point| point.at_ms);
        points.dedup_by_key(|point| point.at_ms);
    }
    for Series { labels, points } in here {
        all.entry(labels).or_default().extend(points);
    }
    let series = all.into_iter().map(|(labels, points)| Series { labels, points });
    series.filter(|series| !series.points.is_empty()).collect()
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
