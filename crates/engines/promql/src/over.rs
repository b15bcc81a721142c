//! Functions over windows of one series: a window slides over the samples, and every step's value
//! is reckoned from what lies in it.

mod extended;
mod last_two;
mod rate;
mod rate_histogram;
mod regression;
mod simple;
mod smooth;
mod statistics;
mod sums;
mod turns;

pub(crate) use smooth::smooth;
pub(crate) use statistics::quantile;
pub(crate) use sums::{HistogramMean, Mean, Watch};

use crate::PromqlError;
use crate::annotation::Notes;
use crate::column::{Column, Grid, stored};
use crate::source::{Control, Samples, check};
use crate::syntax::ast::{Extension, Span};
use series::{Histogram, Labels};
use std::sync::Arc;

/// So many steps of one series are reckoned between two looks at the control.
const BETWEEN_CHECKS: usize = 4_096;

/// The functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kernel {
    Rate,
    Increase,
    Delta,
    Irate,
    Idelta,
    Changes,
    Resets,
    Sum,
    Avg,
    Count,
    Min,
    Max,
    First,
    Last,
    Present,
    Stddev,
    Stdvar,
    Quantile,
    Mad,
    Deriv,
    PredictLinear,
    Smoothing,
    TimeOfFirst,
    TimeOfLast,
    TimeOfMax,
    TimeOfMin,
}

impl Kernel {
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "rate" => Self::Rate,
            "increase" => Self::Increase,
            "delta" => Self::Delta,
            "irate" => Self::Irate,
            "idelta" => Self::Idelta,
            "changes" => Self::Changes,
            "resets" => Self::Resets,
            "sum_over_time" => Self::Sum,
            "avg_over_time" => Self::Avg,
            "count_over_time" => Self::Count,
            "min_over_time" => Self::Min,
            "max_over_time" => Self::Max,
            "first_over_time" => Self::First,
            "last_over_time" => Self::Last,
            "present_over_time" | "absent_over_time" => Self::Present,
            "stddev_over_time" => Self::Stddev,
            "stdvar_over_time" => Self::Stdvar,
            "quantile_over_time" => Self::Quantile,
            "mad_over_time" => Self::Mad,
            "deriv" => Self::Deriv,
            "predict_linear" => Self::PredictLinear,
            "double_exponential_smoothing" => Self::Smoothing,
            "ts_of_first_over_time" => Self::TimeOfFirst,
            "ts_of_last_over_time" => Self::TimeOfLast,
            "ts_of_max_over_time" => Self::TimeOfMax,
            "ts_of_min_over_time" => Self::TimeOfMin,
            _ => return None,
        })
    }

    pub(crate) fn keeps_name(self) -> bool {
        matches!(self, Self::First | Self::Last)
    }

    pub(crate) fn is_rate(self) -> bool {
        matches!(self, Self::Rate | Self::Increase | Self::Delta)
    }

    fn is_counter(self) -> bool {
        matches!(self, Self::Rate | Self::Increase | Self::Irate)
    }
}

/// Which series and which place in the query annotations are about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'p> {
    pub(crate) metric: &'p str,
    pub(crate) span: Span,
}

/// A function with everything that is the same for all series.
pub(crate) struct Site<'s> {
    pub(crate) kernel: Kernel,
    /// Values of the scalar arguments at each step.
    pub(crate) params: &'s [Vec<f64>],
    pub(crate) grid: Grid,
    /// Right end of the window of each step.
    pub(crate) ends: Vec<i64>,
    pub(crate) range_ms: i64,
    pub(crate) extension: Extension,
    pub(crate) lookback_ms: i64,
    /// Asked now and then whether to go on: there may be millions of steps.
    pub(crate) control: &'s dyn Control,
}

impl Site<'_> {
    fn param(&self, number: usize, step: usize) -> f64 {
        self.params.get(number).map_or(f64::NAN, |values| values[step])
    }

    fn range_s(&self) -> f64 {
        seconds(self.range_ms)
    }
}

/// The samples of one step.
#[derive(Clone, Copy)]
pub(crate) struct Window<'w> {
    times: &'w [i64],
    values: &'w [f64],
    histogram_times: &'w [i64],
    histograms: &'w [Arc<Histogram>],
    /// Open left end; samples before it are there only with `anchored` and `smoothed`.
    start: i64,
    end: i64,
    /// The time of evaluation.
    at: i64,
    step: usize,
    /// Where the floats lie among all of the series.
    first: usize,
    /// Indices among all floats of the series that are lower than the one before.
    falls: &'w [usize],
}

impl Window<'_> {
    fn has_floats(&self) -> bool {
        !self.values.is_empty()
    }

    fn has_histograms(&self) -> bool {
        !self.histograms.is_empty()
    }
}

/// What a function makes of a window.
#[derive(Debug)]
pub(crate) enum Out {
    Nothing,
    Float(f64),
    Histogram(Arc<Histogram>),
}

