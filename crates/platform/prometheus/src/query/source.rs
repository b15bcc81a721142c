//! The samples as the query engine wants them, as far as a caller may see them.

use std::{
    collections::HashMap,
    mem,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use probe::{RESOURCE_LABEL, SeenSeries};
use promql::{
    PromqlError, Reader, Samples, Select, Selected, Source, SourceError, Summary, Wanted,
};
use tokio::runtime::Handle;
use tsdb::{
    FarReader, FarSelection, Labels, Points, Rolled, SelectLimits, Selection, SelectionReader,
    Selector, SeriesWindows, TimeRange, TsdbError, WindowReader, WindowSelection,
};

use super::{QueryLimits, collected::Collected, rolled};
use crate::{gaps::Gaps, prometheus::Inner};

/// Where series are found: in the store of this server, and where that has let some go or never had
/// them in others too.
pub(super) struct Store {
    inner: Arc<Inner>,
    limits: QueryLimits,
    /// Learns what others cannot answer.
    gaps: Gaps,
}

impl Store {
    pub(super) fn new(inner: Arc<Inner>, limits: QueryLimits, gaps: Gaps) -> Self {
        Self { inner, limits, gaps }
    }

    /// How many points are read here is counted by the engine.
    fn limits_here(&self) -> SelectLimits {
        SelectLimits { series_max: self.limits.series_max, points_max: usize::MAX }
    }

    /// Whether a series in the range may name the resource that it is about.
    fn may_name_resources(&self, selector: &Selector, range: TimeRange) -> bool {
        !self.inner.reads_alone(selector, range)
            || self.inner.store.may_have_label(RESOURCE_LABEL, range)
    }

    /// The samples, and what stands in for those that are no longer kept.
    fn find(&self, selector: &Selector, request: &Select<'_>) -> Result<Found, TsdbError> {
        if self.inner.reads_alone(selector, request.range) {
            return self.find_here(selector, request);
        }
        let missing = self.gaps.count();
        let points_max = usize::try_from(self.limits.samples_max).unwrap_or(usize::MAX);
        let limits = SelectLimits { points_max, ..self.limits_here() };
        let wider = self.gaps.store(&self.inner);
        let found = Collected::of(&*wider, (selector, request.range), &limits)?;
        if self.gaps.count() > missing {
            // Roll-ups stand in for what the others did not answer, as far as there are some.
            return self.find_here(selector, request);
        }
        Ok(Found::Collected(found))
    }

    /// In the store of this server alone: they are read while the engine works on them.
    fn find_here(&self, selector: &Selector, request: &Select<'_>) -> Result<Found, TsdbError> {
        let (store, range, limits) = (&self.inner.store, request.range, self.limits_here());
        let of_counter = rolled::is_of_counter(&request.hints);
        let far = store.far_selection(selector, range, of_counter, &limits)?;
        Ok(match far {
            Some(far) => Found::Far(Box::new(far)),
            None => Found::Stored(store.selection(selector, range, &limits)?),
        })
    }

    /// What the function of the query makes of windows, if it can be told without the samples.
    fn find_windows(
        &self,
        selector: &Selector,
        request: &Select<'_>,
    ) -> Result<Option<Found>, TsdbError> {
        let store = &self.inner.store;
        let Some(aggregates) = rolled::aggregates(&request.hints) else { return Ok(None) };
        let Some(step_ms) = store.rollup_step(request.hints.grain_ms) else { return Ok(None) };
        if !self.inner.reads_alone(selector, request.range) {
            return Ok(None);
        }
        let rolled = Rolled { step_ms, aggregates };
        let windows = store.windows(selector, request.range, rolled, &self.limits_here())?;
        Ok(windows.map(Found::Windows))
    }
}

/// Series found.
enum Found {
    Stored(Selection),
    Far(Box<FarSelection>),
    Windows(WindowSelection),
    Collected(Collected),
}

impl Found {
    fn labels(&self) -> &[Labels] {
        match self {
            Self::Stored(selection) => selection.label_sets(),
            Self::Far(far) => far.label_sets(),
            Self::Windows(windows) => windows.label_sets(),
            Self::Collected(collected) => collected.labels(),
        }
    }

    fn reader(&self) -> FoundReader<'_> {
        match self {
            Self::Stored(selection) => {
                FoundReader::Stored(Box::new(selection.reader()), Points::default())
            }
            Self::Far(far) => FoundReader::Far(Box::new(far.reader()), Points::default()),
            Self::Windows(windows) => {
                FoundReader::Windows(Box::new(windows.reader()), SeriesWindows::default())
            }
            Self::Collected(collected) => FoundReader::Collected(collected),
        }
    }
}

