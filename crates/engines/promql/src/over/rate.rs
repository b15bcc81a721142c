//! `rate`, `increase` and `delta`, extrapolated to the ends of the window.

use super::rate_histogram::histogram_rise;
use super::{Kernel, Out, Place, Site, Window, number, seconds};
use crate::annotation::Notes;
use series::Histogram;

/// Source: Prometheus, `extrapolatedRate`.
pub(super) fn extrapolated(
    site: &Site<'_>,
    window: &Window<'_>,
    place: Place<'_>,
    notes: &mut Notes,
) -> Out {
    if window.has_floats() && window.has_histograms() {
        notes.mixed_floats(place.metric, place.span);
        return Out::Nothing;
    }
    if window.has_histograms() {
        return of_histograms(site, window, place, notes);
    }
    let (values, times) = (window.values, window.times);
    if values.len() < 2 {
        return Out::Nothing;
    }
    let last = values.len() - 1;
    let mut rise = values[last] - values[0];
    if site.kernel != Kernel::Delta {
        // The value before each fall was lost.
        let from = window.falls.partition_point(|at| *at <= window.first);
        let until = window.falls.partition_point(|at| *at <= window.first + last);
        for at in &window.falls[from..until] {
            rise += values[at - 1 - window.first];
        }
    }
    let start = (rise > 0.0 && values[0] >= 0.0).then(|| values[0] / rise);
    let stretch = Stretch { first: times[0], last: times[last], gaps: last, start };
    Out::Float(rise * stretch.factor(site, window))
}

fn of_histograms(site: &Site<'_>, window: &Window<'_>, place: Place<'_>, notes: &mut Notes) -> Out {
    let (held, times) = (window.histograms, window.histogram_times);
    if held.len() < 2 {
        return Out::Nothing;
    }
    let counter = site.kernel != Kernel::Delta;
    let Some(mut rise): Option<Histogram> = histogram_rise(held, counter, place, notes) else {
        return Out::Nothing;
    };
    let lawful = rise.count > 0.0 && held[0].count >= 0.0;
    let start = lawful.then(|| held[0].count / rise.count);
    let last = held.len() - 1;
    let stretch = Stretch { first: times[0], last: times[last], gaps: last, start };
    rise.scale(stretch.factor(site, window));
    rise.into()
}

/// The stretch of time that samples cover, and how far it may be extended.
struct Stretch {
    first: i64,
    last: i64,
    gaps: usize,
    /// First value as a share of the rise: how long ago a counter was 0.
    start: Option<f64>,
}

impl Stretch {
    /// By what the rise between first and last sample is to be multiplied.
    fn factor(&self, site: &Site<'_>, window: &Window<'_>) -> f64 {
        let mut to_start = seconds(self.first - window.start);
        let mut to_end = seconds(window.end - self.last);
        let covered = seconds(self.last - self.first);
        let average = covered / number(self.gaps);
        // Up to a tenth more than the usual distance is taken as "the series goes on".
        let threshold = average * 1.1;
        if to_start >= threshold {
            to_start = average / 2.0;
        }
        if site.kernel != Kernel::Delta {
            // A counter does not begin below 0.
            let to_zero = self.start.map_or(to_start, |share| covered * share);
            if to_zero < to_start {
                to_start = to_zero;
            }
        }
        if to_end >= threshold {
            to_end = average / 2.0;
        }
        let mut factor = (covered + to_start + to_end) / covered;
        if site.kernel == Kernel::Rate {
            factor /= site.range_s();
        }
        factor
    }
}
