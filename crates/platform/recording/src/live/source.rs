use std::{mem, sync::Arc};

use promql::{Reader, Samples, Select, Selected, Source, SourceError, Summary, Wanted};
use tsdb::{DiskStore, Labels, Points, SelectLimits, Selection, SelectionReader, Selector};

/// Most series of a selector.
const SERIES_MAX: usize = 1_000_000;

/// The store as queries of rules see it: rules are the house's own, and see all of it.
///
/// It is the store here, without what far sides have: a query whose far side does not answer has
/// less, which is seen and soon over; what a rule recorded of less would stay.
pub(crate) struct StoreSource {
    store: Arc<DiskStore>,
}

impl StoreSource {
    pub(crate) fn new(store: Arc<DiskStore>) -> Self {
        Self { store }
    }
}

impl Source for StoreSource {
    fn select<'s>(&'s self, request: &Select<'_>) -> Result<Box<dyn Selected + 's>, SourceError> {
        let failed = |error: &dyn std::fmt::Display| SourceError { message: error.to_string() };
        let selector = Selector::new(request.matchers.to_vec()).map_err(|error| failed(&error))?;
        // How many points are read is counted by the engine.
        let limits = SelectLimits { series_max: SERIES_MAX, points_max: usize::MAX };
        let found = self.store.selection(&selector, request.range, &limits);
        Ok(Box::new(Found(found.map_err(|error| failed(&error))?)))
    }
}

/// Series found; their points are read while the engine works on them.
struct Found(Selection);

impl Selected for Found {
    fn labels(&self) -> &[Labels] {
        self.0.label_sets()
    }

    fn read(&self, at: usize, into: &mut Samples) -> Result<(), SourceError> {
        self.reader().read(at, Wanted::Samples, into)
    }

    fn reader(&self) -> Box<dyn Reader + '_> {
        Box::new(FoundReader { reader: self.0.reader(), points: Points::default() })
    }
}

struct FoundReader<'f> {
    reader: SelectionReader<'f>,
    points: Points,
}

impl Reader for FoundReader<'_> {
    fn read(&mut self, at: usize, wanted: Wanted, into: &mut Samples) -> Result<(), SourceError> {
        let points = &mut self.points;
        // The room goes over and comes back: nothing is copied.
        mem::swap(&mut points.times, &mut into.times);
        mem::swap(&mut points.values, &mut into.values);
        match wanted {
            Wanted::Samples => self.reader.read_into(at, points),
            Wanted::Times => self.reader.read_times_into(at, points),
        }
        for (at_ms, histogram) in points.hinted_histograms() {
            into.histogram_times.push(at_ms);
            into.histograms.push(Arc::new(histogram));
        }
        mem::swap(&mut points.times, &mut into.times);
        mem::swap(&mut points.values, &mut into.values);
        Ok(())
    }

    fn summary(&mut self, at: usize) -> Option<Summary> {
        let found = self.reader.float_statistics(at)?;
        Some(Summary { count: found.count, min: found.min, max: found.max })
    }
}