/// Reads series found, for one thread.
enum FoundReader<'f> {
    Stored(Box<SelectionReader<'f>>, Points),
    Far(Box<FarReader<'f>>, Points),
    Windows(Box<WindowReader<'f>>, SeriesWindows),
    Collected(&'f Collected),
}

impl FoundReader<'_> {
    /// What one of them amounts to, if blocks know.
    fn summary(&mut self, at: usize) -> Option<Summary> {
        let Self::Stored(reader, _) = self else { return None };
        let found = reader.float_statistics(at)?;
        Some(Summary { count: found.count, min: found.min, max: found.max })
    }

    /// Puts what is wanted of one of them behind the samples that are there.
    fn put(&mut self, at: usize, wanted: Wanted, into: &mut Samples) {
        match self {
            Self::Stored(reader, points) => put_points(points, into, |points| match wanted {
                Wanted::Samples => reader.read_into(at, points),
                Wanted::Times => reader.read_times_into(at, points),
            }),
            Self::Far(reader, points) => {
                put_points(points, into, |points| reader.read_into(at, points));
            }
            Self::Windows(reader, windows) => {
                reader.read_into(at, windows);
                into.times.append(&mut windows.times);
                let mut columns = windows.values.iter_mut();
                columns.next().into_iter().for_each(|values| into.values.append(values));
                columns.next().into_iter().for_each(|counts| into.counts.append(counts));
            }
            Self::Collected(collected) => collected.put(at, into),
        }
    }
}

/// Puts what is read behind the samples that are there.
fn put_points(points: &mut Points, into: &mut Samples, read: impl FnOnce(&mut Points)) {
    let alone = into.is_empty();
    if alone {
        swap(points, into);
    }
    read(points);
    put_histograms(points, into);
    if alone {
        swap(points, into);
    } else {
        into.times.extend_from_slice(&points.times);
        into.values.extend_from_slice(&points.values);
    }
}

/// The room for floats goes over and comes back: nothing is copied.
fn swap(points: &mut Points, samples: &mut Samples) {
    mem::swap(&mut points.times, &mut samples.times);
    mem::swap(&mut points.values, &mut samples.values);
}

/// Histograms come with the hints that follow from what lies before each.
pub(super) fn put_histograms(points: &Points, into: &mut Samples) {
    if points.histograms.is_empty() {
        return;
    }
    for (at_ms, histogram) in points.hinted_histograms() {
        into.histogram_times.push(at_ms);
        into.histograms.push(Arc::new(histogram));
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
        // Asked before and after: a series that is found was there at one of these times.
        let named = self.store.may_name_resources(&selector, request.range);
        let shown = |found: &Found| {
            let named = named || self.store.may_name_resources(&selector, request.range);
            if !named && self.seen.sees_everything() {
                return Ok(None);
            }
            self.runtime.block_on(self.seen.shown_as(found.labels())).map_err(refused)
        };
        let windows = self.store.find_windows(&selector, request);
        if let Some(found) = windows.map_err(|error| self.failed(&error))? {
            let Some(shown) = shown(&found)? else { return Ok(Box::new(Whole(found))) };
            let part = Part::of(found, shown);
            // Windows of several series are not windows of what is shown as one.
            if part.is_of_single_series() {
                return Ok(Box::new(part));
            }
        }
        let found = self.store.find(&selector, request).map_err(|error| self.failed(&error))?;
        Ok(match shown(&found)? {
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

    fn is_rolled(&self) -> bool {
        matches!(self.0, Found::Windows(_))
    }

    fn read(&self, at: usize, into: &mut Samples) -> Result<(), SourceError> {
        self.0.reader().put(at, Wanted::Samples, into);
        Ok(())
    }

    fn reader(&self) -> Box<dyn Reader + '_> {
        Box::new(WholeReader(self.0.reader()))
    }
}

struct WholeReader<'f>(FoundReader<'f>);

impl Reader for WholeReader<'_> {
    fn read(&mut self, at: usize, wanted: Wanted, into: &mut Samples) -> Result<(), SourceError> {
        self.0.put(at, wanted, into);
        Ok(())
    }

    fn summary(&mut self, at: usize) -> Option<Summary> {
        self.0.summary(at)
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

    fn is_of_single_series(&self) -> bool {
        self.places.iter().all(|places| places.len() == 1)
    }
}

impl Selected for Part {
    fn labels(&self) -> &[Labels] {
        &self.labels
    }

    fn is_rolled(&self) -> bool {
        matches!(self.found, Found::Windows(_))
    }

    fn read(&self, at: usize, into: &mut Samples) -> Result<(), SourceError> {
        self.reader().read(at, Wanted::Samples, into)
    }

    fn reader(&self) -> Box<dyn Reader + '_> {
        Box::new(PartReader { places: &self.places, reader: self.found.reader() })
    }
}

struct PartReader<'p> {
    places: &'p [Vec<usize>],
    reader: FoundReader<'p>,
}

impl Reader for PartReader<'_> {
    fn read(&mut self, at: usize, wanted: Wanted, into: &mut Samples) -> Result<(), SourceError> {
        let places = self.places.get(at).map_or(&[][..], Vec::as_slice);
        // Of two values of one moment one alone counts: both are to be what they are.
        let wanted = if places.len() > 1 { Wanted::Samples } else { wanted };
        for place in places {
            self.reader.put(*place, wanted, into);
        }
        if places.len() > 1 {
            in_order(into);
        }
        Ok(())
    }

    fn summary(&mut self, at: usize) -> Option<Summary> {
        match self.places.get(at)?[..] {
            [place] => self.reader.summary(place),
            _ => None,
        }
    }
}

/// Puts samples in the order of time; of several of one moment the first stays.
fn in_order(samples: &mut Samples) {
    let (times, values) = (mem::take(&mut samples.times), mem::take(&mut samples.values));
    (samples.times, samples.values) = sorted(times, values);
    let (times, histograms) =
        (mem::take(&mut samples.histogram_times), mem::take(&mut samples.histograms));
    (samples.histogram_times, samples.histograms) = sorted(times, histograms);
}

fn sorted<T>(times: Vec<i64>, values: Vec<T>) -> (Vec<i64>, Vec<T>) {
    let mut points: Vec<(i64, T)> = times.into_iter().zip(values).collect();
    points.sort_by_key(|(at_ms, _)| *at_ms);
    points.dedup_by_key(|(at_ms, _)| *at_ms);
    points.into_iter().unzip()
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
