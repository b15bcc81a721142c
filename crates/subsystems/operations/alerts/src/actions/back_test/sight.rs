use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use kernel::{Clock, Time};
use promql::{Period, QueryValue};
use tsdb::{Labels, SeriesStore, TimeRange};

use crate::{
    actions::seen::{ENGINE, LIMITS, Stored, Until},
    model::{
        back_test::Observed,
        condition::{QueryCondition, ThresholdCondition},
        reading,
        series_condition::SeriesCondition,
        target,
    },
    store::resources::Merged,
};

/// How long one query may take.
const QUERY_MAX: Duration = Duration::from_secs(12);

/// What was seen over a stretch.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// By series.
    pub(super) observed: Vec<Observed>,
    /// The series by subject.
    pub(super) labels: HashMap<String, Labels>,
}

type Values = BTreeMap<usize, f64>;

/// What a rule would have seen at these moments, which are evenly apart. The series of a resource
/// that turned out to be another are that one's, where it has none of its own.
///
/// Errors: why nothing can be seen, in words.
pub(super) fn look_back(
    series: &dyn SeriesStore,
    condition: SeriesCondition<'_>,
    merged: &Merged,
    moments: &[Time],
    clock: &dyn Clock,
) -> Result<Seen, String> {
    let found = match condition {
        SeriesCondition::Threshold(one) => read(series, one, moments)?,
        SeriesCondition::Query(one) => ask(series, one, moments, clock)?,
    };
    let mut labels: HashMap<String, Labels> = HashMap::new();
    let mut values: BTreeMap<String, Values> = BTreeMap::new();
    let mut adopted = Vec::new();
    for (one, seen) in found {
        match target::of_kept(&one, |id| merged.kept(id)) {
            Some(kept) => adopted.push((kept, seen)),
            None => {
                let subject = target::series_subject(&one);
                labels.insert(subject.clone(), one);
                values.entry(subject).or_default().extend(seen);
            }
        }
    }
    for (one, seen) in adopted {
        let subject = target::series_subject(&one);
        labels.entry(subject.clone()).or_insert(one);
        let own = values.entry(subject).or_default();
        for (at, value) in seen {
            own.entry(at).or_insert(value);
        }
    }
    let observed = values.into_iter();
    let observed =
        observed.map(|(subject, seen)| Observed { subject, values: seen.into_iter().collect() });
    Ok(Seen { observed: observed.collect(), labels })
}

/// What a threshold would have read of each series that it selects.
fn read(
    series: &dyn SeriesStore,
    condition: &ThresholdCondition,
    moments: &[Time],
) -> Result<Vec<(Labels, Values)>, String> {
    let (Some(first), Some(last)) = (moments.first(), moments.last()) else {
        return Ok(Vec::new());
    };
    let window = Duration::from_secs(u64::from(condition.window_s));
    let range = TimeRange { from_ms: first.minus(window).millis(), to_ms: last.millis() };
    let selector = condition.selector().map_err(|error| error.to_string())?;
    let found = series.select(&selector, range, &LIMITS).map_err(|error| error.to_string())?;
    let values = found.into_iter().map(|series| {
        let points = &series.points;
        let at = |now: &Time| {
            let begin = points.partition_point(|one| one.at_ms < now.minus(window).millis());
            let end = points.partition_point(|one| one.at_ms <= now.millis());
            reading::read(condition.derive, points.get(begin..end).unwrap_or_default())
        };
        let seen = moments.iter().enumerate().filter_map(|(place, now)| Some((place, at(now)?)));
        let seen = seen.collect();
        (series.labels, seen)
    });
    Ok(values.collect())
}

/// What a query would have yielded. What is no number, a histogram, counts as there.
fn ask(
    series: &dyn SeriesStore,
    condition: &QueryCondition,
    moments: &[Time],
    clock: &dyn Clock,
) -> Result<Vec<(Labels, Values)>, String> {
    let (Some(first), Some(last)) = (moments.first(), moments.last()) else {
        return Ok(Vec::new());
    };
    let step_ms = moments.get(1).map_or(1_000, |next| next.millis() - first.millis());
    let period = Period { from_ms: first.millis(), to_ms: last.millis(), step_ms };
    let control = Until { clock, end: clock.monotonic() + QUERY_MAX };
    let answer = ENGINE
        .range(&Stored(series), &condition.expr, period, &control)
        .map_err(|error| error.to_string())?;
    let QueryValue::Matrix(found) = answer.value else {
        return Err("the query yields neither a vector nor a number".to_owned());
    };
    let place = |at_ms: i64| usize::try_from((at_ms - first.millis()) / step_ms).ok();
    let values = found.into_iter().map(|one| {
        let floats = one.floats.into_iter();
        let floats = floats.filter_map(|(at, value)| Some((place(at)?, value)));
        let histograms = one.histograms.into_iter();
        let histograms = histograms.filter_map(|(at, _)| Some((place(at)?, f64::NAN)));
        (one.labels, floats.chain(histograms).collect())
    });
    Ok(values.collect())
}
