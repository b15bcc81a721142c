//! Functions over windows of one series: a window slides over the samples, and every step's value
//! is reckoned from what lies in it.

mod extended;
mod kernel;
mod last_two;
mod plan;
mod rate;
mod rate_histogram;
mod regression;
mod simple;
mod smooth;
mod statistics;
mod sums;
mod turns;

pub(crate) use kernel::Kernel;
pub(crate) use plan::Plan;
pub(crate) use smooth::smooth;
pub(crate) use statistics::quantile;
pub(crate) use sums::{HistogramMean, Mean, Watch};

use crate::PromqlError;
use crate::annotation::Notes;
use crate::column::{ABSENT, Column, Grid, stored};
use crate::source::{Control, Paced, Samples, Summary};
use crate::syntax::ast::{Extension, Span};
use series::{Histogram, Labels};
use std::sync::Arc;

/// What a step takes besides the samples of its window, as so many of them.
const STEP_SAMPLES: usize = 64;

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

/// Windows from so long on may be answered from what their samples amount to.
const LONG_MS: i64 = 6 * 3_600_000;

impl Site<'_> {
    /// Tells whether what the samples of a series amount to may be enough to know.
    pub(crate) fn may_be_summed_up(&self) -> bool {
        let known =
            matches!(self.kernel, Kernel::Count | Kernel::Present | Kernel::Min | Kernel::Max);
        let alone = self.grid.count == 1 && self.range_ms >= LONG_MS;
        known && alone && self.extension == Extension::None
    }

    /// The value at the only step; `None` if the samples have to be read.
    #[expect(clippy::cast_precision_loss, reason = "counts of samples are below 2^53")]
    pub(crate) fn summed_up(&self, found: &Summary) -> Option<f64> {
        // Which zero, and which NaN, is not known.
        let exact = |value: f64| (value != 0.0 && !value.is_nan()).then_some(value);
        match self.kernel {
            _ if found.count == 0 => Some(ABSENT),
            Kernel::Count => Some(found.count as f64),
            Kernel::Present => Some(1.0),
            Kernel::Min => exact(found.min),
            Kernel::Max => exact(found.max),
            _ => None,
        }
    }
}

/// The samples of one step.
#[derive(Clone, Copy)]
pub(crate) struct Window<'w> {
    times: &'w [i64],
    values: &'w [f64],
    /// As in [`Samples::counts`].
    counts: &'w [f64],
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

/// So many samples are looked at one by one before the others are halved.
const NEAR: usize = 8;

/// The first place, not before `from`, whose time is later than `limit`; `times` ascend.
///
/// The next step is a few samples on in most range queries, and all of them in instant ones.
#[inline]
pub(crate) fn first_after(times: &[i64], from: usize, limit: i64) -> usize {
    let (near, far) = times[from..].split_at(NEAR.min(times.len() - from));
    match near.iter().position(|time| *time > limit) {
        Some(at) => from + at,
        None => from + near.len() + far.partition_point(|time| *time <= limit),
    }
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
        self.end = first_after(times, self.end, until);
        self.first = first_after(&times[..self.end], self.first, after);
        self.first..self.end
    }
}

/// Reckons all steps of one series; `None` if there is nothing at any of them.
///
/// `plan` is kept from series to series.
pub(crate) fn run(
    site: &Site<'_>,
    labels: &Labels,
    samples: &Samples,
    plan: &mut Plan,
    place: Place<'_>,
    notes: &mut Notes,
) -> Result<Option<Column>, PromqlError> {
    let mut column = Column::new(labels.clone(), site.grid.count);
    let plain = site.extension == Extension::None && samples.histogram_times.is_empty();
    let plan = if plain { plan.fit(site, &samples.times) } else { None };
    let any = match plan {
        Some(plan) => planned(site, samples, plan, &mut column, place, notes)?,
        None => slid(site, samples, &mut column, place, notes)?,
    };
    Ok(any.then_some(column))
}