impl From<Histogram> for Out {
    fn from(histogram: Histogram) -> Self {
        Self::Histogram(Arc::new(histogram))
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are below 2^53")]
pub(crate) fn seconds(ms: i64) -> f64 {
    ms as f64 / 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "counts of samples are below 2^53")]
fn number(count: usize) -> f64 {
    count as f64
}

/// One index range that only moves forward.
#[derive(Default)]
struct Slide {
    first: usize,
    end: usize,
}

impl Slide {
    /// Moves to the samples in `(after, until]`.
    fn to(&mut self, times: &[i64], after: i64, until: i64) -> std::ops::Range<usize> {
        while self.end < times.len() && times[self.end] <= until {
            self.end += 1;
        }
        while self.first < self.end && times[self.first] <= after {
            self.first += 1;
        }
        self.first..self.end
    }
}

/// Reckons all steps of one series; `None` if there is nothing at any of them.
pub(crate) fn run(
    site: &Site<'_>,
    labels: &Labels,
    samples: &Samples,
    place: Place<'_>,
    notes: &mut Notes,
) -> Result<Option<Column>, PromqlError> {
    let mut column = Column::new(labels.clone(), site.grid.count);
    let falls = falls_of(site, &samples.values);
    let (mut floats, mut held) = (Slide::default(), Slide::default());
    let (mut any, mut floats_last) = (false, false);
    let before = if site.extension == Extension::None { 0 } else { site.lookback_ms };
    let after = if site.extension == Extension::Smoothed { site.lookback_ms } else { 0 };
    for (step, end) in site.ends.iter().copied().enumerate() {
        if step % BETWEEN_CHECKS == BETWEEN_CHECKS - 1 {
            check(site.control)?;
        }
        let start = end.saturating_sub(site.range_ms);
        let (from, until) = (start.saturating_sub(before), end.saturating_add(after));
        let range = floats.to(&samples.times, from, until);
        let held_range = held.to(&samples.histogram_times, from, until);
        if range.is_empty() && held_range.is_empty() {
            continue;
        }
        floats_last = !range.is_empty();
        let window = Window {
            times: &samples.times[range.clone()],
            values: &samples.values[range.clone()],
            histogram_times: &samples.histogram_times[held_range.clone()],
            histograms: &samples.histograms[held_range],
            start,
            end,
            at: site.grid.at(step),
            step,
            first: range.start,
            falls: &falls,
        };
        match apply(site, &window, place, notes)? {
            Out::Nothing => {}
            Out::Float(float) => {
                column.floats[step] = stored(float);
                any = true;
            }
            Out::Histogram(histogram) => {
                column.put_histogram(step, histogram);
                any = true;
            }
        }
    }
    if floats_last {
        perhaps_no_counter(site.kernel, place, notes);
    }
    Ok(any.then_some(column))
}

fn perhaps_no_counter(kernel: Kernel, place: Place<'_>, notes: &mut Notes) {
    const ENDS: [&str; 4] = ["_total", "_sum", "_count", "_bucket"];
    let counts = matches!(kernel, Kernel::Rate | Kernel::Increase);
    let named = ENDS.iter().any(|end| place.metric.ends_with(end));
    if counts && !place.metric.is_empty() && !named {
        notes.perhaps_no_counter(place.metric, place.span);
    }
}

/// Where a counter fell, so that a window need not look at every sample.
fn falls_of(site: &Site<'_>, values: &[f64]) -> Vec<usize> {
    let needed = site.extension == Extension::None
        && (site.kernel.is_counter() || site.kernel == Kernel::Resets);
    if !needed {
        return Vec::new();
    }
    (1..values.len()).filter(|at| values[*at] < values[at - 1]).collect()
}

fn apply(
    site: &Site<'_>,
    window: &Window<'_>,
    place: Place<'_>,
    notes: &mut Notes,
) -> Result<Out, PromqlError> {
    let out = match site.kernel {
        Kernel::Rate | Kernel::Increase | Kernel::Delta => {
            if site.extension == Extension::None {
                rate::extrapolated(site, window, place, notes)
            } else {
                extended::extended(site, window, place, notes)
            }
        }
        Kernel::Irate | Kernel::Idelta => last_two::last_two(site.kernel, window, place, notes),
        Kernel::Changes | Kernel::Resets => turns::turns(site, window),
        Kernel::Sum => sums::sum(window, place, notes),
        Kernel::Avg => sums::average(window, place, notes),
        Kernel::Min | Kernel::Max | Kernel::TimeOfMax | Kernel::TimeOfMin => {
            simple::extreme(site.kernel, window, place, notes)
        }
        Kernel::Count
        | Kernel::Present
        | Kernel::First
        | Kernel::Last
        | Kernel::TimeOfFirst
        | Kernel::TimeOfLast => simple::simple(site.kernel, window),
        Kernel::Stddev | Kernel::Stdvar => statistics::variance(site.kernel, window, place, notes),
        Kernel::Quantile => {
            statistics::quantile_of(site.param(0, window.step), window, place, notes)
        }
        Kernel::Mad => statistics::deviation(window, place, notes),
        Kernel::Deriv | Kernel::PredictLinear => regression::line(site, window, place, notes),
        Kernel::Smoothing => return regression::smoothing(site, window, place, notes),
    };
    Ok(out)
}
