//! A small source of series.

use promql::{Reader, Samples, Select, Selected, Source, SourceError, Summary, Wanted};
use series::{Labels, Selector, TimeRange};

pub(crate) struct Memory {
    pub(crate) series: Vec<(Labels, Vec<(i64, f64)>)>,
    /// Tells only what is wanted.
    pub(crate) is_terse: bool,
}

impl Memory {
    /// `count` counters that rise by 1 to `count` every 15 seconds, `points` times.
    pub(crate) fn counters(count: usize, points: i64) -> Self {
        let one = |number: usize| {
            let pairs = [("n", number.to_string()), ("even", number.is_multiple_of(2).to_string())];
            let rise = 1.0 + number as f64;
            let points = (0..points).map(|at| (at * 15_000, at as f64 * rise)).collect();
            (Labels::new("count_total", pairs).expect("the names are constants"), points)
        };
        Self { series: (0..count).map(one).collect(), is_terse: false }
    }

    /// Some of the points become staleness markers, and some vanish.
    pub(crate) fn with_gaps(mut self) -> Self {
        for (number, (_, points)) in self.series.iter_mut().enumerate() {
            let stale = f64::from_bits(series::STALE_BITS);
            let marked = |at: usize| at % 50 == number % 50;
            points.iter_mut().enumerate().filter(|(at, _)| marked(*at)).for_each(|(_, point)| {
                point.1 = stale;
            });
            points.retain(|(at_ms, _)| (at_ms / 15_000 + 1) % 41 > (number % 30) as i64);
        }
        self
    }
}

struct Found<'m> {
    labels: Vec<Labels>,
    points: Vec<&'m [(i64, f64)]>,
    range: TimeRange,
    is_terse: bool,
}

impl Source for Memory {
    fn select<'s>(&'s self, request: &Select<'_>) -> Result<Box<dyn Selected + 's>, SourceError> {
        let selector = Selector::new(request.matchers.to_vec());
        let selector = selector.map_err(|refused| SourceError { message: refused.to_string() })?;
        let found = self.series.iter().filter(|(labels, _)| selector.accepts(labels));
        let (labels, points) = found.map(|(l, p)| (l.clone(), p.as_slice())).unzip();
        let (range, is_terse) = (request.range, self.is_terse);
        Ok(Box::new(Found { labels, points, range, is_terse }))
    }
}

impl Selected for Found<'_> {
    fn labels(&self) -> &[Labels] {
        &self.labels
    }

    fn read(&self, at: usize, into: &mut Samples) -> Result<(), SourceError> {
        into.times.extend(self.points[at].iter().map(|point| point.0));
        into.values.extend(self.points[at].iter().map(|point| point.1));
        Ok(())
    }

    fn reader(&self) -> Box<dyn Reader + '_> {
        Box::new(FoundReader(self))
    }
}

struct FoundReader<'f>(&'f Found<'f>);

impl Reader for FoundReader<'_> {
    fn read(&mut self, at: usize, wanted: Wanted, into: &mut Samples) -> Result<(), SourceError> {
        self.0.read(at, into)?;
        if self.0.is_terse && wanted == Wanted::Times {
            let fresh = into.values.iter_mut().filter(|value| !series::is_stale(**value));
            fresh.for_each(|value| *value = -77.0);
        }
        Ok(())
    }

    fn summary(&mut self, at: usize) -> Option<Summary> {
        let points = self.0.points[at].iter().filter(|point| self.0.range.contains(point.0));
        let values = points.map(|point| point.1).filter(|value| !series::is_stale(*value));
        let of = |pick: fn(f64, f64) -> f64| values.clone().fold(f64::NAN, pick);
        let (min, max) = (of(f64::min), of(f64::max));
        self.0.is_terse.then(|| Summary { count: values.clone().count() as u64, min, max })
    }
}
