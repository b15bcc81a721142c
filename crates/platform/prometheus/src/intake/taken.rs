use std::borrow::Cow;

use tsdb::{Appended, Exemplar, HistogramSample, Labels, Metadata, Point, SeriesRef};

use super::{
    Refused, Rejected,
    known::{Key, Known},
};

/// What was taken out of a request.
#[derive(Debug, Default)]
pub(super) struct Taken<'k> {
    /// Series with how many of the points are theirs, in the order of the points.
    pub(super) runs: Vec<Run<'k>>,
    /// For the store.
    pub(super) points: Vec<Point>,
    /// Native histograms for the store.
    pub(super) histograms: Vec<HistogramSample>,
    /// Exemplars, each with its series.
    pub(super) exemplars: Vec<(Labels, Exemplar)>,
    /// What was said of metrics.
    pub(super) metadata: Vec<(String, Metadata)>,
    /// What was not taken.
    pub(super) refused: Refused,
    /// Of OpenTelemetry's.
    pub(super) met: DataPoints,
}

/// The data points of OpenTelemetry's that were met. One may become many samples.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct DataPoints {
    pub(super) all: u64,
    pub(super) refused: u64,
}

impl DataPoints {
    /// How many were not stored when the store took `appended` of the samples that they became.
    ///
    /// The store counts samples: of a point that became many, each that it did not take counts.
    pub(super) fn rejected(self, appended: &Appended) -> Rejected {
        let Appended { conflicts, too_old, over_limit, .. } = appended;
        let rejected = self.refused + conflicts + too_old + over_limit;
        if self.all > 0 && rejected >= self.all {
            return Rejected::All;
        }
        Rejected::Some(rejected)
    }
}

/// A series with some points in a row.
#[derive(Debug)]
pub(super) struct Run<'k> {
    pub(super) key: Key,
    /// As it is remembered: to count one more user of its labels costs more than to find them.
    pub(super) known: Cow<'k, Known>,
    /// How many points.
    pub(super) count: usize,
    /// Whether the store has it at another place than is remembered.
    pub(super) moved: bool,
}

impl<'k> Run<'k> {
    pub(super) fn new(key: Key, known: Cow<'k, Known>) -> Self {
        Self { key, known, count: 0, moved: false }
    }

    pub(super) fn labels(&self) -> &Labels {
        &self.known.labels
    }

    /// Adds a point.
    #[inline]
    pub(super) fn add(&mut self, point: Point, points: &mut Vec<Point>) {
        self.count += 1;
        points.push(point);
    }

    /// Says where the store has it now; nowhere when that is to be asked again.
    pub(super) fn move_to(&mut self, series: Option<SeriesRef>) {
        self.known.to_mut().series = series;
        self.moved = true;
    }
}

impl<'k> Taken<'k> {
    /// Nothing yet, with room for so many series with a sample each.
    pub(super) fn with_room(series: usize) -> Self {
        let (runs, points) = (Vec::with_capacity(series), Vec::with_capacity(series));
        Self { runs, points, ..Self::default() }
    }

    /// How many samples there are.
    pub(super) fn len(&self) -> usize {
        self.points.len() + self.histograms.len()
    }

    /// Adds a series whose points have been added.
    #[inline]
    pub(super) fn put(&mut self, run: Run<'k>) {
        if run.count > 0 {
            self.runs.push(run);
        }
    }
}
