//! The samples as the query engine wants them, as far as a caller may see them.

use std::{
    collections::HashMap,
    mem,
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use probe::SeenSeries;
use promql::{PromqlError, Samples, Select, Selected, Source, SourceError};
use tokio::runtime::Handle;
use tsdb::{
    Column, DiskStore, Labels, SelectLimits, Selection, Selector, SeriesStore, TimeRange, TsdbError,
};

use crate::prometheus::Inner;

/// Where series are found.
pub(super) enum Store {
    /// In the store of this server alone: they are read while the engine works on them.
    Here(Arc<DiskStore>, SelectLimits),
    /// In others too: they are collected first.
    Wider(Arc<dyn SeriesStore>, SelectLimits),
}

impl Store {
    pub(super) fn of(inner: &Inner) -> Self {
        let limits = inner.settings.query;
        let series_max = limits.series_max;
        if inner.is_alone() {
            // How many points are read is counted by the engine.
            let limits = SelectLimits { series_max, points_max: usize::MAX };
            return Self::Here(Arc::clone(&inner.store), limits);
        }
        let points_max = usize::try_from(limits.samples_max).unwrap_or(usize::MAX);
        Self::Wider(Arc::clone(&inner.series), SelectLimits { series_max, points_max })
    }

    fn find(&self, selector: &Selector, range: TimeRange) -> Result<Found, TsdbError> {
        match self {
            Self::Here(store, limits) => {
                Ok(Found::Stored(store.selection(selector, range, limits)?))
            }
            Self::Wider(store, limits) => {
                let (mut labels, mut columns) = (Vec::new(), Vec::new());
                store.select_columns(selector, range, limits, &mut |column| {
                    labels.push(column.labels.clone());
                    columns.push(column);
                    ControlFlow::Continue(())
                })?;
                Ok(Found::Collected(labels, columns))
            }
        }
    }
}

/// Series found.
enum Found {
    Stored(Selection),
    Collected(Vec<Labels>, Vec<Column>),
}

impl Found {
    fn labels(&self) -> &[Labels] {
        match self {
            Self::Stored(selection) => selection.label_sets(),
            Self::Collected(labels, _) => labels,
        }
    }

    /// Puts the samples of one of them behind those that are there.
    fn put(&self, at: usize, into: &mut Samples) {
        match self {
            Self::Stored(selection) => {
                let column = selection.read(at);
                into.times.extend_from_slice(&column.times);
                // The values go over without being copied, where they are the first.
                match into.values.is_empty() {
                    true => into.values = column.values,
                    false => into.values.extend(column.values),
                }
            }
            Self::Collected(_, columns) => {
                if let Some(column) = columns.get(at) {
                    into.times.extend_from_slice(&column.times);
                    into.values.extend_from_slice(&column.values);
                }
            }
        }
    }
}

/// The samples for one query of one caller. To be asked where nobody waits for the thread: it
/// waits for the records.
pub(super) struct SeenSource {
    store: Store,
    seen: SeenSeries,
    runtime: Handle,
    /// Whether a limit was reached: the query is at fault then, and not the store.
    too_much: AtomicBool,
}

impl SeenSource {
    pub(super) fn new(store: Store, seen: SeenSeries, runtime: Handle) -> Self {
        Self { store, seen, runtime, too_much: AtomicBool::new(false) }
    }

    /// The error of a query as it is to be told: one that asks for too much is at fault itself.
    pub(super) fn explained(&self, error: PromqlError) -> PromqlError {
        match error {
            PromqlError::Source(SourceError { message })
                if self.too_much.load(Ordering::Relaxed) =>
            {
                PromqlError::Limit { message }
            }
            other => other,
        }
    }

    fn failed(&self, error: &TsdbError) -> SourceError {
        if matches!(error, TsdbError::TooManySeries { .. } | TsdbError::TooManyPoints { .. }) {
            self.too_much.store(true, Ordering::Relaxed);
            return SourceError { message: error.to_string() };
        }
        // Where files lie is not the caller's business.
        tracing::error!("failed to read series for a query: {error}");
        SourceError { message: "the series cannot be read; the server's log says why".to_owned() }
    }
}

impl Source for SeenSource {
    fn select<'s>(&'s self, request: &Select<'_>) -> Result<Box<dyn Selected + 's>, SourceError> {
        let refused = |fault: kernel::Fault| {
            tracing::error!("failed to find out what a caller may see: {fault}");
            SourceError { message: fault.text.en }
        };
        let selector = Selector::new(request.matchers.to_vec());
        let selector = selector.map_err(|error| self.failed(&error.into()))?;
        let selector = self.runtime.block_on(self.seen.widened(selector)).map_err(refused)?;
        let found = self.store.find(&selector, request.range);
        let found = found.map_err(|error| self.failed(&error))?;
        let shown = self.runtime.block_on(self.seen.shown_as(found.labels()));
        Ok(match shown.map_err(refused)? {
            None => Box::new(Whole(found)),
            Some(shown) => Box::new(Part::of(found, shown)),
        })
    }
}

/// Series found, all of them as they are.
struct Whole(Found);

impl Selected for Whole {
    fn labels(&self) -> &[Labels] {
        self.0.labels()
    }

    fn read(&self, at: usize, into: &mut Samples) -> Result<(), SourceError> {
        self.0.put(at, into);
        Ok(())
    }
}

/// Series found, some of them left out, and some put together of several.
struct Part {
    found: Found,
    labels: Vec<Labels>,
    /// Where the parts of each lie among those found.
    places: Vec<Vec<usize>>,
}

impl Part {
    /// `shown`: under which labels each of those found is to be shown.
    fn of(found: Found, shown: Vec<Option<Labels>>) -> Self {
        let mut known: HashMap<Labels, usize> = HashMap::new();
        let (mut labels, mut places): (Vec<Labels>, Vec<Vec<usize>>) = (Vec::new(), Vec::new());
        for (place, (shown, stored)) in shown.into_iter().zip(found.labels()).enumerate() {
            let Some(shown) = shown else { continue };
            match known.get(&shown) {
                // Of two values of one moment that of the series that bears the labels counts.
                Some(at) if shown == *stored => places[*at].insert(0, place),
                Some(at) => places[*at].push(place),
                None => {
                    known.insert(shown.clone(), labels.len());
                    labels.push(shown);
                    places.push(vec![place]);
                }
            }
        }
        Self { found, labels, places }
    }
}

impl Selected for Part {
    fn labels(&self) -> &[Labels] {
        &self.labels
    }

    fn read(&self, at: usize, into: &mut Samples) -> Result<(), SourceError> {
        let places = self.places.get(at).map_or(&[][..], Vec::as_slice);
        for place in places {
            self.found.put(*place, into);
        }
        if places.len() > 1 {
            in_order(into);
        }
        Ok(())
    }
}

/// Puts samples in the order of time; of several of one moment the first stays.
fn in_order(samples: &mut Samples) {
    let (times, values) = (mem::take(&mut samples.times), mem::take(&mut samples.values));
    let mut points: Vec<(i64, f64)> = times.into_iter().zip(values).collect();
    points.sort_by_key(|(at_ms, _)| *at_ms);
    points.dedup_by_key(|(at_ms, _)| *at_ms);
    (samples.times, samples.values) = points.into_iter().unzip();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_series_are_put_together_in_the_order_of_time() {
        let mut samples = Samples {
            times: vec![3, 4, 1, 3],
            values: vec![3.0, 4.0, 1.0, 9.0],
            ..Samples::default()
        };
        in_order(&mut samples);
        assert_eq!((samples.times, samples.values), (vec![1, 3, 4], vec![1.0, 3.0, 4.0]));
    }
}
