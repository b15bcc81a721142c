//! A small source of series.

use promql::{Samples, Select, Selected, Source, SourceError};
use series::{Labels, Selector};

pub(crate) struct Memory {
    pub(crate) series: Vec<(Labels, Vec<(i64, f64)>)>,
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
        Self { series: (0..count).map(one).collect() }
    }
}

struct Found<'m>(Vec<Labels>, Vec<&'m [(i64, f64)]>);

impl Source for Memory {
    fn select<'s>(&'s self, request: &Select<'_>) -> Result<Box<dyn Selected + 's>, SourceError> {
        let selector = Selector::new(request.matchers.to_vec());
        let selector = selector.map_err(|refused| SourceError { message: refused.to_string() })?;
        let found = self.series.iter().filter(|(labels, _)| selector.accepts(labels));
        let (labels, points) = found.map(|(l, p)| (l.clone(), p.as_slice())).unzip();
        Ok(Box::new(Found(labels, points)))
    }
}

impl Selected for Found<'_> {
    fn labels(&self) -> &[Labels] {
        &self.0
    }

    fn read(&self, at: usize, into: &mut Samples) -> Result<(), SourceError> {
        into.times.extend(self.1[at].iter().map(|point| point.0));
        into.values.extend(self.1[at].iter().map(|point| point.1));
        Ok(())
    }
}
