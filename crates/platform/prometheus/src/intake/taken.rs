use tsdb::{Exemplar, Labels, Metadata, Point, SeriesRef};

use super::{
    Refused,
    known::{Key, Known},
};

/// What was taken out of a request.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// Series with how many of the points are theirs, in the order of the points.
    pub(super) runs: Vec<Run>,
    /// For the store.
    pub(super) points: Vec<Point>,
    /// Exemplars, each with its series.
    pub(super) exemplars: Vec<(Labels, Exemplar)>,
    /// What was said of metrics.
    pub(super) metadata: Vec<(String, Metadata)>,
    /// What was not taken.
    pub(super) refused: Refused,
}

/// A series with some points in a row.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) key: Key,
    pub(super) known: Known,
    /// How many points.
    pub(super) count: usize,
    /// Whether the store has it at another place than is remembered.
    pub(super) moved: bool,
}

impl Run {
    pub(super) fn new(key: Key, known: Known) -> Self {
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
        self.known.series = series;
        self.moved = true;
    }
}

impl Taken {
    /// Adds a series whose points have been added.
    #[inline]
    pub(super) fn put(&mut self, run: Run) {
        if run.count > 0 {
            self.runs.push(run);
        }
    }
}
