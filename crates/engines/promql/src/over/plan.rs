//! Windows of series that have the same times: those of a scrape stand together, so that where
//! windows begin and end, and how far they reach, is found out once for all of them.

use super::{Kernel, Site, Slide, number, seconds};
use std::ops::Range;

/// For more steps nothing is kept: a subquery may have millions.
const STEPS_MAX: usize = 16_384;

/// The windows over the times of a series.
#[derive(Default)]
pub(crate) struct Plan {
    times: Vec<i64>,
    /// The samples of each step.
    windows: Vec<Range<u32>>,
    /// The same for `rate` and its like.
    stretches: Vec<Stretch>,
}

impl Plan {
    /// Makes it fit to times; `None` if there are too many steps, or times.
    pub(super) fn fit(&mut self, site: &Site<'_>, times: &[i64]) -> Option<&Self> {
        if site.ends.len() > STEPS_MAX || u32::try_from(times.len()).is_err() {
            return None;
        }
        if self.windows.len() != site.ends.len() || self.times != times {
            self.make(site, times);
        }
        Some(self)
    }

    fn make(&mut self, site: &Site<'_>, times: &[i64]) {
        self.times.clear();
        self.times.extend_from_slice(times);
        self.windows.clear();
        self.stretches.clear();
        let mut slide = Slide::default();
        for end in &site.ends {
            let start = end.saturating_sub(site.range_ms);
            let found = slide.to(times, start, *end);
            if site.kernel.is_rate() {
                self.stretches.push(Stretch::of(site, &times[found.clone()], start, *end));
            }
            self.windows.push(found.start as u32..found.end as u32);
        }
    }

    /// The samples of each step.
    pub(super) fn windows(&self) -> impl Iterator<Item = Range<usize>> {
        self.windows.iter().map(|window| window.start as usize..window.end as usize)
    }

    /// The stretches of time that the samples of each step cover.
    pub(super) fn stretches(&self) -> &[Stretch] {
        &self.stretches
    }
}

/// The stretch of time that samples cover, and how far it may be extended.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Stretch {
    covered: f64,
    to_start: f64,
    to_end: f64,
    /// By what the rise between first and last sample is to be multiplied, if a counter was not 0
    /// within the extension.
    factor: f64,
}

impl Stretch {
    /// Of the samples of a window; of fewer than two nothing is asked.
    pub(super) fn of(site: &Site<'_>, times: &[i64], start: i64, end: i64) -> Self {
        let [first, .., last] = *times else { return Self::default() };
        let mut to_start = seconds(first - start);
        let mut to_end = seconds(end - last);
        let covered = seconds(last - first);
        let average = covered / number(times.len() - 1);
        // Up to a tenth more than the usual distance is taken as "the series goes on".
        let threshold = average * 1.1;
        if to_start >= threshold {
            to_start = average / 2.0;
        }
        if to_end >= threshold {
            to_end = average / 2.0;
        }
        let mut stretch = Self { covered, to_start, to_end, factor: 0.0 };
        stretch.factor = stretch.extended(site, to_start);
        stretch
    }

    /// `share`: the first value as a share of the rise, which says how long ago a counter was 0.
    #[inline]
    pub(super) fn factor(&self, site: &Site<'_>, share: Option<f64>) -> f64 {
        if site.kernel == Kernel::Delta {
            return self.factor;
        }
        // A counter does not begin below 0.
        match share.map(|share| self.covered * share) {
            Some(to_zero) if to_zero < self.to_start => self.extended(site, to_zero),
            _ => self.factor,
        }
    }

    fn extended(&self, site: &Site<'_>, to_start: f64) -> f64 {
        let factor = (self.covered + to_start + self.to_end) / self.covered;
        if site.kernel == Kernel::Rate { factor / site.range_s() } else { factor }
    }
}
