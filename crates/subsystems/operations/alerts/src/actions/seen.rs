//! What rules see of the series.

use std::{
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
    time::Duration,
};

use kernel::{Clock, Time};
use promql::{
    Control, Engine, EngineOptions, Moment, QueryValue, SampleValue, Samples, Select, Selected,
    Source, SourceError, Verdict,
};
use tsdb::{Labels, Point, SelectLimits, Selector, SeriesStore, TimeRange};

use crate::{
    model::{
        condition::{QueryCondition, ThresholdCondition},
        reading,
        series_condition::SeriesCondition,
        target,
    },
    store::resources::Merged,
};

/// Series that one rule may look at.
const SERIES_MAX: usize = 5_000;
/// Points that one rule may read in a round (16 bytes each).
const POINTS_MAX: usize = 2_000_000;
/// Samples that one query may look at, again and again where windows overlap.
const SAMPLES_MAX: u64 = 20_000_000;
pub(super) const LIMITS: SelectLimits =
    SelectLimits { series_max: SERIES_MAX, points_max: POINTS_MAX };
/// How long one query may take.
const QUERY_MAX: Duration = Duration::from_secs(10);

/// Rules may say what queries may; as they are many, each has one thread and some room.
pub(super) static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    Engine::new(EngineOptions {
        experimental: true,
        threads: 1,
        samples_max: SAMPLES_MAX,
        series_max: SERIES_MAX,
        bytes_max: 256 << 20,
        ..EngineOptions::default()
    })
});

/// What a rule sees of its series.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The value by subject.
    pub(super) values: BTreeMap<String, f64>,
    /// The series by subject.
    pub(super) labels: HashMap<String, Labels>,
}

impl Seen {
    fn note(&mut self, labels: Labels, value: f64) {
        let subject = target::series_subject(&labels);
        self.values.insert(subject.clone(), value);
        self.labels.insert(subject, labels);
    }
}

/// What a rule sees. The series of a resource that turned out to be another are that one's, where
/// it has none of its own.
///
/// Errors: why nothing can be seen, in words.
pub(super) fn see(
    series: &dyn SeriesStore,
    condition: SeriesCondition<'_>,
    merged: &Merged,
    (clock, now): (&dyn Clock, Time),
) -> Result<Seen, String> {
    let found = match condition {
        SeriesCondition::Threshold(condition) => read(series, condition, now)?,
        SeriesCondition::Query(condition) => ask(series, condition, (clock, now))?,
    };
    let mut seen = Seen::default();
    let mut adopted = Vec::new();
    for (labels, value) in found {
        match target::of_kept(&labels, |id| merged.kept(id)) {
            Some(labels) => adopted.push((labels, value)),
            None => seen.note(labels, value),
        }
    }
    for (labels, value) in adopted {
        if !seen.values.contains_key(&target::series_subject(&labels)) {
            seen.note(labels, value);
        }
    }
    Ok(seen)
}

/// What a threshold reads of each series that it selects.
fn read(
    series: &dyn SeriesStore,
    condition: &ThresholdCondition,
    now: Time,
) -> Result<Vec<(Labels, f64)>, String> {
    let window = Duration::from_secs(u64::from(condition.window_s));
    let range = TimeRange { from_ms: now.minus(window).millis(), to_ms: now.millis() };
    let selector = condition.selector().map_err(|error| error.to_string())?;
    let found = series.select(&selector, range, &LIMITS).map_err(|error| error.to_string())?;
    let values = found.into_iter().filter_map(|series| {
        let value = reading::read(condition.derive, &series.points)?;
        Some((series.labels, value))
    });
    Ok(values.collect())
}

/// What a query yields now. What is no number, a histogram, counts as there.
fn ask(
    series: &dyn SeriesStore,
    condition: &QueryCondition,
    (clock, now): (&dyn Clock, Time),
) -> Result<Vec<(Labels, f64)>, String> {
    let control = Until { clock, end: clock.monotonic() + QUERY_MAX };
    let moment = Moment { at_ms: now.millis() };
    let answer = ENGINE
        .instant(&Stored(series), &condition.expr, moment, &control)
        .map_err(|error| error.to_string())?;
    match answer.value {
        QueryValue::Vector(samples) => Ok(samples
            .into_iter()
            .map(|sample| match sample.value {
                SampleValue::Float(value) => (sample.labels, value),
                SampleValue::Histogram(_) => (sample.labels, f64::NAN),
            })
            .collect()),
        QueryValue::Scalar(number) => Ok(vec![(Labels::empty(), number)]),
        QueryValue::Matrix(_) | QueryValue::Text(_) => {
            Err("the query yields neither a vector nor a number".to_owned())
        }
    }
}

/// Ends what takes too long.
pub(super) struct Until<'c> {
    pub(super) clock: &'c dyn Clock,
    /// In monotonic time.
    pub(super) end: Duration,
}

impl Control for Until<'_> {
    fn verdict(&self) -> Verdict {
        if self.clock.monotonic() < self.end { Verdict::GoOn } else { Verdict::TimeOut }
    }
}

/// The store as queries of rules see it.
pub(super) struct Stored<'s>(pub(super) &'s dyn SeriesStore);

impl Source for Stored<'_> {
    fn select<'s>(&'s self, request: &Select<'_>) -> Result<Box<dyn Selected + 's>, SourceError> {
        let failed = |error: &dyn std::fmt::Display| SourceError { message: error.to_string() };
        let selector = Selector::new(request.matchers.to_vec()).map_err(|error| failed(&error))?;
        let found = self.0.select(&selector, request.range, &LIMITS);
        let found = found.map_err(|error| failed(&error))?;
        let (labels, points) = found.into_iter().map(|one| (one.labels, one.points)).unzip();
        Ok(Box::new(Found { labels, points }))
    }
}

struct Found {
    labels: Vec<Labels>,
    points: Vec<Vec<Point>>,
}

impl Selected for Found {
    fn labels(&self) -> &[Labels] {
        &self.labels
    }

    fn read(&self, at: usize, into: &mut Samples) -> Result<(), SourceError> {
        let points = self.points.get(at).map_or(&[][..], Vec::as_slice);
        into.times.extend(points.iter().map(|point| point.at_ms));
        into.values.extend(points.iter().map(|point| point.value));
        Ok(())
    }
}
