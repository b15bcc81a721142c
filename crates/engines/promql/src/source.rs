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

    /// Tells whether each float stands for all samples of a window that ends at its time, and is
    /// what the function of the hints makes of them: see [`Hints::grain_ms`].
    fn is_rolled(&self) -> bool {
        false
    }

    /// Puts the samples of series `at` into `into`, which is empty: those of the range asked for,
    /// ascending by time, staleness markers among them. More than asked for is allowed.
    ///
    /// Errors: [`SourceError`].
    fn read(&self, at: usize, into: &mut Samples) -> Result<(), SourceError>;

    /// What reads series for one thread. Unless a source has something better, it reads each as
    /// [`Selected::read`] does.
    fn reader(&self) -> Box<dyn Reader + '_> {
        Box::new(OneByOne(self))
    }
}

/// Reads series for one thread, most often one after the other, and may keep what neighbours have
/// in common.
pub trait Reader {
    /// As [`Selected::read`], but only what is wanted.
    ///
    /// Errors: [`SourceError`].
    fn read(&mut self, at: usize, wanted: Wanted, into: &mut Samples) -> Result<(), SourceError>;

    /// What the samples of series `at` in the range asked for amount to, if all are floats and it
    /// can be told with less work than reading them. Asked for long windows.
    fn summary(&mut self, _at: usize) -> Option<Summary> {
        None
    }
}

/// What floats amount to; staleness markers are none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// How many.
    pub count: u64,
    /// The least; NaN only if there is nothing else. Of 0 and -0 either may stand for both.
    pub min: f64,
    /// The greatest, likewise.
    pub max: f64,
}

/// What is wanted of samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Everything.
    Samples,
    /// Of floats the times only: any value may stand for one that is no staleness marker.
    Times,
}

/// A reader that keeps nothing.
struct OneByOne<'s, S: ?Sized>(&'s S);

impl<S: Selected + ?Sized> Reader for OneByOne<'_, S> {
    fn read(&mut self, at: usize, _: Wanted, into: &mut Samples) -> Result<(), SourceError> {
        self.0.read(at, into)
    }
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
    /// The windows of the range selector begin and end at multiples of so many milliseconds; 0
    /// where nothing is known of that.
    ///
    /// A source that knows what `min_over_time`, `max_over_time`, `last_over_time`,
    /// `present_over_time`, `sum_over_time` or `count_over_time` makes of the samples of windows
    /// whose length divides it may hand out these instead: the function of all of them is the same.
    /// For `avg_over_time` it hands out sums, and [`Samples::counts`].
    pub grain_ms: i64,
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
    /// Of how many samples each float is the sum, if it is the sum of a window for a mean.
    pub counts: Vec<f64>,
    /// Times of the histograms.
    pub histogram_times: Vec<i64>,
    /// The histograms.
    pub histograms: Vec<Arc<Histogram>>,
    /// When what each float counts began, in milliseconds, 0 if that is not known; nothing at all
    /// from a source that does not keep it.
    pub starts: Vec<i64>,
    /// The same of the histograms.
    pub histogram_starts: Vec<i64>,
}

impl Samples {
    /// Forgets all samples, but keeps the room.
    pub fn clear(&mut self) {
        self.times.clear();
        self.values.clear();
        self.counts.clear();
        self.histogram_times.clear();
        self.histograms.clear();
        self.starts.clear();
        self.histogram_starts.clear();
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

    /// Drops staleness markers. Windows have none.
    pub(crate) fn drop_stale(&mut self) {
        if !self.counts.is_empty() {
            return;
        }
        if has_stale(&self.values) {
            let mut values = self.values.iter();
            self.times.retain(|_| values.next().is_some_and(|value| !series::is_stale(*value)));
            self.values.retain(|value| !series::is_stale(*value));
        }
        if self.histograms.iter().any(|histogram| histogram.is_stale()) {
            let mut held = self.histograms.iter();
            self.histogram_times.retain(|_| held.next().is_some_and(|held| !held.is_stale()));
            self.histograms.retain(|histogram| !histogram.is_stale());
        }
    }
}

/// Tells whether there is a staleness marker; several values are compared at once.
fn has_stale(values: &[f64]) -> bool {
    let any = |part: &[f64]| part.iter().fold(false, |any, value| any | series::is_stale(*value));
    values.chunks(64).any(any)
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

/// Looks at the control after so many samples: some tens of milliseconds at most.
const SAMPLES_BETWEEN_CHECKS: usize = 1 << 18;

/// Looks at the control now and then, while work is done that may take long.
pub(crate) struct Paced<'c> {
    control: &'c dyn Control,
    samples: usize,
}

impl<'c> Paced<'c> {
    pub(crate) fn new(control: &'c dyn Control) -> Self {
        Self { control, samples: 0 }
    }

    /// To be called before so many samples are gone through. Errors: not to go on.
    pub(crate) fn spend(&mut self, samples: usize) -> Result<(), PromqlError> {
        self.samples = self.samples.saturating_add(samples);
        if self.samples < SAMPLES_BETWEEN_CHECKS {
            return Ok(());
        }
        self.samples = 0;
        check(self.control)
    }
}

pub(crate) fn check(control: &dyn Control) -> Result<(), PromqlError> {
    match control.verdict() {
        Verdict::GoOn => Ok(()),
        Verdict::Cancel => Err(PromqlError::Cancelled),
        Verdict::TimeOut => Err(PromqlError::TimedOut),
    }
}
