//! What the engine asks of whoever has the series.

use crate::{PromqlError, SourceError};
use series::{Histogram, Labels, Matcher, TimeRange};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whoever has series.
pub trait Source: Sync {
    /// Finds the series that fulfil all matchers and may have samples in the range.
    ///
    /// Errors: [`SourceError`].
    fn select<'s>(&'s self, request: &Select<'_>) -> Result<Box<dyn Selected + 's>, SourceError>;
}

/// The series found; their samples are read one series at a time, by several threads.
pub trait Selected: Sync {
    /// The label sets found.
    fn labels(&self) -> &[Labels];

    /// Puts the samples of series `at` into `into`, which is empty: those of the range asked for,
    /// ascending by time, staleness markers among them. More than asked for is allowed.
    ///
    /// Errors: [`SourceError`].
    fn read(&self, at: usize, into: &mut Samples) -> Result<(), SourceError>;
}

/// What is wanted.
#[derive(Debug, Clone)]
pub struct Select<'m> {
    /// Conditions that must all hold.
    pub matchers: &'m [Matcher],
    /// When; both ends included.
    pub range: TimeRange,
    /// What the samples are for.
    pub hints: Hints<'m>,
}

/// What the samples are for, so that a source may answer with less.
#[derive(Debug, Clone, Default)]
pub struct Hints<'m> {
    /// Milliseconds between steps; 0 for an instant.
    pub step_ms: i64,
    /// Milliseconds of the range selector; 0 without one.
    pub range_ms: i64,
    /// The function or aggregator around the selector.
    pub function: Function<'m>,
}

/// The function or aggregator around a selector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Function<'m> {
    /// None.
    #[default]
    None,
    /// A function by its name.
    Call(&'m str),
    /// An aggregator by its name, with the labels it groups by (or, `true`, without).
    Aggregate(&'m str, &'m [String], bool),
}

/// Samples of one series: floats and histograms apart, each ascending by time.
#[derive(Debug, Clone, Default)]
pub struct Samples {
    /// Times of the floats in milliseconds.
    pub times: Vec<i64>,
    /// The floats.
    pub values: Vec<f64>,
    /// Times of the histograms.
    pub histogram_times: Vec<i64>,
    /// The histograms.
    pub histograms: Vec<Arc<Histogram>>,
}

impl Samples {
    /// Forgets all samples, but keeps the room.
    pub fn clear(&mut self) {
        self.times.clear();
        self.values.clear();
        self.histogram_times.clear();
        self.histograms.clear();
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.times.len() + self.histogram_times.len()
    }

    /// Tells whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Drops staleness markers.
    pub(crate) fn drop_stale(&mut self) {
        if self.values.iter().any(|value| series::is_stale(*value)) {
            let fresh = self.values.iter().map(|value| !series::is_stale(*value));
            let fresh: Vec<bool> = fresh.collect();
            let mut kept = fresh.iter().copied();
            self.times.retain(|_| kept.next().unwrap_or(false));
            self.values.retain(|value| !series::is_stale(*value));
        }
        if self.histograms.iter().any(|histogram| histogram.is_stale()) {
            let fresh: Vec<bool> = self.histograms.iter().map(|h| !h.is_stale()).collect();
            let mut kept = fresh.iter().copied();
            self.histogram_times.retain(|_| kept.next().unwrap_or(false));
            self.histograms.retain(|histogram| !histogram.is_stale());
        }
    }
}

/// Whether a query is to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    GoOn,
    /// Nobody waits for the answer any more.
    Cancel,
    /// The time allowed is over.
    TimeOut,
}

/// Asked often while a query runs.
pub trait Control: Sync {
    /// Whether to go on.
    fn verdict(&self) -> Verdict;
}

/// Always goes on.
impl Control for () {
    fn verdict(&self) -> Verdict {
        Verdict::GoOn
    }
}

/// Cancelled once it is `true`.
impl Control for AtomicBool {
    fn verdict(&self) -> Verdict {
        if self.load(Ordering::Relaxed) { Verdict::Cancel } else { Verdict::GoOn }
    }
}

pub(crate) fn check(control: &dyn Control) -> Result<(), PromqlError> {
    match control.verdict() {
        Verdict::GoOn => Ok(()),
        Verdict::Cancel => Err(PromqlError::Cancelled),
        Verdict::TimeOut => Err(PromqlError::TimedOut),
    }
}