/// Floats alone, whose windows are known. Tells whether there is a value at any step.
fn planned(
    site: &Site<'_>,
    samples: &Samples,
    plan: &Plan,
    column: &mut Column,
    place: Place<'_>,
    notes: &mut Notes,
) -> Result<bool, PromqlError> {
    let falls = falls_of(site, &samples.values);
    if plan.windows().any(|window| !window.is_empty()) {
        perhaps_no_counter(site.kernel, place, notes);
    }
    if site.kernel.is_rate() {
        return rate::of_floats(site, plan, &samples.values, &falls, &mut column.floats);
    }
    let (mut any, mut paced) = (false, Paced::new(site.control));
    for (step, (end, range)) in site.ends.iter().zip(plan.windows()).enumerate() {
        paced.spend(STEP_SAMPLES + range.len())?;
        if range.is_empty() {
            continue;
        }
        let window = Window {
            times: &samples.times[range.clone()],
            values: &samples.values[range.clone()],
            counts: samples.counts.get(range.clone()).unwrap_or_default(),
            histogram_times: &[],
            histograms: &[],
            start: end.saturating_sub(site.range_ms),
            end: *end,
            at: site.grid.at(step),
            step,
            first: range.start,
            falls: &falls,
        };
        any |= put(column, step, apply(site, &window, place, notes)?);
    }
    Ok(any)
}

fn put(column: &mut Column, step: usize, out: Out) -> bool {
    match out {
        Out::Nothing => return false,
        Out::Float(float) => column.floats[step] = stored(float),
        Out::Histogram(histogram) => column.put_histogram(step, histogram),
    }
    true
}

/// Windows that slide over floats and histograms. Tells whether there is a value at any step.
fn slid(
    site: &Site<'_>,
    samples: &Samples,
    column: &mut Column,
    place: Place<'_>,
    notes: &mut Notes,
) -> Result<bool, PromqlError> {
    let falls = falls_of(site, &samples.values);
    let (mut floats, mut held) = (Slide::default(), Slide::default());
    let (mut any, mut floats_last, mut paced) = (false, false, Paced::new(site.control));
    let before = if site.extension == Extension::None { 0 } else { site.lookback_ms };
    let after = if site.extension == Extension::Smoothed { site.lookback_ms } else { 0 };
    for (step, end) in site.ends.iter().copied().enumerate() {
        let start = end.saturating_sub(site.range_ms);
        let (from, until) = (start.saturating_sub(before), end.saturating_add(after));
        let range = floats.to(&samples.times, from, until);
        let held_range = held.to(&samples.histogram_times, from, until);
        paced.spend(STEP_SAMPLES + range.len() + held_range.len())?;
        if range.is_empty() && held_range.is_empty() {
            continue;
        }
        floats_last = !range.is_empty();
        let window = Window {
            times: &samples.times[range.clone()],
            values: &samples.values[range.clone()],
            counts: samples.counts.get(range.clone()).unwrap_or_default(),
            histogram_times: &samples.histogram_times[held_range.clone()],
            histograms: &samples.histograms[held_range],
            start,
            end,
            at: site.grid.at(step),
            step,
            first: range.start,
            falls: &falls,
        };
        any |= put(column, step, apply(site, &window, place, notes)?);
    }
    if floats_last {
        perhaps_no_counter(site.kernel, place, notes);
    }
    Ok(any)
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
    let falls = |(before, after): (&f64, &f64)| after < before;
    let pairs = || values.iter().zip(values.get(1..).unwrap_or_default());
    // Counted without a branch, as most never fall.
    if pairs().map(|pair| usize::from(falls(pair))).sum::<usize>() == 0 {
        return Vec::new();
    }
    pairs().zip(1..).filter(|(pair, _)| falls(*pair)).map(|(_, at)| at).collect()
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
        Kernel::AvgOfSums => sums::average_of_sums(window),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_later_sample_is_found_near_and_far() {
        let times: Vec<i64> = (0..40).map(|at| at * 10 + at % 3).collect();
        for from in 0..=times.len() {
            for limit in -1..=times[times.len() - 1] + 1 {
                let found = (from..times.len()).find(|at| times[*at] > limit);
                let expected = found.unwrap_or(times.len());
                assert_eq!(first_after(&times, from, limit), expected, "{from} {limit}");
            }
        }
        assert_eq!(first_after(&[], 0, 7), 0);
    }

    #[test]
    fn a_range_slides_over_what_is_in_the_window() {
        let times: Vec<i64> = (0..100).map(|at| at * 15).collect();
        for (step, range) in [(1, 1), (15, 60), (60, 300), (400, 30), (1_000, 1_000), (7, 2_000)] {
            let mut slide = Slide::default();
            for end in (-20..2_000).step_by(step) {
                let found = slide.to(&times, end - range, end);
                let expected: Vec<usize> = (0..times.len())
                    .filter(|at| times[*at] > end - range && times[*at] <= end)
                    .collect();
                assert_eq!(found.collect::<Vec<_>>(), expected, "{step} {range} {end}");
            }
        }
    }
}
